package dev.sheaf.comm;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;

/// Ready codecs.
public final class Codecs {
  /// Nothing: for tasks whose result is a side effect. The value is `null`.
  public static final Codec<Void> NOTHING =
      new Codec<>() {
        @Override
        public void write(Void value, Encoder out) {}

        @Override
        public Void read(Decoder in) {
          return null;
        }
      };

  /// A long in eight bytes.
  public static final Codec<Long> LONG = of(Encoder::putLong, Decoder::getLong);

  /// A double in eight bytes, every bit kept.
  public static final Codec<Double> DOUBLE = of(Encoder::putDouble, Decoder::getDouble);

  /// A string in UTF-8 behind its length.
  public static final Codec<String> STRING = of(Encoder::putString, Decoder::getString);

  /// Bytes behind their length.
  public static final Codec<byte[]> BYTES = of(Encoder::putBytes, Decoder::getBytes);

  private Codecs() {}

  /// A codec of two functions.
  public static <T> Codec<T> of(BiConsumer<Encoder, T> writer, Function<Decoder, T> reader) {
    return new Codec<>() {
      @Override
      public void write(T value, Encoder out) {
        writer.accept(out, value);
      }

      @Override
      public T read(Decoder in) {
        return reader.apply(in);
      }
    };
  }

  /// A list: its size, then its elements.
  public static <T> Codec<List<T>> list(Codec<T> element) {
    return new Codec<>() {
      @Override
      public void write(List<T> values, Encoder out) {
        out.putInt(values.size());
        for (T value : values) {
          element.write(value, out);
        }
      }

      @Override
      public List<T> read(Decoder in) {
        int size = in.getInt();
        List<T> values = new ArrayList<>(Math.min(size, 1 << 16));
        for (int i = 0; i < size; i++) {
          values.add(element.read(in));
        }
        return values;
      }
    };
  }
}
