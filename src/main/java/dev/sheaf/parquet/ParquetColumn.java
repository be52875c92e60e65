package dev.sheaf.parquet;

/// A column: what stands at the end of the schema's branches.
///
/// @param name the names of the branch, with dots between
/// @param index which of the columns it is
/// @param physical how values are stored
/// @param width the bytes of a value, of [Physical#FIXED]
/// @param kind what values mean
/// @param divisor what a stored whole number is divided by: 100 for a decimal with two places; for
///   times, so that they are seconds
/// @param optional on how many levels it may be null
/// @param repeated whether it is a list, or in one
public record ParquetColumn(
    String name,
    int index,
    Physical physical,
    int width,
    Kind kind,
    double divisor,
    int optional,
    boolean repeated) {

  /// How values are stored. The order is that of the format's numbers.
  public enum Physical {
    /// One bit.
    BOOLEAN,
    /// Four bytes.
    INT32,
    /// Eight bytes.
    INT64,
    /// Twelve bytes: the nanoseconds of a Julian day.
    INT96,
    /// Four bytes.
    FLOAT,
    /// Eight bytes.
    DOUBLE,
    /// Bytes behind their number.
    BYTES,
    /// Bytes, as many for each value.
    FIXED
  }

  /// What values mean.
  public enum Kind {
    /// Whole numbers.
    INTEGER("whole numbers"),
    /// Whole numbers from 0 on.
    UNSIGNED("whole numbers"),
    /// Floating-point numbers.
    FLOAT("numbers"),
    /// Decimal numbers.
    DECIMAL("decimal numbers"),
    /// False is 0, true is 1.
    BOOLEAN("true or false"),
    /// Seconds since 1970, UTC or of a clock in no known zone.
    TIMESTAMP("timestamps"),
    /// Seconds since 1970, of a day's beginning.
    DATE("dates"),
    /// Seconds of the day.
    TIME("times of day"),
    /// Texts.
    TEXT("text"),
    /// Anything else.
    OTHER("bytes");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    /// What a person would call the values.
    public String words() {
      return words;
    }
  }

  /// Whether values can be read as numbers.
  public boolean numeric() {
    return !repeated && kind != Kind.TEXT && kind != Kind.OTHER;
  }

  /// What a person would call the values.
  public String words() {
    return repeated ? "lists" : kind.words();
  }
}
