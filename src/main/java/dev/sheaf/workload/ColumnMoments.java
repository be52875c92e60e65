package dev.sheaf.workload;

import dev.sheaf.reduce.BlockMoments;
import dev.sheaf.reduce.FixedTree;
import dev.sheaf.reduce.Moments;
import dev.sheaf.table.NumberReader;

/// The moments of numbers that come batch by batch; a batch is a block. One for each thread.
final class ColumnMoments {
  static {
    assert NumberReader.BATCH <= BlockMoments.BLOCK;
  }

  private final BlockMoments block = new BlockMoments();

  /// Adds a batch to a tree.
  void add(double[] values, int count, FixedTree<Moments> tree) {
    if (count > 0) {
      block.memory().asDoubleBuffer().put(0, values, 0, count);
      tree.add(block.doubles(count));
    }
  }

  /// A tree without batches.
  static FixedTree<Moments> tree() {
    return new FixedTree<>(Moments::plus);
  }

  /// The standard deviation of a sample (`ddof=1`), as pandas has it; NaN of fewer than two values.
  static double std(Moments moments) {
    return moments.count() < 2
        ? Double.NaN
        : Math.sqrt(moments.m2() / (double) (moments.count() - 1));
  }
}
