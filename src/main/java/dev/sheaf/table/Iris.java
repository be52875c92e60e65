package dev.sheaf.table;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/// Fisher's irises: 150 flowers of three species, four lengths in cm each (1936, public domain).
public final class Iris {
  private Iris() {}

  /// The table as a CSV file.
  public static byte[] csv() {
    try (InputStream in = Iris.class.getResourceAsStream("iris.csv")) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
