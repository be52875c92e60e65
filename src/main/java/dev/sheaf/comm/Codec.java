package dev.sheaf.comm;

/// How a value becomes bytes and back: little-endian, in the order in which it is written, with no
/// class names. Nothing that arrives can name code to run.
///
/// @param <T> the type of the values
public interface Codec<T> {
  /// Appends the value.
  void write(T value, Encoder out);

  /// Reads what [#write] appended.
  T read(Decoder in);

  /// The value as bytes of its own.
  default byte[] encode(T value) {
    Encoder out = new Encoder();
    write(value, out);
    return out.toByteArray();
  }

  /// The value that [#encode] made these bytes of.
  ///
  /// @throws CommException if bytes are left over or missing
  default T decode(byte[] bytes) {
    Decoder in = new Decoder(bytes);
    T value = read(in);
    in.end();
    return value;
  }
}
