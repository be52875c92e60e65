package dev.sheaf.workload;

import dev.sheaf.InputException;
import dev.sheaf.array.OutputFile;
import dev.sheaf.comm.Codec;
import dev.sheaf.comm.Codecs;
import dev.sheaf.map.Items;
import dev.sheaf.map.MapResult;
import dev.sheaf.parquet.ParquetWriter;
import dev.sheaf.parquet.ParquetWriter.RowGroup;
import dev.sheaf.report.Count;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A table of taxi rides that never were: the 19 columns of New York's yellow-cab records, as they
/// were in February 2022, with distributions like theirs; Parquet, with Snappy.
///
/// The items are row groups, each keyed by (the job's seed, row group). They are made in rounds, so
/// that rank 0, which writes them, holds few at a time. A file of the name is replaced.
public final class SampleTaxi implements Workload {
  /// Rows of a row group.
  private static final int GROUP = 1 << 17;

  private static final Codec<RowGroup> CODEC = Codecs.ofRecord(RowGroup.class);

  private final Path file;
  private final long rows;

  /// @param file in a directory that there is
  /// @param rows 1 or more
  public SampleTaxi(Path file, long rows) {
    if (rows < 1) {
      throw new InputException("--rows " + rows + ": must be at least 1");
    }
    this.file = file;
    this.rows = rows;
  }

  @Override
  public String name() {
    return "sample taxi";
  }

  @Override
  public boolean writes() {
    return false;
  }

  @Override
  public Summary run(Job job) throws Exception {
    ParquetWriter writer = new ParquetWriter(TaxiRides.FIELDS);
    long groups = Math.ceilDiv(rows, GROUP);
    long round = 2L * job.comm().size() * job.mapOptions().threads();
    Writing writing = new Writing(writer);
    MapResult<RowGroup> map = null;
    try {
      job.onRoot(writing::begin, Codecs.NOTHING);
      for (long first = 0; first < groups; first += round) {
        long from = first;
        Items items =
            new Items(
                Math.min(round, groups - first),
                item -> "row group " + (from + item),
                _ -> job.options().command());
        map = job.map(items, () -> item -> group(writer, job.options().seed(), from + item), CODEC);
        if (!map.complete()) {
          return Summary.of(List.of(), Map.of(), map, 0);
        }
        List<RowGroup> made = map.values();
        job.onRoot(() -> writing.write(made), Codecs.NOTHING);
      }
      job.onRoot(writing::end, Codecs.NOTHING);
    } finally {
      writing.close();
    }
    String line = file + ": " + Count.of(rows, "row") + " in " + Count.of(groups, "row group");
    return Summary.of(List.of(line), Map.of("file", file.toString(), "rows", rows), groups);
  }

  private RowGroup group(ParquetWriter writer, long seed, long group) {
    int some = (int) Math.min(GROUP, rows - group * GROUP);
    return writer.rowGroup(TaxiRides.make(seed, group, some), some);
  }

  /// The file on rank 0.
  private final class Writing implements AutoCloseable {
    private final ParquetWriter writer;
    private final List<RowGroup> written = new ArrayList<>();
    private OutputFile output;
    private long bytes;

    Writing(ParquetWriter writer) {
      this.writer = writer;
    }

    Void begin() {
      output = OutputFile.create(file, 0);
      append(ParquetWriter.head());
      return null;
    }

    Void write(List<RowGroup> groups) {
      for (RowGroup group : groups) {
        append(group.bytes());
        written.add(new RowGroup(new byte[0], group.rows(), group.numbers()));
      }
      return null;
    }

    Void end() {
      append(writer.footer(written));
      output.commit();
      return null;
    }

    private void append(byte[] data) {
      output.write(ByteBuffer.wrap(data), bytes);
      bytes += data.length;
    }

    @Override
    public void close() {
      if (output != null) {
        output.close();
      }
    }
  }
}
