package dev.sheaf.random;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Standard normal numbers keyed by (seed, element index), so that an array made in chunks, by
/// whichever ranks and threads, has the same bytes.
///
/// Marsaglia and Tsang's ziggurat of 256 layers ("The ziggurat method for generating random
/// variables", J. Stat. Software 5(8), 2000, <https://doi.org/10.18637/jss.v005.i08>) on one draw
/// of 64 bits an element, of which 8 choose the layer and 54 others the place in it, so that the
/// two are independent (Doornik, "An improved ziggurat method", 2005). About 1.5 % of the elements
/// fall outside the rectangles; they go on with draws of a stream of their own. The values are
/// exact in distribution up to the 53 bits of a double. Only `+ - * /` and [StrictMath] are used:
/// every machine gives the same bits.
public final class Normals {
  private static final int LAYERS = 256;

  /// Where the tail begins, and the area of each layer, the lowest with the tail (Marsaglia and
  /// Tsang; rounded from the digits of GNU Octave's `randmtzig.cc`).
  private static final double TAIL = 3.654152885361009;

  private static final double AREA = 0.004928673233974655;

  /// The right edge of layer `i` is `WIDTH[i]` 2^53; layer 0 is the lowest, its edge that of a
  /// rectangle as large as the layer.
  private static final double[] WIDTH = new double[LAYERS];

  /// Places below `INSIDE[i]`, of 2^53 up to the edge, lie under the curve whatever their height.
  private static final long[] INSIDE = new long[LAYERS];

  /// exp(-x²/2) at the right edge of layer `i`, where layer `i` begins; `HEIGHT[LAYERS]` is the
  /// top.
  private static final double[] HEIGHT = new double[LAYERS + 1];

  static {
    double edge = AREA / density(TAIL);
    double inner = TAIL;
    for (int i = 0; i < LAYERS; i++) {
      WIDTH[i] = edge * 0x1p-53;
      INSIDE[i] = (long) (inner / edge * 0x1p53);
      HEIGHT[i] = density(edge);
      edge = inner;
      double next = AREA / edge + density(edge);
      inner = i + 2 < LAYERS ? StrictMath.sqrt(-2 * StrictMath.log(next)) : 0;
    }
    HEIGHT[LAYERS] = 1;
  }

  /// The stream of a seed that no item has.
  private static final long ITEM = -1;

  private Normals() {}

  /// Puts elements `first`, `first + 1`, … of the seed's normal numbers into memory, as doubles in
  /// the machine's byte order. 2 ns an element.
  ///
  /// @param seed any number
  /// @param first the index of the first element, 0 or more
  /// @param doubles room for 8 bytes an element
  public static void fill(long seed, long first, MemorySegment doubles) {
    long key = KeyedRandom.key(seed, ITEM);
    long[] draws = new long[KeyedRandom.BLOCK];
    double[] values = new double[KeyedRandom.BLOCK];
    long count = doubles.byteSize() / Double.BYTES;
    for (long from = 0; from < count; from += KeyedRandom.BLOCK) {
      int some = (int) Math.min(KeyedRandom.BLOCK, count - from);
      KeyedRandom.draws(key, first + from, draws, some);
      for (int i = 0; i < some; i++) {
        values[i] = normal(draws[i]);
      }
      MemorySegment.copy(
          values, 0, doubles, ValueLayout.JAVA_DOUBLE_UNALIGNED, from * Double.BYTES, some);
    }
  }

  /// Puts elements `first`, `first + 1`, … of the seed's normal numbers into the array.
  public static void fill(long seed, long first, double[] values) {
    fill(seed, first, MemorySegment.ofArray(values));
  }

  private static double normal(long draw) {
    int layer = (int) draw & (LAYERS - 1);
    long place = draw >> 10;
    return Math.abs(place) < INSIDE[layer] ? place * WIDTH[layer] : outside(draw);
  }

  /// The value of a draw that begins outside the rectangles.
  private static double outside(long draw) {
    KeyedRandom more = new KeyedRandom(draw);
    while (true) {
      int layer = (int) draw & (LAYERS - 1);
      long place = draw >> 10;
      double x = place * WIDTH[layer];
      if (Math.abs(place) < INSIDE[layer]) {
        return x;
      }
      if (layer == 0) {
        return place < 0 ? -tail(more) : tail(more);
      }
      double height = HEIGHT[layer] + more.nextDouble() * (HEIGHT[layer + 1] - HEIGHT[layer]);
      if (height < density(x)) {
        return x;
      }
      draw = more.nextLong();
    }
  }

  /// A normal number beyond [#TAIL] (Marsaglia, "Generating a variable from the tail of the normal
  /// distribution", Technometrics 6, 1964).
  private static double tail(KeyedRandom more) {
    while (true) {
      double x = exponential(more) / TAIL;
      if (2 * exponential(more) > x * x) {
        return TAIL + x;
      }
    }
  }

  private static double exponential(KeyedRandom more) {
    return -StrictMath.log(1 - more.nextDouble());
  }

  private static double density(double x) {
    return StrictMath.exp(-0.5 * x * x);
  }
}
