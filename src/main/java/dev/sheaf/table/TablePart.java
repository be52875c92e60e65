package dev.sheaf.table;

/// A part of a file that is read on its own: a row group of a Parquet file, bytes of a CSV file, or
/// a whole file.
///
/// @param from the row group; or the first byte
/// @param to the byte behind the last; 0 for a row group, -1 for a file that must be read as a
///   whole
public record TablePart(String file, long from, long to) {
  /// The whole of a file that can't be cut, or that can't be read.
  static TablePart whole(String file) {
    return new TablePart(file, 0, -1);
  }

  /// Whether its columns can be read one by one, at no more cost than all at once.
  public boolean hasColumnsApart() {
    return to == 0;
  }

  /// What a person would call it.
  @Override
  public String toString() {
    return to == 0
        ? file + ", row group " + from
        : to < 0 ? file : "%s, bytes %d to %d".formatted(file, from, to - 1);
  }
}
