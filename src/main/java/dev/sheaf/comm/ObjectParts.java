package dev.sheaf.comm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/// The encoded values of all ranks in one buffer; off-heap, as together they may pass 2 GiB.
final class ObjectParts {
  private ObjectParts() {}

  static VBuffer allocate(long[] lengths) {
    long total = 0;
    for (long length : lengths) {
      total += length;
    }
    return VBuffer.of(Buffer.allocate(Arena.ofAuto(), ElementType.INT8, total), lengths);
  }

  static VBuffer concatenate(List<byte[]> encoded, long[] lengths) {
    if (encoded.size() != lengths.length) {
      throw new IllegalArgumentException(
          encoded.size() + " values for " + lengths.length + " ranks");
    }
    for (int rank = 0; rank < lengths.length; rank++) {
      lengths[rank] = encoded.get(rank).length;
    }
    VBuffer parts = allocate(lengths);
    for (int rank = 0; rank < lengths.length; rank++) {
      parts.part(rank).segment().copyFrom(MemorySegment.ofArray(encoded.get(rank)));
    }
    return parts;
  }

  static <T> List<T> decode(VBuffer parts, Codec<T> codec) {
    List<T> values = new ArrayList<>(parts.counts().length);
    for (int rank = 0; rank < parts.counts().length; rank++) {
      values.add(codec.decode(parts.part(rank).segment().toArray(ValueLayout.JAVA_BYTE)));
    }
    return values;
  }
}
