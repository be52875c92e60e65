package dev.sheaf.array;

import java.util.Locale;

/// The types of elements that Sheaf reads and writes, as NumPy names them.
public enum DType {
  /// NumPy's `bool`: one byte, 0 or 1.
  BOOL('b', 1),
  /// Signed, 8 bits.
  INT8('i', 1),
  /// Unsigned, 8 bits.
  UINT8('u', 1),
  /// Signed, 16 bits.
  INT16('i', 2),
  /// Unsigned, 16 bits.
  UINT16('u', 2),
  /// Signed, 32 bits.
  INT32('i', 4),
  /// Unsigned, 32 bits.
  UINT32('u', 4),
  /// Signed, 64 bits.
  INT64('i', 8),
  /// Unsigned, 64 bits.
  UINT64('u', 8),
  /// IEEE 754 binary16.
  FLOAT16('f', 2),
  /// IEEE 754 binary32.
  FLOAT32('f', 4),
  /// IEEE 754 binary64.
  FLOAT64('f', 8);

  private final String code;
  private final int bytes;

  DType(char kind, int bytes) {
    this.code = kind + Integer.toString(bytes);
    this.bytes = bytes;
  }

  /// The size of an element in bytes.
  public int bytes() {
    return bytes;
  }

  /// Whether the elements are floating-point numbers.
  public boolean isFloat() {
    return code.charAt(0) == 'f';
  }

  /// NumPy's name: `float64`.
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The type of a NumPy `dtype.str`, such as `<f8`; `null` if there is none. The byte order is
  /// left to the caller.
  public static DType ofStr(String str) {
    if (str.matches("[<>|=].*")) {
      for (DType type : values()) {
        if (str.substring(1).equals(type.code)) {
          return type;
        }
      }
    }
    return null;
  }

  /// Kind and size as in an array's `dtype.str` behind the byte order: `f8`.
  String code() {
    return code;
  }
}
