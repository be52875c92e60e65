package dev.sheaf.transport.common;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.sheaf.comm.CommException;
import dev.sheaf.comm.Counter;
import dev.sheaf.comm.ElementType;
import dev.sheaf.comm.Op;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// A counter of ranks on several nodes: rank 0 holds it, and a thread of rank 0 answers the others'
/// messages. (`MPI_Fetch_and_op` on rank 0's memory waits, with several libraries, until rank 0
/// happens to call MPI.) Needs `MPI_THREAD_MULTIPLE`.
///
/// A request and its answer are one long each; a rank has one request at a time on its way.
final class ServedCounter implements Counter, Shared {
  private static final int REQUEST = 0;
  private static final int ANSWER = 1;

  /// How often the server looks for a request before it sleeps, and how long it then sleeps: about
  /// as long as it looked. A request that comes soon is answered at once, and an idle server takes
  /// a few percent of a core.
  private static final int LOOKS = 100;

  private static final long SLEEP_NANOS = 50_000;

  private final ProcessCommunicator comm;
  private final ProcessCommunicator messages;
  private final AtomicLong value = new AtomicLong();
  private final Arena arena = Arena.ofShared();
  private final MemorySegment message = arena.allocate(JAVA_LONG);
  private Thread server;
  private volatile boolean stopped;
  private volatile boolean closed;

  ServedCounter(ProcessCommunicator comm) {
    this.comm = comm;
    if (comm.allreduce(comm.process().concurrent() ? 1 : 0, Op.MIN) == 0) {
      throw new CommException(
          "a counter between nodes needs MPI_THREAD_MULTIPLE, which "
              + comm.library()
              + " does not provide: use the schedule block or cyclic");
    }
    messages = comm.duplicate();
    if (comm.rank() == 0) {
      server = new Thread(this::serve, "mpi-counter");
      server.setDaemon(true);
      server.start();
    }
  }

  @Override
  public long getAndAdd(long delta) {
    if (closed) {
      throw new IllegalStateException("the counter is closed");
    }
    if (comm.rank() == 0) {
      return value.getAndAdd(delta);
    }
    synchronized (message) {
      message.set(JAVA_LONG, 0, delta);
      messages.sendMemory(message, 1, ElementType.INT64, 0, REQUEST);
      messages.recvMemory(message, 1, ElementType.INT64, 0, ANSWER);
      return message.get(JAVA_LONG, 0);
    }
  }

  @Override
  public void close() {
    closed = true;
  }

  @Override
  public boolean closed() {
    return closed;
  }

  /// The server goes on until the last rank has come here.
  @Override
  public void free() {
    comm.barrier();
    if (server != null) {
      stopped = true;
      joinServer();
    }
    messages.free();
    arena.close();
  }

  private void joinServer() {
    boolean interrupted = false;
    while (true) {
      try {
        server.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve() {
    int looks = 0;
    while (!stopped) {
      int source = messages.arrived(REQUEST);
      if (source >= 0) {
        messages.recvMemory(message, 1, ElementType.INT64, source, REQUEST);
        message.set(JAVA_LONG, 0, value.getAndAdd(message.get(JAVA_LONG, 0)));
        messages.sendMemory(message, 1, ElementType.INT64, source, ANSWER);
        looks = 0;
      } else if (++looks < LOOKS) {
        Thread.onSpinWait();
      } else {
        LockSupport.parkNanos(SLEEP_NANOS);
      }
    }
  }
}
