package dev.sheaf.expression;

import dev.sheaf.expression.Expression.Vector;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/// A part of an expression.
sealed interface Node {
  /// What is computed of one or two values. Conditions are 1, 0 or NaN.
  enum Operator {
    ADD,
    SUBTRACT,
    MULTIPLY,
    DIVIDE,
    LESS,
    LESS_OR_EQUAL,
    GREATER,
    GREATER_OR_EQUAL,
    EQUAL,
    NOT_EQUAL,
    AND,
    OR;

    /// Whether it makes a condition.
    boolean isCondition() {
      return compareTo(LESS) >= 0;
    }

    /// Whether its operands are conditions.
    boolean ofConditions() {
      return compareTo(AND) >= 0;
    }
  }

  /// Whether it is a condition, not a number.
  boolean isCondition();

  /// Adds the names of its columns.
  void addColumns(Set<String> names);

  /// What computes it; see [Expression#on].
  Vector on(List<String> names, int most);

  /// A number that stands there.
  record Constant(double value) implements Node {
    @Override
    public boolean isCondition() {
      return false;
    }

    @Override
    public void addColumns(Set<String> names) {}

    @Override
    public Vector on(List<String> names, int most) {
      double[] values = new double[most];
      Arrays.fill(values, value);
      return (_, _) -> values;
    }
  }

  /// A column of the table.
  record Column(String name) implements Node {
    @Override
    public boolean isCondition() {
      return false;
    }

    @Override
    public void addColumns(Set<String> names) {
      names.add(name);
    }

    @Override
    public Vector on(List<String> names, int most) {
      int index = names.indexOf(name);
      return (batch, _) -> batch[index];
    }
  }

  /// Whether a number is not known.
  record IsNull(Node operand) implements Node {
    @Override
    public boolean isCondition() {
      return true;
    }

    @Override
    public void addColumns(Set<String> names) {
      operand.addColumns(names);
    }

    @Override
    public Vector on(List<String> names, int most) {
      Vector vector = operand.on(names, most);
      double[] out = new double[most];
      return (batch, rows) -> {
        double[] x = vector.values(batch, rows);
        for (int i = 0; i < rows; i++) {
          out[i] = Double.isNaN(x[i]) ? 1 : 0;
        }
        return out;
      };
    }
  }

  /// Another condition's contrary.
  record Not(Node operand) implements Node {
    @Override
    public boolean isCondition() {
      return true;
    }

    @Override
    public void addColumns(Set<String> names) {
      operand.addColumns(names);
    }

    @Override
    public Vector on(List<String> names, int most) {
      Vector vector = operand.on(names, most);
      double[] out = new double[most];
      return (batch, rows) -> {
        double[] x = vector.values(batch, rows);
        for (int i = 0; i < rows; i++) {
          out[i] = 1 - x[i];
        }
        return out;
      };
    }
  }

  /// An operator between two parts.
  record Binary(Operator operator, Node left, Node right) implements Node {
    @Override
    public boolean isCondition() {
      return operator.isCondition();
    }

    @Override
    public void addColumns(Set<String> names) {
      left.addColumns(names);
      right.addColumns(names);
    }

    @Override
    public Vector on(List<String> names, int most) {
      Vector a = left.on(names, most);
      Vector b = right.on(names, most);
      double[] out = new double[most];
      return (batch, rows) -> {
        compute(a.values(batch, rows), b.values(batch, rows), out, rows);
        return out;
      };
    }

    /// A loop for each operator, so that the JIT compiler makes vectors of it.
    private void compute(double[] a, double[] b, double[] out, int rows) {
      switch (operator) {
        case ADD -> {
          for (int i = 0; i < rows; i++) {
            out[i] = a[i] + b[i];
          }
        }
        case SUBTRACT -> {
          for (int i = 0; i < rows; i++) {
            out[i] = a[i] - b[i];
          }
        }
        case MULTIPLY -> {
          for (int i = 0; i < rows; i++) {
            out[i] = a[i] * b[i];
          }
        }
        case DIVIDE -> {
          for (int i = 0; i < rows; i++) {
            out[i] = a[i] / b[i];
          }
        }
        case LESS -> {
          for (int i = 0; i < rows; i++) {
            out[i] = a[i] < b[i] ? 1 : a[i] >= b[i] ? 0 : Double.NaN;
          }
        }
        case LESS_OR_EQUAL -> {
          for (int i = 0; i < rows; i++) {
            out[i] = a[i] <= b[i] ? 1 : a[i] > b[i] ? 0 : Double.NaN;
          }
        }
        case GREATER -> {
          for (int i = 0; i < rows; i++) {
            out[i] = a[i] > b[i] ? 1 : a[i] <= b[i] ? 0 : Double.NaN;
          }
        }
        case GREATER_OR_EQUAL -> {
          for (int i = 0; i < rows; i++) {
            out[i] = a[i] >= b[i] ? 1 : a[i] < b[i] ? 0 : Double.NaN;
          }
        }
        case EQUAL -> {
          for (int i = 0; i < rows; i++) {
            out[i] = a[i] == b[i] ? 1 : a[i] < b[i] || a[i] > b[i] ? 0 : Double.NaN;
          }
        }
        case NOT_EQUAL -> {
          for (int i = 0; i < rows; i++) {
            out[i] = a[i] == b[i] ? 0 : a[i] < b[i] || a[i] > b[i] ? 1 : Double.NaN;
          }
        }
        case AND -> {
          for (int i = 0; i < rows; i++) {
            out[i] = a[i] == 0 || b[i] == 0 ? 0 : a[i] * b[i];
          }
        }
        case OR -> {
          for (int i = 0; i < rows; i++) {
            out[i] = a[i] == 1 || b[i] == 1 ? 1 : a[i] + b[i];
          }
        }
      }
    }
  }
}
