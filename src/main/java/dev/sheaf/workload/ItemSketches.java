package dev.sheaf.workload;

import dev.sheaf.comm.Decoder;
import dev.sheaf.comm.Encoder;
import dev.sheaf.reduce.QuantileSketch;
import java.util.ArrayList;
import java.util.List;

/// A thread's sketches of the values of one item, which count only when the item is done: what an
/// item that fails has left is thrown away.
final class ItemSketches {
  private final SketchTotals totals;
  private final List<QuantileSketch> sketches = new ArrayList<>();
  private int first;
  private int sets;

  /// @param totals those of the rank
  ItemSketches(SketchTotals totals) {
    this.totals = totals;
  }

  /// Begins with an item.
  ///
  /// @param first of the rank's sets that the item has values of
  /// @param sets how many these are
  void begin(int first, int sets) {
    this.first = first;
    this.sets = sets;
    for (int set = 0; set < sets; set++) {
      if (set == sketches.size()) {
        sketches.add(new QuantileSketch());
      }
      totals.clear(sketches.get(set), first + set);
    }
  }

  /// Adds values to one of the item's sets.
  void add(int set, double[] values, int count) {
    QuantileSketch sketch = sketches.get(set);
    for (int i = 0; i < count; i++) {
      sketch.add(values[i]);
    }
  }

  /// Appends the item's sketches to its record.
  void keep(Encoder out) {
    for (QuantileSketch sketch : sketches.subList(0, sets)) {
      Sketches.CODEC.write(sketch.toLongs(), out);
    }
  }

  /// The item is done.
  void done() {
    for (int set = 0; set < sets; set++) {
      totals.add(first + set, sketches.get(set));
    }
  }

  /// An item is done whose sketches were kept.
  void restore(int first, int sets, Decoder kept) {
    for (int set = 0; set < sets; set++) {
      totals.add(first + set, Sketches.CODEC.read(kept));
    }
  }
}
