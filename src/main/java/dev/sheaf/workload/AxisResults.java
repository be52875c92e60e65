package dev.sheaf.workload;

import dev.sheaf.array.DType;
import dev.sheaf.array.Elements;
import dev.sheaf.array.NpyHeader;
import dev.sheaf.array.OutputFile;
import dev.sheaf.comm.Codecs;
import dev.sheaf.reduce.Moments;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The statistics along an axis in files: an array for each kind, which all ranks write together,
/// and a table of all if it is not too long.
final class AxisResults implements AutoCloseable {
  private static final List<String> NAMES = List.of("mean", "std", "min", "max", "count", "nan");

  /// The most lines of a table.
  private static final long TABLE = 100_000;

  private final Job job;
  private final String prefix;
  private final List<NpyHeader> headers = new ArrayList<>();
  private final List<SharedOutput> outputs = new ArrayList<>();

  /// Begins the files. Collective.
  ///
  /// @param type of the elements, so of the extremes
  /// @param shape of the results
  /// @param fortranOrder whether the first index of the results runs fastest
  AxisResults(Job job, int axis, DType type, long[] shape, boolean fortranOrder) throws Exception {
    this.job = job;
    prefix = "axis-" + axis;
    DType[] types = {DType.FLOAT64, DType.FLOAT64, type, type, DType.INT64, DType.INT64};
    try {
      for (int i = 0; i < types.length; i++) {
        headers.add(NpyHeader.of(types[i], fortranOrder && shape.length > 1, shape));
        outputs.add(SharedOutput.create(job, file(NAMES.get(i)), headers.getLast()));
      }
    } catch (Exception e) {
      close();
      throw e;
    }
  }

  /// Where the results are.
  Kept kept() {
    return Kept.in(outputs.toArray(SharedOutput[]::new));
  }

  private String file(String name) {
    return prefix + "-" + name + ".npy";
  }

  /// Writes results one after the other; for one thread.
  final class Writer {
    private static final int ROOM = 4096;

    private final List<ByteBuffer> columns =
        headers.stream()
            .map(header ->
                ByteBuffer.allocate(ROOM * header.type().bytes()).order(ByteOrder.LITTLE_ENDIAN))
            .toList();

    private long next;
    private int held;

    /// Continues at a result of this number.
    void at(long index) {
      flush();
      next = index;
    }

    void put(Moments... results) {
      for (Moments result : results) {
        columns.get(0).putDouble(result.mean());
        columns.get(1).putDouble(result.std());
        putExtreme(columns.get(2), result.least(), result.min());
        putExtreme(columns.get(3), result.greatest(), result.max());
        columns.get(4).putLong(result.count());
        columns.get(5).putLong(result.nans());
        if (++held == ROOM) {
          flush();
        }
      }
    }

    private void putExtreme(ByteBuffer to, long bits, double number) {
      DType type = headers.get(2).type();
      switch (type) {
        case FLOAT64 -> to.putDouble(number);
        case FLOAT32 -> to.putFloat((float) number);
        case FLOAT16 -> to.putShort(Float.floatToFloat16((float) number));
        case UINT64 -> to.putLong(bits ^ Long.MIN_VALUE);
        case INT64 -> to.putLong(bits);
        case INT32, UINT32 -> to.putInt((int) bits);
        case INT16, UINT16 -> to.putShort((short) bits);
        case BOOL, INT8, UINT8 -> to.put((byte) bits);
      }
    }

    /// Writes what has been put.
    void flush() {
      for (int i = 0; i < columns.size(); i++) {
        ByteBuffer column = columns.get(i).flip();
        outputs.get(i).write(MemorySegment.ofBuffer(column), next * headers.get(i).type().bytes());
        column.clear();
      }
      next += held;
      held = 0;
    }
  }

  /// Gives the files their names, and makes the table. Collective.
  ///
  /// @return what was written, on rank 0
  List<String> commit() throws Exception {
    for (SharedOutput output : outputs) {
      output.commit(job);
    }
    List<String> files = new ArrayList<>();
    NAMES.forEach(name -> files.add(job.options().out().resolve(file(name)).toString()));
    if (headers.getFirst().count() <= TABLE) {
      files.add(job.options().out().resolve(prefix + ".csv").toString());
      job.onRoot(this::writeTable, Codecs.NOTHING);
    }
    return files;
  }

  private Void writeTable() throws IOException {
    List<Object[]> columns = new ArrayList<>();
    for (int i = 0; i < NAMES.size(); i++) {
      columns.add(values(job.options().out().resolve(file(NAMES.get(i))), headers.get(i)));
    }
    long[] shape = headers.getFirst().shape();
    StringBuilder csv = new StringBuilder();
    for (int d = 0; d < shape.length; d++) {
      csv.append("index").append(d).append(',');
    }
    csv.append(String.join(",", NAMES)).append('\n');
    for (int row = 0; row < columns.getFirst().length; row++) {
      for (long index : index(row, shape)) {
        csv.append(index).append(',');
      }
      for (int i = 0; i < columns.size(); i++) {
        csv.append(columns.get(i)[row]).append(i + 1 < columns.size() ? ',' : '\n');
      }
    }
    Path target = job.options().out().resolve(prefix + ".csv");
    OutputFile.write(target, csv.toString().getBytes(StandardCharsets.UTF_8));
    return null;
  }

  private long[] index(long row, long[] shape) {
    long[] index = new long[shape.length];
    long rest = row;
    for (int i = 0; i < shape.length; i++) {
      int d = headers.getFirst().fortranOrder() ? i : shape.length - 1 - i;
      index[d] = rest % shape[d];
      rest /= shape[d];
    }
    return index;
  }

  /// An array that has just been written.
  private static Object[] values(Path file, NpyHeader header) throws IOException {
    int count = (int) header.count();
    ByteBuffer data =
        ByteBuffer.wrap(Files.readAllBytes(file))
            .order(ByteOrder.LITTLE_ENDIAN)
            .position((int) header.dataOffset());
    ByteBuffer wide = ByteBuffer.allocate(count * Long.BYTES);
    Elements.widen(header.type(), count, data, wide);
    Object[] values = new Object[count];
    Arrays.setAll(
        values,
        i -> {
          if (header.type().isFloat()) {
            return wide.getDouble(i * Long.BYTES);
          }
          long value = wide.getLong(i * Long.BYTES);
          return header.type() == DType.UINT64 ? Long.toUnsignedString(value) : (Object) value;
        });
    return values;
  }

  /// Ends the writing; without a commit nothing stays. Local.
  @Override
  public void close() {
    outputs.forEach(SharedOutput::close);
  }
}
