package dev.sheaf.workload;

import dev.sheaf.InputException;
import dev.sheaf.array.OutputFile;
import dev.sheaf.comm.Buffer;
import dev.sheaf.comm.Codec;
import dev.sheaf.comm.Codecs;
import dev.sheaf.comm.Communicator;
import dev.sheaf.comm.Decoder;
import dev.sheaf.comm.Op;
import dev.sheaf.map.ItemTask;
import dev.sheaf.map.Items;
import dev.sheaf.map.MapResult;
import dev.sheaf.random.KeyedRandom;
import dev.sheaf.report.Phase;
import dev.sheaf.table.LabelledTable;
import dev.sheaf.tree.Classifier;
import dev.sheaf.tree.Columns;
import dev.sheaf.tree.DecisionTree;
import dev.sheaf.tree.RankedTable;
import dev.sheaf.tree.RankedTableBuilder;
import dev.sheaf.tree.TreeLearner;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Decision trees, each grown on a random part of a table's rows: bagging without replacement. The
/// items are the trees.
///
/// Tree `i` takes `sample x rows` rows, drawn from the stream of (seed, `i`); see [TreeLearner] for
/// how it grows. Rank 0 reads the table; it is held once a node, with equal rows folded into one of
/// their weight, which gives the same trees. Each row is predicted by the trees that did not see
/// it: the most votes win, of equals the lowest class.
///
/// Writes `forest.json`, the model (see [ForestModel]), `forest.csv` with a line a tree, and
/// `confusion.csv`: how many rows of each class (lines) were predicted as which (columns).
public final class Forest implements Workload {
  private static final Codec<Plan> PLAN = Codecs.ofRecord(Plan.class);
  private static final Codec<Grown> GROWN = Codecs.ofRecord(Grown.class);

  /// Bytes of values from which on it pays to collect what reading and ranking them took.
  private static final long MUCH = 1 << 25;

  /// Votes are counted in two bytes.
  private static final int MOST_TREES = 0xFFFF;

  /// Of which a table of confusion still can be read.
  private static final int MOST_CLASSES = 4096;

  private final Path table;
  private final String target;
  private final int trees;
  private final double sample;
  private final int replicate;
  private final int maxDepth;
  private final boolean fold;

  /// Trees to grow.
  ///
  /// @param table see [LabelledTable#read]
  /// @param target the column of the classes
  /// @param sample the part of the rows that a tree sees, above 0, at most 1
  /// @param replicate how many times the table is taken, one copy behind the other
  /// @param maxDepth the longest path of a tree, from 1
  /// @param fold whether equal rows are folded
  public Forest(
      Path table,
      String target,
      int trees,
      double sample,
      int replicate,
      int maxDepth,
      boolean fold) {
    require(trees >= 1, "--trees " + trees + ": must be at least 1");
    require(trees <= MOST_TREES, "--trees " + trees + ": the most is " + MOST_TREES);
    require(sample > 0 && sample <= 1, "--sample " + sample + ": must be above 0, at most 1");
    require(replicate >= 1, "--replicate " + replicate + ": must be at least 1");
    require(maxDepth >= 1, "--max-depth " + maxDepth + ": must be at least 1");
    this.table = table;
    this.target = target;
    this.trees = trees;
    this.sample = sample;
    this.replicate = replicate;
    this.maxDepth = maxDepth;
    this.fold = fold;
  }

  /// As scikit-learn, whose `DecisionTreeClassifier` refuses them too.
  private static boolean isFraction(String name) {
    try {
      double number = Double.parseDouble(name);
      return number != Math.rint(number);
    } catch (NumberFormatException _) {
      return false;
    }
  }

  private static void require(boolean right, String message) {
    if (!right) {
      throw new InputException(message);
    }
  }

  @Override
  public String name() {
    return "forest";
  }

  /// What rank 0 has read.
  ///
  /// @param rows how many rows a tree sees
  private record Plan(List<String> classes, RankedTable.Shape shape, int rows) {}

  /// A tree and how well it does.
  ///
  /// @param right rows that it saw and predicts right
  /// @param unseen rows that it didn't see
  /// @param unseenRight those that it predicts right
  private record Grown(DecisionTree tree, long right, long unseen, long unseenRight) {}

  @Override
  public Summary run(Job job) throws Exception {
    try (Input input = new Input()) {
      Plan plan;
      try (var _ = job.phases().start(Phase.SCATTER)) {
        plan = job.onRoot(() -> input.read(job), PLAN);
      }
      return NodeCopy.with(
          job,
          plan.shape.bytes(),
          memory -> input.builder.ranks(memory),
          ranks -> {
            long bytes = job.onRoot(() -> input.builder.valueBytes(), Codecs.LONG);
            return NodeCopy.with(
                job,
                bytes,
                input::values,
                values ->
                    run(job, plan, new RankedTable(plan.shape, ranks, values), input.features));
          });
    }
  }

  /// The table on its way into shared memory; on rank 0.
  private final class Input implements AutoCloseable {
    private Columns columns;
    private RankedTableBuilder builder;
    private List<String> features;

    Plan read(Job job) {
      job.output(ForestModel.NAME);
      job.reads(table);
      LabelledTable read = LabelledTable.read(table, target);
      columns = read.columns();
      if (read.classes().size() < 2) {
        throw new InputException(
            "%s: column '%s' has one class alone, '%s'; there is nothing to learn"
                .formatted(table, target, read.classes().getFirst()));
      }
      for (String name : read.classes()) {
        require(
            !isFraction(name),
            "%s: column '%s' holds numbers such as %s; a forest predicts classes"
                .formatted(table, target, name));
      }
      long rows = (long) columns.rows() * replicate;
      require(rows < 1 << 30, "%s: %d rows; the most is 2^30".formatted(table, rows));
      require(
          read.classes().size() <= MOST_CLASSES,
          "%s: column '%s' has %d classes, such as %s; the most is %d"
              .formatted(
                  table, target, read.classes().size(), read.classes().getFirst(), MOST_CLASSES));
      require(
          rows * read.classes().size() <= Integer.MAX_VALUE,
          "%s: column '%s' has %d classes in %d rows; the most is 2^31 / rows"
              .formatted(table, target, read.classes().size(), rows));
      features = read.features();
      builder =
          new RankedTableBuilder(columns, read.labels(), read.classes().size(), replicate, fold);
      int seen = (int) (rows * sample);
      require(seen > 0, "--sample " + sample + ": of " + rows + " rows not one");
      return new Plan(read.classes(), builder.shape(), seen);
    }

    /// The last that is to be done with it.
    void values(MemorySegment memory) {
      builder.values(memory);
      builder = null;
      if (memory.byteSize() >= MUCH) {
        System.gc(); // else the heap grows beyond what was needed so far
      }
    }

    @Override
    public void close() {
      if (columns != null) {
        columns.close();
      }
    }
  }

  private Summary run(Job job, Plan plan, RankedTable table, List<String> features)
      throws Exception {
    Items items = new Items(trees, tree -> "tree " + tree, _ -> job.options().command());
    Votes votes = new Votes(table, trees);
    MapResult<Grown> map =
        job.map(Kept.VALUES, items, () -> new Task(job, plan, table, votes), GROWN);
    Confusion confusion = job.comm().rank() == 0 ? new Confusion(plan.classes) : null;
    try (var _ = job.phases().start(Phase.REDUCE)) {
      votes.count(job.comm(), confusion);
    }
    if (!job.writes(map)) {
      return Summary.of(List.of(), Map.of(), map, 0);
    }
    Map<String, Object> results = new LinkedHashMap<>();
    List<String> lines;
    try (var _ = job.phases().start(Phase.WRITE)) {
      Path out = job.options().out();
      Path model = out.resolve(ForestModel.NAME);
      lines =
          job.onRoot(
              () -> {
                List<DecisionTree> grown =
                    map.values().stream().filter(g -> g != null).map(Grown::tree).toList();
                new ForestModel(features, target, plan.classes, grown).write(model);
                OutputFile.write(
                    out.resolve("forest.csv"),
                    csv(map.values(), plan.rows).getBytes(StandardCharsets.US_ASCII));
                OutputFile.write(
                    out.resolve("confusion.csv"), confusion.csv().getBytes(StandardCharsets.UTF_8));
                results.put("file", model.toString());
                results.put("out_of_sample_accuracy", confusion.accuracy());
                results.put("distinct_rows", plan.shape.distinct());
                return List.of(
                    "%s: %d trees on %d of %d rows (%d different)"
                        .formatted(
                            model,
                            grown.size(),
                            plan.rows,
                            plan.shape.rows(),
                            plan.shape.distinct()),
                    "out-of-sample accuracy: " + confusion.line());
              },
              Codecs.list(Codecs.STRING));
    }
    return Summary.of(lines, results, map, 0);
  }

  private static String csv(List<Grown> grown, int rows) {
    StringBuilder table =
        new StringBuilder("tree,nodes,leaves,depth,accuracy,out_of_sample_accuracy\n");
    for (int i = 0; i < grown.size(); i++) {
      Grown each = grown.get(i);
      table.append(i);
      if (each == null) {
        table.append(",,,,,\n");
        continue;
      }
      DecisionTree tree = each.tree;
      table.append(',').append(tree.nodes()).append(',').append(tree.leaves());
      table.append(',').append(tree.depth()).append(',').append((double) each.right / rows);
      table.append(',');
      if (each.unseen > 0) {
        table.append((double) each.unseenRight / each.unseen);
      }
      table.append('\n');
    }
    return table.toString();
  }

  /// One thread's learner.
  private final class Task implements ItemTask<Grown> {
    private final long seed;
    private final Plan plan;
    private final RankedTable table;
    private final Votes votes;
    private final TreeLearner learner;
    private final Classifier classifier;
    private final int[] weights; // of distinct rows
    private final int unseenCount;
    private final int[] unseen; // and one more, which draw writes over
    private final int[] block = new int[RankedTable.BLOCK];
    private final int[] asked = new int[RankedTable.BLOCK];
    private final int[] labels = new int[RankedTable.BLOCK];
    private final long[] draws = new long[KeyedRandom.BLOCK]; // some of these are a block

    Task(Job job, Plan plan, RankedTable table, Votes votes) {
      this.seed = job.options().seed();
      this.plan = plan;
      this.table = table;
      this.votes = votes;
      learner = new TreeLearner(table, maxDepth);
      classifier = new Classifier(table);
      weights = new int[plan.shape.distinct()];
      unseenCount = plan.shape.rows() - plan.rows;
      unseen = new int[unseenCount + 1];
    }

    @Override
    public Grown apply(long item) {
      draw(KeyedRandom.of(seed, item));
      DecisionTree tree = learner.grow(weights);
      long unseenRight = predict(tree);
      return new Grown(tree, learner.right(), unseenCount, unseenRight);
    }

    /// The votes of the tree count, once: those of an attempt that was given up don't.
    @Override
    public void done() {
      votes.add(unseen, unseenCount, weights);
    }

    /// The votes of a tree that an earlier attempt has grown.
    @Override
    public void restore(long item, Grown grown, Decoder kept) {
      draw(KeyedRandom.of(seed, item));
      predict(grown.tree);
      done();
    }

    /// Has the tree predict the rows that it didn't see. Their classes take the place of weights.
    ///
    /// @return how many it predicts right
    private long predict(DecisionTree tree) {
      classifier.use(tree);
      long unseenRight = 0;
      for (int first = 0; first < weights.length; first += block.length) {
        int rows = Math.min(block.length, weights.length - first);
        table.copies(first, block, rows);
        int count = ask(first, rows);
        classifier.predict(first, asked, count, weights);
        table.labels(first, labels, rows);
        unseenRight += right(first, count);
      }
      return unseenRight;
    }

    /// @return how many rows of the block are to be asked for
    private int ask(int first, int rows) {
      int count = 0;
      for (int row = 0; row < rows; row++) {
        asked[count] = row;
        block[row] -= weights[first + row];
        count += -block[row] >>> 31; // 1 if positive: no branch to guess
      }
      return count;
    }

    private long right(int first, int count) {
      long right = 0;
      for (int i = 0; i < count; i++) {
        int row = asked[i];
        right += weights[first + row] == labels[row] ? block[row] : 0;
      }
      return right;
    }

    /// Draws the rows without replacement, in one pass (Knuth, TAOCP 2, 3.4.2, algorithm S).
    private void draw(KeyedRandom random) {
      Arrays.fill(weights, 0);
      int all = plan.shape.rows();
      int passed = 0;
      for (int first = 0; first < all; first += draws.length) {
        if (first % block.length == 0) {
          table.distinctOf(first, block, Math.min(block.length, all - first));
        }
        random.fill(draws);
        passed = draw(first, Math.min(draws.length, all - first), passed);
      }
    }

    /// Draws some rows by doubles such as `nextDouble` has.
    ///
    /// @param before how many of the rows before were not taken
    private int draw(int first, int rows, int before) {
      int left = plan.shape.rows() - first;
      int wanted = plan.rows - (first - before);
      int inBlock = first % block.length;
      int passed = before;
      for (int row = 0; row < rows; row++) {
        int place = (int) ((draws[row] >>> 11) * 0x1p-53 * (left - row));
        int taken = (place - wanted) >>> 31; // 1 if negative
        weights[block[inBlock + row]] += taken;
        unseen[passed] = first + row;
        passed += 1 - taken;
        wanted -= taken;
      }
      return passed;
    }
  }

  /// What the trees predict for the rows that they didn't see: whole numbers, so that their sum
  /// does not depend on who grew which tree.
  private static final class Votes {
    /// Votes that are summed at once.
    private static final int SUMMED = 1 << 18;

    private final RankedTable table;
    private final int classes;
    // Of the numbers of votes for each row and class.
    private final byte[] lowBytes;
    private final byte[] highBytes; // null if there are too few trees

    private final int[] block;
    private final int[] labels;

    Votes(RankedTable table, int trees) {
      this.table = table;
      classes = table.shape().classes();
      block = new int[Math.clamp(SUMMED / classes, 1, RankedTable.BLOCK)];
      labels = new int[block.length];
      lowBytes = new byte[table.shape().rows() * classes];
      highBytes = trees <= 0xFF ? null : new byte[lowBytes.length];
    }

    /// @param unseen rows, ascending
    /// @param predicted of each distinct row
    synchronized void add(int[] unseen, int count, int[] predicted) {
      int i = 0;
      for (int first = 0; i < count; first += block.length) {
        int end = first + distinctOf(first);
        i = add(unseen, i, count, first, end, predicted);
      }
    }

    /// Of the block's rows.
    ///
    /// @return the first of the next block
    private int add(int[] unseen, int from, int count, int first, int end, int[] predicted) {
      int i = from;
      for (; i < count && unseen[i] < end; i++) {
        int at = unseen[i] * classes + predicted[block[unseen[i] - first]];
        lowBytes[at]++;
        if (lowBytes[at] == 0) {
          highBytes[at]++;
        }
      }
      return i;
    }

    /// Has the block tell of its rows which distinct ones they are.
    ///
    /// @return how many rows
    private int distinctOf(int first) {
      int rows = Math.min(block.length, table.shape().rows() - first);
      table.distinctOf(first, block, rows);
      return rows;
    }

    /// Counts the votes of all ranks, block by block. Collective.
    ///
    /// @param confusion takes what most trees predict; `null` but on rank 0
    void count(Communicator comm, Confusion confusion) {
      int[] some = new int[Math.min(block.length, table.shape().rows()) * classes];
      for (int first = 0; first < table.shape().rows(); first += block.length) {
        int rows = distinctOf(first);
        Arrays.fill(some, 0);
        add(lowBytes, first * classes, 0, some, rows * classes);
        if (highBytes != null) {
          add(highBytes, first * classes, Byte.SIZE, some, rows * classes);
        }
        Buffer sum = Buffer.of(some).slice(0, (long) rows * classes);
        comm.reduce(sum, sum, Op.SUM, 0);
        if (confusion != null) {
          table.labels(block, labels, rows);
          judge(some, rows, confusion);
        }
      }
    }

    private static void add(byte[] bytes, int from, int shift, int[] sums, int count) {
      for (int i = 0; i < count; i++) {
        sums[i] += Byte.toUnsignedInt(bytes[from + i]) << shift;
      }
    }

    private void judge(int[] votes, int rows, Confusion confusion) {
      for (int row = 0; row < rows; row++) {
        int at = row * classes;
        int most = 0;
        int all = 0;
        for (int c = 0; c < classes; c++) {
          all += votes[at + c];
          most = votes[at + c] > votes[at + most] ? c : most;
        }
        if (all > 0) {
          confusion.add(labels[row], most);
        }
      }
    }
  }
}
