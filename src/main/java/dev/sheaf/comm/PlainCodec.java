package dev.sheaf.comm;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Values that tell what they are by a byte in front: see [Codecs#PLAIN].
final class PlainCodec implements Codec<Object> {
  /// A value's first byte is its type's place here, or one of those below.
  private static final List<Class<?>> TYPES =
      List.of(
          Boolean.class,
          Byte.class,
          Short.class,
          Character.class,
          Integer.class,
          Long.class,
          Float.class,
          Double.class,
          String.class);

  /// What arrays are made of, in the order of [#TYPES].
  private static final List<Class<?>> ELEMENTS =
      List.of(
          boolean.class,
          byte.class,
          short.class,
          char.class,
          int.class,
          long.class,
          float.class,
          double.class,
          String.class);

  private static final byte NULL = -1;
  private static final byte LIST = -2;
  private static final byte ARRAY = -3;

  private static Codec<Object> codec(int type) {
    return RecordCodec.plain(TYPES.get(type));
  }

  @Override
  public void write(Object value, Encoder out) {
    if (value == null) {
      out.putByte(NULL);
      return;
    }
    int type = TYPES.indexOf(value.getClass());
    if (type >= 0) {
      out.putByte((byte) type);
      codec(type).write(value, out);
    } else if (value instanceof List<?> list) {
      out.putByte(LIST).putInt(list.size());
      list.forEach(element -> write(element, out));
    } else {
      writeArray(value, out);
    }
  }

  private static void writeArray(Object array, Encoder out) {
    int dimensions = 0;
    Class<?> element = array.getClass();
    for (; element.isArray(); element = element.getComponentType()) {
      dimensions++;
    }
    int type = ELEMENTS.indexOf(element);
    if (dimensions == 0 || type < 0) {
      throw new IllegalArgumentException(
          "there is no codec for %s: numbers, strings, arrays of them and lists travel by themselves, others by a codec of theirs, as Codecs.ofRecord(%s.class)"
              .formatted(
                  array.getClass().getTypeName(),
                  element.isRecord() ? element.getSimpleName() : "Point"));
    }
    out.putByte(ARRAY).putByte((byte) dimensions).putByte((byte) type);
    writeRow(array, type, out);
  }

  private static void writeRow(Object row, int type, Encoder out) {
    switch (row) {
      case null -> throw new IllegalArgumentException("an array with null in it");
      case byte[] values -> out.putBytes(values);
      case int[] values -> out.putInts(values);
      case long[] values -> out.putLongs(values);
      case float[] values -> out.putFloats(values);
      case double[] values -> out.putDoubles(values);
      case Object[] values -> {
        out.putInt(values.length);
        for (Object value : values) {
          if (value instanceof String string) {
            out.putString(string);
          } else {
            writeRow(value, type, out);
          }
        }
      }
      default -> { // of booleans, shorts or chars
        int length = Array.getLength(row);
        out.putInt(length);
        for (int i = 0; i < length; i++) {
          codec(type).write(Array.get(row, i), out);
        }
      }
    }
  }

  @Override
  public Object read(Decoder in) {
    byte type = in.getByte();
    return switch (type) {
      case NULL -> null;
      case LIST -> {
        int size = in.getLength();
        List<Object> list = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
          list.add(read(in));
        }
        yield Collections.unmodifiableList(list);
      }
      case ARRAY -> {
        byte dimensions = in.getByte();
        yield readRow(dimensions, known(in.getByte()), in);
      }
      default -> codec(known(type)).read(in);
    };
  }

  private static int known(byte type) {
    if (type < 0 || type >= TYPES.size()) {
      throw new CommException("a value of unknown type " + type);
    }
    return type;
  }

  private static Object readRow(int dimensions, int type, Decoder in) {
    Class<?> element = ELEMENTS.get(type);
    if (dimensions == 1) {
      if (element == byte.class) {
        return in.getBytes();
      } else if (element == int.class) {
        return in.getInts();
      } else if (element == long.class) {
        return in.getLongs();
      } else if (element == float.class) {
        return in.getFloats();
      } else if (element == double.class) {
        return in.getDoubles();
      }
    }
    Class<?> part = element;
    for (int i = 1; i < dimensions; i++) {
      part = part.arrayType();
    }
    int length = in.getLength();
    Object row = Array.newInstance(part, length);
    for (int i = 0; i < length; i++) {
      Array.set(row, i, dimensions == 1 ? codec(type).read(in) : readRow(dimensions - 1, type, in));
    }
    return row;
  }
}
