package dev.sheaf.tree;

import java.util.Arrays;
import java.util.stream.IntStream;

/// Grows classification trees on weighted rows of one table: CART with the Gini index (Breiman et
/// al. 1984), to full depth, as scikit-learn's `DecisionTreeClassifier` does. Every split of every
/// feature is tried; of equally good ones the lowest feature's lowest is taken, so the tree depends
/// on rows and weights alone. A threshold is halfway between the two values that it parts.
///
/// Weights are whole numbers and all sums are exact, so is every comparison up to one rounded
/// division a side.
///
/// A feature of few distinct values is counted into a histogram at each node; the others are sorted
/// once for each tree and kept sorted in the nodes. Either takes one pass over a node's rows a
/// feature. Memory: 2 bytes for each distinct row and feature, 12 for a feature of many values, and
/// some 30 for each distinct row.
///
/// An object is for one thread.
public final class TreeLearner {
  /// Features of at most this many distinct values are counted, if their bins, a value and a class
  /// each, have numbers of 16 bits.
  private static final int COUNTED_VALUES = 1024;

  private static final long ROW = 0xFFFFFFFFL;

  private final RankedTable table;
  private final int features;
  private final int classes;
  private final int maxDepth;

  private final int[] labelOf; // of the table's rows
  private final int[] codeOf; // a feature's of the table's rows

  // The rows in use, numbered anew.
  private final int[][] codes; // of the features that are sorted
  private final char[][] bins; // of the others: code * classes + label
  private int[] labels;
  private int[] weights;
  private boolean[] goesLeft;

  // Every node has the same range in all of these: its rows as they come, for features that are
  // counted; and (code << 32 | row), ascending, for each of the others.
  private int[] rows;
  private int[] spareRows;
  private final long[][] sorted;
  private long[] spareSorted;

  private final int[] histogram;
  private final int[] leftCounts;
  private final int[] rightCounts;
  private Split best;
  private final Nodes nodes = new Nodes();
  private long right;

  /// @param maxDepth the longest path from the root; nodes there are leaves
  public TreeLearner(RankedTable table, int maxDepth) {
    this.table = table;
    this.maxDepth = maxDepth;
    features = table.shape().features();
    classes = table.shape().classes();
    labelOf = table.labels();
    codeOf = new int[labelOf.length];
    codes = new int[features][];
    bins = new char[features][];
    sorted = new long[features][];
    histogram =
        new int
            [IntStream.range(0, features)
                .filter(this::isCounted)
                .map(f -> table.shape().values()[f] * classes)
                .max()
                .orElse(0)];
    leftCounts = new int[classes];
    rightCounts = new int[classes];
  }

  /// A node whose rows are still together.
  private record Open(int node, int from, int to, int depth, int[] counts) {}

  /// A way to part a node.
  ///
  /// @param below the highest code of the left part
  /// @param above the lowest code of the right part
  /// @param left the weights of the classes of the left part
  private record Split(double score, int feature, int below, int above, int[] left) {}

  /// Grows a tree.
  ///
  /// @param weight how often each distinct row counts; at least one more than zero
  public DecisionTree grow(int[] weight) {
    int[] counts = take(weight);
    nodes.clear();
    right = 0;
    Open[] stack = new Open[64];
    int depth = 0;
    stack[depth++] = new Open(nodes.add(counts), 0, labels.length, 0, counts);
    while (depth > 0) {
      Open open = stack[--depth];
      Split split = open.depth < maxDepth && impure(open.counts) ? bestSplit(open) : null;
      if (split == null) {
        right += Arrays.stream(open.counts).max().getAsInt();
        continue;
      }
      int[] others = open.counts.clone();
      for (int c = 0; c < classes; c++) {
        others[c] -= split.left[c];
      }
      int middle = part(open, split);
      int left = nodes.add(split.left);
      nodes.add(others);
      nodes.split(open.node, split.feature, threshold(split), left);
      if (depth + 2 > stack.length) {
        stack = Arrays.copyOf(stack, 2 * stack.length);
      }
      stack[depth++] = new Open(left + 1, middle, open.to, open.depth + 1, others);
      stack[depth++] = new Open(left, open.from, middle, open.depth + 1, split.left);
    }
    return nodes.tree();
  }

  /// The weight of the rows that the last tree was grown on and has in a leaf of their class.
  public long right() {
    return right;
  }

  private boolean isCounted(int feature) {
    int values = table.shape().values()[feature];
    return values <= COUNTED_VALUES && (long) values * classes <= Character.MAX_VALUE;
  }

  /// Takes the rows that count.
  ///
  /// @return the weight of each class
  private int[] take(int[] weight) {
    int[] chosen = new int[weight.length];
    int n = 0;
    for (int row = 0; row < weight.length; row++) {
      chosen[n] = row;
      n += -weight[row] >>> 31; // 1 if positive; not a branch to be guessed
    }
    if (labels == null || labels.length != n) {
      labels = new int[n];
      weights = new int[n];
      goesLeft = new boolean[n];
      rows = new int[n];
      spareRows = new int[n];
      spareSorted = new long[n];
    }
    int[] counts = new int[classes];
    for (int i = 0; i < n; i++) {
      labels[i] = labelOf[chosen[i]];
      weights[i] = weight[chosen[i]];
      counts[labels[i]] += weights[i];
      rows[i] = i;
    }
    for (int f = 0; f < features; f++) {
      if (isCounted(f)) {
        takeBins(f, chosen);
      } else {
        takeSorted(f, chosen);
      }
    }
    return counts;
  }

  private void takeBins(int feature, int[] chosen) {
    int n = labels.length;
    if (bins[feature] == null || bins[feature].length != n) {
      bins[feature] = new char[n];
    }
    char[] bin = bins[feature];
    table.codes(feature, codeOf);
    for (int i = 0; i < n; i++) {
      bin[i] = (char) (codeOf[chosen[i]] * classes + labels[i]);
    }
  }

  private void takeSorted(int feature, int[] chosen) {
    int n = labels.length;
    if (codes[feature] == null || codes[feature].length != n) {
      codes[feature] = new int[n];
    }
    table.codes(feature, codeOf);
    for (int i = 0; i < n; i++) {
      codes[feature][i] = codeOf[chosen[i]];
    }
    sorted[feature] = sort(codes[feature], table.shape().values()[feature], sorted[feature]);
  }

  /// Counting sort.
  private static long[] sort(int[] codes, int values, long[] old) {
    int[] next = new int[values + 1];
    for (int code : codes) {
      next[code + 1]++;
    }
    for (int code = 0; code < values; code++) {
      next[code + 1] += next[code];
    }
    long[] keys = old != null && old.length == codes.length ? old : new long[codes.length];
    for (int i = 0; i < codes.length; i++) {
      keys[next[codes[i]]++] = (long) codes[i] << 32 | i;
    }
    return keys;
  }

  private static boolean impure(int[] counts) {
    int present = 0;
    for (int count : counts) {
      present += count > 0 ? 1 : 0;
    }
    return present > 1;
  }

  /// @return the best split; `null` if the rows of all classes are the same
  private Split bestSplit(Open open) {
    best = null;
    for (int f = 0; f < features; f++) {
      if (isCounted(f)) {
        scanCounts(open, f);
      } else {
        scanSorted(open, f);
      }
    }
    return best;
  }

  private void scanCounts(Open open, int feature) {
    char[] bin = bins[feature];
    int first = Integer.MAX_VALUE;
    int last = 0;
    for (int i = open.from; i < open.to; i++) {
      int row = rows[i];
      int b = bin[row];
      histogram[b] += weights[row];
      first = Math.min(first, b);
      last = Math.max(last, b);
    }
    int lowest = first / classes;
    int highest = last / classes;
    Scan scan = new Scan(open.counts);
    int below = lowest;
    for (int c = lowest; c <= highest; c++) {
      boolean empty = true;
      for (int label = 0; label < classes; label++) {
        int weight = histogram[c * classes + label];
        if (weight > 0) {
          if (empty && c > lowest) {
            scan.consider(feature, below, c);
          }
          empty = false;
          scan.move(label, weight);
          histogram[c * classes + label] = 0;
        }
      }
      if (!empty) {
        below = c;
      }
    }
  }

  private void scanSorted(Open open, int feature) {
    long[] keys = sorted[feature];
    Scan scan = new Scan(open.counts);
    int below = (int) (keys[open.from] >>> 32);
    for (int i = open.from; i < open.to; i++) {
      int code = (int) (keys[i] >>> 32);
      int row = (int) (keys[i] & ROW);
      if (code != below) {
        scan.consider(feature, below, code);
        below = code;
      }
      scan.move(labels[row], weights[row]);
    }
  }

  /// The two parts of a node while its rows move from the right to the left. The Gini index of a
  /// part is 1 - (sum of the squared class weights) / weight², so the best split has the largest
  /// sum of squares / weight, of both parts.
  private final class Scan {
    private long leftWeight;
    private long rightWeight;
    private long leftSquares;
    private long rightSquares;

    Scan(int[] counts) {
      Arrays.fill(leftCounts, 0);
      for (int c = 0; c < classes; c++) {
        rightCounts[c] = counts[c];
        rightWeight += counts[c];
        rightSquares += (long) counts[c] * counts[c];
      }
    }

    void move(int label, long weight) {
      leftSquares += weight * (2L * leftCounts[label] + weight);
      rightSquares -= weight * (2L * rightCounts[label] - weight);
      leftCounts[label] += (int) weight;
      rightCounts[label] -= (int) weight;
      leftWeight += weight;
      rightWeight -= weight;
    }

    void consider(int feature, int below, int above) {
      double score = (double) leftSquares / leftWeight + (double) rightSquares / rightWeight;
      if (best == null || score > best.score) {
        best = new Split(score, feature, below, above, leftCounts.clone());
      }
    }
  }

  private double threshold(Split split) {
    double below = table.value(split.feature, split.below);
    double above = table.value(split.feature, split.above);
    double middle = below / 2 + above / 2;
    return middle < above ? middle : below;
  }

  /// Parts the rows of a node, in their order.
  ///
  /// @return where the right part begins
  private int part(Open open, Split split) {
    if (isCounted(split.feature)) {
      char[] bin = bins[split.feature];
      int end = (split.below + 1) * classes;
      for (int i = open.from; i < open.to; i++) {
        goesLeft[rows[i]] = bin[rows[i]] < end;
      }
    } else {
      int[] code = codes[split.feature];
      for (int i = open.from; i < open.to; i++) {
        goesLeft[rows[i]] = code[rows[i]] <= split.below;
      }
    }
    int left = open.from;
    int right = 0;
    for (int i = open.from; i < open.to; i++) {
      int row = rows[i];
      rows[left] = row;
      spareRows[right] = row;
      left += goesLeft[row] ? 1 : 0;
      right += goesLeft[row] ? 0 : 1;
    }
    System.arraycopy(spareRows, 0, rows, left, right);
    for (int f = 0; f < features; f++) {
      if (!isCounted(f) && f != split.feature) {
        part(sorted[f], open.from, open.to);
      }
    }
    return left;
  }

  private void part(long[] keys, int from, int to) {
    int left = from;
    int right = 0;
    for (int i = from; i < to; i++) {
      long key = keys[i];
      keys[left] = key;
      spareSorted[right] = key;
      boolean toLeft = goesLeft[(int) (key & ROW)];
      left += toLeft ? 1 : 0;
      right += toLeft ? 0 : 1;
    }
    System.arraycopy(spareSorted, 0, keys, left, right);
  }

  /// A tree that grows.
  private static final class Nodes {
    private int[] feature = new int[64];
    private double[] threshold = new double[64];
    private int[] left = new int[64];
    private int[] label = new int[64];
    private int count;

    void clear() {
      count = 0;
    }

    int add(int[] counts) {
      if (count == feature.length) {
        feature = Arrays.copyOf(feature, 2 * count);
        threshold = Arrays.copyOf(threshold, 2 * count);
        left = Arrays.copyOf(left, 2 * count);
        label = Arrays.copyOf(label, 2 * count);
      }
      int most = 0;
      for (int c = 1; c < counts.length; c++) {
        if (counts[c] > counts[most]) {
          most = c;
        }
      }
      feature[count] = DecisionTree.LEAF;
      threshold[count] = 0;
      left[count] = 0;
      label[count] = most;
      return count++;
    }

    void split(int node, int by, double at, int leftChild) {
      feature[node] = by;
      threshold[node] = at;
      left[node] = leftChild;
    }

    DecisionTree tree() {
      return new DecisionTree(
          Arrays.copyOf(feature, count),
          Arrays.copyOf(threshold, count),
          Arrays.copyOf(left, count),
          Arrays.copyOf(label, count));
    }
  }
}
