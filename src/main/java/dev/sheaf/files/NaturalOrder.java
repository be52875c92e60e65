package dev.sheaf.files;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/// Orders file names as a person numbers them: `2.jpg` before `10.jpg`, `a/9` before `a/10`.
///
/// Runs of the digits 0-9 compare as whole numbers of any length, everything else character by
/// character (UTF-16, no locale), with `/` before any other, so that a directory's files stay
/// together. Names that are equal in this way (`01`, `1`) compare as strings: the order is total.
public final class NaturalOrder {
  private NaturalOrder() {}

  /// All in the order of their names. A start compares each some ten times, before a compiler has
  /// seen anything: by keys, without streams.
  public static <T> List<T> sorted(Collection<T> all, Function<T, String> name) {
    List<Named<T>> named = new ArrayList<>(all.size());
    for (T one : all) {
      named.add(new Named<>(one, name.apply(one)));
    }
    named.sort(null);
    List<T> sorted = new ArrayList<>(all.size());
    for (Named<T> one : named) {
      sorted.add(one.it);
    }
    return sorted;
  }

  /// @param key what sorts by its characters alone
  private record Named<T>(T it, String name, char[] key) implements Comparable<Named<T>> {
    Named(T it, String name) {
      this(it, name, keyOf(name));
    }

    @Override
    public int compareTo(Named<T> other) {
      int order = Arrays.compare(key, other.key);
      return order != 0 ? order : name.compareTo(other.name);
    }
  }

  /// For a run of digits a digit, the number's length and the number without leading zeros.
  private static char[] keyOf(String name) {
    char[] text = name.toCharArray();
    char[] key = new char[3 * text.length];
    int length = 0;
    int i = 0;
    while (i < text.length) {
      char c = text[i++];
      if (!isDigit(c)) {
        key[length++] = c == '/' ? 0 : c;
        continue;
      }
      int from = i - 1;
      while (i < text.length && isDigit(text[i])) {
        i++;
      }
      while (from < i && text[from] == '0') {
        from++;
      }
      key[length++] = '0';
      key[length++] = (char) (i - from);
      while (from < i) {
        key[length++] = text[from++];
      }
    }
    return Arrays.copyOf(key, length);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
