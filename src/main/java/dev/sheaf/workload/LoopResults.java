package dev.sheaf.workload;

import com.google.gson.stream.JsonWriter;
import dev.sheaf.array.DType;
import dev.sheaf.array.NpyHeader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// The file with what the turns of a user's loop have given, in their order.
///
/// @param inputs by item
/// @param values by item; `null` for items that failed
record LoopResults(LoopInputs.Listed inputs, List<LoopValue> values) {
  /// The format that the values fit into, the plainest first; `null` if there is no value.
  OwnLoop.Format natural() {
    LoopValue first = first();
    if (first == null) {
      return null;
    }
    if (first instanceof LoopValue.Numbers && fits(OwnLoop.Format.NPY)) {
      return OwnLoop.Format.NPY;
    }
    return fits(OwnLoop.Format.CSV) ? OwnLoop.Format.CSV : OwnLoop.Format.JSONL;
  }

  /// Whether the values can be written so.
  boolean fits(OwnLoop.Format format) {
    return switch (format) {
      case JSONL -> true;
      case NPY -> header() != null;
      case CSV -> {
        List<String> names = names(first());
        yield values.stream()
            .filter(LoopResults::isGiven)
            .allMatch(value ->
                names(value).equals(names) && cells(value).stream().allMatch(LoopResults::isPlain));
      }
    };
  }

  private static boolean isGiven(LoopValue value) {
    return value != null && !(value instanceof LoopValue.Nothing);
  }

  /// The first value that is there, or `null`.
  private LoopValue first() {
    return values.stream().filter(LoopResults::isGiven).findFirst().orElse(null);
  }

  /// The content of the file.
  byte[] bytes(OwnLoop.Format format) {
    return switch (format) {
      case CSV -> csv();
      case NPY -> npy();
      case JSONL -> jsonl();
    };
  }

  private static boolean isPlain(LoopValue value) {
    return !(value instanceof LoopValue.Numbers || value instanceof LoopValue.Row);
  }

  private static List<String> names(LoopValue value) {
    return value instanceof LoopValue.Row row ? row.names() : List.of("value");
  }

  private static List<LoopValue> cells(LoopValue value) {
    return value instanceof LoopValue.Row row ? row.values() : List.of(value);
  }

  private byte[] csv() {
    List<String> names = names(first());
    StringBuilder text = new StringBuilder("item,input");
    names.forEach(name -> text.append(',').append(Csv.quote(name)));
    for (int item = 0; item < values.size(); item++) {
      LoopValue value = values.get(item);
      if (value != null) {
        text.append('\n').append(item).append(',').append(Csv.quote(inputs.get(item)));
        if (value instanceof LoopValue.Nothing) {
          text.repeat(',', names.size());
        } else {
          cells(value).forEach(cell -> text.append(',').append(cell(cell)));
        }
      }
    }
    return text.append('\n').toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String cell(LoopValue value) {
    return switch (value) {
      case LoopValue.Nothing _ -> "";
      case LoopValue.Truth truth -> Boolean.toString(truth.value());
      case LoopValue.Whole whole -> Long.toString(whole.value());
      case LoopValue.Single single -> Float.toString(single.value());
      case LoopValue.Real real -> Double.toString(real.value());
      case LoopValue.Text text -> Csv.quote(text.value());
      case LoopValue.Numbers _, LoopValue.Row _ ->
          throw new IllegalStateException(value.toString());
    };
  }

  /// A value as an array; `null` if it is no number.
  private static LoopValue.Numbers array(LoopValue value) {
    return switch (value) {
      case null -> null;
      case LoopValue.Numbers numbers -> numbers;
      case LoopValue.Truth truth -> number(DType.BOOL, truth.value() ? 1 : 0);
      case LoopValue.Whole whole -> number(DType.INT64, whole.value());
      case LoopValue.Single single ->
          number(DType.FLOAT32, Float.floatToRawIntBits(single.value()));
      case LoopValue.Real real -> number(DType.FLOAT64, Double.doubleToRawLongBits(real.value()));
      default -> null;
    };
  }

  private static LoopValue.Numbers number(DType type, long bits) {
    byte[] bytes =
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(bits).array();
    return new LoopValue.Numbers(type, new long[0], Arrays.copyOf(bytes, type.bytes()));
  }

  /// That of the array of all values; `null` if they don't make one.
  private NpyHeader header() {
    LoopValue.Numbers first = array(values.getFirst());
    boolean alike =
        first != null
            && values.stream()
                .map(LoopResults::array)
                .allMatch(other ->
                    other != null
                        && other.type() == first.type()
                        && Arrays.equals(other.shape(), first.shape()));
    if (!alike) {
      return null;
    }
    long[] shape = new long[first.shape().length + 1];
    shape[0] = values.size();
    System.arraycopy(first.shape(), 0, shape, 1, first.shape().length);
    return NpyHeader.of(first.type(), shape);
  }

  private byte[] npy() {
    NpyHeader header = header();
    byte[] head = header.bytes();
    ByteBuffer content = ByteBuffer.allocate(Math.toIntExact(head.length + header.dataBytes()));
    content.put(head);
    values.stream().map(LoopResults::array).forEach(each -> content.put(each.data()));
    return content.array();
  }

  private byte[] jsonl() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStreamWriter text = new OutputStreamWriter(bytes, StandardCharsets.UTF_8)) {
      for (int item = 0; item < values.size(); item++) {
        LoopValue value = values.get(item);
        if (value != null) {
          JsonWriter json = new JsonWriter(text); // for a line
          json.setSerializeNulls(true);
          json.beginObject().name("item").value(item).name("input").value(inputs.get(item));
          json.name("value");
          write(value, json);
          json.endObject().flush();
          text.write('\n');
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // into memory
    }
    return bytes.toByteArray();
  }

  private static void write(LoopValue value, JsonWriter json) throws IOException {
    switch (value) {
      case LoopValue.Nothing _ -> json.nullValue();
      case LoopValue.Truth truth -> json.value(truth.value());
      case LoopValue.Whole whole -> json.value(whole.value());
      case LoopValue.Single single ->
          real(Float.isFinite(single.value()) ? single.value() : null, json);
      case LoopValue.Real real -> real(Double.isFinite(real.value()) ? real.value() : null, json);
      case LoopValue.Text text -> json.value(text.value());
      case LoopValue.Numbers numbers ->
          write(numbers, 0, ByteBuffer.wrap(numbers.data()).order(ByteOrder.LITTLE_ENDIAN), json);
      case LoopValue.Row row -> {
        json.beginObject();
        for (int i = 0; i < row.names().size(); i++) {
          json.name(row.names().get(i));
          write(row.values().get(i), json);
        }
        json.endObject();
      }
    }
  }

  /// JSON has no NaN and no infinity.
  private static void real(Number value, JsonWriter json) throws IOException {
    if (value == null) {
      json.nullValue();
    } else {
      json.value(value);
    }
  }

  private static void write(
      LoopValue.Numbers numbers, int dimension, ByteBuffer data, JsonWriter json)
      throws IOException {
    if (dimension == numbers.shape().length) {
      switch (numbers.type()) {
        case BOOL -> json.value(data.get() != 0);
        case INT8 -> json.value(data.get());
        case INT16 -> json.value(data.getShort());
        case INT32 -> json.value(data.getInt());
        case INT64 -> json.value(data.getLong());
        case FLOAT32 -> write(new LoopValue.Single(data.getFloat()), json);
        case FLOAT64 -> write(new LoopValue.Real(data.getDouble()), json);
        default -> throw new IllegalStateException(numbers.type().label());
      }
      return;
    }
    json.beginArray();
    for (long i = 0; i < numbers.shape()[dimension]; i++) {
      write(numbers, dimension + 1, data, json);
    }
    json.endArray();
  }
}
