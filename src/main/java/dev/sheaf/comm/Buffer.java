package dev.sheaf.comm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Typed memory for one partner of a message: a segment and the type of its elements, as MPI's
/// (address, count, datatype). Counts are `long`.
///
/// Off-heap segments go to the network as they are. Java arrays are copied through off-heap memory
/// in pieces where the transport needs that; they are never pinned across a blocking call.
///
/// @param segment the memory; its size is a whole number of elements
/// @param type the type of the elements
public record Buffer(MemorySegment segment, ElementType type) {
  /// Checks that the segment holds a whole number of elements.
  public Buffer {
    if (segment.byteSize() % type.bytes() != 0) {
      throw new IllegalArgumentException(
          "segment of "
              + segment.byteSize()
              + " bytes is not a whole number of "
              + type
              + " elements");
    }
  }

  /// The bytes of an array.
  public static Buffer of(byte... array) {
    return new Buffer(MemorySegment.ofArray(array), ElementType.INT8);
  }

  /// The elements of an array.
  public static Buffer of(int... array) {
    return new Buffer(MemorySegment.ofArray(array), ElementType.INT32);
  }

  /// The elements of an array.
  public static Buffer of(long... array) {
    return new Buffer(MemorySegment.ofArray(array), ElementType.INT64);
  }

  /// The elements of an array.
  public static Buffer of(float... array) {
    return new Buffer(MemorySegment.ofArray(array), ElementType.FLOAT32);
  }

  /// The elements of an array.
  public static Buffer of(double... array) {
    return new Buffer(MemorySegment.ofArray(array), ElementType.FLOAT64);
  }

  /// New zeroed off-heap memory, aligned to 64 bytes, that lives as long as the arena.
  public static Buffer allocate(Arena arena, ElementType type, long count) {
    return new Buffer(arena.allocate(Math.multiplyExact(count, type.bytes()), 64), type);
  }

  /// No elements.
  public static Buffer empty(ElementType type) {
    return new Buffer(MemorySegment.NULL, type);
  }

  /// The number of elements.
  public long count() {
    return segment.byteSize() / type.bytes();
  }

  /// `count` elements from element `start` on, of the same memory.
  public Buffer slice(long start, long count) {
    return new Buffer(segment.asSlice(start * type.bytes(), count * type.bytes()), type);
  }
}
