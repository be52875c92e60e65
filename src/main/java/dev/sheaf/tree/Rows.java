package dev.sheaf.tree;

/// Loops over the rows of a node.
final class Rows {
  private Rows() {}

  /// Picks from numbers, one a row, those of some rows.
  ///
  /// @param from where the rows begin in `rows`
  /// @param picked takes them, from 0
  static void pick(int[] numbers, int[] rows, int from, int[] picked, int count) {
    for (int i = 0; i < count; i++) {
      picked[i] = numbers[rows[from + i]];
    }
  }

  /// Parts rows, in their order: those of low codes come first. There is no branch that a processor
  /// would have to guess.
  ///
  /// @param from where the rows begin in `rows`
  /// @param codes of each row, from 0; the rows of higher ones take their place
  /// @param highest the highest code of the first part
  /// @return where the second part begins
  static int part(int[] rows, int from, int[] codes, int count, int highest) {
    int left = from;
    int right = 0;
    for (int i = 0; i < count; i++) {
      int row = rows[from + i];
      int isRight = (highest - codes[i]) >>> 31; // 1 if negative
      rows[left] = row;
      codes[right] = row;
      left += 1 - isRight;
      right += isRight;
    }
    System.arraycopy(codes, 0, rows, left, right);
    return left;
  }
}
