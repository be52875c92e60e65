package dev.sheaf.workload;

import dev.sheaf.array.NpyHeader;
import dev.sheaf.array.OutputFile;
import dev.sheaf.comm.Codecs;
import dev.sheaf.report.Phase;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/// An array file that all ranks write together, each into the slots of its items, on a file system
/// that all of them see: large results don't pass through rank 0.
final class SharedOutput implements AutoCloseable {
  private final NpyHeader header;
  private OutputFile created;
  private OutputFile joined;

  private SharedOutput(NpyHeader header) {
    this.header = header;
  }

  /// Begins the file on rank 0 in the directory for output, and opens it on all ranks. Collective.
  static SharedOutput create(Job job, String name, NpyHeader header) throws Exception {
    SharedOutput output = new SharedOutput(header);
    try (var _ = job.phases().start(Phase.WRITE)) {
      String part = job.onRoot(() -> output.begin(job.output(name)), Codecs.STRING);
      output.joined = job.onAll(() -> OutputFile.join(Path.of(part)));
      return output;
    } catch (Exception e) {
      output.close();
      throw e;
    }
  }

  private String begin(Path target) {
    created = OutputFile.create(target, header.dataOffset() + header.dataBytes());
    created.write(ByteBuffer.wrap(header.bytes()), 0);
    return created.path().toString();
  }

  /// Writes off-heap memory behind the header. May be called by all threads at once.
  ///
  /// @param offset in the data, in bytes
  void write(MemorySegment data, long offset) {
    joined.write(data, header.dataOffset() + offset);
  }

  /// Gives the file its name, when every rank has called this. Collective.
  void commit(Job job) throws Exception {
    try (var _ = job.phases().start(Phase.WRITE)) {
      joined.close();
      job.comm().barrier();
      job.onRoot(
          () -> {
            created.commit();
            return null;
          },
          Codecs.NOTHING);
    }
  }

  /// Ends the writing; without a commit nothing stays. Local.
  @Override
  public void close() {
    if (joined != null) {
      joined.close();
    }
    if (created != null) {
      created.close();
    }
  }
}
