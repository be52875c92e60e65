package dev.sheaf.workload;

import dev.sheaf.InputException;
import dev.sheaf.array.DType;
import dev.sheaf.array.NpyHeader;
import dev.sheaf.comm.Codec;
import dev.sheaf.comm.Codecs;
import dev.sheaf.random.Normals;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/// An array that is read piece by piece: a `.npy` file, or normal numbers that are made when they
/// are wanted.
///
/// @param file the file, or `null` for normal numbers
/// @param type the type of the elements
/// @param order their byte order
/// @param count how many
/// @param dataOffset where in the file they begin; of normal numbers, which one is the first
/// @param seed the seed of normal numbers
record ArrayInput(
    String file, DType type, ByteOrder order, long count, long dataOffset, long seed) {
  /// What to do if a rank doesn't see a file that none can send it.
  static final String COPY = "copy it to where all ranks see it";

  private static final String SCATTER = "if rank 0 alone has it, give --source scatter";

  static final Codec<ArrayInput> CODEC =
      Codecs.of(
          (out, input) ->
              out.putString(input.file == null ? "" : input.file)
                  .putString(input.type.name())
                  .putBoolean(input.order == ByteOrder.BIG_ENDIAN)
                  .putLong(input.count)
                  .putLong(input.dataOffset)
                  .putLong(input.seed),
          in -> {
            String file = in.getString();
            return new ArrayInput(
                file.isEmpty() ? null : file,
                DType.valueOf(in.getString()),
                in.getBoolean() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN,
                in.getLong(),
                in.getLong(),
                in.getLong());
          });

  /// The array of a file; reads its header.
  ///
  /// @throws InputException if it is no array of numbers, or truncated
  static ArrayInput of(Path file) {
    return of(file, NpyHeader.read(file));
  }

  /// The array of a file with this header.
  static ArrayInput of(Path file, NpyHeader header) {
    return new ArrayInput(
        file.toString(), header.type(), header.order(), header.count(), header.dataOffset(), 0);
  }

  /// Standard normal numbers, keyed by (seed, index).
  static ArrayInput normal(long count, long seed) {
    return normal(0, count, seed);
  }

  /// Those with the indices from `first` on.
  static ArrayInput normal(long first, long count, long seed) {
    return new ArrayInput(null, DType.FLOAT64, ByteOrder.nativeOrder(), count, first, seed);
  }

  /// Opens the file; `null` for normal numbers.
  ///
  /// @throws InputException if this rank doesn't see it
  FileChannel open() throws IOException {
    return open(SCATTER);
  }

  /// Opens the file; `null` for normal numbers.
  ///
  /// @param cure what to do if this rank doesn't see it
  /// @throws InputException if this rank doesn't see it
  FileChannel open(String cure) throws IOException {
    try {
      return file == null ? null : FileChannel.open(Path.of(file));
    } catch (NoSuchFileException e) {
      throw new InputException(file + ": no such file here; " + cure, e);
    }
  }

  /// Opens the file on every rank, the same one; `null` for normal numbers. Collective.
  ///
  /// @throws AgreedInputException on every rank, if one doesn't see it, or another
  FileChannel openByAll(Job job) throws Exception {
    return openByAll(job, SCATTER);
  }

  /// Opens the file on every rank, the same one; `null` for normal numbers. Collective.
  ///
  /// @param cure what to do if a rank doesn't see it
  /// @throws AgreedInputException on every rank, if one doesn't see it, or another
  FileChannel openByAll(Job job, String cure) throws Exception {
    FileChannel channel = job.onAll(() -> open(cure));
    try {
      SameFiles.check(job, file == null ? List.of() : List.of(Path.of(file)));
    } catch (AgreedInputException e) {
      channel.close();
      throw e;
    }
    return channel;
  }

  /// Fills the buffer with elements from `first` on, as they are in the file.
  ///
  /// @param channel what [#open] gave; may be used by all threads
  void read(FileChannel channel, long first, ByteBuffer into) throws IOException {
    if (channel == null) {
      Normals.fill(seed, dataOffset + first, MemorySegment.ofBuffer(into));
      return;
    }
    long offset = dataOffset + first * type.bytes() - into.position();
    while (into.hasRemaining()) {
      if (channel.read(into, offset + into.position()) < 0) {
        throw new EOFException(file + ": ends within its data: has it been cut off meanwhile?");
      }
    }
  }
}
