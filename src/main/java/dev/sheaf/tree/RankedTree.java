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
  /// @param rows the distinct rows' numbers; comes back in another order
  /// @param count how many of them there are
  /// @param predicted takes the class of each, at its number
  public void predict(int[] rows, int count, int[] predicted) {
    int[] spare = new int[count];
    int[] from = new int[tree.nodes()];
    int[] to = new int[tree.nodes()];
    to[0] = count;
    for (int node = 0; node < tree.nodes(); node++) { // children come after their parent
      if (tree.feature()[node] == DecisionTree.LEAF) {
        for (int i = from[node]; i < to[node]; i++) {
          predicted[rows[i]] = tree.label()[node];
        }
      } else {
        int left = tree.left()[node];
        int middle = part(node, rows, from[node], to[node], spare);
        from[left] = from[node];
        to[left] = middle;
        from[left + 1] = middle;
        to[left + 1] = to[node];
      }
    }
  }

  /// Parts the rows of an inner node.
  ///
  /// @return where the right part begins
  private int part(int node, int[] rows, int from, int to, int[] spare) {
    int feature = tree.feature()[node];
    int left = from;
    int right = 0;
    for (int i = from; i < to; i++) {
      int row = rows[i];
      rows[left] = row;
      spare[right] = row;
      int isRight = (highest[node] - table.code(feature, row)) >>> 31; // 1 if negative
      left += 1 - isRight;
      right += isRight;
    }
    System.arraycopy(spare, 0, rows, left, right);
    return left;
  }
}
