package dev.sheaf.zarr;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.sheaf.InputException;
import dev.sheaf.array.DType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/// Reads what is said about an array: the JSON object of a `zarr.json` (version 3) or of a
/// `.zarray` (version 2).
final class LayoutText {
  /// The most bytes of a chunk, packed or not: what an array has room for.
  static final int MOST_BYTES = Integer.MAX_VALUE - 64;

  private static final Set<String> KEYS =
      Set.of(
          "zarr_format",
          "node_type",
          "shape",
          "data_type",
          "chunk_grid",
          "chunk_key_encoding",
          "fill_value",
          "codecs",
          "attributes",
          "storage_transformers",
          "dimension_names",
          "consolidated_metadata");

  private static final String TYPES = "bool, int, uint (8 to 64 bits) and float (16 to 64 bits)";
  private static final String CODECS = "gzip, zlib, zstd, lz4, blosc and crc32c";

  private final Path array;
  private final JsonObject top;

  private DType type;
  private ByteOrder order = ByteOrder.LITTLE_ENDIAN;
  private long[] shape;
  private long[] chunk;
  private int[] axes;
  private final List<ByteCodec> codecs = new ArrayList<>();
  private Layout.Shards shards;

  LayoutText(Path array, String text) {
    this.array = array;
    this.top = parse(array, text);
  }

  /// Whether a text is about a group.
  static boolean isGroup(Path file, String text) {
    JsonObject top = parse(file, text);
    return file.endsWith(".zgroup")
        || (top.get("node_type") instanceof JsonPrimitive node
            && node.getAsString().equals("group"));
  }

  private static JsonObject parse(Path file, String text) {
    try {
      if (JsonParser.parseString(text) instanceof JsonObject object) {
        return object;
      }
    } catch (JsonParseException _) {
      // Told below.
    }
    throw new InputException(file + ": what is said about the array is no JSON object");
  }

  /// @throws InputException if it is not understood, or not read here
  Layout layout() {
    BigDecimal version = number(top, "zarr_format");
    if (version.compareTo(BigDecimal.valueOf(3)) == 0) {
      return version3();
    }
    if (version.compareTo(BigDecimal.TWO) == 0) {
      return version2();
    }
    throw bad("zarr_format %s is none of 2 and 3".formatted(version));
  }

  // ---- version 3 ----

  private Layout version3() {
    for (Map.Entry<String, JsonElement> each : top.entrySet()) {
      if (!KEYS.contains(each.getKey()) && mustUnderstand(each.getValue())) {
        throw bad("has '%s', which is not known".formatted(each.getKey()));
      }
    }
    if (top.get("storage_transformers") instanceof JsonArray some && !some.isEmpty()) {
      throw bad("has storage transformers, which are not read");
    }
    String node = text(member(top, "node_type"), "node_type");
    if (!node.equals("array")) {
      throw bad("node_type '%s' is none of array and group".formatted(node));
    }
    member(top, "fill_value");
    type = type(name(member(top, "data_type")));
    JsonElement grid = member(top, "chunk_grid");
    if (!name(grid).equals("regular")) {
      throw bad("a chunk grid '%s' is not read, only a regular one".formatted(name(grid)));
    }
    shape = lengths(top, "shape", 0);
    chunk = lengths(configuration(grid), "chunk_shape", 1);
    axes = IntStream.range(0, shape.length).toArray();
    codecs(array(top, "codecs"), false);
    return layout(keys(member(top, "chunk_key_encoding")));
  }

  private static boolean mustUnderstand(JsonElement value) {
    return !(value instanceof JsonObject object
        && object.get("must_understand") instanceof JsonPrimitive must
        && must.isBoolean()
        && !must.getAsBoolean());
  }

  private Layout.Keys keys(JsonElement encoding) {
    String name = name(encoding);
    if (!name.equals("default") && !name.equals("v2")) {
      throw bad("chunk_key_encoding '%s' is none of default and v2".formatted(name));
    }
    boolean v2 = name.equals("v2");
    return new Layout.Keys(
        v2 ? "" : "c", separator(configuration(encoding), "separator", v2 ? "." : "/"));
  }

  /// @param inner whether they are those of the chunks of a shard
  private void codecs(JsonArray all, boolean inner) {
    boolean bytes = false;
    for (JsonElement codec : all) {
      JsonObject configuration = configuration(codec);
      switch (name(codec)) {
        case "transpose" -> transpose(lengths(configuration, "order", 0), bytes);
        case "bytes" -> {
          if (bytes) {
            throw bad("its codecs have 'bytes' twice");
          }
          order = order(isBigEndian(configuration, type.bytes()));
          bytes = true;
        }
        case "sharding_indexed" -> {
          if (inner || all.size() > 1) {
            throw bad("sharding_indexed within or beside other codecs is not read");
          }
          sharding(configuration);
          return;
        }
        default -> {
          codecs.add(codec(name(codec)));
          if (!bytes) {
            throw bad("codec '%s' stands before 'bytes'".formatted(name(codec)));
          }
        }
      }
    }
    if (!bytes) {
      throw bad("its codecs have no 'bytes'");
    }
  }

  private void transpose(long[] permutation, boolean late) {
    long[] sorted = permutation.clone();
    Arrays.sort(sorted);
    if (late || !Arrays.equals(sorted, IntStream.range(0, axes.length).asLongStream().toArray())) {
      throw bad("a transpose codec whose order is no permutation, or behind 'bytes'");
    }
    int[] before = axes.clone();
    Arrays.setAll(axes, i -> before[(int) permutation[i]]);
  }

  /// @param bytes of a number; where it is one, nothing need be said
  private boolean isBigEndian(JsonObject configuration, int bytes) {
    if (bytes == 1 && !configuration.has("endian")) {
      return false;
    }
    return oneOf(member(configuration, "endian"), "endian", "little", "big").equals("big");
  }

  private ByteOrder order(boolean bigEndian) {
    return bigEndian && type.bytes() > 1 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
  }

  private void sharding(JsonObject configuration) {
    long[] inner = lengths(configuration, "chunk_shape", 1);
    int[] chunks = new int[chunk.length];
    long count = 1;
    for (int d = 0; d < chunk.length; d++) {
      long some = inner.length == chunk.length ? chunk[d] / inner[d] : 0;
      count = some == 0 ? 0 : Math.multiplyHigh(count, some) == 0 ? count * some : Long.MAX_VALUE;
      if (count == 0 || chunk[d] % inner[d] != 0) {
        throw bad(
            "chunks %s don't divide shards %s"
                .formatted(Arrays.toString(inner), Arrays.toString(chunk)));
      }
      if (count < 0 || count * Layout.Shards.ENTRY > MOST_BYTES) {
        throw bad("shards of more than 2^27 chunks are not read");
      }
      chunks[d] = (int) some;
    }
    chunk = inner;
    JsonElement location = configuration.get("index_location");
    shards =
        new Layout.Shards(
            chunks,
            location != null && oneOf(location, "index_location", "start", "end").equals("start"),
            indexChecked(array(configuration, "index_codecs")));
    codecs(array(configuration, "codecs"), true);
  }

  private boolean indexChecked(JsonArray all) {
    List<String> names = new ArrayList<>();
    all.forEach(codec -> names.add(name(codec)));
    boolean checked = names.equals(List.of("bytes", "crc32c"));
    if ((!checked && !names.equals(List.of("bytes")))
        || isBigEndian(configuration(all.get(0)), Long.BYTES)) {
      throw bad("an index of shards by other codecs than bytes (little-endian) and crc32c");
    }
    return checked;
  }

  private ByteCodec codec(String name) {
    ByteCodec codec = ByteCodec.of(name);
    if (codec == null) {
      throw bad(
          "codec '%s' is none of %s; write it again with one of these".formatted(name, CODECS));
    }
    return codec;
  }

  // ---- version 2 ----

  private Layout version2() {
    JsonElement filters = top.get("filters");
    if (isSaid(filters) && !(filters instanceof JsonArray list && list.isEmpty())) {
      throw bad("has filters, which are not read; write it again without");
    }
    JsonElement dtype = member(top, "dtype");
    if (dtype instanceof JsonArray) {
      throw bad("has a structured dtype; save each field as an array of its own");
    }
    String descr = text(dtype, "dtype");
    type = known(DType.ofStr(descr), descr);
    order = order(descr.startsWith(">"));
    shape = lengths(top, "shape", 0);
    chunk = lengths(top, "chunks", 1);
    axes = IntStream.range(0, shape.length).toArray();
    if (oneOf(member(top, "order"), "order", "C", "F").equals("F")) {
      Arrays.setAll(axes, i -> axes.length - 1 - i);
    }
    JsonElement compressor = top.get("compressor");
    if (compressor instanceof JsonObject object) {
      codecs.add(codec(text(member(object, "id"), "id")));
    } else if (isSaid(compressor)) {
      throw bad("'compressor' is no object");
    }
    return layout(new Layout.Keys("", separator(top, "dimension_separator", ".")));
  }

  // ---- both ----

  private String separator(JsonObject object, String key, String usual) {
    JsonElement separator = object.get(key);
    return separator == null ? usual : oneOf(separator, key, ".", "/");
  }

  private Layout layout(Layout.Keys keys) {
    if (chunk.length != shape.length) {
      throw bad(
          "shape %s, but chunks %s".formatted(Arrays.toString(shape), Arrays.toString(chunk)));
    }
    if (bytes(shape) == Long.MAX_VALUE) {
      throw bad("its shape has more than 2^63 bytes");
    }
    if (bytes(chunk) > MOST_BYTES) {
      throw bad(
          "chunks %s of %s have more than 2 GiB; write smaller ones"
              .formatted(Arrays.toString(chunk), type.label()));
    }
    return new Layout(
        type,
        order,
        shape,
        Arrays.stream(chunk).mapToInt(length -> (int) length).toArray(),
        axes,
        fill(top.get("fill_value")),
        codecs,
        shards,
        keys);
  }

  private long bytes(long[] lengths) {
    long bytes = type.bytes();
    for (long length : lengths) {
      if (length == 0) {
        return 0;
      }
      bytes = bytes > Long.MAX_VALUE / length ? Long.MAX_VALUE : bytes * length;
    }
    return bytes;
  }

  private DType type(String name) {
    for (DType each : DType.values()) {
      if (each.label().equals(name)) {
        return each;
      }
    }
    return known(null, name);
  }

  private DType known(DType found, String name) {
    if (found == null) {
      throw bad("dtype '%s' is none of %s; write it with one of them".formatted(name, TYPES));
    }
    return found;
  }

  private byte[] fill(JsonElement value) {
    ByteBuffer fill = ByteBuffer.allocate(type.bytes()).order(order);
    if (!isSaid(value)) {
      return fill.array();
    }
    try {
      if (!(value instanceof JsonPrimitive)) {
        throw new IllegalArgumentException();
      }
      String text = value.getAsString();
      switch (type) {
        case BOOL -> fill.put((byte) (isTrue(text) ? 1 : 0));
        case FLOAT16, FLOAT32, FLOAT64 -> putFloat(fill, text);
        default -> putInteger(fill, new BigDecimal(text).toBigIntegerExact());
      }
    } catch (ArithmeticException | IllegalArgumentException e) {
      throw bad("fill_value %s is no %s".formatted(value, type.label()), e);
    }
    return fill.array();
  }

  private static boolean isTrue(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true", "1" -> true;
      case "false", "0" -> false;
      default -> throw new IllegalArgumentException(text);
    };
  }

  private void putFloat(ByteBuffer fill, String text) {
    if (text.startsWith("0x")) {
      if (text.length() != 2 + 2 * type.bytes()) {
        throw new IllegalArgumentException(text);
      }
      putInteger(fill, new BigInteger(text.substring(2), 16));
    } else if (type == DType.FLOAT64) {
      fill.putDouble(Double.parseDouble(text));
    } else if (type == DType.FLOAT32) {
      fill.putFloat(Float.parseFloat(text));
    } else {
      fill.putShort(Float.floatToFloat16(Float.parseFloat(text)));
    }
  }

  private void putInteger(ByteBuffer fill, BigInteger value) {
    int bits = 8 * type.bytes();
    boolean signed = type.name().startsWith("INT");
    BigInteger least = signed ? BigInteger.ONE.shiftLeft(bits - 1).negate() : BigInteger.ZERO;
    if (value.compareTo(least) < 0 || value.subtract(least).bitLength() > bits) {
      throw new ArithmeticException();
    }
    switch (type.bytes()) {
      case 1 -> fill.put(value.byteValue());
      case 2 -> fill.putShort(value.shortValue());
      case 4 -> fill.putInt(value.intValue());
      default -> fill.putLong(value.longValue());
    }
  }

  // ---- JSON ----

  private JsonElement member(JsonObject object, String key) {
    JsonElement value = object.get(key);
    if (value == null) {
      throw bad("has no '%s'".formatted(key));
    }
    return value;
  }

  private JsonArray array(JsonObject object, String key) {
    if (member(object, key) instanceof JsonArray value) {
      return value;
    }
    throw bad("'%s' is no list".formatted(key));
  }

  private String text(JsonElement value, String key) {
    if (value instanceof JsonPrimitive text && text.isString()) {
      return text.getAsString();
    }
    throw bad("'%s' is no text".formatted(key));
  }

  private String oneOf(JsonElement value, String key, String one, String other) {
    String text = text(value, key);
    if (!text.equals(one) && !text.equals(other)) {
      throw bad("'%s' is '%s', none of %s and %s".formatted(key, text, one, other));
    }
    return text;
  }

  private static boolean isSaid(JsonElement value) {
    return value != null && !(value instanceof JsonNull);
  }

  private BigDecimal number(JsonObject object, String key) {
    return number(member(object, key), key);
  }

  private BigDecimal number(JsonElement value, String key) {
    try {
      if (value instanceof JsonPrimitive number && number.isNumber()) {
        return number.getAsBigDecimal();
      }
    } catch (NumberFormatException _) {
      // Told below.
    }
    throw bad("'%s' is no number".formatted(key));
  }

  /// @param least what each has to be
  private long[] lengths(JsonObject object, String key, long least) {
    List<Long> lengths = new ArrayList<>();
    for (JsonElement each : array(object, key)) {
      try {
        lengths.add(number(each, key).longValueExact());
      } catch (ArithmeticException e) {
        throw bad("'%s' has %s, which is no length".formatted(key, each), e);
      }
    }
    if (!lengths.isEmpty() && Collections.min(lengths) < least) {
      throw bad("'%s' has %d: must be at least %d".formatted(key, Collections.min(lengths), least));
    }
    return lengths.stream().mapToLong(Long::longValue).toArray();
  }

  /// Of what has a name and maybe a configuration, or is a name.
  private String name(JsonElement named) {
    return named instanceof JsonObject object
        ? text(member(object, "name"), "name")
        : text(named, "name");
  }

  private static JsonObject configuration(JsonElement named) {
    return named instanceof JsonObject object
            && object.get("configuration") instanceof JsonObject configuration
        ? configuration
        : new JsonObject();
  }

  private InputException bad(String why) {
    return bad(why, null);
  }

  private InputException bad(String why, Exception cause) {
    return new InputException(array + ": unreadable Zarr array: " + why, cause);
  }
}
