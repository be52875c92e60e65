package dev.sheaf.parquet;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Writes a struct as [ThriftStruct] reads it; the fields in ascending order of their numbers.
final class ThriftWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private int last;

  /// The bytes of the struct.
  byte[] end() {
    out.write(0);
    return out.toByteArray();
  }

  ThriftWriter number(int id, int value) {
    return head(id, ThriftStruct.I32).zigzag(value);
  }

  ThriftWriter longNumber(int id, long value) {
    return head(id, ThriftStruct.I64).zigzag(value);
  }

  ThriftWriter flag(int id, boolean value) {
    return head(id, value ? ThriftStruct.TRUE : ThriftStruct.FALSE);
  }

  ThriftWriter text(int id, String value) {
    return head(id, ThriftStruct.BINARY).bytes(value);
  }

  ThriftWriter struct(int id, ThriftWriter value) {
    head(id, ThriftStruct.STRUCT);
    out.writeBytes(value.end());
    return this;
  }

  ThriftWriter structs(int id, List<ThriftWriter> values) {
    head(id, ThriftStruct.LIST).size(values.size(), ThriftStruct.STRUCT);
    values.forEach(value -> out.writeBytes(value.end()));
    return this;
  }

  ThriftWriter numbers(int id, List<Integer> values) {
    head(id, ThriftStruct.LIST).size(values.size(), ThriftStruct.I32);
    values.forEach(this::zigzag);
    return this;
  }

  ThriftWriter texts(int id, List<String> values) {
    head(id, ThriftStruct.LIST).size(values.size(), ThriftStruct.BINARY);
    values.forEach(this::bytes);
    return this;
  }

  private ThriftWriter head(int id, int type) {
    out.write(((id - last) << 4) | type);
    last = id;
    return this;
  }

  private void size(int size, int type) {
    out.write((Math.min(size, 15) << 4) | type);
    if (size >= 15) {
      varint(size);
    }
  }

  private ThriftWriter bytes(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    varint(bytes.length);
    out.writeBytes(bytes);
    return this;
  }

  private ThriftWriter zigzag(long value) {
    varint((value << 1) ^ (value >> 63));
    return this;
  }

  private void varint(long value) {
    varint(out, value);
  }

  /// Writes a number of seven bits a byte.
  static void varint(ByteArrayOutputStream out, long value) {
    long left = value;
    for (; left >>> 7 != 0; left >>>= 7) {
      out.write((int) ((left & 0x7f) | 0x80));
    }
    out.write((int) left);
  }
}
