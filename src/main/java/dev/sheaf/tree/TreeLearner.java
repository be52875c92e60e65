package dev.sheaf.tree;

import java.util.Arrays;

/// Grows classification trees on weighted rows of one table: CART with the Gini index (Breiman et
/// al. 1984), to full depth, as scikit-learn's `DecisionTreeClassifier` does. Every split of every
/// feature is tried; of equally good ones the lowest feature's lowest is taken, so the tree depends
/// on rows and weights alone. A threshold is halfway between the two values that it parts.
///
/// Weights are whole numbers and all sums are exact, so is every comparison up to one rounded
/// division a side.
///
/// At each node the rows are counted by a feature of few distinct values, and sorted by another: in
/// buckets of their ranks, which takes time in proportion to them. Memory: for each distinct row 2
/// bytes a feature of few values, and some 17.
///
/// Loops over rows are methods of their own: a short one is soon compiled, and once.
///
/// An object is for one thread.
public final class TreeLearner {
  /// Features of at most this many distinct values are counted, if their bins, a value and a class
  /// each, have numbers of 16 bits.
  private static final int COUNTED_VALUES = 1024;

  /// The most buckets: their counts stay in a processor's cache.
  private static final int BUCKET_BITS = 18;

  /// So few rows are one bucket.
  private static final int ONE_BUCKET = 24;

  /// As many ranks stay in a processor's cache, beside what else it is to hold.
  private static final int CACHED = 1 << 17;

  /// A bucket of more rows, as there is where most have one of a few values, is not sorted by
  /// insertion.
  private static final int MANY = 64;

  private final RankedTable table;
  private final int features;
  private final int classes;
  private final int maxDepth;

  // Of the table's distinct rows.
  private final char[][] bins; // code * classes + label; null for features that are sorted
  private int[] marks; // weight << labelBits | label of those that count

  // Of so few rows of one node that all stay in a processor's cache while its descendants grow;
  // their numbers count from 0.
  private final int fewRows;
  private final int[][] fewCodes; // or bins
  private final int[] fewMarks;
  private boolean few; // whether the node in hand is a descendant

  private int[] rows = {}; // each node has a range of these, ascending in it
  private int[] spare = {};
  private int[] marksInHand = {}; // of the rows of the node in hand
  private int low; // of what is gathered of them
  private int high;
  private final int[] labels; // of a block of rows
  private final int labelBits;
  private long[] sorted = {}; // code << 32 | mark of these
  private int[] buckets = {};
  private final int[] histogram;

  private int[] stack; // nodes whose rows are still together
  private final int[] counts; // weights of the classes of the node in hand
  private final Scan scan;
  private final Split best;
  private final Nodes nodes = new Nodes();
  private long right;

  /// @param maxDepth the longest path from the root; nodes there are leaves
  public TreeLearner(RankedTable table, int maxDepth) {
    this.table = table;
    this.maxDepth = maxDepth;
    features = table.shape().features();
    fewRows = Math.min(table.shape().distinct(), CACHED / features);
    fewCodes = new int[features][fewRows];
    fewMarks = new int[fewRows];
    classes = table.shape().classes();
    // 32 bits are enough, as rows x classes are less than 2^31.
    labelBits = Integer.SIZE - Integer.numberOfLeadingZeros(classes - 1);
    labels = new int[Math.min(RankedTable.BLOCK, table.shape().distinct())];
    bins = new char[features][];
    int most = 0;
    for (int f = 0; f < features; f++) {
      int values = table.count(f);
      if (values <= COUNTED_VALUES && (long) values * classes <= Character.MAX_VALUE) {
        bins[f] = bins(f);
        most = Math.max(most, values * classes);
      }
    }
    histogram = new int[most];
    counts = new int[classes];
    stack = new int[32 * (4 + classes)];
    scan = new Scan();
    best = new Split();
  }

  private char[] bins(int feature) {
    char[] bin = new char[table.shape().distinct()];
    int[] codes = new int[Math.min(RankedTable.BLOCK, bin.length)];
    for (int first = 0; first < bin.length; first += codes.length) {
      int count = Math.min(codes.length, bin.length - first);
      table.codes(feature, first, codes, count);
      table.labels(first, labels, count);
      setBins(bin, first, codes, count);
    }
    return bin;
  }

  private void setBins(char[] bin, int first, int[] codes, int count) {
    for (int i = 0; i < count; i++) {
      bin[first + i] = (char) (codes[i] * classes + labels[i]);
    }
  }

  /// A way to part a node, the best so far.
  private final class Split {
    double score;
    int feature;
    int below; // the highest code of the left part
    int above; // the lowest code of the right part
    final int[] left = new int[classes]; // the weights of the classes of the left part
  }

  /// Grows a tree.
  ///
  /// @param weight how often each distinct row counts; at least one more than zero. Others stand
  ///   there until it is grown.
  public DecisionTree grow(int[] weight) {
    few = false;
    marks = weight;
    int count = take();
    nodes.clear();
    right = 0;
    int top = push(0, nodes.add(counts), 0, count, 0, counts);
    int base = 0; // of the stack, for descendants of the node of the few rows
    while (top > 0) {
      top -= 4 + classes;
      few &= top >= base;
      int node = stack[top];
      int from = stack[top + 1];
      int to = stack[top + 2];
      int depth = stack[top + 3];
      System.arraycopy(stack, top + 4, counts, 0, classes);
      boolean open = depth < maxDepth && impure();
      if (open && !few && to - from <= fewRows) {
        takeFew(from, to);
        base = top;
      }
      if (open) {
        Rows.pick(few ? fewMarks : marks, rows, from, marksInHand, to - from);
      }
      if (!open || !findSplit(from, to)) {
        right += counts[nodes.label[node]];
        continue;
      }
      int middle = part(from, to);
      int left = nodes.add(best.left);
      for (int c = 0; c < classes; c++) {
        counts[c] -= best.left[c];
      }
      nodes.add(counts);
      nodes.split(node, best.feature, threshold(), left);
      top = push(top, left + 1, middle, to, depth + 1, counts);
      top = push(top, left, from, middle, depth + 1, best.left);
    }
    unmark();
    return nodes.tree();
  }

  private void unmark() {
    for (int row = 0; row < marks.length; row++) {
      marks[row] >>>= labelBits;
    }
  }

  /// The weight of the rows that the last tree was grown on and has in a leaf of their class.
  public long right() {
    return right;
  }

  /// @return the stack's new top
  private int push(int top, int node, int from, int to, int depth, int[] weights) {
    if (top + 4 + classes > stack.length) {
      stack = Arrays.copyOf(stack, 2 * stack.length);
    }
    stack[top] = node;
    stack[top + 1] = from;
    stack[top + 2] = to;
    stack[top + 3] = depth;
    System.arraycopy(weights, 0, stack, top + 4, classes);
    return top + 4 + classes;
  }

  /// Takes the rows that count, marks them, and sums the weights of each class.
  ///
  /// @return how many rows
  private int take() {
    int n = positive();
    if (rows.length <= n) {
      rows = new int[n + 1]; // one more, as a row is put there before it is known to count
      spare = new int[n];
      marksInHand = new int[n];
    }
    Arrays.fill(counts, 0);
    int taken = 0;
    for (int first = 0; first < marks.length; first += labels.length) {
      int count = Math.min(labels.length, marks.length - first);
      table.labels(first, labels, count);
      taken = take(first, count, taken);
    }
    return n;
  }

  private int positive() {
    int n = 0;
    for (int weight : marks) {
      n += -weight >>> 31; // 1 if positive; not a branch to be guessed
    }
    return n;
  }

  private int take(int first, int count, int before) {
    int taken = before;
    for (int i = 0; i < count; i++) {
      int weight = marks[first + i];
      rows[taken] = first + i;
      taken += -weight >>> 31;
      counts[labels[i]] += weight;
      marks[first + i] = weight << labelBits | labels[i];
    }
    return taken;
  }

  /// Copies what is to be known of a node's rows.
  private void takeFew(int from, int to) {
    int n = to - from;
    for (int f = 0; f < features; f++) {
      gather(f, from, to);
      System.arraycopy(spare, 0, fewCodes[f], 0, n);
    }
    Rows.pick(marks, rows, from, fewMarks, n);
    for (int i = 0; i < n; i++) {
      rows[from + i] = i;
    }
    few = true;
  }

  /// Puts the ranks of a feature, or its bins if it is counted, of a node's rows into `spare`.
  private void gather(int feature, int from, int to) {
    int n = to - from;
    if (few) {
      Rows.pick(fewCodes[feature], rows, from, spare, n);
    } else if (bins[feature] != null) {
      pick(bins[feature], from, n);
    } else {
      table.codes(feature, rows, from, spare, n);
    }
  }

  private void pick(char[] bin, int from, int n) {
    for (int i = 0; i < n; i++) {
      spare[i] = bin[rows[from + i]];
    }
  }

  private boolean impure() {
    int present = 0;
    for (int count : counts) {
      present += count > 0 ? 1 : 0;
    }
    return present > 1;
  }

  /// @return whether there is a split: not if the rows of all classes are the same
  private boolean findSplit(int from, int to) {
    best.score = -1;
    for (int f = 0; f < features; f++) {
      gather(f, from, to);
      if (bins[f] != null) {
        scanCounts(f, to - from);
      } else {
        scanSorted(f, to - from);
      }
    }
    return best.score >= 0;
  }

  private void scanCounts(int feature, int n) {
    bound(n);
    count(n);
    int lowest = low / classes;
    int highest = high / classes;
    scan.begin();
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

  private void count(int n) {
    for (int i = 0; i < n; i++) {
      histogram[spare[i]] += marksInHand[i] >>> labelBits;
    }
  }

  /// Finds the lowest and the highest of what was gathered.
  private void bound(int n) {
    int lowest = Integer.MAX_VALUE;
    int highest = 0;
    for (int i = 0; i < n; i++) {
      lowest = Math.min(lowest, spare[i]);
      highest = Math.max(highest, spare[i]);
    }
    low = lowest;
    high = highest;
  }

  private void scanSorted(int feature, int n) {
    bound(n);
    int bits = n <= ONE_BUCKET ? 0 : Math.min(BUCKET_BITS, 32 - Integer.numberOfLeadingZeros(n));
    int shift = Math.max(0, 32 - Integer.numberOfLeadingZeros(high - low) - bits);
    int count = ((high - low) >>> shift) + 1;
    if (buckets.length <= count) {
      buckets = new int[(1 << bits) + 1]; // the most
    }
    int atOnce = Math.max(Math.min(n, CACHED), n / 2 + n / 32); // in two parts, if so many
    if (sorted.length <= atOnce) {
      sorted = new long[atOnce + 1];
    }
    Arrays.fill(buckets, 0, count + 1, 0);
    for (int i = 0; i < n; i++) {
      buckets[((spare[i] - low) >>> shift) + 1]++;
    }
    for (int b = 1; b < count; b++) {
      buckets[b + 1] += buckets[b];
    }
    scan.begin();
    int below = low;
    int label = (1 << labelBits) - 1;
    for (int first = 0; first < count; ) {
      int end = n < sorted.length ? count : first + 1;
      while (end < count && buckets[end + 1] - buckets[first] < sorted.length) {
        end++;
      }
      int some = sort(n, shift, first, end);
      for (int i = 0; i < some; i++) {
        int code = (int) (sorted[i] >>> 32);
        int mark = (int) sorted[i];
        if (code != below) {
          scan.consider(feature, below, code);
          below = code;
        }
        scan.move(mark & label, mark >>> labelBits);
      }
      first = end;
    }
  }

  /// Sorts those of a node's rows whose ranks are in some of the buckets: into these, then, as each
  /// mostly holds few that are different, by insertion.
  ///
  /// @return how many they are
  private int sort(int n, int shift, int first, int end) {
    int before = buckets[first];
    int some = buckets[end] - before;
    if (sorted.length <= some) {
      sorted = new long[some + 1]; // one bucket holds as many
    }
    distribute(n, shift, first, end);
    int begin = 0;
    for (int bucket = first; some > MANY && bucket < end; bucket++) {
      if (buckets[bucket] - before - begin > MANY) {
        Arrays.sort(sorted, begin, buckets[bucket] - before);
      }
      begin = buckets[bucket] - before;
    }
    insert(some);
    return some;
  }

  private void distribute(int n, int shift, int first, int end) {
    int before = buckets[first];
    int some = buckets[end] - before;
    for (int i = 0; i < n; i++) {
      int code = spare[i];
      int bucket = (code - low) >>> shift;
      // All bits if it is for another part, else none; not a branch to be guessed.
      int other = ((bucket - first) | (end - 1 - bucket)) >> 31;
      int at = buckets[bucket];
      buckets[bucket] = at + 1 + other;
      sorted[((at - before) & ~other) | (some & other)] =
          (long) code << 32 | Integer.toUnsignedLong(marksInHand[i]);
    }
  }

  private void insert(int some) {
    for (int i = 1; i < some; i++) {
      long key = sorted[i];
      int at = i;
      while (at > 0 && sorted[at - 1] > key) {
        sorted[at] = sorted[at - 1];
        at--;
      }
      sorted[at] = key;
    }
  }

  /// The two parts of a node while its rows move from the right to the left. The Gini index of a
  /// part is 1 - (sum of the squared class weights) / weight², so the best split has the largest
  /// sum of squares / weight, of both parts.
  private final class Scan {
    private final int[] leftCounts = new int[classes];
    private final int[] rightCounts = new int[classes];
    private long leftWeight;
    private long rightWeight;
    private long leftSquares;
    private long rightSquares;

    /// All rows of the node in hand are on the right.
    void begin() {
      leftWeight = 0;
      leftSquares = 0;
      rightWeight = 0;
      rightSquares = 0;
      for (int c = 0; c < classes; c++) {
        leftCounts[c] = 0;
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
      if (score > best.score) {
        best.score = score;
        best.feature = feature;
        best.below = below;
        best.above = above;
        System.arraycopy(leftCounts, 0, best.left, 0, classes);
      }
    }
  }

  /// Parts the rows of a node by the best split, in their order.
  ///
  /// @return where the right part begins
  private int part(int from, int to) {
    gather(best.feature, from, to);
    int highest = bins[best.feature] == null ? best.below : (best.below + 1) * classes - 1;
    return Rows.part(rows, from, spare, to - from, highest);
  }

  /// Halfway between the values that the best split parts.
  private double threshold() {
    double below = table.value(best.feature, best.below);
    double above = table.value(best.feature, best.above);
    double middle = below / 2 + above / 2;
    return middle < above ? middle : below;
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
