package dev.sheaf.array;

import dev.sheaf.InputException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Reads the text of a `.npy` header: the few Python literals that NumPy writes there.
final class HeaderText {
  private final Path file;
  private final String text;
  private int at;

  HeaderText(Path file, String text) {
    this.file = file;
    this.text = text;
  }

  /// The header, for data that begins at the given offset.
  NpyHeader header(long dataOffset) {
    String descr = null;
    Boolean fortranOrder = null;
    long[] shape = null;
    expect('{');
    while (!accept('}')) {
      String key = string();
      expect(':');
      switch (key) {
        case "descr" -> descr = descr();
        case "fortran_order" -> fortranOrder = truth();
        case "shape" -> shape = shape();
        default -> throw malformed("unknown key '" + key + "'");
      }
      if (!accept(',')) {
        expect('}');
        break;
      }
    }
    if (descr == null || fortranOrder == null || shape == null) {
      throw malformed("it needs the keys descr, fortran_order and shape");
    }
    DType type = type(descr);
    checkSize(shape, type);
    ByteOrder order =
        switch (descr.charAt(0)) {
          case '>' -> type.bytes() == 1 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
          case '=' -> ByteOrder.nativeOrder();
          default -> ByteOrder.LITTLE_ENDIAN;
        };
    return new NpyHeader(type, order, fortranOrder, shape, dataOffset);
  }

  private String descr() {
    if (peek() == '[') {
      throw new InputException(
          file + ": has a structured dtype; save each field as an array of its own");
    }
    return string();
  }

  private DType type(String descr) {
    DType type = DType.ofStr(descr);
    if (type != null) {
      return type;
    }
    if (descr.matches("[|<>=]?O\\d*")) {
      throw new InputException(
          file + ": has dtype object: Python objects, not numbers; save it with a numeric dtype");
    }
    throw new InputException(
        "%s: dtype '%s' is none of bool, int, uint (8 to 64 bits) and float (16 to 64 bits); save it with one of them"
            .formatted(file, descr));
  }

  private void checkSize(long[] shape, DType type) {
    long bytes = type.bytes();
    boolean empty = false;
    boolean tooLarge = false;
    for (long length : shape) {
      if (length < 0) {
        throw new InputException(file + ": negative dimension " + length + " in the .npy header");
      }
      empty |= length == 0;
      tooLarge |= Math.multiplyHigh(bytes, length) != 0 || bytes * length < 0;
      bytes *= length;
    }
    if (tooLarge && !empty) {
      throw new InputException(
          file
              + ": the .npy header's shape has more than 2^63 bytes; save the array again with numpy.save");
    }
  }

  private boolean truth() {
    skipSpace();
    for (String word : List.of("True", "False")) {
      if (text.startsWith(word, at)) {
        at += word.length();
        return word.equals("True");
      }
    }
    throw malformed("expected True or False");
  }

  private String string() {
    char quote = peek();
    if (quote != '\'' && quote != '"') {
      throw malformed("expected a string");
    }
    int end = text.indexOf(quote, at + 1);
    if (end < 0) {
      throw malformed("unfinished string");
    }
    String value = text.substring(at + 1, end);
    at = end + 1;
    return value;
  }

  private long[] shape() {
    List<Long> lengths = new ArrayList<>();
    expect('(');
    while (!accept(')')) {
      lengths.add(integer());
      if (!accept(',')) {
        if (lengths.size() == 1) {
          throw malformed("the shape is not a tuple");
        }
        expect(')');
        break;
      }
    }
    return lengths.stream().mapToLong(Long::longValue).toArray();
  }

  private long integer() {
    skipSpace();
    int start = at;
    if (peek() == '-') {
      at++;
    }
    while (Character.isDigit(peekHere())) {
      at++;
    }
    try {
      long value = Long.parseLong(text, start, at, 10);
      if (peekHere() == 'L') { // Python 2
        at++;
      }
      return value;
    } catch (NumberFormatException e) {
      throw malformed("expected an integer of at most 63 bits", start);
    }
  }

  private boolean accept(char wanted) {
    if (peek() == wanted) {
      at++;
      return true;
    }
    return false;
  }

  private void expect(char wanted) {
    if (!accept(wanted)) {
      throw malformed("expected " + wanted);
    }
  }

  /// The next character behind any space; 0 at the end.
  private char peek() {
    skipSpace();
    return peekHere();
  }

  private char peekHere() {
    return at < text.length() ? text.charAt(at) : 0;
  }

  private void skipSpace() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  private InputException malformed(String why) {
    return malformed(why, at);
  }

  private InputException malformed(String why, int where) {
    return new InputException(
        "%s: unreadable .npy header: %s at character %d; save the array again with numpy.save"
            .formatted(file, why, where));
  }
}
