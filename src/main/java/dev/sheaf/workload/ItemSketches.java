package dev.sheaf.workload;

import dev.sheaf.comm.Decoder;
import dev.sheaf.comm.Encoder;
import dev.sheaf.reduce.QuantileSketch;
import java.util.ArrayList;
import java.util.List;

/// A thread's sketches: of the values of one item, which count only when the item is done, as what
/// an item that fails has left is thrown away; and of all items since the last [#settle].
final class ItemSketches {
  private final SketchTotals totals;
  private final List<QuantileSketch> sketches = new ArrayList<>();

  /// By the rank's sets; `null` of those that the thread has had no values of.
  private final QuantileSketch[] gathered;

  private int first;
  private int sets;

  /// @param totals those of the rank
  ItemSketches(SketchTotals totals) {
    this.totals = totals;
    gathered = new QuantileSketch[totals.sets()];
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
      if (gathered[first + set] == null) {
        gathered[first + set] = new QuantileSketch();
        totals.clear(gathered[first + set], first + set);
      }
      sketches.get(set).clear(gathered[first + set]);
    }
  }

  /// Adds values to one of the item's sets.
  void add(int set, double[] values, int count) {
    QuantileSketch sketch = sketches.get(set);
    for (int i = 0; i < count; i++) {
      sketch.add(values[i]);
    }
  }

  /// The item is done.
  void done() {
    for (int set = 0; set < sets; set++) {
      gathered[first + set].add(sketches.get(set));
    }
  }

  /// Adds what the items have had to the rank's totals.
  ///
  /// @param kept takes it too; or `null`
  void settle(Encoder kept) {
    for (int set = 0; set < gathered.length; set++) {
      QuantileSketch mine = gathered[set];
      if (mine != null && mine.count() > 0) {
        if (kept != null) {
          Sketches.CODEC.write(mine.toLongs(), kept.putInt(set));
        }
        totals.add(set, mine);
        totals.clear(mine, set);
      }
    }
  }

  /// Items are done whose sketches were kept.
  void restore(Decoder kept) {
    while (kept.hasRemaining()) {
      totals.add(kept.getInt(), Sketches.CODEC.read(kept));
    }
  }
}
