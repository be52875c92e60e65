package dev.sheaf.files;

import java.util.Comparator;

/// Orders file names as a person numbers them: `2.jpg` before `10.jpg`, `a/9` before `a/10`.
///
/// Runs of the digits 0-9 compare as whole numbers of any length, everything else character by
/// character (UTF-16, no locale), with `/` before any other, so that a directory's files stay
/// together. Names that are equal in this way (`01`, `1`) compare as strings: the order is total.
public final class NaturalOrder implements Comparator<String> {
  /// The order.
  public static final NaturalOrder COMPARATOR = new NaturalOrder();

  private NaturalOrder() {}

  @Override
  public int compare(String a, String b) {
    int i = endOfCommon(a, b);
    int j = i;
    while (i < a.length() && j < b.length()) {
      int order;
      if (isDigit(a.charAt(i)) && isDigit(b.charAt(j))) {
        int endOfA = endOfDigits(a, i);
        int endOfB = endOfDigits(b, j);
        order = compareNumbers(a, i, endOfA, b, j, endOfB);
        i = endOfA;
        j = endOfB;
      } else {
        order = Integer.compare(weight(a.charAt(i++)), weight(b.charAt(j++)));
      }
      if (order != 0) {
        return order;
      }
    }
    int order = Integer.compare(a.length() - i, b.length() - j);
    return order != 0 ? order : a.compareTo(b);
  }

  /// Where they begin to differ, or the run of digits in which they do: files of one directory have
  /// a long way in common.
  private static int endOfCommon(String a, String b) {
    int end = Math.min(a.length(), b.length());
    int i = 0;
    while (i < end && a.charAt(i) == b.charAt(i)) {
      i++;
    }
    while (i > 0 && isDigit(a.charAt(i - 1))) {
      i--;
    }
    return i;
  }

  private static int compareNumbers(String a, int fromA, int toA, String b, int fromB, int toB) {
    int i = skipZeros(a, fromA, toA);
    int j = skipZeros(b, fromB, toB);
    int order = Integer.compare(toA - i, toB - j);
    while (order == 0 && i < toA) {
      order = Character.compare(a.charAt(i++), b.charAt(j++));
    }
    return order;
  }

  private static int skipZeros(String text, int from, int to) {
    int i = from;
    while (i < to && text.charAt(i) == '0') {
      i++;
    }
    return i;
  }

  private static int endOfDigits(String text, int from) {
    int i = from;
    while (i < text.length() && isDigit(text.charAt(i))) {
      i++;
    }
    return i;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static int weight(char c) {
    return c == '/' ? -1 : c;
  }
}
