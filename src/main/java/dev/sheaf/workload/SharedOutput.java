package dev.sheaf.workload;

import dev.sheaf.array.NpyHeader;
import dev.sheaf.array.OutputFile;
import dev.sheaf.comm.Codecs;
import dev.sheaf.report.Phase;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/// A file that all ranks write together, each into the slots of its items, on a file system that
/// all of them see: large results don't pass through rank 0.
final class SharedOutput implements AutoCloseable {
  private final byte[] head;
  private OutputFile created;
  private OutputFile joined;

  private SharedOutput(byte[] head) {
    this.head = head;
  }

  /// Begins an array file. Collective.
  static SharedOutput create(Job job, String name, NpyHeader header) throws Exception {
    return create(job, name, header.bytes(), header.dataBytes());
  }

  /// Begins the file on rank 0 in the directory for output, and opens it on all ranks. Collective.
  ///
  /// @param head what the file starts with
  /// @param bytes of data behind it
  static SharedOutput create(Job job, String name, byte[] head, long bytes) throws Exception {
    SharedOutput output = new SharedOutput(head);
    try (var _ = job.phases().start(Phase.WRITE)) {
      String part = job.onRoot(() -> output.begin(job.output(name), bytes), Codecs.STRING);
      output.joined = job.onAll(() -> OutputFile.join(Path.of(part)));
      return output;
    } catch (Exception e) {
      output.close();
      throw e;
    }
  }

  private String begin(Path target, long bytes) {
    created = OutputFile.create(target, head.length + bytes);
    created.write(ByteBuffer.wrap(head), 0);
    return created.path().toString();
  }

  /// Writes behind the head. May be called by all threads at once.
  ///
  /// @param offset in the data, in bytes
  void write(MemorySegment data, long offset) {
    joined.write(data, head.length + offset);
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
