package dev.sheaf.parquet;

import io.airlift.compress.v3.snappy.SnappyJavaCompressor;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Makes the parts of a Parquet file, to be written one behind the other: [#head], row groups,
/// [#footer]. Row groups can be made apart, by any rank. Pages are packed with Snappy; values have
/// a dictionary where there are few different ones.
public final class ParquetWriter {
  /// What a file begins with.
  private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);

  private static final int SNAPPY = 1;
  private static final int PLAIN = 0;
  private static final int RLE = 3;
  private static final int RLE_DICTIONARY = 8;

  /// The most values of a dictionary.
  private static final int DICTIONARY = 1 << 15;

  private final List<Field> fields;

  /// What a column holds.
  public enum Type {
    /// Whole numbers, never null.
    INTEGER(2),
    /// Microseconds since 1970, of a clock in no known zone; never null.
    TIMESTAMP(2),
    /// Doubles; NaN is null.
    DOUBLE(5),
    /// Texts, or `null`.
    TEXT(6);

    private final int physical;

    Type(int physical) {
      this.physical = physical;
    }

    private boolean optional() {
      return this == DOUBLE || this == TEXT;
    }
  }

  /// A column.
  public record Field(String name, Type type) {}

  /// The bytes of a row group, and what the footer has to tell of it.
  ///
  /// @param numbers of each column four: where it begins in `bytes`, how long its dictionary is (0
  ///   if it has none), its bytes, and its bytes when they are unpacked
  public record RowGroup(byte[] bytes, long rows, long[] numbers) {}

  /// For files with these columns.
  public ParquetWriter(List<Field> fields) {
    this.fields = List.copyOf(fields);
  }

  /// What a file begins with.
  public static byte[] head() {
    return MAGIC.clone();
  }

  /// Encodes rows.
  ///
  /// @param columns of each field the values: `long[]`, `double[]` or `String[]`, by its type
  public RowGroup rowGroup(List<Object> columns, int rows) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    long[] numbers = new long[4 * fields.size()];
    for (int i = 0; i < fields.size(); i++) {
      column(fields.get(i).type, columns.get(i), rows, out, numbers, 4 * i);
    }
    return new RowGroup(out.toByteArray(), rows, numbers);
  }

  private static void column(
      Type type, Object values, int rows, ByteArrayOutputStream out, long[] numbers, int at) {
    numbers[at] = out.size();
    boolean[] defined = new boolean[rows];
    Map<Object, Integer> dictionary = new LinkedHashMap<>();
    int[] codes = new int[rows];
    List<Object> present = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      Object value =
          switch (values) {
            case long[] longs -> (Object) longs[row];
            case double[] doubles -> Double.isNaN(doubles[row]) ? null : (Object) doubles[row];
            default -> ((String[]) values)[row];
          };
      defined[row] = value != null;
      if (value != null) {
        if (dictionary.size() <= DICTIONARY) {
          codes[present.size()] = dictionary.computeIfAbsent(value, _ -> dictionary.size());
        }
        present.add(value);
      }
    }
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    if (type.optional()) {
      byte[] levels = levels(defined);
      data.writeBytes(little(Integer.BYTES).putInt(levels.length).array());
      data.writeBytes(levels);
    }
    boolean few = dictionary.size() <= DICTIONARY;
    if (few) {
      byte[] words = plain(dictionary.keySet());
      numbers[at + 3] += page(2, 7, dictionary.size(), PLAIN, words, out);
      numbers[at + 1] = out.size() - numbers[at];
      int width = Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(1, dictionary.size() - 1));
      data.write(width);
      data.writeBytes(packed(codes, present.size(), width));
    } else {
      data.writeBytes(plain(present));
    }
    numbers[at + 3] += page(0, 5, rows, few ? RLE_DICTIONARY : PLAIN, data.toByteArray(), out);
    numbers[at + 2] = out.size() - numbers[at];
  }

  /// Writes a page.
  ///
  /// @param field of the header's part for this kind of page
  /// @return its bytes, header and all, if they were not packed
  private static int page(
      int kind, int field, int values, int encoding, byte[] data, ByteArrayOutputStream out) {
    SnappyJavaCompressor snappy = new SnappyJavaCompressor();
    byte[] packed = new byte[snappy.maxCompressedLength(data.length)];
    int length = snappy.compress(data, 0, data.length, packed, 0, packed.length);
    ThriftWriter part = new ThriftWriter().number(1, values).number(2, encoding);
    if (kind == 0) {
      part.number(3, RLE).number(4, RLE);
    }
    byte[] header =
        new ThriftWriter()
            .number(1, kind)
            .number(2, data.length)
            .number(3, length)
            .struct(field, part)
            .end();
    out.writeBytes(header);
    out.write(packed, 0, length);
    return header.length + data.length;
  }

  /// The levels of definition, 0 or 1: as one run if all are 1, else packed.
  private static byte[] levels(boolean[] defined) {
    int[] levels = new int[defined.length];
    Arrays.setAll(levels, i -> defined[i] ? 1 : 0);
    return packed(levels, levels.length, 1);
  }

  /// Numbers in the hybrid of runs and packed bits: one run where all are equal, else all packed.
  private static byte[] packed(int[] numbers, int count, int width) {
    boolean equal = true;
    for (int i = 1; i < count; i++) {
      equal &= numbers[i] == numbers[0];
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (equal) {
      ThriftWriter.varint(out, (long) count << 1);
      int value = count == 0 ? 0 : numbers[0];
      for (int shift = 0; shift < width; shift += 8) {
        out.write(value >>> shift);
      }
      return out.toByteArray();
    }
    int groups = Math.ceilDiv(count, 8);
    ThriftWriter.varint(out, ((long) groups << 1) | 1);
    long bits = 0;
    int filled = 0;
    for (int i = 0; i < 8 * groups; i++) {
      bits |= (i < count ? (long) numbers[i] : 0) << filled;
      for (filled += width; filled >= 8; filled -= 8) {
        out.write((int) bits);
        bits >>>= 8;
      }
    }
    return out.toByteArray();
  }

  private static byte[] plain(Iterable<Object> values) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Object value : values) {
      out.writeBytes(
          switch (value) {
            case Long number -> little(Long.BYTES).putLong(number).array();
            case Double number -> little(Double.BYTES).putDouble(number).array();
            default -> {
              byte[] text = value.toString().getBytes(StandardCharsets.UTF_8);
              yield little(Integer.BYTES + text.length).putInt(text.length).put(text).array();
            }
          });
    }
    return out.toByteArray();
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /// What a file ends with.
  ///
  /// @param groups the row groups in the order of the file; only what they tell counts
  public byte[] footer(List<RowGroup> groups) {
    List<ThriftWriter> schema = new ArrayList<>();
    schema.add(new ThriftWriter().text(4, "schema").number(5, fields.size()));
    fields.forEach(field -> schema.add(element(field)));
    List<ThriftWriter> parts = new ArrayList<>();
    long offset = MAGIC.length;
    long rows = 0;
    for (RowGroup group : groups) {
      parts.add(group(group, offset));
      offset += length(group);
      rows += group.rows;
    }
    byte[] footer =
        new ThriftWriter()
            .number(1, 2)
            .structs(2, schema)
            .longNumber(3, rows)
            .structs(4, parts)
            .text(6, "sheaf")
            .end();
    return little(footer.length + Integer.BYTES + MAGIC.length)
        .put(footer)
        .putInt(footer.length)
        .put(MAGIC)
        .array();
  }

  /// The bytes of a row group, by what it tells.
  private long length(RowGroup group) {
    int last = 4 * (fields.size() - 1);
    return group.numbers[last] + group.numbers[last + 2];
  }

  private static ThriftWriter element(Field field) {
    ThriftWriter element =
        new ThriftWriter()
            .number(1, field.type.physical)
            .number(3, field.type.optional() ? 1 : 0)
            .text(4, field.name);
    return switch (field.type) {
      case INTEGER, DOUBLE -> element;
      case TEXT -> element.number(6, 0).struct(10, new ThriftWriter().struct(1, nothing()));
      case TIMESTAMP ->
          element.struct(
              10,
              new ThriftWriter()
                  .struct(
                      8,
                      new ThriftWriter()
                          .flag(1, false)
                          .struct(2, new ThriftWriter().struct(2, nothing()))));
    };
  }

  private static ThriftWriter nothing() {
    return new ThriftWriter();
  }

  private ThriftWriter group(RowGroup group, long offset) {
    List<ThriftWriter> chunks = new ArrayList<>();
    long unpacked = 0;
    for (int i = 0; i < fields.size(); i++) {
      long[] n = group.numbers;
      int at = 4 * i;
      long begin = offset + n[at];
      unpacked += n[at + 3];
      boolean words = n[at + 1] > 0;
      ThriftWriter about =
          new ThriftWriter()
              .number(1, fields.get(i).type.physical)
              .numbers(2, words ? List.of(PLAIN, RLE, RLE_DICTIONARY) : List.of(PLAIN, RLE))
              .texts(3, List.of(fields.get(i).name))
              .number(4, SNAPPY)
              .longNumber(5, group.rows)
              .longNumber(6, n[at + 3])
              .longNumber(7, n[at + 2])
              .longNumber(9, begin + n[at + 1]);
      if (words) {
        about.longNumber(11, begin);
      }
      chunks.add(new ThriftWriter().longNumber(2, begin).struct(3, about));
    }
    return new ThriftWriter().structs(1, chunks).longNumber(2, unpacked).longNumber(3, group.rows);
  }
}
