package dev.sheaf.array;

import java.util.Arrays;

/// A part of an array whose elements lie one behind the other, in row-major order: element (i, j,
/// ...) is the array's element number `offset + i strides[0] + j strides[1] + ...`.
///
/// @param offset of the first element
/// @param shape the length of each dimension
/// @param strides how far apart neighbours in each dimension are, in elements; may be negative
public record ArrayView(long offset, long[] shape, long[] strides) {
  /// The whole of an array.
  public static ArrayView of(long... shape) {
    long[] strides = new long[shape.length];
    long stride = 1;
    for (int d = shape.length - 1; d >= 0; d--) {
      strides[d] = stride;
      stride *= shape[d];
    }
    return new ArrayView(0, shape, strides);
  }

  /// The whole of an array whose first index runs fastest.
  public static ArrayView ofFortran(long... shape) {
    return of(reversed(shape)).transposed();
  }

  /// The number of elements.
  public long count() {
    return Arrays.stream(shape).reduce(1, (a, b) -> a * b);
  }

  /// The same elements with the dimensions the other way round.
  public ArrayView transposed() {
    return new ArrayView(offset, reversed(shape), reversed(strides));
  }

  private static long[] reversed(long[] values) {
    long[] reversed = new long[values.length];
    for (int i = 0; i < values.length; i++) {
      reversed[i] = values[values.length - 1 - i];
    }
    return reversed;
  }

  /// The same elements in the same order in as few dimensions as may be, at least one.
  public ArrayView flattened() {
    long[] lengths = new long[shape.length + 1];
    long[] steps = new long[shape.length + 1];
    int last = 0;
    lengths[0] = 1;
    steps[0] = 1;
    for (int d = 0; d < shape.length; d++) {
      if (shape[d] == 1) {
        continue;
      }
      if (lengths[last] != 1 && steps[last] != shape[d] * strides[d]) {
        last++;
        lengths[last] = 1;
      }
      lengths[last] *= shape[d];
      steps[last] = strides[d];
    }
    return new ArrayView(offset, Arrays.copyOf(lengths, last + 1), Arrays.copyOf(steps, last + 1));
  }

  /// A part of this one by NumPy's basic slicing: for each dimension an index, which takes the
  /// dimension away, or `start:stop:step`, all three optional and negative ones from the end; `...`
  /// stands for the dimensions not named, as does nothing behind the last.
  ///
  /// @throws dev.sheaf.InputException if the text is something else, if an index is out of bounds,
  ///   or if nothing is left
  public ArrayView slice(String text) {
    long[] lengths = new long[shape.length];
    long[] steps = new long[shape.length];
    long first = offset;
    int axis = 0;
    int kept = 0;
    for (AxisRange range : AxisRange.of(text, shape)) {
      long stride = strides[axis++];
      first += range.start() * stride;
      if (range.kept()) {
        lengths[kept] = range.length();
        steps[kept++] = range.step() * stride;
      }
    }
    return new ArrayView(first, Arrays.copyOf(lengths, kept), Arrays.copyOf(steps, kept));
  }
}
