package dev.sheaf.zarr;

import dev.sheaf.array.DType;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// How an array is stored.
///
/// @param order the byte order of the elements; little-endian for those of one byte
/// @param shape the length of each dimension
/// @param chunk the elements of a chunk along each dimension
/// @param axes the dimensions in the order in which they lie in a chunk, that which runs fastest
///   last
/// @param fill an element of a chunk that is not there
/// @param codecs what was done to the bytes of a chunk, in this order
/// @param shards `null` if each chunk has a file of its own
/// @param keys how the files are called
record Layout(
    DType type,
    ByteOrder order,
    long[] shape,
    int[] chunk,
    int[] axes,
    byte[] fill,
    List<ByteCodec> codecs,
    Shards shards,
    Keys keys) {
  /// How files have several chunks: with an index of 16 bytes for each, where it begins and how
  /// long it is.
  ///
  /// @param chunks the chunks of a shard along each dimension
  /// @param indexFirst whether the index is at the file's beginning, not at its end
  /// @param indexChecked whether a CRC-32C is behind the index
  record Shards(int[] chunks, boolean indexFirst, boolean indexChecked) {
    static final int ENTRY = 2 * Long.BYTES;

    int count() {
      return Arrays.stream(chunks).reduce(1, (a, b) -> a * b);
    }

    int indexBytes() {
      return count() * ENTRY + (indexChecked ? Bytes.SUM : 0);
    }

    /// Which of a shard's chunks it is.
    int place(long[] chunk) {
      int place = 0;
      for (int d = 0; d < chunk.length; d++) {
        place = place * chunks[d] + (int) (chunk[d] % chunks[d]);
      }
      return place;
    }
  }

  /// How files are called.
  ///
  /// @param prefix what a name begins with, before a separator; may be empty
  record Keys(String prefix, String separator) {}

  /// The bytes of a chunk, as it is when unpacked.
  int chunkBytes() {
    return Arrays.stream(chunk).reduce(type.bytes(), (a, b) -> a * b);
  }

  /// How far apart neighbours in each dimension are within a chunk, in elements.
  long[] strides() {
    long[] strides = new long[chunk.length];
    long stride = 1;
    for (int i = axes.length - 1; i >= 0; i--) {
      strides[axes[i]] = stride;
      stride *= chunk[axes[i]];
    }
    return strides;
  }

  /// The number of the file, along each dimension, that has a chunk.
  long[] file(long[] chunk) {
    if (shards == null) {
      return chunk;
    }
    long[] file = chunk.clone();
    for (int d = 0; d < file.length; d++) {
      file[d] /= shards.chunks[d];
    }
    return file;
  }

  /// The name of a file in the array's directory.
  String key(long[] file) {
    String numbers =
        Arrays.stream(file).mapToObj(Long::toString).collect(Collectors.joining(keys.separator));
    if (keys.prefix.isEmpty()) {
      return numbers.isEmpty() ? "0" : numbers;
    }
    return numbers.isEmpty() ? keys.prefix : keys.prefix + keys.separator + numbers;
  }
}
