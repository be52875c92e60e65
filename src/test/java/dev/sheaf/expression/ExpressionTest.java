package dev.sheaf.expression;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.InputException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExpressionTest {
  private static final double NULL = Double.NaN;
  private static final List<String> NAMES = List.of("a", "b", "Trip distance");

  /// Three rows: all known; b null; a null.
  private static final double[][] BATCH = {{6, 2, NULL}, {4, NULL, 0}, {1, 2, 3}};

  private static double[] values(Expression expression) {
    double[] values = expression.on(NAMES, 3).evaluate(BATCH, 3);
    return java.util.Arrays.copyOf(values, 3);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '~',
      value = {
        "a/b,                       1.5, NaN, NaN",
        "a - b - 1,                 1,   NaN, NaN",
        "a + 2*\"Trip distance\",   8,   6,   NaN",
        "(a + 2)*\"Trip distance\", 8,   8,   NaN",
        "-a,                       -6,  -2,   NaN",
        "- - a,                     6,   2,   NaN",
        "1 / (a - a),        Infinity, Infinity, NaN",
        ".5e1 + a*0 + 1.,           6,   6,   NaN",
        "'1970-01-02 00:00:01.5',   86401.5, 86401.5, 86401.5",
        "'2022-02-01' + 0,          1643673600, 1643673600, 1643673600",
      })
  void numbers(String text, double first, double second, double third) {
    double[] values = values(Expression.number(text));
    assertEquals(first, values[0]);
    assertEquals(second, values[1]);
    assertEquals(third, values[2]);
  }

  /// As DuckDB 2.0.0 says.
  @ParameterizedTest
  @CsvSource({
    "a > 2,                      1,   0,   NaN",
    "a >= 2,                     1,   1,   NaN",
    "a < 6,                      0,   1,   NaN",
    "a <= 6,                     1,   1,   NaN",
    "a = 6,                      1,   0,   NaN",
    "a == 6,                     1,   0,   NaN",
    "a != 6,                     0,   1,   NaN",
    "a <> 6,                     0,   1,   NaN",
    "not a > 2,                  0,   1,   NaN",
    "a > 2 and b > 3,            1,   0,   0",
    "a > 1 and b > 3,            1,   NaN, 0",
    "a > 2 or b > 3,             1,   NaN, NaN",
    "a > 2 OR b >= 0,            1,   NaN, 1",
    "a > 2 or b > 3 and a < 0,   1,   0,   NaN",
    "(a > 2 or a > 0) and not a = 2, 1, 0, NaN",
    "a is null,                  0,   0,   1",
    "b is NOT null,              1,   0,   1",
    "a / b > 1 and \"Trip distance\" < 3, 1, NaN, 0",
  })
  void conditions(String text, double first, double second, double third) {
    double[] values = values(Expression.condition(text));
    assertEquals(first, values[0]);
    assertEquals(second, values[1]);
    assertEquals(third, values[2]);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tip_amount/|'tip_amount/': expected a number or a column, found the end, at character 12",
        "a */ b|'a */ b': expected a number or a column, found '/', at character 4",
        "a b|'a b': expected an operator or the end, found 'b', at character 3",
        "(a|'(a': expected ')', at character 3",
        "a ; b|'a ; b': ';' is not understood, at character 3",
        "a > 1|'a > 1': expected a number, found a condition, at character 1",
        "a + (b > 1)|'a + (b > 1)': expected a number, found a condition, at character 5",
        "2a|'2a': '2' is not understood, at character 1",
        "a > 'noon'|'a > 'noon'': expected a time such as '2022-02-01 12:30:00'; columns go in "
            + "\"double quotes\", at character 5",
        "''|'': expected a number or a column, found the end, at character 1",
      })
  void whatIsNoNumber(String text, String message) {
    InputException e = assertThrows(InputException.class, () -> Expression.number(text));
    assertEquals(message, e.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a|'a': expected a condition, found a number, at character 1",
        "a > 1 and b|'a > 1 and b': expected a condition, found a number, at character 11",
        "0 < a < 1|'0 < a < 1': expected an operator or the end, found '<', at character 7",
        "not a|'not a': expected a condition, found a number, at character 5",
        "a is 3|'a is 3': expected 'null', at character 6",
      })
  void whatIsNoCondition(String text, String message) {
    InputException e = assertThrows(InputException.class, () -> Expression.condition(text));
    assertEquals(message, e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"(", "-", "not "})
  void depthIsBounded(String word) {
    InputException e =
        assertThrows(InputException.class, () -> Expression.condition(word.repeat(1000) + "a > 1"));
    assertTrue(e.getMessage().contains("too deep"), e.getMessage().length() + "");
  }

  @Test
  void lengthIsBounded() {
    InputException e =
        assertThrows(
            InputException.class, () -> Expression.condition("a = 0 or ".repeat(3000) + "a = 1"));
    assertEquals(
        "'a = 0 or a = 0 or a = 0 or a = 0 or a = ...': longer than 4096 characters",
        e.getMessage());
  }

  @Test
  void columnsAndRatio() {
    Expression ratio = Expression.number("(tip + extra) / fare");
    assertEquals(List.of("tip", "extra", "fare"), ratio.columns());
    assertTrue(ratio.isRatio());
    assertEquals(List.of("fare"), ratio.denominator().columns());
    assertEquals(List.of("tip", "extra"), ratio.numerator().columns());
    assertFalse(Expression.number("a / b + 1").isRatio());
    assertFalse(Expression.ofColumn("a / b").isRatio());
  }
}
