package dev.sheaf.tree;

/// A classification tree, as arrays with an entry a node. Node 0 is the root; the children of an
/// inner node stand next to each other.
///
/// @param feature the column that an inner node asks for; -1 in a leaf
/// @param threshold an inner node sends what is less or equal to the left
/// @param left the left child of an inner node, the right one is the next; 0 in a leaf
/// @param label the class with the most weight in the node, the lowest of equal ones
public record DecisionTree(int[] feature, double[] threshold, int[] left, int[] label) {
  /// What a leaf has instead of a feature.
  public static final int LEAF = -1;

  /// The number of nodes.
  public int nodes() {
    return feature.length;
  }

  /// The number of leaves.
  public int leaves() {
    return (nodes() + 1) / 2;
  }

  /// The length of the longest path from the root, in edges: 0 for a single leaf.
  public int depth() {
    int[] depth = new int[nodes()];
    int deepest = 0;
    for (int node = 0; node < nodes(); node++) {
      if (feature[node] != LEAF) {
        depth[left[node]] = depth[node] + 1; // children come after their parent
        depth[left[node] + 1] = depth[node] + 1;
        deepest = Math.max(deepest, depth[node] + 1);
      }
    }
    return deepest;
  }

  /// The class of one row of features.
  public int predict(double[] row) {
    int node = 0;
    while (feature[node] != LEAF) {
      node = row[feature[node]] <= threshold[node] ? left[node] : left[node] + 1;
    }
    return label[node];
  }
}
