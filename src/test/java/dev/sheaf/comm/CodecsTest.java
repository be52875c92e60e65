package dev.sheaf.comm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CodecsTest {
  private enum Colour {
    RED,
    GREEN {
      @Override
      public String toString() {
        return "not the name";
      }
    }
  }

  private record Point(double x, double y) {}

  private record Plain(
      boolean flag,
      byte octet,
      short small,
      char letter,
      int number,
      long large,
      float real,
      double precise,
      String text,
      Colour colour,
      Point point) {}

  private record Lists(
      List<String> words,
      List<Integer> numbers,
      List<Point> points,
      List<List<Colour>> colours,
      List<double[]> rows) {}

  private record Arrays5(byte[] bytes, int[] ints, long[] longs, float[] floats, double[] doubles) {
    /// Every bit counts, those of NaN too.
    boolean same(Arrays5 other) {
      return Arrays.equals(bytes, other.bytes)
          && Arrays.equals(ints, other.ints)
          && Arrays.equals(longs, other.longs)
          && Arrays.equals(bits(floats), bits(other.floats))
          && Arrays.equals(bits(doubles), bits(other.doubles));
    }

    private static int[] bits(float[] values) {
      int[] bits = new int[values.length];
      Arrays.setAll(bits, i -> Float.floatToRawIntBits(values[i]));
      return bits;
    }

    private static long[] bits(double[] values) {
      return Arrays.stream(values).mapToLong(Double::doubleToRawLongBits).toArray();
    }
  }

  private record Tree(int value, List<Tree> children) {}

  private record Positive(int value) {
    Positive {
      if (value <= 0) {
        throw new IllegalArgumentException(value + " is not positive");
      }
    }
  }

  private static final Codec<Plain> PLAIN = Codecs.ofRecord(Plain.class);
  private static final Codec<Lists> LISTS = Codecs.ofRecord(Lists.class);
  private static final Codec<Arrays5> ARRAYS = Codecs.ofRecord(Arrays5.class);

  private static String text(SplittableRandom random) {
    return random
        .ints(random.nextInt(20), 0, Character.MAX_CODE_POINT + 1)
        .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static Point point(SplittableRandom random) {
    return new Point(random.nextDouble(), Double.longBitsToDouble(random.nextLong()));
  }

  private static Colour colour(SplittableRandom random) {
    return random.nextBoolean() ? Colour.RED : Colour.GREEN;
  }

  private static Plain plain(SplittableRandom random) {
    return new Plain(
        random.nextBoolean(),
        (byte) random.nextInt(),
        (short) random.nextInt(),
        (char) random.nextInt(),
        random.nextInt(),
        random.nextLong(),
        Float.intBitsToFloat(random.nextInt()),
        Double.longBitsToDouble(random.nextLong()),
        text(random),
        colour(random),
        point(random));
  }

  private static Lists lists(SplittableRandom random) {
    return new Lists(
        Stream.generate(() -> text(random)).limit(random.nextInt(5)).toList(),
        Stream.generate(random::nextInt).limit(random.nextInt(5)).toList(),
        Stream.generate(() -> point(random)).limit(random.nextInt(5)).toList(),
        Stream.generate(() -> Stream.generate(() -> colour(random)).limit(2).toList())
            .limit(random.nextInt(5))
            .toList(),
        List.of());
  }

  private static Arrays5 arrays(SplittableRandom random) {
    byte[] bytes = new byte[random.nextInt(9)];
    random.nextBytes(bytes);
    float[] floats = new float[random.nextInt(9)];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = Float.intBitsToFloat(random.nextInt());
    }
    return new Arrays5(
        bytes,
        random.ints(random.nextInt(9)).toArray(),
        random.longs(random.nextInt(9)).toArray(),
        floats,
        random.longs(random.nextInt(9)).mapToDouble(Double::longBitsToDouble).toArray());
  }

  @Test
  void recordsComeBackAsTheyWere() {
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 2000; i++) {
      Plain plain = plain(random);
      assertEquals(plain, PLAIN.decode(PLAIN.encode(plain)));
      Lists lists = lists(random);
      assertEquals(lists, LISTS.decode(LISTS.encode(lists)));
      Arrays5 arrays = arrays(random);
      assertTrue(arrays.same(ARRAYS.decode(ARRAYS.encode(arrays))), arrays::toString);
    }
    Lists rows =
        new Lists(List.of(), List.of(), List.of(), List.of(), List.of(new double[] {1, 2}));
    assertArrayEquals(new double[] {1, 2}, LISTS.decode(LISTS.encode(rows)).rows().getFirst());
  }

  @Test
  void aRecordMayHoldListsOfItself() {
    Codec<Tree> codec = Codecs.ofRecord(Tree.class);
    Tree tree =
        new Tree(1, List.of(new Tree(2, List.of()), new Tree(3, List.of(new Tree(4, List.of())))));
    assertEquals(tree, codec.decode(codec.encode(tree)));
  }

  /// By hand: little-endian int 258; length 2 and "hi"; length 3 and "RED"; binary64 of 1 and -2.
  @Test
  void bytesAreLittleEndianInOrder() {
    record Sample(int number, String text, Colour colour, Point point) {}
    assertEquals(
        "02010000" + "020000006869" + "03000000524544" + "000000000000f03f" + "00000000000000c0",
        HexFormat.of()
            .formatHex(
                Codecs.ofRecord(Sample.class)
                    .encode(new Sample(258, "hi", Colour.RED, new Point(1, -2)))));
  }

  private static Stream<byte[]> encodings() {
    SplittableRandom random = new SplittableRandom(3);
    return Stream.of(
        PLAIN.encode(plain(random)),
        LISTS.encode(
            new Lists(
                List.of("a", ""),
                List.of(1, 2),
                List.of(new Point(1, 2)),
                List.of(List.of(Colour.RED)),
                List.of(new double[2]))),
        ARRAYS.encode(
            new Arrays5(new byte[2], new int[2], new long[2], new float[2], new double[2])));
  }

  private static Object decode(int which, byte[] bytes) {
    return List.of(PLAIN, LISTS, ARRAYS).get(which).decode(bytes);
  }

  @Test
  void missingAndSpareBytesAreErrors() {
    List<byte[]> encodings = encodings().toList();
    for (int which = 0; which < encodings.size(); which++) {
      byte[] bytes = encodings.get(which);
      int codec = which;
      decode(codec, bytes);
      for (int length = 0; length < bytes.length; length++) {
        byte[] cut = Arrays.copyOf(bytes, length);
        assertThrows(CommException.class, () -> decode(codec, cut), length + " bytes");
      }
      byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
      assertThrows(CommException.class, () -> decode(codec, longer));
    }
  }

  @Test
  void garbageIsAnErrorOrAValue() {
    List<byte[]> encodings = encodings().toList();
    SplittableRandom random = new SplittableRandom(5);
    int errors = 0;
    for (int i = 0; i < 20_000; i++) {
      int which = i % encodings.size();
      byte[] bytes = encodings.get(which).clone();
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      try {
        decode(which, bytes);
      } catch (CommException e) {
        errors++;
      }
    }
    assertTrue(errors > 1000, errors + " errors");
  }

  private static Stream<Codec<?>> codecsThatBeginWithALength() {
    return Stream.of(
        Codecs.STRING,
        Codecs.BYTES,
        Codecs.list(Codecs.STRING),
        Codecs.list(Codecs.list(Codecs.LONG)),
        Codecs.of(Encoder::putInts, Decoder::getInts),
        Codecs.of(Encoder::putLongs, Decoder::getLongs),
        Codecs.of(Encoder::putFloats, Decoder::getFloats),
        Codecs.of(Encoder::putDoubles, Decoder::getDoubles));
  }

  @ParameterizedTest
  @MethodSource("codecsThatBeginWithALength")
  void hugeAndNegativeLengthsAllocateNothing(Codec<?> codec) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (int length : new int[] {Integer.MAX_VALUE, 1 << 28, 100, -1, Integer.MIN_VALUE}) {
      byte[] bytes = Arrays.copyOf(new Encoder().putInt(length).toByteArray(), 60);
      long before = threads.getCurrentThreadAllocatedBytes();
      assertThrows(CommException.class, () -> codec.decode(bytes));
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;
      assertTrue(allocated < 1 << 20, allocated + " bytes for length " + length);
    }
  }

  @Test
  void whatHasNoCodecIsNamed() {
    record Unknown(int fine, Object wrong) {}
    record Raw(List<? extends Number> wrong) {}
    record Strings(String[] wrong) {}
    for (Class<? extends Record> type : List.of(Unknown.class, Raw.class, Strings.class)) {
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> Codecs.ofRecord(type));
      assertTrue(e.getMessage().contains(type.getName() + ".wrong"), e.getMessage());
    }
  }

  @Test
  void nullIsNamed() {
    record Named(String name) {}
    Codec<Named> codec = Codecs.ofRecord(Named.class);
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> codec.encode(new Named(null)));
    assertTrue(e.getMessage().endsWith("Named.name is null"), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -5})
  void whatTheConstructorRefusesIsAnError(int value) {
    Codec<Positive> codec = Codecs.ofRecord(Positive.class);
    assertEquals(new Positive(5), codec.decode(codec.encode(new Positive(5))));
    byte[] bytes = Codecs.of(Encoder::putInt, Decoder::getInt).encode(value);
    CommException e = assertThrows(CommException.class, () -> codec.decode(bytes));
    assertTrue(e.getMessage().contains(value + " is not positive"), e.getMessage());
  }

  @Test
  void listsOfNothingAreRefused() {
    Codec<List<Void>> codec = Codecs.list(Codecs.NOTHING);
    assertThrows(
        IllegalArgumentException.class, () -> codec.encode(Arrays.asList(new Void[] {null})));
    assertEquals(List.of(), codec.decode(codec.encode(List.of())));
  }
}
