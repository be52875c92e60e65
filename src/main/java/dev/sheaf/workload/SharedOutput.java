package dev.sheaf.workload;

import dev.sheaf.array.NpyHeader;
import dev.sheaf.array.OutputFile;
import dev.sheaf.comm.Codecs;
import dev.sheaf.report.Phase;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;

/// A file that all ranks write together, each into the slots of its items, on a file system that
/// all of them see: large results don't pass through rank 0.
final class SharedOutput implements AutoCloseable {
  private final String file;
  private final byte[] head;
  private OutputFile created;
  private OutputFile joined;
  private String part;

  private SharedOutput(String file, byte[] head) {
    this.file = file;
    this.head = head;
  }

  /// Begins an array file. Collective.
  static SharedOutput create(Job job, String name, NpyHeader header) throws Exception {
    return create(job, name, header.bytes(), header.dataBytes());
  }

  /// Begins the file on rank 0 in the directory for output, and opens it on all ranks. A run that
  /// is resumed goes on with the file that it had begun, if that is like this one. Collective.
  ///
  /// @param head what the file starts with
  /// @param bytes of data behind it
  static SharedOutput create(Job job, String name, byte[] head, long bytes) throws Exception {
    SharedOutput output = new SharedOutput(name, head);
    job.begin();
    return output.opened(job, () -> output.begin(job, job.output(name), bytes));
  }

  /// Begins a file that is gone when it is closed, in the directory for output, and opens it on all
  /// ranks. Collective.
  static SharedOutput scratch(Job job, String name, long bytes) throws Exception {
    SharedOutput output = new SharedOutput(name, new byte[0]);
    job.begin();
    return output.opened(job, () -> output.beginAnew(job.output(name), bytes));
  }

  private SharedOutput opened(Job job, Callable<String> begin) throws Exception {
    try (var _ = job.phases().start(Phase.WRITE)) {
      part = job.onRoot(begin, Codecs.STRING);
      joined = job.onAll(() -> OutputFile.join(Path.of(part)));
      return this;
    } catch (Exception e) {
      close();
      throw e;
    }
  }

  private String beginAnew(Path target, long bytes) {
    created = OutputFile.create(target, bytes);
    return created.path().toString();
  }

  private String begin(Job job, Path target, long bytes) throws IOException {
    if (job.journal() == null) {
      created = OutputFile.create(target, head.length + bytes);
    } else {
      Path earlier = job.journal().earlierPart(target);
      if (earlier != null && isLike(earlier, bytes)) {
        created = OutputFile.reopen(target, earlier);
        return earlier.toString();
      }
      if (earlier != null) {
        Files.delete(earlier);
      }
      created = OutputFile.create(target, job.journal().partName(target), head.length + bytes);
    }
    created.write(ByteBuffer.wrap(head), 0);
    return created.path().toString();
  }

  private boolean isLike(Path part, long bytes) throws IOException {
    try (InputStream in = Files.newInputStream(part)) {
      return Files.size(part) == head.length + bytes
          && Arrays.equals(in.readNBytes(head.length), head);
    }
  }

  /// Which part file this is: another one is not to be taken for it.
  String name() {
    return Path.of(part).getFileName().toString();
  }

  /// Writes behind the head. May be called by all threads at once.
  ///
  /// @param offset in the data, in bytes
  void write(MemorySegment data, long offset) {
    joined.write(data, head.length + offset);
  }

  /// Writes what remains of a buffer behind the head. May be called by all threads at once.
  ///
  /// @param offset in the data, in bytes
  void write(ByteBuffer data, long offset) {
    joined.write(data, head.length + offset);
  }

  /// Ends the writing on all ranks. Collective.
  ///
  /// @return where the file is
  Path written(Job job) {
    joined.close();
    job.comm().barrier();
    return Path.of(part);
  }

  /// Gives the file its name, when every rank has called this. Collective.
  void commit(Job job) throws Exception {
    try (var _ = job.phases().start(Phase.WRITE)) {
      written(job);
      job.onRoot(
          () -> {
            if (job.journal() != null) {
              job.journal().commits(job.output(file), created.path());
            }
            created.commit();
            return null;
          },
          Codecs.NOTHING);
    }
  }

  /// Ends the writing; without a commit nothing stays but what a resumed run goes on with. Local.
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
