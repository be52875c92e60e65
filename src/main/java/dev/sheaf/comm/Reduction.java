package dev.sheaf.comm;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.IntConsumer;

/// Elementwise reductions over the ranks' memory, always in rank order: the result of a
/// floating-point sum depends on the number of ranks only.
public final class Reduction {
  /// Two blocks of the widest type fit into a first-level cache of 32 KiB.
  private static final int BLOCK = 1024;

  private Reduction() {}

  /// Writes the reduction of elements `start` to `start + count` of all sources to the same
  /// elements of all targets. A target may be one of the sources.
  public static void run(
      ElementType type,
      Op op,
      MemorySegment[] sources,
      List<MemorySegment> targets,
      long start,
      long count) {
    Block block = block(type, op, (int) Math.min(BLOCK, count));
    for (long i = 0; i < count; i += BLOCK) {
      int n = (int) Math.min(BLOCK, count - i);
      long offset = (start + i) * type.bytes();
      long bytes = n * type.bytes();
      MemorySegment.copy(sources[0], offset, block.sum, 0, bytes);
      for (int r = 1; r < sources.length; r++) {
        MemorySegment.copy(sources[r], offset, block.next, 0, bytes);
        block.combine.accept(n);
      }
      for (MemorySegment target : targets) {
        MemorySegment.copy(block.sum, 0, target, offset, bytes);
      }
    }
  }

  /// Two arrays, as memory, and the loop that combines the first `n` elements of `next` into `sum`.
  private record Block(MemorySegment sum, MemorySegment next, IntConsumer combine) {}

  private static Block block(ElementType type, Op op, int n) {
    return switch (type) {
      case INT8 -> {
        byte[] sum = new byte[n];
        byte[] next = new byte[n];
        yield new Block(
            MemorySegment.ofArray(sum), MemorySegment.ofArray(next), bytes(op, sum, next));
      }
      case INT32 -> {
        int[] sum = new int[n];
        int[] next = new int[n];
        yield new Block(
            MemorySegment.ofArray(sum), MemorySegment.ofArray(next), ints(op, sum, next));
      }
      case INT64 -> {
        long[] sum = new long[n];
        long[] next = new long[n];
        yield new Block(
            MemorySegment.ofArray(sum), MemorySegment.ofArray(next), longs(op, sum, next));
      }
      case FLOAT32 -> {
        float[] sum = new float[n];
        float[] next = new float[n];
        yield new Block(
            MemorySegment.ofArray(sum), MemorySegment.ofArray(next), floats(op, sum, next));
      }
      case FLOAT64 -> {
        double[] sum = new double[n];
        double[] next = new double[n];
        yield new Block(
            MemorySegment.ofArray(sum), MemorySegment.ofArray(next), doubles(op, sum, next));
      }
    };
  }

  private static IntConsumer bytes(Op op, byte[] a, byte[] b) {
    return switch (op) {
      case SUM ->
          n -> {
            for (int i = 0; i < n; i++) {
              a[i] += b[i];
            }
          };
      case MIN ->
          n -> {
            for (int i = 0; i < n; i++) {
              a[i] = (byte) Math.min(a[i], b[i]);
            }
          };
      case MAX ->
          n -> {
            for (int i = 0; i < n; i++) {
              a[i] = (byte) Math.max(a[i], b[i]);
            }
          };
    };
  }

  private static IntConsumer ints(Op op, int[] a, int[] b) {
    return switch (op) {
      case SUM ->
          n -> {
            for (int i = 0; i < n; i++) {
              a[i] += b[i];
            }
          };
      case MIN ->
          n -> {
            for (int i = 0; i < n; i++) {
              a[i] = Math.min(a[i], b[i]);
            }
          };
      case MAX ->
          n -> {
            for (int i = 0; i < n; i++) {
              a[i] = Math.max(a[i], b[i]);
            }
          };
    };
  }

  private static IntConsumer longs(Op op, long[] a, long[] b) {
    return switch (op) {
      case SUM ->
          n -> {
            for (int i = 0; i < n; i++) {
              a[i] += b[i];
            }
          };
      case MIN ->
          n -> {
            for (int i = 0; i < n; i++) {
              a[i] = Math.min(a[i], b[i]);
            }
          };
      case MAX ->
          n -> {
            for (int i = 0; i < n; i++) {
              a[i] = Math.max(a[i], b[i]);
            }
          };
    };
  }

  private static IntConsumer floats(Op op, float[] a, float[] b) {
    return switch (op) {
      case SUM ->
          n -> {
            for (int i = 0; i < n; i++) {
              a[i] += b[i];
            }
          };
      case MIN ->
          n -> {
            for (int i = 0; i < n; i++) {
              a[i] = Math.min(a[i], b[i]);
            }
          };
      case MAX ->
          n -> {
            for (int i = 0; i < n; i++) {
              a[i] = Math.max(a[i], b[i]);
            }
          };
    };
  }

  private static IntConsumer doubles(Op op, double[] a, double[] b) {
    return switch (op) {
      case SUM ->
          n -> {
            for (int i = 0; i < n; i++) {
              a[i] += b[i];
            }
          };
      case MIN ->
          n -> {
            for (int i = 0; i < n; i++) {
              a[i] = Math.min(a[i], b[i]);
            }
          };
      case MAX ->
          n -> {
            for (int i = 0; i < n; i++) {
              a[i] = Math.max(a[i], b[i]);
            }
          };
    };
  }
}
