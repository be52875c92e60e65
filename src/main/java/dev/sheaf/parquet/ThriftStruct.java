package dev.sheaf.parquet;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A struct as Thrift's compact protocol writes it, which Parquet's metadata are in
/// (<https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md>). Fields go
/// by their numbers; those that are not there are `null`, or the default that is asked for.
final class ThriftStruct {
  static final int TRUE = 1;
  static final int FALSE = 2;
  static final int BYTE = 3;
  static final int I16 = 4;
  static final int I32 = 5;
  static final int I64 = 6;
  static final int DOUBLE = 7;
  static final int BINARY = 8;
  static final int LIST = 9;
  static final int SET = 10;
  static final int STRUCT = 12;

  private static final int DEEPEST = 32;

  private Object[] fields = new Object[16];

  private ThriftStruct() {}

  /// Reads a struct from the buffer's position on.
  ///
  /// @throws ParquetException if there is none
  static ThriftStruct read(ByteBuffer in) throws ParquetException {
    try {
      return struct(in, 0);
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw new ParquetException("its metadata are damaged or cut short", e);
    }
  }

  private static ThriftStruct struct(ByteBuffer in, int depth) throws ParquetException {
    ThriftStruct struct = new ThriftStruct();
    int id = 0;
    while (true) {
      int head = in.get() & 0xff;
      if (head == 0) {
        return struct;
      }
      id = head >> 4 == 0 ? (int) zigzag(in) : id + (head >> 4);
      if (id < 0 || id > Short.MAX_VALUE || depth == DEEPEST) {
        throw new IllegalArgumentException();
      }
      if (id >= struct.fields.length) {
        struct.fields = Arrays.copyOf(struct.fields, 2 * id);
      }
      int type = head & 15;
      struct.fields[id] = type <= FALSE ? (Object) (type == TRUE) : value(type, in, depth);
    }
  }

  private static Object value(int type, ByteBuffer in, int depth) throws ParquetException {
    return switch (type) {
      case TRUE, FALSE -> in.get() == TRUE;
      case BYTE -> (long) in.get();
      case I16, I32, I64 -> zigzag(in);
      case DOUBLE -> Double.longBitsToDouble(Long.reverseBytes(in.getLong()));
      case BINARY -> {
        byte[] bytes = new byte[size(varint(in), in)];
        in.get(bytes);
        yield bytes;
      }
      case LIST, SET -> {
        int head = in.get() & 0xff;
        int size = size(head >> 4 == 15 ? varint(in) : head >> 4, in);
        List<Object> values = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
          values.add(value(head & 15, in, depth));
        }
        yield values;
      }
      case STRUCT -> struct(in, depth + 1);
      default -> throw new IllegalArgumentException(); // maps: Parquet has none
    };
  }

  /// A size that there can be: each element takes at least a byte.
  private static int size(long size, ByteBuffer in) {
    if (size < 0 || size > in.remaining()) {
      throw new IllegalArgumentException();
    }
    return (int) size;
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte next = in.get();
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException();
  }

  private static long zigzag(ByteBuffer in) {
    long value = varint(in);
    return value >>> 1 ^ -(value & 1);
  }

  private Object get(int id) {
    return id < fields.length ? fields[id] : null;
  }

  boolean has(int id) {
    return get(id) != null;
  }

  long number(int id) throws ParquetException {
    return typed(id, Long.class);
  }

  long number(int id, long missing) throws ParquetException {
    return has(id) ? number(id) : missing;
  }

  boolean flag(int id, boolean missing) throws ParquetException {
    return has(id) ? typed(id, Boolean.class) : missing;
  }

  String text(int id) throws ParquetException {
    return new String(typed(id, byte[].class), StandardCharsets.UTF_8);
  }

  ThriftStruct struct(int id) throws ParquetException {
    return typed(id, ThriftStruct.class);
  }

  List<ThriftStruct> structs(int id) throws ParquetException {
    List<ThriftStruct> structs = new ArrayList<>();
    for (Object each : typed(id, List.class)) {
      if (!(each instanceof ThriftStruct struct)) {
        throw new ParquetException("its metadata are damaged");
      }
      structs.add(struct);
    }
    return structs;
  }

  private <T> T typed(int id, Class<T> type) throws ParquetException {
    if (!type.isInstance(get(id))) {
      throw new ParquetException("its metadata are damaged");
    }
    return type.cast(get(id));
  }
}
