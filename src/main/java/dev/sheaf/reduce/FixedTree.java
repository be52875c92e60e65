package dev.sheaf.reduce;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;

/// Combines values in the order of a binary tree that their number alone determines, for operations
/// such as floating-point addition, where the order matters.
///
/// The tree over n leaves has the largest power of two below n of them on its left:
///
/// ```
///   7 leaves     ((0 1) (2 3)) ((4 5) 6)
/// ```
///
/// So every aligned run of 2^k leaves, and the run behind the last such, is a subtree. It can be
/// combined on its own, by any rank, and its result added as one leaf of the tree over runs: the
/// outcome is the same.
///
/// Memory: one value for each level of the tree. Not for use by several threads at once.
///
/// @param <T> the type of the values
public final class FixedTree<T> {
  private final BinaryOperator<T> combine;

  /// Finished subtrees from left to right; their sizes are the binary digits of `leaves`.
  private final List<T> subtrees = new ArrayList<>();

  private long leaves;

  /// A tree without leaves.
  public FixedTree(BinaryOperator<T> combine) {
    this.combine = combine;
  }

  /// Adds the next leaf.
  public void add(T leaf) {
    T subtree = leaf;
    for (long rest = leaves; (rest & 1) == 1; rest >>= 1) {
      subtree = combine.apply(subtrees.removeLast(), subtree);
    }
    subtrees.add(subtree);
    leaves++;
  }

  /// The combination of all leaves so far.
  ///
  /// @param empty what it is without leaves
  public T result(T empty) {
    if (subtrees.isEmpty()) {
      return empty;
    }
    T result = subtrees.getLast();
    for (int i = subtrees.size() - 2; i >= 0; i--) {
      result = combine.apply(subtrees.get(i), result);
    }
    return result;
  }
}
