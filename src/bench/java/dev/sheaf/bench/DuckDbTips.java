package dev.sheaf.bench;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;

/// DuckDB with 2 threads, for `sheaf tips`: the histogram and the means of a ratio, in one scan;
/// with `quantiles` in a second query over the same rows also its deviation, extremes and
/// approximate quantiles. `FILE.parquet means|quantiles`: the median seconds of some passes.
/// `FILE.parquet FILE.csv`: writes the rows as CSV.
public final class DuckDbTips {
  private static final int WARM_UP = 5;
  private static final int PASSES = 15;

  private DuckDbTips() {}

  /// Times it, or writes.
  public static void main(String[] args) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute("SET threads = 2");
      if (args[1].endsWith(".csv")) {
        statement.execute("COPY (FROM '%s') TO '%s' (HEADER)".formatted(args[0], args[1]));
        return;
      }
      double[] seconds = new double[PASSES];
      for (int pass = -WARM_UP; pass < PASSES; pass++) {
        long begin = System.nanoTime();
        run(
            statement,
            "SELECT floor((r - 0.01) / 1.99 * 200)::INTEGER AS bin, count(*), sum(r), sum(t), sum(f)",
            args[0],
            "GROUP BY bin");
        if (args[1].equals("quantiles")) {
          run(
              statement,
              "SELECT stddev_samp(r), min(r), max(r),"
                  + " approx_quantile(r, [0.05, 0.25, 0.5, 0.75, 0.95])",
              args[0],
              "");
        }
        if (pass >= 0) {
          seconds[pass] = (System.nanoTime() - begin) / 1e9;
        }
      }
      Arrays.sort(seconds);
      System.out.println(seconds[PASSES / 2]);
    }
  }

  private static void run(Statement statement, String select, String file, String group)
      throws SQLException {
    String from =
        " FROM (SELECT tip_amount / fare_amount AS r, tip_amount AS t, fare_amount AS f FROM '%s'"
            + " WHERE fare_amount > 0) ";
    try (ResultSet rows = statement.executeQuery(select + from.formatted(file) + group)) {
      while (rows.next()) {}
    }
  }
}
