package dev.sheaf.parquet;

import java.io.IOException;

/// A Parquet file that can't be read: it is damaged, cut short, or uses what is not known here. The
/// message says what, not in which file.
public final class ParquetException extends IOException {
  private static final long serialVersionUID = 1;

  ParquetException(String message) {
    super(message);
  }

  ParquetException(String message, Throwable cause) {
    super(message, cause);
  }
}
