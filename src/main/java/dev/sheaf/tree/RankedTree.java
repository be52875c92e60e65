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

  /// The class of a distinct row.
  public int predict(int row) {
    int node = 0;
    while (tree.feature()[node] != DecisionTree.LEAF) {
      int child = tree.left()[node];
      node = table.code(tree.feature()[node], row) <= highest[node] ? child : child + 1;
    }
    return tree.label()[node];
  }
}
