package dev.sheaf.workload;

import dev.sheaf.reduce.QuantileSketch;
import java.util.ArrayList;
import java.util.List;

/// A thread's sketches of the values of one item, which count only when the item is done: what an
/// item that fails has left is thrown away.
final class ItemSketches {
  private final List<QuantileSketch> sketches = new ArrayList<>();
  private boolean begun;

  /// Begins with an item.
  void begin(int sets) {
    if (begun) {
      sketches.clear();
    }
    begun = true;
    while (sketches.size() < sets) {
      sketches.add(new QuantileSketch());
    }
  }

  /// Adds a value to a set.
  void add(int set, double[] values, int count) {
    QuantileSketch sketch = sketches.get(set);
    for (int i = 0; i < count; i++) {
      sketch.add(values[i]);
    }
  }

  /// Ends the item: adds the sets to those of the rank from `first` on.
  void end(int sets, SketchTotals totals, int first) {
    for (int set = 0; set < sets; set++) {
      totals.add(first + set, sketches.get(set));
      sketches.get(set).clear();
    }
    begun = false;
  }
}
