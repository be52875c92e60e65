package dev.sheaf.table;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/// Reads columns of numbers, part by part, a batch of rows at a time. What is in a batch depends on
/// the part alone. One for each thread; its memory is used again.
public final class NumberReader implements AutoCloseable {
  /// The most rows of a batch; all but the last of a part have so many.
  public static final int BATCH = 1 << 15;

  /// How one kind of file is read.
  sealed interface Source extends AutoCloseable permits ParquetNumbers, CsvNumbers {
    /// Begins a part.
    void open(TablePart part, List<String> columns) throws IOException;

    /// Reads rows.
    ///
    /// @param batch of each column as many numbers as there are rows
    /// @return how many rows, 0 at the end of the part
    int next(double[][] batch) throws IOException;

    @Override
    void close() throws IOException;
  }

  private final ParquetNumbers parquet = new ParquetNumbers();
  private final CsvNumbers csv = new CsvNumbers();
  private Source source;
  private double[][] batch = {};

  /// Begins a part.
  ///
  /// @param columns the names of those that are to be read
  /// @throws IOException if the part can't be read or is damaged; its message names neither
  public void open(TablePart part, List<String> columns) throws IOException {
    source = TableFile.isParquet(Path.of(part.file())) ? parquet : csv;
    if (batch.length < columns.size()) {
      batch = new double[columns.size()][BATCH];
    }
    source.open(part, columns);
  }

  /// Goes to the next rows.
  ///
  /// @return how many; 0 at the end of the part
  /// @throws IOException if the part is damaged
  public int next() throws IOException {
    return source.next(batch);
  }

  /// The numbers of each column, in the order of [#open]; NaN for null.
  public double[][] batch() {
    return batch;
  }

  @Override
  public void close() {
    try {
      parquet.close();
      csv.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
