package dev.sheaf.workload;

import dev.sheaf.InputException;
import dev.sheaf.array.Broadcast;
import dev.sheaf.array.DType;
import dev.sheaf.array.NpyHeader;
import dev.sheaf.comm.Codec;
import dev.sheaf.comm.Codecs;
import dev.sheaf.map.ItemTask;
import dev.sheaf.map.Items;
import dev.sheaf.map.MapResult;
import dev.sheaf.report.Phase;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The quotients of the elements of two arrays: `quotient.npy`, in type, shape and bits as by
/// NumPy's `true_divide`: x/0 is infinite, 0/0 is NaN (always the same one).
///
/// The items are chunks of the result. Each rank reads its chunks and writes the quotients into
/// their places; a few hundred KiB a thread. An array that is broadcast is read whole by rank 0 and
/// held once a node, as doubles.
public final class Divide implements Workload {
  private static final String FILE = "quotient.npy";

  /// Elements of an item.
  private static final long CHUNK = 1 << 20;

  /// Elements that are divided at a time: they stay in the second-level cache.
  private static final int BLOCK = 1 << 14;

  private final Path a;
  private final Path b;

  /// What to divide by what.
  public Divide(Path a, Path b) {
    this.a = a;
    this.b = b;
  }

  @Override
  public String name() {
    return "divide";
  }

  /// One of the arrays.
  private record Operand(ArrayInput array, long[] shape) {
    static final Codec<Operand> CODEC =
        Codecs.of(
            (out, operand) -> {
              ArrayInput.CODEC.write(operand.array, out);
              out.putLongs(operand.shape);
            },
            in -> new Operand(ArrayInput.CODEC.read(in), in.getLongs()));

    static Operand of(Path file) {
      NpyHeader header = PixelReader.header(file);
      return new Operand(ArrayInput.of(file, header), header.shape());
    }

    /// The least type of floats that holds all its numbers; of integers, as NumPy has it.
    DType asFloat() {
      return switch (array.type()) {
        case BOOL, INT8, UINT8, FLOAT16 -> DType.FLOAT16;
        case INT16, UINT16, FLOAT32 -> DType.FLOAT32;
        default -> DType.FLOAT64;
      };
    }
  }

  /// What rank 0 has found.
  private record Plan(Operand a, Operand b) {
    static final Codec<Plan> CODEC =
        Codecs.of(
            (out, plan) -> {
              Operand.CODEC.write(plan.a, out);
              Operand.CODEC.write(plan.b, out);
            },
            in -> new Plan(Operand.CODEC.read(in), Operand.CODEC.read(in)));

    NpyHeader header() {
      boolean integers = !a.array.type().isFloat() && !b.array.type().isFloat();
      DType wider = a.asFloat().bytes() > b.asFloat().bytes() ? a.asFloat() : b.asFloat();
      return NpyHeader.of(integers ? DType.FLOAT64 : wider, Broadcast.shape(a.shape, b.shape));
    }
  }

  @Override
  public Summary run(Job job) throws Exception {
    Plan plan;
    try (var _ = job.phases().start(Phase.SCATTER)) {
      plan = job.onRoot(() -> plan(job), Plan.CODEC);
    }
    NpyHeader header = plan.header();
    return with(
        job,
        plan.a,
        header,
        dividends -> with(job, plan.b, header, divisors -> map(job, header, dividends, divisors)));
  }

  private Plan plan(Job job) {
    job.reads(a);
    job.reads(b);
    Plan plan = new Plan(Operand.of(a), Operand.of(b));
    long[] shape = Broadcast.shape(plan.a.shape, plan.b.shape);
    if (shape == null) {
      throw new InputException(
          "%s has shape %s and %s %s: lengths must be equal, or one of them 1, counted from the last"
              .formatted(a, text(plan.a.shape), b, text(plan.b.shape)));
    }
    try {
      Math.multiplyExact(Arrays.stream(shape).reduce(1, Math::multiplyExact), (long) Double.BYTES);
    } catch (ArithmeticException e) {
      throw new InputException(
          "%s and %s: the quotients have shape %s, more than 2^63 bytes"
              .formatted(a, b, text(shape)),
          e);
    }
    return plan;
  }

  private static String text(long[] shape) {
    return Arrays.stream(shape)
        .mapToObj(Long::toString)
        .collect(Collectors.joining(", ", "(", ")"));
  }

  /// One thread's way to the elements of an array in the shape of the result.
  @FunctionalInterface
  private interface Reader {
    /// Fills the buffer with doubles.
    void read(long first, ByteBuffer into) throws IOException;
  }

  /// Makes a reader for a thread.
  @FunctionalInterface
  private interface Readers {
    Reader make();
  }

  /// What is done with an array.
  @FunctionalInterface
  private interface Use {
    Summary of(Readers readers) throws Exception;
  }

  /// Opens an array that is read as it is needed; holds one that is broadcast. Collective.
  private static Summary with(Job job, Operand operand, NpyHeader result, Use use)
      throws Exception {
    if (!Arrays.equals(operand.shape, result.shape())) {
      Broadcast broadcast = new Broadcast(operand.shape, result.shape());
      return NodeCopy.with(
          job,
          operand.array.count() * Double.BYTES,
          memory -> {
            try (FileChannel channel = operand.array.open()) {
              new PixelReader(operand.array, channel).read(0, memory);
            }
          },
          memory -> use.of(() -> (first, into) -> broadcast.read(memory, first, into)));
    }
    try (FileChannel channel = operand.array.openByAll(job, ArrayInput.COPY)) {
      return use.of(() -> new PixelReader(operand.array, channel)::read);
    }
  }

  private static Summary map(Job job, NpyHeader header, Readers dividends, Readers divisors)
      throws Exception {
    long count = header.count();
    Items items =
        new Items(
            Math.ceilDiv(count, CHUNK),
            item ->
                "elements %d to %d"
                    .formatted(item * CHUNK, Math.min((item + 1) * CHUNK, count) - 1),
            _ -> job.options().command());
    try (SharedOutput output = SharedOutput.create(job, FILE, header)) {
      MapResult<Void> map =
          job.map(
              Kept.in(output),
              items,
              () -> new Task(header, dividends.make(), divisors.make(), output),
              Codecs.NOTHING);
      if (!map.complete()) {
        return Summary.of(List.of(), Map.of(), map, 0);
      }
      output.commit(job);
      Path file = job.options().out().resolve(FILE);
      String line = "%s: %s %s".formatted(file, header.type().label(), text(header.shape()));
      Map<String, Object> results =
          Map.of("file", file.toString(), "shape", Arrays.stream(header.shape()).boxed().toList());
      return Summary.of(List.of(line), results, map, header.dataBytes());
    }
  }

  /// One thread's blocks.
  private static final class Task implements ItemTask<Void> {
    private static final long INFINITY = Double.doubleToRawLongBits(Double.POSITIVE_INFINITY);

    private final NpyHeader header;
    private final Reader dividends;
    private final Reader divisors;
    private final SharedOutput output;
    // Of one buffer, as C2 makes vectors of two operands only where it sees that they lie apart.
    private final ByteBuffer both =
        ByteBuffer.allocateDirect(2 * BLOCK * Double.BYTES).order(ByteOrder.nativeOrder());
    private final ByteBuffer quotients = half(0);
    private final ByteBuffer by = half(1);
    private final DoubleBuffer numbers = both.asDoubleBuffer();
    private final LongBuffer bits = both.asLongBuffer();

    Task(NpyHeader header, Reader dividends, Reader divisors, SharedOutput output) {
      this.header = header;
      this.dividends = dividends;
      this.divisors = divisors;
      this.output = output;
    }

    @Override
    public Void apply(long item) throws IOException {
      long end = Math.min((item + 1) * CHUNK, header.count());
      for (long first = item * CHUNK; first < end; first += BLOCK) {
        int count = (int) Math.min(BLOCK, end - first);
        int bytes = count * Double.BYTES;
        dividends.read(first, quotients.clear().limit(bytes));
        divisors.read(first, by.clear().limit(bytes));
        divide(numbers, bits);
        int size = header.type().bytes();
        narrow(header.type(), quotients, count);
        output.write(quotients.clear().limit(count * size), first * size);
      }
      return null;
    }

    private ByteBuffer half(int which) {
      int bytes = BLOCK * Double.BYTES;
      return both.slice(which * bytes, bytes).order(ByteOrder.nativeOrder());
    }

    /// All of the block, whatever lies behind its last number: C2 makes vectors of loops of a known
    /// length.
    ///
    /// @param bits those of the numbers
    private static void divide(DoubleBuffer numbers, LongBuffer bits) {
      for (int i = 0; i < BLOCK; i++) {
        numbers.put(i, numbers.get(i) / numbers.get(BLOCK + i));
      }
      long beyond = 0; // infinity: only NaN is
      for (int i = 0; i < BLOCK; i++) {
        beyond |= INFINITY - (bits.get(i) & Long.MAX_VALUE);
      }
      if (beyond < 0) { // processors have different ones
        for (int i = 0; i < BLOCK; i++) {
          if (Double.isNaN(numbers.get(i))) {
            numbers.put(i, Double.NaN);
          }
        }
      }
    }

    /// Rounds to the result's type, in place: as if the numbers had been divided in it, as a double
    /// has more than twice its digits.
    private static void narrow(DType type, ByteBuffer numbers, int count) {
      switch (type) {
        case FLOAT16 -> {
          for (int i = 0; i < count; i++) {
            float number = (float) numbers.getDouble(i * Double.BYTES);
            numbers.putShort(i * Short.BYTES, Float.floatToFloat16(number));
          }
        }
        case FLOAT32 -> {
          for (int i = 0; i < count; i++) {
            numbers.putFloat(i * Float.BYTES, (float) numbers.getDouble(i * Double.BYTES));
          }
        }
        default -> {}
      }
    }
  }
}
