package dev.sheaf.tree;

import java.util.Arrays;

/// Finds the classes of the rows of a [RankedTable], asking for ranks instead of values. An object
/// is for one thread.
public final class Classifier {
  private final RankedTable table;
  private DecisionTree tree;

  /// The highest rank that an inner node sends to the left.
  private int[] highest;

  private final int block;

  /// Of each feature the ranks in the rows of a block; `null` if no tree has asked for it.
  private final int[][] codes;

  /// Whether these are those of the current block.
  private final boolean[] current;

  private final int[] order;
  private final int[] spare;
  private int[] stack = new int[3 * 64]; // nodes with the range in `order` of their rows

  /// For rows of this table.
  public Classifier(RankedTable table) {
    this.table = table;
    block = Math.min(RankedTable.BLOCK, table.shape().distinct());
    codes = new int[table.shape().features()][];
    current = new boolean[codes.length];
    order = new int[block];
    spare = new int[block];
  }

  /// Takes a tree that was grown on this table.
  public void use(DecisionTree tree) {
    this.tree = tree;
    highest = new int[tree.nodes()];
    Arrays.setAll(highest, node -> tree.feature()[node] == DecisionTree.LEAF ? 0 : highest(node));
  }

  private int highest(int node) {
    int feature = tree.feature()[node];
    int low = 0; // goes to the left, as the lowest value of some row does
    int high = table.count(feature); // goes to the right
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      if (table.value(feature, middle) <= tree.threshold()[node]) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /// Finds the classes of distinct rows of a block: the [RankedTable#BLOCK] from `first` on.
  ///
  /// They go down the tree together, all rows of a node at once.
  ///
  /// @param rows their numbers, less `first`
  /// @param count how many of them there are
  /// @param predicted takes the class of each, at its number
  public void predict(int first, int[] rows, int count, int[] predicted) {
    Arrays.fill(current, false);
    System.arraycopy(rows, 0, order, 0, count);
    int top = push(0, 0, 0, count);
    while (top > 0) {
      int to = stack[--top];
      int from = stack[--top];
      int node = stack[--top];
      if (tree.feature()[node] == DecisionTree.LEAF) {
        set(predicted, first, from, to, tree.label()[node]);
        continue;
      }
      Rows.pick(codes(tree.feature()[node], first), order, from, spare, to - from);
      int middle = Rows.part(order, from, spare, to - from, highest[node]);
      top = push(top, tree.left()[node], from, middle);
      top = push(top, tree.left()[node] + 1, middle, to);
    }
  }

  private void set(int[] predicted, int first, int from, int to, int label) {
    for (int i = from; i < to; i++) {
      predicted[first + order[i]] = label;
    }
  }

  /// @return the stack's new top
  private int push(int top, int node, int from, int to) {
    if (from == to) {
      return top;
    }
    if (top + 3 > stack.length) {
      stack = Arrays.copyOf(stack, 2 * stack.length);
    }
    stack[top] = node;
    stack[top + 1] = from;
    stack[top + 2] = to;
    return top + 3;
  }

  private int[] codes(int feature, int first) {
    if (!current[feature]) {
      if (codes[feature] == null) {
        codes[feature] = new int[block];
      }
      int count = Math.min(block, table.shape().distinct() - first);
      table.codes(feature, first, codes[feature], count);
      current[feature] = true;
    }
    return codes[feature];
  }
}
