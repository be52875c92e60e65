package dev.sheaf.workload;

import dev.sheaf.InputException;
import dev.sheaf.array.DType;
import dev.sheaf.comm.Codec;
import dev.sheaf.comm.Codecs;
import dev.sheaf.comm.Decoder;
import dev.sheaf.comm.Encoder;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// What a turn of a user's loop has given, as it travels: rank 0 knows nothing of the user's
/// classes.
sealed interface LoopValue {
  /// `null`.
  record Nothing() implements LoopValue {
    static final Nothing NOTHING = new Nothing();
  }

  /// True or false.
  record Truth(boolean value) implements LoopValue {}

  /// An integer.
  record Whole(long value) implements LoopValue {}

  /// A floating-point number of 32 bits.
  record Single(float value) implements LoopValue {}

  /// A floating-point number of 64 bits.
  record Real(double value) implements LoopValue {}

  /// A string.
  record Text(String value) implements LoopValue {}

  /// An array of numbers.
  ///
  /// @param data the elements, little-endian, the last index fastest
  record Numbers(DType type, long[] shape, byte[] data) implements LoopValue {}

  /// A record.
  record Row(List<String> names, List<LoopValue> values) implements LoopValue {}

  /// What a user's code gave.
  ///
  /// @throws InputException if it is nothing that a loop can give
  static LoopValue of(Object value) {
    return switch (value) {
      case null -> Nothing.NOTHING;
      case Boolean truth -> new Truth(truth);
      case Byte whole -> new Whole(whole);
      case Short whole -> new Whole(whole);
      case Integer whole -> new Whole(whole);
      case Long whole -> new Whole(whole);
      case Float single -> new Single(single);
      case Double real -> new Real(real);
      case Character letter -> new Text(letter.toString());
      case CharSequence text -> new Text(text.toString());
      case Enum<?> name -> new Text(name.name());
      case Record row -> row(row);
      default -> {
        if (value.getClass().isArray()) {
          yield numbers(value);
        }
        throw unfit(value);
      }
    };
  }

  private static InputException unfit(Object value) {
    return new InputException(
        "the result is of "
            + value.getClass().getTypeName()
            + "; return a number, a string, an array of numbers, or a record of these");
  }

  private static Row row(Record row) {
    List<String> names = new ArrayList<>();
    List<LoopValue> values = new ArrayList<>();
    for (RecordComponent component : row.getClass().getRecordComponents()) {
      try {
        component.getAccessor().setAccessible(true); // the record need not be public
        LoopValue value = of(component.getAccessor().invoke(row));
        if (value instanceof Row) {
          throw new InputException(
              "%s of %s is a record; give numbers, strings or arrays"
                  .formatted(component.getName(), row.getClass().getSimpleName()));
        }
        names.add(component.getName());
        values.add(value);
      } catch (InvocationTargetException | IllegalAccessException e) {
        throw new InputException(
            "%s of %s can't be read: %s".formatted(component.getName(), row.getClass(), e), e);
      }
    }
    return new Row(names, values);
  }

  private static Numbers numbers(Object array) {
    List<Long> shape = new ArrayList<>();
    Class<?> element = array.getClass();
    for (Object part = array; element.isArray(); element = element.getComponentType()) {
      int length = part == null ? 0 : Array.getLength(part);
      shape.add((long) length);
      part = length == 0 || element.getComponentType().isPrimitive() ? null : Array.get(part, 0);
    }
    DType type =
        switch (element.getName()) {
          case "boolean" -> DType.BOOL;
          case "byte" -> DType.INT8;
          case "short" -> DType.INT16;
          case "int" -> DType.INT32;
          case "long" -> DType.INT64;
          case "float" -> DType.FLOAT32;
          case "double" -> DType.FLOAT64;
          default -> throw unfit(array);
        };
    long count = shape.stream().reduce(1L, Math::multiplyExact);
    ByteBuffer data =
        ByteBuffer.allocate(Math.toIntExact(Math.multiplyExact(count, type.bytes())))
            .order(ByteOrder.LITTLE_ENDIAN);
    fill(array, shape, 0, data);
    return new Numbers(type, shape.stream().mapToLong(Long::longValue).toArray(), data.array());
  }

  private static void fill(Object array, List<Long> shape, int dimension, ByteBuffer to) {
    int length = array == null ? -1 : Array.getLength(array);
    if (length != shape.get(dimension)) {
      throw new InputException("the result is an array whose rows differ in length");
    }
    switch (array) {
      case boolean[] values -> {
        for (boolean value : values) {
          to.put((byte) (value ? 1 : 0));
        }
      }
      case byte[] values -> to.put(values);
      case short[] values -> {
        for (short value : values) {
          to.putShort(value);
        }
      }
      case int[] values -> {
        for (int value : values) {
          to.putInt(value);
        }
      }
      case long[] values -> {
        for (long value : values) {
          to.putLong(value);
        }
      }
      case float[] values -> {
        for (float value : values) {
          to.putFloat(value);
        }
      }
      case double[] values -> {
        for (double value : values) {
          to.putDouble(value);
        }
      }
      case Object[] rows -> {
        for (Object row : rows) {
          fill(row, shape, dimension + 1, to);
        }
      }
      default -> throw unfit(array);
    }
  }

  /// How values become bytes.
  Codec<LoopValue> CODEC = Codecs.of((out, value) -> write(value, out), LoopValue::read);

  private static void write(LoopValue value, Encoder out) {
    switch (value) {
      case Nothing _ -> out.putByte((byte) 0);
      case Truth truth -> out.putByte((byte) 1).putBoolean(truth.value);
      case Whole whole -> out.putByte((byte) 2).putLong(whole.value);
      case Single single -> out.putByte((byte) 3).putFloat(single.value);
      case Real real -> out.putByte((byte) 4).putDouble(real.value);
      case Text text -> out.putByte((byte) 5).putString(text.value);
      case Numbers numbers ->
          out.putByte((byte) 6)
              .putString(numbers.type.name())
              .putLongs(numbers.shape)
              .putBytes(numbers.data);
      case Row row -> {
        out.putByte((byte) 7);
        Codecs.list(Codecs.STRING).write(row.names, out);
        Codecs.list(CODEC).write(row.values, out);
      }
    }
  }

  private static LoopValue read(Decoder in) {
    byte kind = in.getByte();
    return switch (kind) {
      case 0 -> Nothing.NOTHING;
      case 1 -> new Truth(in.getBoolean());
      case 2 -> new Whole(in.getLong());
      case 3 -> new Single(in.getFloat());
      case 4 -> new Real(in.getDouble());
      case 5 -> new Text(in.getString());
      case 6 -> new Numbers(DType.valueOf(in.getString()), in.getLongs(), in.getBytes());
      case 7 -> new Row(Codecs.list(Codecs.STRING).read(in), Codecs.list(CODEC).read(in));
      default -> throw new IllegalArgumentException("a value of unknown kind " + kind);
    };
  }
}
