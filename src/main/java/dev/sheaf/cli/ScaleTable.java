package dev.sheaf.cli;

import dev.sheaf.plot.Scaling;
import java.util.List;

/// What `sheaf scale` has measured on several rank counts.
interface ScaleTable {
  /// The table, the laws, and what they say of `predict` ranks, if that is not 0.
  List<String> lines(int predict);

  String csv();

  /// The speed-ups over the ranks, with the laws.
  Scaling plot(String title, int predict);
}
