package dev.sheaf.tree;

import java.util.Arrays;

/// A tree that asks for ranks instead of values: what it says of the rows of a [RankedTable].
public final class RankedTree {
  private final RankedTable table;
  private final DecisionTree tree;

  /// The highest rank that an inner node sends to the left.
  private final int[] highest;

  /// @param tree grown on this table
  public RankedTree(RankedTable table, DecisionTree tree) {
    this.table = table;
    this.tree = tree;
    highest = new int[tree.nodes()];
    Arrays.setAll(highest, node -> tree.feature()[node] == DecisionTree.LEAF ? 0 : highest(node));
  }

  private int highest(int node) {
    int feature = tree.feature()[node];
    int low = 0; // goes to the left, as the lowest value of some row does
    int high = table.shape().values()[feature]; // goes to the right
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

  /// Finds the classes of distinct rows.
  ///
  /// They go down the tree together, a node's rows in one pass without a branch that a processor
  /// would have to guess.
  ///
  /// @param rows the distinct rows' numbers
  /// @param count how many of them there are
  /// @param predicted takes the class of each, at its number
  public void predict(int[] rows, int count, int[] predicted) {
    int[][] codes = codes(rows, count);
    int[] order = new int[count];
    Arrays.setAll(order, i -> i);
    int[] spare = new int[count];
    int[] from = new int[tree.nodes()];
    int[] to = new int[tree.nodes()];
    to[0] = count;
    for (int node = 0; node < tree.nodes(); node++) { // children come after their parent
      if (tree.feature()[node] == DecisionTree.LEAF) {
        for (int i = from[node]; i < to[node]; i++) {
          predicted[rows[order[i]]] = tree.label()[node];
        }
        continue;
      }
      int[] code = codes[tree.feature()[node]];
      int left = from[node];
      int right = 0;
      for (int i = from[node]; i < to[node]; i++) {
        int row = order[i];
        order[left] = row;
        spare[right] = row;
        int isRight = (highest[node] - code[row]) >>> 31; // 1 if negative
        left += 1 - isRight;
        right += isRight;
      }
      System.arraycopy(spare, 0, order, left, right);
      int child = tree.left()[node];
      from[child] = from[node];
      to[child] = left;
      from[child + 1] = left;
      to[child + 1] = to[node];
    }
  }

  /// The ranks in these rows of the features that the tree asks for.
  private int[][] codes(int[] rows, int count) {
    int[][] codes = new int[table.shape().features()][];
    int[] all = new int[table.shape().distinct()];
    for (int feature : tree.feature()) {
      if (feature != DecisionTree.LEAF && codes[feature] == null) {
        table.codes(feature, all);
        codes[feature] = new int[count];
        for (int i = 0; i < count; i++) {
          codes[feature][i] = all[rows[i]];
        }
      }
    }
    return codes;
  }
}
