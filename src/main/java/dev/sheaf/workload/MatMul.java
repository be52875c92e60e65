package dev.sheaf.workload;

import dev.sheaf.InputException;
import dev.sheaf.array.DType;
import dev.sheaf.array.NpyHeader;
import dev.sheaf.comm.Blocks;
import dev.sheaf.comm.Codec;
import dev.sheaf.comm.Codecs;
import dev.sheaf.comm.Op;
import dev.sheaf.journal.MapLog;
import dev.sheaf.linalg.Gemm;
import dev.sheaf.linalg.Gpu;
import dev.sheaf.linalg.JavaGemm;
import dev.sheaf.linalg.OpenBlas;
import dev.sheaf.linalg.Precision;
import dev.sheaf.map.ItemTask;
import dev.sheaf.map.Items;
import dev.sheaf.map.MapOptions;
import dev.sheaf.map.MapResult;
import dev.sheaf.map.Outcome;
import dev.sheaf.report.Count;
import dev.sheaf.report.Phase;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/// The product of two matrices: `product.npy`, float32 or float64 (rows of A, columns of B).
///
/// The items are tiles of the product. Each rank reads its rows of A, a thread those of a tile at a
/// time; B is read by rank 0 and broadcast, panel by panel, and held once a node. The tiles are
/// written into their places. Numbers that are no floats are taken as float64.
///
/// **Same bytes.** A tile is one thread's, by calls of the same lengths whoever makes them. With
/// OpenBLAS the bits are those of its kernels for the processor; where ranks have different ones,
/// all compute in plain Java. On GPUs each number is a sum of the same products in an order that
/// cuBLAS chooses.
public final class MatMul implements Workload {
  /// What computes on the processor.
  public enum Library {
    /// OpenBLAS where all ranks find the same, else plain Java.
    AUTO,
    /// OpenBLAS.
    OPENBLAS,
    /// Plain Java: the same bits on every machine.
    JAVA
  }

  /// Where the tiles are computed.
  public enum Device {
    /// On the processor.
    CPU,
    /// On a GPU of each rank: those of a node in turn.
    GPU,
    /// On GPUs if every rank has one, else on the processor.
    AUTO
  }

  private static final String FILE = "product.npy";

  private final Source source;
  private final Precision precision;
  private final Library library;
  private final Device device;
  private final long memory;

  /// Which matrices.
  public sealed interface Source {
    /// Of two `.npy` files.
    record Files(Path a, Path b) implements Source {}

    /// Standard normal numbers, keyed by (the job's seed, index), those of B behind those of A.
    ///
    /// @param rows of A
    /// @param inner columns of A and rows of B
    /// @param columns of B
    record Random(int rows, int inner, int columns) implements Source {}
  }

  /// What to multiply.
  ///
  /// @param precision of the product; `null`: single if both matrices are of at most single
  ///   precision, else double
  /// @param memory bytes that a rank may hold of the matrices; 0 for half of its share of the
  ///   node's
  public MatMul(Source source, Precision precision, Library library, Device device, long memory) {
    this.source = source;
    this.precision = precision;
    this.library = library;
    this.device = device;
    this.memory = memory;
  }

  @Override
  public String name() {
    return "matmul";
  }

  /// What rank 0 has found.
  private record Plan(MatrixInput a, MatrixInput b) {
    static final Codec<Plan> CODEC =
        Codecs.of(
            (out, plan) -> {
              MatrixInput.CODEC.write(plan.a, out);
              MatrixInput.CODEC.write(plan.b, out);
            },
            in -> new Plan(MatrixInput.CODEC.read(in), MatrixInput.CODEC.read(in)));
  }

  /// Has a panel of B where it is multiplied with.
  @FunctionalInterface
  private interface Panels {
    /// Collective.
    ///
    /// @param right the panel in the node's memory
    MapResult<Void> with(Tiles.Panel panel, MemorySegment right, Use use) throws Exception;
  }

  /// Computes the tiles of a panel.
  @FunctionalInterface
  private interface Use {
    /// Collective.
    ///
    /// @param products makes what a thread computes with
    MapResult<Void> of(Supplier<TileProduct> products) throws Exception;
  }

  /// A map of the tiles of a panel.
  @FunctionalInterface
  private interface PanelMap {
    /// Collective.
    ///
    /// @param log of these tiles
    MapResult<Void> of(Tiles.Panel panel, MapLog log) throws Exception;
  }

  @Override
  public Summary run(Job job) throws Exception {
    Plan plan;
    try (var _ = job.phases().start(Phase.SCATTER)) {
      plan = job.onRoot(() -> plan(job), Plan.CODEC);
    }
    return new Run(job, plan).run();
  }

  private Plan plan(Job job) {
    job.refuseTimeout(); // BLAS works on memory that is freed at the end
    long seed = job.options().seed();
    Plan plan =
        switch (source) {
          case Source.Files(Path a, Path b) -> {
            job.reads(a);
            job.reads(b);
            yield new Plan(MatrixInput.of(a), MatrixInput.of(b));
          }
          case Source.Random(int rows, int inner, int columns) ->
              new Plan(
                  MatrixInput.normal(rows, inner, 0, seed),
                  MatrixInput.normal(inner, columns, (long) rows * inner, seed));
        };
    if (plan.a.columns() != plan.b.rows()) {
      throw new InputException(
          "%s is %d x %d and %s is %d x %d: the first must have as many columns as the second rows"
              .formatted(
                  plan.a.array().file(),
                  plan.a.rows(),
                  plan.a.columns(),
                  plan.b.array().file(),
                  plan.b.rows(),
                  plan.b.columns()));
    }
    return plan;
  }

  /// The work on one rank.
  private final class Run {
    private final Job job;
    private final MatrixInput a;
    private final MatrixInput b;
    private final Precision type;

    Run(Job job, Plan plan) {
      this.job = job;
      this.a = plan.a;
      this.b = plan.b;
      type =
          precision != null
              ? precision
              : a.single() && b.single() ? Precision.SINGLE : Precision.DOUBLE;
    }

    Summary run() throws Exception {
      try (Gpu gpu = gpu()) {
        return gpu == null ? onProcessor() : onGpu(gpu);
      }
    }

    private Summary onProcessor() throws Exception {
      Gemm gemm = gemm();
      int threads = job.mapOptions().threads();
      return product(
          gemm.name(),
          tiles(threads, Long.MAX_VALUE),
          threads,
          (panel, right, use) -> use.of(() -> new ProcessorTile(gemm, panel, right)));
    }

    private Summary onGpu(Gpu gpu) throws Exception {
      int sharing = Math.ceilDiv(job.comm().nodeSize(), gpu.devices());
      return product(
          gpu.name(),
          tiles(1, gpu.free() / 10 * 9 / sharing), // cuBLAS takes some, too
          1,
          (panel, right, use) -> {
            long copy;
            try (var _ = job.phases().start(Phase.TRANSFER)) {
              copy = gpu.allocate(panel.bytes());
              gpu.upload(right.asSlice(0, panel.bytes()), copy);
            }
            MapResult<Void> map = use.of(() -> new GpuTile(gpu, panel, copy, job.phases()));
            gpu.use();
            gpu.free(copy);
            return map;
          });
    }

    /// Multiplies panel by panel.
    private Summary product(String by, Tiles tiles, int threads, Panels panels) throws Exception {
      if (job.comm().rank() == 0 && !job.options().quiet()) {
        System.err.println("%s, %s a rank".formatted(by, Count.of(threads, "thread")));
      }
      NpyHeader header =
          NpyHeader.of(
              type == Precision.SINGLE ? DType.FLOAT32 : DType.FLOAT64,
              tiles.rows(),
              tiles.columns());
      Items items = new Items(tiles.count(), tiles::describe, _ -> job.options().command());
      long begin = System.nanoTime();
      long done = 0;
      try (SharedOutput output = SharedOutput.create(job, FILE, header);
          FileChannel channel = a.openByAll(job)) {
        if (tiles.work()) {
          MapResult<Void> map =
              panelByPanel(
                  tiles,
                  items,
                  job.log(Kept.in(output).given(by), items),
                  (panel, log) ->
                      NodeCopy.with(
                          job,
                          panel.bytes(),
                          memory -> read(panel, memory),
                          right ->
                              panels.with(
                                  panel,
                                  right,
                                  products ->
                                      job.map(
                                          items,
                                          options(threads),
                                          () ->
                                              new TileTask(
                                                  panel, threads, channel, products.get(), output),
                                          Codecs.NOTHING,
                                          log))));
          if (!map.complete()) {
            return Summary.of(List.of(), Map.of(), map, 0);
          }
          done = map.done();
        }
        output.commit(job);
      }
      return summary(header, by, done, (System.nanoTime() - begin) / 1e9);
    }

    /// Computes the tiles as one map does, but those of a panel before those of the next: which
    /// ones these are depends on the memory, the items and their log do not. Of a panel that has
    /// none to do nothing is read.
    private MapResult<Void> panelByPanel(Tiles tiles, Items items, MapLog log, PanelMap maps)
        throws Exception {
      job.tellResumed(log.done(), items.count());
      List<Outcome.Failed<Void>> failures = new ArrayList<>();
      long done = log.done();
      long failed = 0;
      for (int index = 0; index < tiles.panels(); index++) {
        Tiles.Panel panel = tiles.panel(index);
        MapLog some = log.only(panel.items());
        long open = some.toDo() + some.poison().size();
        if (open == 0) {
          continue;
        }
        MapResult<Void> map = maps.of(panel, some);
        long now = map.done() - some.done();
        done += now;
        failed += map.failed();
        failures.addAll(map.failures());
        if (now + map.failed() < open || (failed > 0 && job.options().stopOnError())) {
          break;
        }
      }
      failures.sort(Comparator.comparingLong(Outcome::item));
      MapResult<Void> all =
          new MapResult<>(List.of(), failures, done, failed, items.count() - done - failed);
      job.left(log, all);
      return all;
    }

    private MapOptions options(int threads) {
      MapOptions given = job.mapOptions();
      return new MapOptions(
          given.schedule(),
          given.chunk(),
          threads,
          given.stopOnError(),
          given.retries(),
          given.timeout());
    }

    /// This rank's GPU; `null` to compute on the processor.
    private Gpu gpu() throws Exception {
      if (device == Device.CPU) {
        return null;
      }
      Gpu mine = null;
      String missing = "";
      try {
        mine = Gpu.open(job.comm().nodeRank());
      } catch (InputException e) {
        missing =
            "%s (rank %d on %s)".formatted(e.getMessage(), job.comm().rank(), job.comm().host());
      }
      List<String> reasons =
          job.comm().allgatherObjects(missing, Codecs.STRING).stream()
              .filter(reason -> !reason.isEmpty())
              .toList();
      if (reasons.isEmpty()) {
        return mine;
      }
      if (mine != null) {
        mine.close();
      }
      if (device == Device.GPU) {
        throw new AgreedInputException("--device gpu: " + reasons.getFirst());
      }
      if (job.comm().rank() == 0 && !job.options().quiet()) {
        System.err.println("not on GPUs: " + reasons.getFirst());
      }
      return null;
    }

    /// What computes: the same on all ranks.
    private Gemm gemm() throws Exception {
      OpenBlas mine = library == Library.JAVA ? null : OpenBlas.find();
      String name = mine == null ? "no OpenBLAS" : mine.name();
      List<String> names =
          job.comm().allgatherObjects(name, Codecs.STRING).stream().distinct().toList();
      if (names.size() == 1 && mine != null) {
        return mine;
      }
      if (library == Library.OPENBLAS) {
        throw new AgreedInputException(
            names.size() == 1
                ? "--library openblas: there is no libopenblas.so.0 here; apt-get install libopenblas0"
                : "--library openblas: the ranks have different ones: %s; set OPENBLAS_CORETYPE for all, or give --library java"
                    .formatted(String.join(", ", names)));
      }
      if (names.size() > 1 && job.comm().rank() == 0 && !job.options().quiet()) {
        System.err.println(
            "ranks have different libraries, whose results differ in the last bits: "
                + String.join(", ", names));
      }
      return new JavaGemm();
    }

    /// @param threads that hold parts of A and C on this rank
    /// @param most bytes that this rank may hold for another reason
    private Tiles tiles(int threads, long most) throws Exception {
      long mine = Math.min(memory > 0 ? memory : share(), most);
      long least = job.comm().allreduce(mine, Op.MIN);
      int all = (int) job.comm().allreduce(threads, Op.MAX);
      return job.onRoot(
          () -> Tiles.of(a.rows(), a.columns(), b.columns(), type, least, all), Tiles.CODEC);
    }

    /// Half of this rank's share of the node's memory.
    private long share() {
      return ManagementFactory.getOperatingSystemMXBean()
              instanceof com.sun.management.OperatingSystemMXBean system
          ? system.getTotalMemorySize() / 2 / job.comm().nodeSize()
          : Long.MAX_VALUE;
    }

    /// By as many threads as the ranks of the node have, which all wait for it.
    private void read(Tiles.Panel panel, MemorySegment memory) throws Exception {
      int parts = job.mapOptions().threads() * job.comm().nodeSize();
      long rowBytes = (long) panel.width() * type.bytes();
      List<Callable<Void>> reads = new ArrayList<>();
      try (FileChannel channel = b.array().open();
          ExecutorService threads = Executors.newFixedThreadPool(parts)) {
        for (int part = 0; part < parts; part++) {
          int row = (int) Blocks.start(b.rows(), parts, part);
          int height = (int) Blocks.count(b.rows(), parts, part);
          MemorySegment to = memory.asSlice(row * rowBytes, height * rowBytes);
          reads.add(() -> {
            b.reader(channel, type).read(row, height, panel.firstColumn(), panel.width(), to);
            return null;
          });
        }
        for (Future<Void> read : threads.invokeAll(reads)) {
          read.get();
        }
      } catch (ExecutionException e) {
        throw e.getCause() instanceof Exception cause ? cause : e;
      }
    }

    private Summary summary(NpyHeader header, String by, long items, double seconds) {
      Path file = job.options().out().resolve(FILE);
      String line = "%s: %s (%d, %d)".formatted(file, header.type().label(), a.rows(), b.columns());
      Map<String, Object> results = new LinkedHashMap<>();
      results.put("file", file.toString());
      results.put("shape", List.of(a.rows(), b.columns()));
      results.put("computed_by", by);
      results.put("gflop_per_second", 2e-9 * a.rows() * a.columns() * b.columns() / seconds);
      return Summary.of(List.of(line), results, items);
    }

    /// One thread's part of A.
    private final class TileTask implements ItemTask<Void> {
      private final Tiles.Panel panel;
      private final int threads;
      private final TileProduct product;
      private final SharedOutput output;
      private final MatrixInput.Reader reader;
      private final MemorySegment left;
      private long writing;

      /// The rows and the step that are in memory.
      private int leftRow = -1;

      private int leftStep;

      TileTask(
          Tiles.Panel panel,
          int threads,
          FileChannel channel,
          TileProduct product,
          SharedOutput output) {
        this.threads = threads;
        this.panel = panel;
        this.product = product;
        this.output = output;
        reader = a.reader(channel, type);
        left = Arena.ofAuto().allocate(panel.tiles().leftBytes(), 64);
      }

      @Override
      public Void apply(long item) throws IOException {
        Tiles tiles = panel.tiles();
        int tileRow = tiles.tileRow(item);
        int row = tiles.firstRow(tileRow);
        int height = tiles.firstRow(tileRow + 1) - row;
        int tileColumn = tiles.tileColumn(item);
        int column = tiles.firstColumn(tileColumn);
        int width = tiles.firstColumn(tileColumn + 1) - column;
        for (int step = 0; step < tiles.steps(); step++) {
          int from = tiles.firstInner(step);
          int inner = tiles.firstInner(step + 1) - from;
          boolean fresh = leftRow != row || leftStep != step;
          if (fresh) {
            leftRow = -1; // nothing whole, should reading fail
            reader.read(row, height, from, inner, left);
          }
          long place = (long) from * panel.width() + column - panel.firstColumn();
          product.multiply(height, width, inner, left, fresh, place, step > 0);
          leftRow = row;
          leftStep = step;
        }
        MemorySegment tile = product.tile(height, width);
        long begin = System.nanoTime();
        write(tile, row, height, column, width);
        writing += System.nanoTime() - begin;
        return null;
      }

      private void write(MemorySegment tile, int row, int height, int column, int width) {
        long length = (long) width * type.bytes();
        if (width == b.columns()) {
          output.write(tile.asSlice(0, height * length), row * length);
          return;
        }
        for (int i = 0; i < height; i++) {
          long place = ((long) row + i) * b.columns() + column;
          output.write(tile.asSlice(i * length, length), place * type.bytes());
        }
      }

      @Override
      public void close() {
        product.close();
        long share = writing / threads;
        job.phases().add(Phase.WRITE, share);
        job.phases().add(Phase.COMPUTE, -share);
      }
    }
  }
}
