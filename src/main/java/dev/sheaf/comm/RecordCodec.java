package dev.sheaf.comm;

import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The codec of a record type, derived from its components.
final class RecordCodec<R extends Record> implements Codec<R> {
  private static final Map<Class<?>, Codec<?>> PLAIN =
      Map.ofEntries(
          Map.entry(Boolean.class, Codecs.of(Encoder::putBoolean, Decoder::getBoolean)),
          Map.entry(Byte.class, Codecs.of(Encoder::putByte, Decoder::getByte)),
          Map.entry(Short.class, Codecs.<Short>of(Encoder::putInt, in -> (short) in.getInt())),
          Map.entry(
              Character.class, Codecs.<Character>of(Encoder::putInt, in -> (char) in.getInt())),
          Map.entry(Integer.class, Codecs.of(Encoder::putInt, Decoder::getInt)),
          Map.entry(Long.class, Codecs.LONG),
          Map.entry(Float.class, Codecs.of(Encoder::putFloat, Decoder::getFloat)),
          Map.entry(Double.class, Codecs.DOUBLE),
          Map.entry(String.class, Codecs.STRING),
          Map.entry(byte[].class, Codecs.BYTES),
          Map.entry(int[].class, Codecs.of(Encoder::putInts, Decoder::getInts)),
          Map.entry(long[].class, Codecs.of(Encoder::putLongs, Decoder::getLongs)),
          Map.entry(float[].class, Codecs.of(Encoder::putFloats, Decoder::getFloats)),
          Map.entry(double[].class, Codecs.of(Encoder::putDoubles, Decoder::getDoubles)));

  private final Class<R> type;
  private final Constructor<R> constructor;
  private final List<Component> components = new ArrayList<>();

  private record Component(String name, Method accessor, Codec<Object> codec) {}

  /// @param known the codecs of the record types that this one is part of: a type may contain lists
  ///   of itself
  private RecordCodec(Class<R> type, Map<Class<?>, Codec<?>> known) {
    known.put(type, this);
    this.type = type;
    RecordComponent[] declared = type.getRecordComponents();
    try {
      constructor =
          type.getDeclaredConstructor(
              Arrays.stream(declared).map(RecordComponent::getType).toArray(Class<?>[]::new));
    } catch (NoSuchMethodException e) {
      throw new LinkageError(type.getName(), e);
    }
    constructor.setAccessible(true);
    for (RecordComponent component : declared) {
      Codec<?> codec = codec(component.getGenericType(), known);
      if (codec == null) {
        throw new IllegalArgumentException(
            "%s.%s: there is no codec for %s"
                .formatted(
                    type.getName(), component.getName(), component.getGenericType().getTypeName()));
      }
      component.getAccessor().setAccessible(true);
      components.add(new Component(component.getName(), component.getAccessor(), objects(codec)));
    }
  }

  static <R extends Record> Codec<R> derive(Class<R> type) {
    return new RecordCodec<>(type, new HashMap<>());
  }

  /// The codec of a component's type, or `null` if there is none.
  private static Codec<?> codec(Type type, Map<Class<?>, Codec<?>> known) {
    if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
      Codec<?> element = codec(list.getActualTypeArguments()[0], known);
      return element == null ? null : Codecs.list(element);
    }
    if (!(type instanceof Class<?> raw)) {
      return null;
    }
    if (raw.isEnum()) {
      return ofEnum(raw);
    }
    if (raw.isRecord()) {
      Codec<?> outer = known.get(raw);
      return outer != null ? outer : new RecordCodec<>(raw.asSubclass(Record.class), known);
    }
    return PLAIN.get(raw.isPrimitive() ? Array.get(Array.newInstance(raw, 1), 0).getClass() : raw);
  }

  private static Codec<?> ofEnum(Class<?> type) {
    Map<String, Object> constants = new HashMap<>();
    for (Object constant : type.getEnumConstants()) {
      constants.put(((Enum<?>) constant).name(), constant);
    }
    return Codecs.of(
        (out, value) -> out.putString(((Enum<?>) value).name()),
        in -> {
          String name = in.getString();
          Object constant = constants.get(name);
          if (constant == null) {
            throw new CommException("there is no " + type.getName() + "." + name);
          }
          return constant;
        });
  }

  /// The codec of a box, a string or an array of numbers.
  static Codec<Object> plain(Class<?> type) {
    return objects(PLAIN.get(type));
  }

  /// For values whose type reflection has checked.
  @SuppressWarnings("unchecked")
  private static Codec<Object> objects(Codec<?> codec) {
    return (Codec<Object>) codec;
  }

  @Override
  public void write(R value, Encoder out) {
    for (Component component : components) {
      Object part;
      try {
        part = component.accessor.invoke(value);
      } catch (ReflectiveOperationException e) {
        throw new IllegalArgumentException(type.getName() + "." + component.name, e);
      }
      if (part == null) {
        throw new IllegalArgumentException(type.getName() + "." + component.name + " is null");
      }
      component.codec.write(part, out);
    }
  }

  @Override
  public R read(Decoder in) {
    Object[] parts = new Object[components.size()];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = components.get(i).codec.read(in);
    }
    try {
      return constructor.newInstance(parts);
    } catch (InvocationTargetException e) {
      throw new CommException(type.getName() + ": " + e.getCause(), e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(type.getName(), e);
    }
  }
}
