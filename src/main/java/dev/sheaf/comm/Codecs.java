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

  /// Values that need no codec of their own, and come back as what they were: numbers and their
  /// like ([Boolean], [Byte], [Short], [Character], [Integer], [Long], [Float], [Double]), strings,
  /// arrays of them, also with several dimensions, lists of all these, and `null`. A byte more than
  /// with a codec for the type.
  ///
  /// Writing anything else throws [IllegalArgumentException], which names its type.
  public static final Codec<Object> PLAIN = new PlainCodec();

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

  /// A list: its size, then its elements, each of which takes at least a byte.
  public static <T> Codec<List<T>> list(Codec<T> element) {
    return new Codec<>() {
      @Override
      public void write(List<T> values, Encoder out) {
        out.putInt(values.size());
        int start = out.size();
        for (T value : values) {
          element.write(value, out);
        }
        if (out.size() - start < values.size()) {
          throw new IllegalArgumentException("a list of values that take no bytes");
        }
      }

      @Override
      public List<T> read(Decoder in) {
        int size = in.getLength();
        List<T> values = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
          values.add(element.read(in));
        }
        return values;
      }
    };
  }

  /// The codec of a record type: its components in their order, without names. They may be
  /// primitives and their boxes, strings, enums (by name), arrays of byte, int, long, float and
  /// double, records of all these, and lists of any but primitives. Nothing may be `null`.
  ///
  /// Derived by reflection, once: keep it in a constant.
  ///
  /// @throws IllegalArgumentException if a component is of another type; the message names it
  public static <R extends Record> Codec<R> ofRecord(Class<R> type) {
    return RecordCodec.derive(type);
  }
}
