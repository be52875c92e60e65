package dev.sheaf.workload;

import dev.sheaf.comm.Communicator;
import dev.sheaf.reduce.QuantileSketch;
import java.util.concurrent.atomic.AtomicReferenceArray;

/// What the threads of a rank have sketched of some sets of values. The counts are whole numbers:
/// who adds what in which order changes nothing. 2 MiB at most for each set.
final class SketchTotals {
  private final AtomicReferenceArray<QuantileSketch> totals;

  SketchTotals(int sets) {
    totals = new AtomicReferenceArray<>(sets);
  }

  /// How many sets.
  int sets() {
    return totals.length();
  }

  /// Adds a sketch to a set.
  void add(int set, QuantileSketch sketch) {
    QuantileSketch total = total(set);
    synchronized (total) {
      total.add(sketch);
    }
  }

  /// The same, of a sketch in longs.
  void add(int set, long[] sketch) {
    QuantileSketch total = total(set);
    synchronized (total) {
      total.add(sketch);
    }
  }

  /// Clears a sketch, which is to become a part of a set.
  void clear(QuantileSketch sketch, int set) {
    QuantileSketch total = total(set);
    synchronized (total) {
      sketch.clear(total);
    }
  }

  private QuantileSketch total(int set) {
    if (totals.get(set) == null) {
      totals.compareAndSet(set, null, new QuantileSketch());
    }
    return totals.get(set);
  }

  /// The sketches of all ranks together, on rank 0. Collective; one set at a time, as
  /// [Sketches#reduce].
  QuantileSketch[] gather(Communicator comm) {
    QuantileSketch[] all = new QuantileSketch[comm.rank() == 0 ? totals.length() : 0];
    for (int set = 0; set < totals.length(); set++) {
      QuantileSketch mine = totals.getAndSet(set, null);
      QuantileSketch sketch = mine == null ? new QuantileSketch() : mine;
      Sketches.reduce(comm, sketch);
      if (comm.rank() == 0) {
        all[set] = sketch;
      }
    }
    return all;
  }
}
