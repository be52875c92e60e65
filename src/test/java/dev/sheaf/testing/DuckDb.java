package dev.sheaf.testing;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/// DuckDB in memory: it makes Parquet files, and says what is in them.
public final class DuckDb implements AutoCloseable {
  private final Connection connection;

  /// An empty database.
  public DuckDb() {
    try {
      connection = DriverManager.getConnection("jdbc:duckdb:");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    execute("SET threads = 2; SET TimeZone = 'UTC'");
  }

  /// Runs statements.
  public void execute(String sql) {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalArgumentException(sql, e);
    }
  }

  /// The rows of an answer; `null` for NULL.
  public List<List<Object>> query(String sql) {
    try (Statement statement = connection.createStatement();
        ResultSet answer = statement.executeQuery(sql)) {
      List<List<Object>> rows = new ArrayList<>();
      while (answer.next()) {
        List<Object> row = new ArrayList<>();
        for (int i = 1; i <= answer.getMetaData().getColumnCount(); i++) {
          row.add(answer.getObject(i));
        }
        rows.add(row);
      }
      return rows;
    } catch (SQLException e) {
      throw new IllegalArgumentException(sql, e);
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
