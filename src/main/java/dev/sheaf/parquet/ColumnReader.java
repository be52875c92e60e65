package dev.sheaf.parquet;

import dev.sheaf.parquet.ParquetColumn.Kind;
import dev.sheaf.parquet.ParquetColumn.Physical;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;

/// Reads one column of a row group, value after value: page by page, in whatever encoding.
///
/// Numbers are doubles: whole numbers beyond 2^53 are rounded, decimals are the nearest double but
/// for rounding twice, times are seconds. A null is NaN, or a `null` text.
///
/// **Lifecycle.** [#open] as often as you like; the memory is used again: the packed bytes of the
/// column in the row group, and a page of values.
///
/// For one thread. Some 3 to 8 ns a value, by encoding and compression.
public final class ColumnReader {
  // Kinds of pages.
  private static final int DATA = 0;
  private static final int DICTIONARY = 2;
  private static final int DATA_V2 = 3;

  // Encodings.
  private static final int PLAIN = 0;
  private static final int PLAIN_DICTIONARY = 2;
  private static final int RLE = 3;
  private static final int DELTA_BINARY_PACKED = 5;
  private static final int DELTA_LENGTH_BYTE_ARRAY = 6;
  private static final int DELTA_BYTE_ARRAY = 7;
  private static final int RLE_DICTIONARY = 8;
  private static final int BYTE_STREAM_SPLIT = 9;

  private static final double SECONDS_A_DAY = 86_400;
  private static final long JULIAN_DAY_OF_1970 = 2_440_588;

  private ParquetColumn column;
  private PageCompression compression;
  private long unpackedLimit;

  /// The column's bytes, as they are in the file.
  private byte[] chunk = new byte[0];

  private int at;
  private int end;

  /// Values that no page has given yet.
  private long left;

  // The unpacked page, and its values.
  private byte[] unpacked = new byte[0];
  private final Values page = new Values();
  private int pageSize;
  private int pageNext;

  private Values dictionary;
  private int dictionarySize;

  private int[] levels = new int[0];
  private int[] indices = new int[0];
  private long[] whole = new long[0];
  private int[] starts = new int[0];
  private int[] lengths = new int[0];

  /// Numbers or texts, by the column's kind.
  private static final class Values {
    private double[] numbers = new double[0];
    private String[] texts = new String[0];

    void room(int size, boolean text) {
      if (text && texts.length < size) {
        texts = new String[size];
      } else if (!text && numbers.length < size) {
        numbers = new double[size];
      }
    }
  }

  /// Begins with a column of a row group; reads all its bytes.
  ///
  /// @param column one of `file`, not repeated, of a kind other than [Kind#OTHER]
  public void open(ParquetFile file, int group, ParquetColumn column) throws IOException {
    this.column = column;
    ThriftStruct about = file.chunk(group, column);
    compression = PageCompression.of(about.number(4));
    left = about.number(5);
    if (left != file.rows(group)) {
      throw damaged("%d values for %d rows".formatted(left, file.rows(group)), null);
    }
    unpackedLimit = about.number(6);
    long length = about.number(7);
    long data = about.number(9);
    long begin = Math.min(data, about.number(11, data));
    begin = begin > 0 ? begin : data; // some write 0 where there is no dictionary
    if (begin < 0 || length < 0 || begin + length > file.size()) {
      throw damaged(
          "cut short: its bytes are %d to %d, but the file has %d"
              .formatted(begin, begin + length, file.size()),
          null);
    }
    if (length > Integer.MAX_VALUE - Bits.PADDING - Long.BYTES) {
      throw damaged("%d bytes in a row group; the most is 2 GiB".formatted(length), null);
    }
    if (chunk.length < length + Bits.PADDING) {
      chunk = new byte[(int) length + Bits.PADDING];
    }
    file.read(begin, chunk, (int) length);
    at = 0;
    end = (int) length;
    pageSize = 0;
    pageNext = 0;
    dictionary = null;
  }

  /// Reads the next values as numbers. For a column that is not [Kind#TEXT].
  ///
  /// @throws ParquetException if the data are damaged, or there are not so many values left
  public void read(double[] into, int from, int count) throws IOException {
    for (int done = 0; done < count; ) {
      int some = next(count - done);
      System.arraycopy(page.numbers, pageNext - some, into, from + done, some);
      done += some;
    }
  }

  /// Reads the next values as texts. For a column that is [Kind#TEXT].
  ///
  /// @throws ParquetException if the data are damaged, or there are not so many values left
  public void read(String[] into, int from, int count) throws IOException {
    for (int done = 0; done < count; ) {
      int some = next(count - done);
      System.arraycopy(page.texts, pageNext - some, into, from + done, some);
      done += some;
    }
  }

  /// Takes values of the page, of the next one when it is through.
  private int next(int wanted) throws IOException {
    while (pageNext == pageSize) {
      try {
        nextPage();
      } catch (ParquetException e) {
        throw damaged(e.getMessage(), e);
      } catch (IndexOutOfBoundsException
          | IllegalArgumentException
          | ArithmeticException
          | NegativeArraySizeException e) {
        throw damaged("a page is damaged or cut short", e);
      }
    }
    int some = Math.min(wanted, pageSize - pageNext);
    pageNext += some;
    return some;
  }

  private ParquetException damaged(String what, Throwable cause) {
    return new ParquetException("column '" + column.name() + "': " + what, cause);
  }

  private boolean isText() {
    return column.kind() == Kind.TEXT;
  }

  private void nextPage() throws IOException {
    if (at >= end || left == 0) {
      throw new ParquetException("its pages end, with " + left + " values missing");
    }
    ByteBuffer in = ByteBuffer.wrap(chunk, at, end - at);
    ThriftStruct header = ThriftStruct.read(in);
    int body = in.position();
    long packed = header.number(3);
    long size = header.number(2);
    if (packed < 0 || size < 0 || packed > end - body || size > unpackedLimit) {
      throw new ParquetException("a page of %d bytes is cut short".formatted(packed));
    }
    if (header.has(4)) {
      CRC32 crc = new CRC32();
      crc.update(chunk, body, (int) packed);
      if ((int) crc.getValue() != (int) header.number(4)) {
        throw new ParquetException("a page is damaged: its checksum is another");
      }
    }
    at = body + (int) packed;
    switch ((int) header.number(1)) {
      case DICTIONARY -> dictionary(header.struct(7), body, (int) packed, (int) size);
      case DATA -> data(header.struct(5), body, (int) packed, (int) size);
      case DATA_V2 -> dataV2(header.struct(8), body, (int) packed, (int) size);
      default -> {} // an index
    }
  }

  private void unpack(PageCompression by, int from, int length, int size) throws IOException {
    if (unpacked.length < size + Bits.PADDING) {
      unpacked = new byte[size + Bits.PADDING];
    }
    by.unpack(chunk, from, length, unpacked, size);
  }

  private void dictionary(ThriftStruct header, int body, int packed, int size) throws IOException {
    dictionarySize = count(header.number(1), size + 1L);
    unpack(compression, body, packed, size);
    dictionary = new Values();
    values(PLAIN, 0, size, dictionarySize, dictionary);
  }

  private void data(ThriftStruct header, int body, int packed, int size) throws IOException {
    int count = count(header.number(1), left);
    unpack(compression, body, packed, size);
    int from = 0;
    int defined = count;
    if (column.optional() > 0) {
      if (header.number(3) != RLE) {
        throw new ParquetException("levels of encoding " + header.number(3) + " are not known");
      }
      int length = Bits.getInt(unpacked, 0);
      from = Math.addExact(Integer.BYTES, length);
      defined = levels(unpacked, Integer.BYTES, from, count);
    }
    page(header.number(2), from, size, count, defined);
  }

  private void dataV2(ThriftStruct header, int body, int packed, int size) throws IOException {
    int count = count(header.number(1), left);
    int from = Math.addExact(body, (int) header.number(6));
    int values = Math.addExact(from, (int) header.number(5));
    if (from < body || values < from || values > body + packed) {
      throw new ParquetException("damaged: levels of a wrong length");
    }
    int defined = column.optional() > 0 ? levels(chunk, from, values, count) : count;
    PageCompression by = header.flag(7, true) ? compression : PageCompression.NONE;
    int length = size - (values - body);
    if (length > 0) {
      unpack(by, values, body + packed - values, length);
    }
    page(header.number(4), 0, length, count, defined);
  }

  private static int count(long count, long most) throws ParquetException {
    if (count < 0 || count > most) {
      throw new ParquetException("damaged: a page of %d values".formatted(count));
    }
    return Math.toIntExact(count);
  }

  /// Reads who is null.
  ///
  /// @return how many are not
  private int levels(byte[] in, int from, int to, int count) throws ParquetException {
    if (levels.length < count) {
      levels = new int[count];
    }
    int width = Integer.SIZE - Integer.numberOfLeadingZeros(column.optional());
    Bits.hybrid(in, from, to, width, levels, count);
    int defined = 0;
    for (int i = 0; i < count; i++) {
      defined += levels[i] == column.optional() ? 1 : 0;
    }
    return defined;
  }

  private void page(long encoding, int from, int to, int count, int defined) throws IOException {
    page.room(count, isText());
    values((int) encoding, from, to, defined, page);
    if (defined < count) {
      spread(count, defined);
    }
    left -= count;
    pageSize = count;
    pageNext = 0;
  }

  /// Moves the values to their places between nulls, from the last one on.
  private void spread(int count, int defined) {
    int next = defined;
    for (int i = count - 1; i >= 0; i--) {
      boolean isNull = levels[i] < column.optional();
      next -= isNull ? 0 : 1;
      if (isText()) {
        page.texts[i] = isNull ? null : page.texts[next];
      } else {
        page.numbers[i] = isNull ? Double.NaN : page.numbers[next];
      }
    }
  }

  // ---- encodings ----

  /// Decodes values of the unpacked page.
  private void values(int encoding, int from, int to, int count, Values out) throws IOException {
    out.room(count, isText());
    switch (encoding) {
      case PLAIN -> plain(unpacked, from, to, count, out);
      case PLAIN_DICTIONARY, RLE_DICTIONARY -> ofDictionary(from, to, count, out);
      case RLE -> {
        hybrid(from + Integer.BYTES, to, 1, count); // booleans
        for (int i = 0; i < count; i++) {
          out.numbers[i] = indices[i];
        }
      }
      case DELTA_BINARY_PACKED -> {
        room(count);
        Bits.deltas(unpacked, from, whole, count);
        for (int i = 0; i < count; i++) {
          out.numbers[i] = ofWhole(column.physical() == Physical.INT32 ? (int) whole[i] : whole[i]);
        }
      }
      case DELTA_LENGTH_BYTE_ARRAY -> {
        int begin = lengths(unpacked, from, count);
        follow(begin, count);
        slices(unpacked, count, out);
      }
      case DELTA_BYTE_ARRAY -> slices(prefixed(from, count), count, out);
      case BYTE_STREAM_SPLIT -> {
        int width = fixedWidth();
        byte[] joined = new byte[Math.multiplyExact(count, width) + Bits.PADDING];
        for (int k = 0; k < width; k++) {
          for (int i = 0; i < count; i++) {
            joined[i * width + k] = unpacked[from + k * count + i];
          }
        }
        plain(joined, 0, count * width, count, out);
      }
      default -> throw new ParquetException("encoding " + encoding + " is not known");
    }
  }

  private void hybrid(int from, int to, int width, int count) throws ParquetException {
    if (indices.length < count) {
      indices = new int[count];
    }
    Bits.hybrid(unpacked, from, to, width, indices, count);
  }

  private void ofDictionary(int from, int to, int count, Values out) throws ParquetException {
    if (dictionary == null) {
      throw new ParquetException("damaged: a page refers to a dictionary, but there is none");
    }
    if (count == 0) {
      return;
    }
    hybrid(from + 1, to, unpacked[from], count);
    for (int i = 0; i < count; i++) {
      if (Integer.compareUnsigned(indices[i], dictionarySize) >= 0) {
        throw new ParquetException("damaged: a page refers beyond its dictionary");
      }
    }
    if (isText()) {
      for (int i = 0; i < count; i++) {
        out.texts[i] = dictionary.texts[indices[i]];
      }
    } else {
      double[] numbers = dictionary.numbers;
      double[] into = out.numbers;
      for (int i = 0; i < count; i++) {
        into[i] = numbers[indices[i]];
      }
    }
  }

  private int fixedWidth() throws ParquetException {
    return switch (column.physical()) {
      case INT32, FLOAT -> Integer.BYTES;
      case INT64, DOUBLE -> Long.BYTES;
      case INT96 -> 12;
      case FIXED -> column.width();
      case BOOLEAN, BYTES -> throw new ParquetException("damaged: an encoding of another type");
    };
  }

  private void plain(byte[] in, int from, int to, int count, Values out) throws IOException {
    switch (column.physical()) {
      case BOOLEAN -> require(to - from, (count + 7L) / 8);
      case BYTES -> {}
      default -> require(to - from, (long) count * fixedWidth());
    }
    double[] numbers = out.numbers;
    switch (column.physical()) {
      case BOOLEAN -> {
        for (int i = 0; i < count; i++) {
          numbers[i] = (in[from + i / 8] >> (i % 8)) & 1;
        }
      }
      case INT32 -> ints(in, from, count, numbers);
      case INT64 -> longs(in, from, count, numbers);
      case INT96 -> {
        for (int i = 0; i < count; i++) {
          long nanos = Bits.getLong(in, from + i * 12);
          long day = Bits.getInt(in, from + i * 12 + Long.BYTES) - JULIAN_DAY_OF_1970;
          numbers[i] = (double) day * SECONDS_A_DAY + (double) nanos / 1e9;
        }
      }
      case FLOAT -> floats(in, from, count, numbers);
      case DOUBLE -> doubles(in, from, count, numbers);
      case BYTES -> {
        roomForSlices(count);
        int next = from;
        for (int i = 0; i < count; i++) {
          lengths[i] = Bits.getInt(in, next);
          starts[i] = next + Integer.BYTES;
          next = Math.addExact(starts[i], lengths[i]);
        }
        slices(in, count, out);
      }
      case FIXED -> {
        roomForSlices(count);
        Arrays.fill(lengths, 0, count, column.width());
        follow(from, count);
        slices(in, count, out);
      }
    }
  }

  // Apart from each other, as the JIT compiler then has to do with the one that a file needs.

  private void ints(byte[] in, int from, int count, double[] numbers) {
    for (int i = 0; i < count; i++) {
      numbers[i] = ofWhole(Bits.getInt(in, from + i * Integer.BYTES));
    }
  }

  private void longs(byte[] in, int from, int count, double[] numbers) {
    for (int i = 0; i < count; i++) {
      numbers[i] = ofWhole(Bits.getLong(in, from + i * Long.BYTES));
    }
  }

  private static void floats(byte[] in, int from, int count, double[] numbers) {
    for (int i = 0; i < count; i++) {
      numbers[i] = Float.intBitsToFloat(Bits.getInt(in, from + i * Float.BYTES));
    }
  }

  private static void doubles(byte[] in, int from, int count, double[] numbers) {
    for (int i = 0; i < count; i++) {
      numbers[i] = Double.longBitsToDouble(Bits.getLong(in, from + i * Double.BYTES));
    }
  }

  private static void require(long has, long needs) throws ParquetException {
    if (has < needs) {
      throw new ParquetException("a page has %d bytes where %d are due".formatted(has, needs));
    }
  }

  /// A stored whole number as what it means.
  private double ofWhole(long value) {
    return switch (column.kind()) {
      case DATE -> (double) value * SECONDS_A_DAY;
      case UNSIGNED -> {
        long unsigned = column.physical() == Physical.INT32 ? value & 0xffff_ffffL : value;
        yield unsigned >= 0 ? (double) unsigned : (double) (unsigned >>> 1 | (unsigned & 1)) * 2;
      }
      default -> (double) value / column.divisor();
    };
  }

  // ---- bytes ----

  private void room(int count) {
    if (whole.length < count) {
      whole = new long[count];
    }
  }

  private void roomForSlices(int count) {
    if (starts.length < count) {
      starts = new int[count];
      lengths = new int[count];
    }
  }

  /// Reads lengths.
  ///
  /// @return where they end
  private int lengths(byte[] in, int from, int count) throws ParquetException {
    room(count);
    roomForSlices(count);
    int next = Bits.deltas(in, from, whole, count);
    for (int i = 0; i < count; i++) {
      lengths[i] = Math.toIntExact(whole[i]);
    }
    return next;
  }

  /// Puts one behind the other.
  private void follow(int from, int count) {
    int next = from;
    for (int i = 0; i < count; i++) {
      starts[i] = next;
      next = Math.addExact(next, lengths[i]);
    }
  }

  /// Puts together values that begin as the ones before them do.
  private byte[] prefixed(int from, int count) throws ParquetException {
    int next = lengths(unpacked, from, count);
    int[] prefixes = Arrays.copyOf(lengths, count);
    next = lengths(unpacked, next, count);
    long size = Bits.PADDING;
    for (int i = 0; i < count; i++) {
      size += prefixes[i] + (long) lengths[i];
    }
    byte[] joined = new byte[Math.toIntExact(size)];
    int to = 0;
    for (int i = 0; i < count; i++) {
      int before = i == 0 ? 0 : starts[i - 1];
      if (prefixes[i] > (i == 0 ? 0 : to - before)) {
        throw new ParquetException("damaged: a value begins as a longer one");
      }
      System.arraycopy(joined, before, joined, to, prefixes[i]);
      System.arraycopy(unpacked, next, joined, to + prefixes[i], lengths[i]);
      next += lengths[i];
      starts[i] = to;
      to += prefixes[i] + lengths[i];
      lengths[i] += prefixes[i];
    }
    return joined;
  }

  private void slices(byte[] in, int count, Values out) throws ParquetException {
    for (int i = 0; i < count; i++) {
      if (isText()) {
        out.texts[i] = new String(in, starts[i], lengths[i], StandardCharsets.UTF_8);
      } else if (column.kind() == Kind.DECIMAL) {
        out.numbers[i] = decimal(in, starts[i], lengths[i]);
      } else if (column.kind() == Kind.FLOAT && lengths[i] == Short.BYTES) {
        out.numbers[i] = Float.float16ToFloat(Bits.getShort(in, starts[i]));
      } else {
        throw new ParquetException("values of bytes are no numbers");
      }
    }
  }

  /// A decimal: big-endian, two's complement.
  private double decimal(byte[] in, int from, int length) {
    if (length > Long.BYTES) {
      BigDecimal value = new BigDecimal(new BigInteger(in, from, length));
      return value.divide(new BigDecimal(column.divisor()), MathContext.DECIMAL128).doubleValue();
    }
    long value = length == 0 ? 0 : in[from];
    for (int i = 1; i < length; i++) {
      value = value << 8 | (in[from + i] & 0xff);
    }
    return (double) value / column.divisor();
  }
}
