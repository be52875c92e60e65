package dev.sheaf.workload;

import dev.sheaf.InputException;
import dev.sheaf.array.DType;
import dev.sheaf.array.NpyHeader;
import dev.sheaf.comm.Codec;
import dev.sheaf.comm.Codecs;
import dev.sheaf.random.KeyedRandom;
import dev.sheaf.random.Normals;
import dev.sheaf.report.Count;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/// Filters of one size.
///
/// @param height rows of each
/// @param width columns of each
/// @param elements those of each, row by row
record Filters(int height, int width, double[][] elements) {
  static final Codec<Filters> CODEC =
      Codecs.of(
          (out, filters) -> {
            out.putInt(filters.height).putInt(filters.width).putInt(filters.count());
            for (double[] filter : filters.elements) {
              for (double element : filter) {
                out.putDouble(element);
              }
            }
          },
          in -> {
            Filters filters = zeros(in.getInt(), in.getInt(), in.getInt());
            for (double[] filter : filters.elements) {
              for (int i = 0; i < filter.length; i++) {
                filter[i] = in.getDouble();
              }
            }
            return filters;
          });

  /// More elements than this, all filters together, are refused: they go to every rank.
  private static final long MOST = 1 << 24;

  private static Filters zeros(int height, int width, int count) {
    return new Filters(height, width, new double[count][height * width]);
  }

  int count() {
    return elements.length;
  }

  /// Gets the filters; reads a file.
  ///
  /// @throws InputException if they are none, or too many
  static Filters of(FilterSource source, long seed) throws IOException {
    return switch (source) {
      case FilterSource.File(Path path) -> read(path);
      case FilterSource.Random(long count, long height, long width) ->
          random(count, height, width, seed);
    };
  }

  private static Filters random(long count, long height, long width, long seed) {
    Filters filters =
        checked("--filters %dx%d --count %d".formatted(height, width, count), count, height, width);
    for (int i = 0; i < count; i++) {
      Normals.fill(KeyedRandom.of(seed, i).nextLong(), 0, filters.elements[i]);
    }
    return filters;
  }

  private static Filters read(Path file) throws IOException {
    NpyHeader header = PixelReader.header(file);
    long[] shape = header.shape();
    if (header.type() != DType.FLOAT64) {
      throw new InputException(
          "%s: filters of %s; save them as float64: filters.astype(float)"
              .formatted(file, header.type().label()));
    }
    if (shape.length < 2 || shape.length > 3) {
      throw new InputException(
          "%s: filters of %s; give (count, rows, columns), or (rows, columns) of one"
              .formatted(file, Count.of(shape.length, "dimension")));
    }
    long count = shape.length == 2 ? 1 : shape[0];
    Filters filters =
        checked(file.toString(), count, shape[shape.length - 2], shape[shape.length - 1]);
    ArrayInput input = ArrayInput.of(file, header);
    try (FileChannel channel = input.open()) {
      PixelReader reader = new PixelReader(input, channel);
      long each = filters.elements[0].length;
      MemorySegment elements = Arena.ofAuto().allocate(each * Double.BYTES, Double.BYTES);
      for (int i = 0; i < count; i++) {
        reader.read(i * each, elements);
        MemorySegment.copy(
            elements, ValueLayout.JAVA_DOUBLE, 0, filters.elements[i], 0, (int) each);
      }
    }
    return filters;
  }

  private static Filters checked(String what, long count, long height, long width) {
    if (count < 1 || height < 1 || width < 1) {
      throw new InputException(what + ": no filters; there must be at least 1, of 1x1 or more");
    }
    if (count > MOST / height / width) {
      throw new InputException(
          what + ": more than " + MOST + " elements; split them over several runs");
    }
    return zeros((int) height, (int) width, (int) count);
  }
}
