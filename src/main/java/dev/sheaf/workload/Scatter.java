package dev.sheaf.workload;

import dev.sheaf.comm.Buffer;
import dev.sheaf.comm.Codecs;
import dev.sheaf.comm.ElementType;
import dev.sheaf.comm.VBuffer;
import dev.sheaf.reduce.Moments;
import dev.sheaf.report.Phase;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/// Rounds in which rank 0 reads consecutive chunks of an array and scatters them, one for each
/// thread of every rank.
final class Scatter {
  private final Job job;
  private final ArrayParts input;
  private final long chunk;
  private final int threads;
  private final MemorySegment mine;
  private final List<ChunkTask> workers;

  /// Memory of all ranks' chunks, on rank 0.
  private final MemorySegment all;

  private long next;
  private long received;

  /// Prepares the rounds.
  ///
  /// @param chunk elements of a chunk
  /// @param workers one for each thread; each takes a chunk in a round
  /// @param arena lives as long as the rounds
  Scatter(Job job, ArrayParts input, long chunk, List<ChunkTask> workers, Arena arena) {
    this.job = job;
    this.input = input;
    this.chunk = chunk;
    this.workers = workers;
    threads = workers.size();
    long bytes = chunk * threads * input.type().bytes();
    mine = arena.allocate(bytes, 64);
    all = job.comm().rank() == 0 ? arena.allocate(bytes * job.comm().size(), 64) : null;
  }

  /// Reads and scatters the next chunks. Collective; the bytes of the round, once.
  ///
  /// @return whether there were any left
  boolean next() throws Exception {
    if (next >= input.count()) {
      return false;
    }
    int size = job.comm().size();
    long[] counts = new long[size];
    long round = 0;
    for (int rank = 0; rank < size; rank++) {
      long elements = Math.min(chunk * threads, input.count() - next - round);
      counts[rank] = elements * input.type().bytes();
      round += elements;
    }
    received = counts[job.comm().rank()] / input.type().bytes();
    long elements = round;
    try (var _ = job.phases().start(Phase.SCATTER)) {
      job.onRoot(() -> read(elements), Codecs.NOTHING);
      VBuffer parts = all == null ? null : VBuffer.of(new Buffer(all, ElementType.INT8), counts);
      Buffer part = new Buffer(mine.asSlice(0, counts[job.comm().rank()]), ElementType.INT8);
      job.comm().scatterv(parts, part, 0);
    }
    next += round;
    return true;
  }

  private Void read(long elements) throws IOException {
    try (ViewReader reader = new ViewReader(input)) {
      for (long done = 0; done < elements; done += chunk) {
        long some = Math.min(chunk, elements - done) * input.type().bytes();
        reader.read(next + done, all.asSlice(done * input.type().bytes(), some).asByteBuffer());
      }
    }
    return null;
  }

  /// The work on the chunks that this rank has received, one for each thread.
  List<Callable<Moments>> tasks() {
    List<Callable<Moments>> tasks = new ArrayList<>();
    long bytes = input.type().bytes();
    for (long first = 0; first < received; first += chunk) {
      ChunkTask worker = workers.get(tasks.size());
      long from = first;
      long count = Math.min(chunk, received - first);
      tasks.add(() -> {
        Moments moments =
            worker.of(
                (element, into) ->
                    into.put(mine.asSlice(element * bytes, into.remaining()).asByteBuffer()),
                from,
                count);
        worker.done();
        return moments;
      });
    }
    return tasks;
  }
}
