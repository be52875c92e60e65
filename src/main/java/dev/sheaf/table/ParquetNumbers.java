package dev.sheaf.table;

import dev.sheaf.parquet.ColumnReader;
import dev.sheaf.parquet.ParquetColumn;
import dev.sheaf.parquet.ParquetFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Numbers of Parquet files: the needed columns of a row group are read, no others.
final class ParquetNumbers implements NumberReader.Source {
  private final List<ColumnReader> readers = new ArrayList<>();
  private String path;
  private ParquetFile file;
  private int columns;
  private long left;

  @Override
  public void open(TablePart part, List<String> names) throws IOException {
    if (!part.file().equals(path)) {
      close();
      file = ParquetFile.open(Path.of(part.file()));
      path = part.file();
    }
    int group = Math.toIntExact(part.from());
    columns = names.size();
    left = file.rows(group);
    while (readers.size() < columns) {
      readers.add(new ColumnReader());
    }
    for (int i = 0; i < columns; i++) {
      readers.get(i).open(file, group, column(names.get(i)));
    }
  }

  private ParquetColumn column(String name) throws IOException {
    for (ParquetColumn column : file.columns()) {
      if (column.name().equals(name)) {
        return column;
      }
    }
    throw new IOException("no column '" + name + "'");
  }

  @Override
  public int next(double[][] batch) throws IOException {
    int rows = (int) Math.min(left, NumberReader.BATCH);
    for (int i = 0; i < columns; i++) {
      readers.get(i).read(batch[i], 0, rows);
    }
    left -= rows;
    return rows;
  }

  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
      file = null;
      path = null;
    }
  }
}
