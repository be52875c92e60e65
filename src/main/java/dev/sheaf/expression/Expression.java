package dev.sheaf.expression;

import dev.sheaf.InputException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// A number, or a condition, as a function of a row's numbers.
///
/// ```
/// condition  = condition "or" condition | condition "and" condition | "not" condition
///            | number ("<" | "<=" | ">" | ">=" | "=" | "==" | "!=" | "<>") number
///            | column "is" ["not"] "null" | "(" condition ")"
/// number     = number ("+" | "-" | "*" | "/") number | "-" number | "(" number ")"
///            | 12.5e3 | column | "column" | '2022-02-01' | '2022-02-01 12:30:00'
/// ```
///
/// Each line binds the weaker the further left it stands; a column's name that is no word, or one
/// of the words above, goes in double quotes. A time in single quotes is its seconds since 1970, as
/// those of columns of timestamps are. Numbers are doubles, `x / 0` is as IEEE 754 has it. What is
/// not known, a null or NaN, makes a number NaN, and a comparison neither true nor false, as in
/// SQL; `not` of that is neither, too.
///
/// Immutable. [#on] makes what computes it, one for each thread.
public final class Expression {
  private final String text;
  private final Node root;
  private final List<String> columns;

  Expression(String text, Node root) {
    this.text = text;
    this.root = root;
    Set<String> names = new LinkedHashSet<>();
    root.addColumns(names);
    columns = List.copyOf(names);
  }

  /// Reads a number.
  ///
  /// @throws InputException for anything else; the message says where
  public static Expression number(String text) {
    return new Parser(text).whole(false);
  }

  /// Reads a condition.
  ///
  /// @throws InputException for anything else; the message says where
  public static Expression condition(String text) {
    return new Parser(text).whole(true);
  }

  /// The number of a column.
  public static Expression ofColumn(String name) {
    return new Expression(name, new Node.Column(name));
  }

  /// The columns it needs, each once, in the order in which they stand.
  public List<String> columns() {
    return columns;
  }

  /// Whether it is one number divided by another.
  public boolean isRatio() {
    return root instanceof Node.Binary binary && binary.operator() == Node.Operator.DIVIDE;
  }

  /// What a ratio divides; see [#isRatio].
  public Expression numerator() {
    return new Expression(text, ((Node.Binary) root).left());
  }

  /// What a ratio divides by; see [#isRatio].
  public Expression denominator() {
    return new Expression(text, ((Node.Binary) root).right());
  }

  /// What computes it.
  ///
  /// @param names of columns, among them all that it needs
  /// @param most how many rows a batch has at most
  public Evaluator on(List<String> names, int most) {
    return new Evaluator(root.on(names, most));
  }

  /// The words it was read from.
  @Override
  public String toString() {
    return text;
  }

  /// Computes an expression for batches of rows. For one thread. Some 1 ns a row and operation.
  public static final class Evaluator {
    private final Vector vector;

    private Evaluator(Vector vector) {
      this.vector = vector;
    }

    /// Its value in each row.
    ///
    /// @param batch of each column the numbers; NaN for null
    /// @return of the first `rows` rows the number, NaN if it is not known; of a condition 1 if it
    ///   is true, 0 if it is not, NaN if that is not known. It may be a column, and is overwritten
    ///   by the next call: to be read only.
    public double[] evaluate(double[][] batch, int rows) {
      return vector.values(batch, rows);
    }
  }

  /// A value for each row.
  @FunctionalInterface
  interface Vector {
    double[] values(double[][] batch, int rows);
  }
}
