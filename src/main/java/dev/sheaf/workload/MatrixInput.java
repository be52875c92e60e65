package dev.sheaf.workload;

import dev.sheaf.InputException;
import dev.sheaf.array.DType;
import dev.sheaf.array.NpyHeader;
import dev.sheaf.comm.Codec;
import dev.sheaf.comm.Codecs;
import dev.sheaf.linalg.Precision;
import dev.sheaf.report.Count;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/// A matrix of numbers of any type that is read part by part, converted to those of a product.
///
/// @param rows how many
/// @param columns how many
/// @param array its numbers, row by row
record MatrixInput(int rows, int columns, ArrayInput array) {
  /// Numbers converted at a time.
  private static final long PIECE = 1 << 14;

  /// Bytes read in one call: a buffer of them must be shorter than 2 GiB.
  private static final long CALL = 1 << 30;

  static final Codec<MatrixInput> CODEC =
      Codecs.of(
          (out, matrix) ->
              ArrayInput.CODEC.write(matrix.array, out.putInt(matrix.rows).putInt(matrix.columns)),
          in -> new MatrixInput(in.getInt(), in.getInt(), ArrayInput.CODEC.read(in)));

  /// The matrix of a file; reads its header.
  ///
  /// @throws InputException if it is no matrix of numbers, or truncated
  static MatrixInput of(Path file) {
    NpyHeader header = PixelReader.header(file);
    long[] shape = header.shape();
    if (shape.length != 2) {
      throw new InputException(
          "%s: an array of %s; a matrix has 2, rows and columns"
              .formatted(file, Count.of(shape.length, "dimension")));
    }
    for (long length : shape) {
      if (length > Integer.MAX_VALUE) {
        throw new InputException(
            "%s: %d x %d; rows and columns may be %d at most"
                .formatted(file, shape[0], shape[1], Integer.MAX_VALUE));
      }
    }
    return new MatrixInput((int) shape[0], (int) shape[1], ArrayInput.of(file, header));
  }

  /// Standard normal numbers, those of the seed from index `first` on.
  static MatrixInput normal(int rows, int columns, long first, long seed) {
    return new MatrixInput(rows, columns, ArrayInput.normal(first, (long) rows * columns, seed));
  }

  /// Whether its numbers need no more than single precision.
  boolean single() {
    return array.type() == DType.FLOAT32 || array.type() == DType.FLOAT16;
  }

  /// Opens the file on every rank, the same one; `null` for normal numbers. Collective.
  FileChannel openByAll(Job job) throws Exception {
    return array.openByAll(job, ArrayInput.COPY);
  }

  /// A reader for one thread.
  ///
  /// @param channel what [#openByAll] gave, or the file of its array; stays open
  /// @param precision of the numbers wanted
  Reader reader(FileChannel channel, Precision precision) {
    PixelReader numbers = new PixelReader(array, channel);
    if (precision == Precision.DOUBLE) {
      return this.new Reader(numbers::read, Double.BYTES);
    }
    if (array.type() == DType.FLOAT32 && array.order() == ByteOrder.nativeOrder()) {
      return this.new Reader((first, to) -> readSingle(channel, first, to), Float.BYTES);
    }
    MemorySegment doubles = Arena.ofAuto().allocate(PIECE * Double.BYTES, Double.BYTES);
    return this.new Reader((first, to) -> narrow(numbers, doubles, first, to), Float.BYTES);
  }

  private void readSingle(FileChannel channel, long first, MemorySegment to) throws IOException {
    for (long done = 0; done < to.byteSize(); done += CALL) {
      MemorySegment some = to.asSlice(done, Math.min(CALL, to.byteSize() - done));
      array.read(channel, first + done / Float.BYTES, some.asByteBuffer());
    }
  }

  private static void narrow(
      PixelReader numbers, MemorySegment doubles, long first, MemorySegment to) throws IOException {
    long count = to.byteSize() / Float.BYTES;
    for (long done = 0; done < count; done += PIECE) {
      long some = Math.min(PIECE, count - done);
      numbers.read(first + done, doubles.asSlice(0, some * Double.BYTES));
      for (long i = 0; i < some; i++) {
        float number = (float) doubles.getAtIndex(ValueLayout.JAVA_DOUBLE, i);
        to.setAtIndex(ValueLayout.JAVA_FLOAT, done + i, number);
      }
    }
  }

  /// Gives numbers that follow one another.
  @FunctionalInterface
  private interface Run {
    void read(long first, MemorySegment to) throws IOException;
  }

  /// Reads parts of the matrix for one thread.
  final class Reader {
    private final Run run;
    private final int bytes;

    private Reader(Run run, int bytes) {
      this.run = run;
      this.bytes = bytes;
    }

    /// Fills the memory with `height` rows of `width` numbers, without gaps.
    void read(int row, int height, int column, int width, MemorySegment to) throws IOException {
      long first = (long) row * columns + column;
      if (width == columns) {
        run.read(first, to.asSlice(0, (long) height * width * bytes));
        return;
      }
      for (int i = 0; i < height; i++) {
        long length = (long) width * bytes;
        run.read(first + (long) i * columns, to.asSlice(i * length, length));
      }
    }
  }
}
