package dev.sheaf.expression;

import dev.sheaf.InputException;
import dev.sheaf.expression.Node.Operator;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads expressions, by recursive descent.
final class Parser {
  private static final Pattern TOKEN =
      Pattern.compile(
          "\\s*(?:(?<number>(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?)(?![A-Za-z_])"
              + "|(?<word>[\\p{L}_][\\p{L}\\p{N}_.]*)"
              + "|(?<quoted>\"[^\"]+\")"
              + "|(?<time>'[^']*')"
              + "|(?<sign><=|>=|==|!=|<>|[-+*/()<>=]))");

  private static final Set<String> WORDS = Set.of("and", "or", "not", "is", "null");

  private static final Map<String, Operator> COMPARISONS =
      Map.of(
          "<", Operator.LESS,
          "<=", Operator.LESS_OR_EQUAL,
          ">", Operator.GREATER,
          ">=", Operator.GREATER_OR_EQUAL,
          "=", Operator.EQUAL,
          "==", Operator.EQUAL,
          "!=", Operator.NOT_EQUAL,
          "<>", Operator.NOT_EQUAL);

  private static final LocalDateTime EPOCH = LocalDateTime.of(1970, 1, 1, 0, 0);

  /// The most parentheses and signs in one another.
  private static final int DEEPEST = 200;

  /// Characters of a text: each operator takes memory, and those in a chain each other's stack.
  private static final int LONGEST = 4096;

  private final String text;
  private final Matcher matcher;

  /// What comes next: the name of its group in [#TOKEN], or `end`.
  private String kind;

  private String token;
  private int start;
  private int depth;

  Parser(String text) {
    this.text = text;
    matcher = TOKEN.matcher(text);
    if (text.length() > LONGEST) {
      throw new InputException(
          "'%s...': longer than %d characters".formatted(text.substring(0, 40), LONGEST));
    }
    advance();
  }

  /// Reads all of it.
  Expression whole(boolean condition) {
    Node node = or();
    if (!kind.equals("end")) {
      throw error("expected an operator or the end, found '" + token + "'", start);
    }
    return new Expression(text, require(node, condition, 0));
  }

  private Node require(Node node, boolean condition, int at) {
    if (node.isCondition() != condition) {
      throw error(
          condition
              ? "expected a condition, found a number"
              : "expected a number, found a condition",
          at);
    }
    return node;
  }

  /// @param at where, counted from 0
  private InputException error(String what, int at) {
    return new InputException("'%s': %s, at character %d".formatted(text, what, at + 1));
  }

  private void advance() {
    int from = kind == null ? 0 : start + token.length();
    if (text.substring(from).isBlank()) {
      kind = "end";
      token = "";
      start = text.length();
      return;
    }
    matcher.region(from, text.length());
    if (!matcher.lookingAt()) {
      int at = from;
      while (Character.isWhitespace(text.charAt(at))) {
        at++;
      }
      throw error("'" + text.charAt(at) + "' is not understood", at);
    }
    for (String group : Set.of("number", "word", "quoted", "time", "sign")) {
      if (matcher.group(group) != null) {
        kind = group;
        token = matcher.group(group);
        start = matcher.start(group);
      }
    }
    if (kind.equals("word") && WORDS.contains(token.toLowerCase(Locale.ROOT))) {
      kind = "sign";
    }
  }

  /// Goes on if that sign or word comes next.
  private boolean take(String sign) {
    if (!kind.equals("sign") || !token.equalsIgnoreCase(sign)) {
      return false;
    }
    advance();
    return true;
  }

  private Node or() {
    int at = start;
    Node node = and();
    while (take("or")) {
      int second = start;
      node = new Node.Binary(Operator.OR, require(node, true, at), require(and(), true, second));
    }
    return node;
  }

  private Node and() {
    int at = start;
    Node node = not();
    while (take("and")) {
      int second = start;
      node = new Node.Binary(Operator.AND, require(node, true, at), require(not(), true, second));
    }
    return node;
  }

  private Node not() {
    if (take("not")) {
      deeper();
      int at = start;
      Node node = new Node.Not(require(not(), true, at));
      depth--;
      return node;
    }
    return comparison();
  }

  private Node comparison() {
    int at = start;
    Node node = sum();
    if (take("is")) {
      boolean not = take("not");
      if (!take("null")) {
        throw error("expected 'null'", start);
      }
      Node isNull = new Node.IsNull(require(node, false, at));
      return not ? new Node.Not(isNull) : isNull;
    }
    Operator operator = kind.equals("sign") ? COMPARISONS.get(token) : null;
    if (operator == null) {
      return node;
    }
    advance();
    int second = start;
    return new Node.Binary(operator, require(node, false, at), require(sum(), false, second));
  }

  private Node sum() {
    int at = start;
    Node node = product();
    while (kind.equals("sign") && (token.equals("+") || token.equals("-"))) {
      Operator operator = token.equals("+") ? Operator.ADD : Operator.SUBTRACT;
      advance();
      int second = start;
      node = new Node.Binary(operator, require(node, false, at), require(product(), false, second));
    }
    return node;
  }

  private Node product() {
    int at = start;
    Node node = unary();
    while (kind.equals("sign") && (token.equals("*") || token.equals("/"))) {
      Operator operator = token.equals("*") ? Operator.MULTIPLY : Operator.DIVIDE;
      advance();
      int second = start;
      node = new Node.Binary(operator, require(node, false, at), require(unary(), false, second));
    }
    return node;
  }

  private Node unary() {
    if (take("-")) {
      deeper();
      int at = start;
      Node operand = require(unary(), false, at);
      depth--;
      return operand instanceof Node.Constant constant
          ? new Node.Constant(-constant.value())
          : new Node.Binary(Operator.SUBTRACT, new Node.Constant(-0.0), operand);
    }
    return primary();
  }

  private Node primary() {
    int at = start;
    String found = token;
    switch (kind) {
      case "number" -> {
        advance();
        return new Node.Constant(Double.parseDouble(found));
      }
      case "word" -> {
        advance();
        return new Node.Column(found);
      }
      case "quoted" -> {
        advance();
        return new Node.Column(found.substring(1, found.length() - 1));
      }
      case "time" -> {
        Node time = new Node.Constant(seconds(found.substring(1, found.length() - 1)));
        advance();
        return time;
      }
      default -> {}
    }
    if (take("(")) {
      deeper();
      Node node = or();
      if (!take(")")) {
        throw error("expected ')'", start);
      }
      depth--;
      return node;
    }
    throw error(
        "expected a number or a column, found "
            + (at == text.length() ? "the end" : "'" + found + "'"),
        at);
  }

  private double seconds(String time) {
    try {
      String whole = time.strip().replace(' ', 'T');
      LocalDateTime at = LocalDateTime.parse(whole.contains("T") ? whole : whole + "T00:00");
      return (double) ChronoUnit.MICROS.between(EPOCH, at) / 1e6;
    } catch (DateTimeException _) {
      throw error(
          "expected a time such as '2022-02-01 12:30:00'; columns go in \"double quotes\"", start);
    }
  }

  private void deeper() {
    if (++depth > DEEPEST) {
      throw error("too deep", start);
    }
  }
}
