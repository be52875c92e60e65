package dev.sheaf.transport.openmpi;

import dev.sheaf.comm.Checks;
import dev.sheaf.comm.CommException;
import dev.sheaf.comm.ElementType;
import dev.sheaf.comm.Op;
import dev.sheaf.comm.Status;
import dev.sheaf.transport.common.MappedMemory;
import dev.sheaf.transport.common.NodeMemory;
import dev.sheaf.transport.common.Parts;
import dev.sheaf.transport.common.ProcessCommunicator;
import dev.sheaf.transport.common.RankProcess;
import dev.sheaf.transport.common.Sending;
import java.lang.foreign.MemorySegment;
import java.nio.Buffer;

/// A communicator of Open MPI's Java bindings. Memory is given to them as direct buffers, of which
/// they take the address only: counts may go beyond a buffer's end, and more than 2^31-1 elements
/// go as one element of a derived type.
final class OpenMpiCommunicator extends ProcessCommunicator {
  /// The most that a buffer is made of.
  private static final long BUFFER = 1 << 30;

  private final Object comm;

  /// Wraps a communicator of the bindings, whose errors are exceptions. Collective.
  ///
  /// @param comm an `mpi.Intracomm`
  /// @param node a number that the ranks of this rank's node share, or [#ONE_NODE] on all ranks
  OpenMpiCommunicator(RankProcess process, Object comm, int node) {
    this.comm = comm;
    int rank;
    int size;
    try {
      rank = (int) Bindings.RANK.invokeExact(comm);
      size = (int) Bindings.SIZE.invokeExact(comm);
    } catch (Throwable e) {
      throw unchecked(e);
    }
    super(process, rank, size, node);
  }

  /// What the bindings have thrown where no call can be named.
  static RuntimeException unchecked(Throwable cause) {
    return switch (cause) {
      case RuntimeException e -> e;
      case Error e -> throw e;
      default -> new CommException("Open MPI: " + cause.getMessage(), cause);
    };
  }

  private RuntimeException failure(String function, Throwable cause) {
    return cause instanceof RuntimeException || cause instanceof Error
        ? unchecked(cause)
        : new CommException(
            "%s failed on rank %d of %d (%s): %s"
                .formatted(function, rank(), size(), host(), cause.getMessage()),
            cause);
  }

  /// A direct buffer at this memory's address.
  private static Object direct(MemorySegment memory) {
    return (memory.byteSize() > BUFFER ? memory.asSlice(0, BUFFER) : memory).asByteBuffer();
  }

  @Override
  public String library() {
    return "openmpi (" + version() + ")";
  }

  /// The library's name and version.
  static String version() {
    try {
      String text = (String) Bindings.VERSION.invokeExact();
      return text.split("[,\n]", 2)[0].strip();
    } catch (Throwable e) {
      throw unchecked(e);
    }
  }

  @Override
  public void barrier() {
    try {
      Bindings.Collectives.BARRIER.invokeExact(comm);
    } catch (Throwable e) {
      throw failure("MPI_Barrier", e);
    }
  }

  // ---- point to point ----

  @Override
  protected boolean largeCounts() {
    return false;
  }

  @Override
  protected void sendMemory(MemorySegment memory, long count, ElementType type, int dest, int tag) {
    Object buffer = direct(memory);
    try {
      if (count <= Integer.MAX_VALUE) {
        Bindings.Messages.SEND.invokeExact(
            comm, buffer, (int) count, Bindings.type(type), dest, tag);
      } else {
        try (LargeType large = new LargeType(type, count)) {
          Bindings.Messages.SEND.invokeExact(comm, buffer, 1, large.handle(), dest, tag);
        }
      }
    } catch (Throwable e) {
      throw failure("MPI_Send", e);
    }
  }

  @Override
  protected Sending startSend(
      MemorySegment memory, int count, ElementType type, int dest, int tag) {
    try {
      return sending(
          (Object)
              Bindings.Messages.ISEND.invokeExact(
                  comm, (Buffer) direct(memory), count, Bindings.type(type), dest, tag));
    } catch (Throwable e) {
      throw failure("MPI_Isend", e);
    }
  }

  private Sending sending(Object request) {
    return new Sending() {
      @Override
      public boolean done() {
        try {
          return (boolean) Bindings.Messages.TEST.invokeExact(request);
        } catch (Throwable e) {
          throw failure("MPI_Test", e);
        }
      }

      @Override
      public void await() {
        try {
          Bindings.Messages.WAIT.invokeExact(request);
        } catch (Throwable e) {
          throw failure("MPI_Wait", e);
        }
      }
    };
  }

  @Override
  protected Status recvMemory(
      MemorySegment memory, long count, ElementType type, int source, int tag) {
    Object buffer = direct(memory);
    int from = source(source);
    int with = tag(tag);
    try {
      if (count <= Integer.MAX_VALUE) {
        return status(
            (Object)
                Bindings.Messages.RECV.invokeExact(
                    comm, buffer, (int) count, Bindings.type(type), from, with));
      }
      try (LargeType large = new LargeType(type, count)) {
        return status(
            (Object)
                Bindings.Messages.RECV.invokeExact(comm, buffer, 1, large.handle(), from, with));
      }
    } catch (Throwable e) {
      throw failure("MPI_Recv", e);
    }
  }

  @Override
  public Status probe(int source, int tag) {
    Checks.probe(this, source, tag);
    try {
      return status((Object) Bindings.Messages.PROBE.invokeExact(comm, source(source), tag(tag)));
    } catch (Throwable e) {
      throw failure("MPI_Probe", e);
    }
  }

  @Override
  protected int arrived(int tag) {
    try {
      Object status = (Object) Bindings.Messages.IPROBE.invokeExact(comm, Bindings.ANY_SOURCE, tag);
      return status == null ? -1 : status(status).source();
    } catch (Throwable e) {
      throw failure("MPI_Iprobe", e);
    }
  }

  private static Status status(Object status) throws Throwable {
    long[] data = (long[]) Bindings.Messages.STATUS_DATA.invokeExact(status);
    return new Status((int) data[0], (int) data[1], data[4]);
  }

  private static int source(int source) {
    return source == ANY_SOURCE ? Bindings.ANY_SOURCE : source;
  }

  private static int tag(int tag) {
    return tag == ANY_TAG ? Bindings.ANY_TAG : tag;
  }

  // ---- collectives ----

  @Override
  protected void bcastMemory(MemorySegment memory, long count, ElementType type, int root) {
    try {
      Bindings.Collectives.BCAST.invokeExact(
          comm, direct(memory), (int) count, Bindings.type(type), root);
    } catch (Throwable e) {
      throw failure("MPI_Bcast", e);
    }
  }

  @Override
  protected void scattervMemory(Parts parts, ElementType type) {
    try {
      Bindings.Collectives.SCATTERV_ROOT.invokeExact(
          comm,
          direct(parts.memory()),
          ints(parts.counts()),
          ints(parts.displs()),
          Bindings.type(type),
          rank());
    } catch (Throwable e) {
      throw failure("MPI_Scatterv", e);
    }
  }

  @Override
  protected void scattervMemory(MemorySegment memory, long count, ElementType type, int root) {
    try {
      Bindings.Collectives.SCATTERV.invokeExact(
          comm, direct(memory), (int) count, Bindings.type(type), root);
    } catch (Throwable e) {
      throw failure("MPI_Scatterv", e);
    }
  }

  @Override
  protected void gathervMemory(Parts parts, ElementType type) {
    try {
      Bindings.Collectives.GATHERV_ROOT.invokeExact(
          comm,
          direct(parts.memory()),
          ints(parts.counts()),
          ints(parts.displs()),
          Bindings.type(type),
          rank());
    } catch (Throwable e) {
      throw failure("MPI_Gatherv", e);
    }
  }

  @Override
  protected void gathervMemory(MemorySegment memory, long count, ElementType type, int root) {
    try {
      Bindings.Collectives.GATHERV.invokeExact(
          comm, direct(memory), (int) count, Bindings.type(type), root);
    } catch (Throwable e) {
      throw failure("MPI_Gatherv", e);
    }
  }

  @Override
  protected void allgathervMemory(Parts parts, ElementType type) {
    try {
      Bindings.Collectives.ALLGATHERV.invokeExact(
          comm,
          direct(parts.memory()),
          ints(parts.counts()),
          ints(parts.displs()),
          Bindings.type(type));
    } catch (Throwable e) {
      throw failure("MPI_Allgatherv", e);
    }
  }

  private static int[] ints(long[] values) {
    int[] ints = new int[values.length];
    for (int i = 0; i < ints.length; i++) {
      ints[i] = Math.toIntExact(values[i]);
    }
    return ints;
  }

  @Override
  protected void reduceMemory(
      MemorySegment from, MemorySegment to, long count, ElementType type, Op op, int root) {
    try {
      Bindings.Reductions.REDUCE.invokeExact(
          comm,
          direct(from),
          direct(to == null ? MemorySegment.NULL : to),
          (int) count,
          Bindings.type(type),
          Bindings.op(op),
          root);
    } catch (Throwable e) {
      throw failure("MPI_Reduce", e);
    }
  }

  @Override
  protected void allreduceMemory(
      MemorySegment from, MemorySegment to, long count, ElementType type, Op op) {
    Object element = Bindings.type(type);
    Object combine = Bindings.op(op);
    try {
      if (from == null) {
        Bindings.Reductions.ALLREDUCE_IN_PLACE.invokeExact(
            comm, direct(to), (int) count, element, combine);
      } else {
        Bindings.Reductions.ALLREDUCE.invokeExact(
            comm, direct(from), direct(to), (int) count, element, combine);
      }
    } catch (Throwable e) {
      throw failure("MPI_Allreduce", e);
    }
  }

  // ---- what ranks make together ----

  @Override
  protected ProcessCommunicator splitOff(int colour, int key, int node) {
    int colourOrNone = colour == UNDEFINED ? Bindings.UNDEFINED : colour;
    try {
      Object part = (Object) Bindings.Groups.SPLIT.invokeExact(comm, colourOrNone, key);
      return colour == UNDEFINED ? null : new OpenMpiCommunicator(process(), part, node);
    } catch (Throwable e) {
      throw failure("MPI_Comm_split", e);
    }
  }

  @Override
  protected ProcessCommunicator ofHost() {
    try {
      Object host =
          (Object)
              Bindings.Groups.SPLIT_TYPE.invokeExact(
                  comm, Bindings.TYPE_SHARED, 0, Bindings.INFO_NULL);
      return new OpenMpiCommunicator(process(), host, ONE_NODE);
    } catch (Throwable e) {
      throw failure("MPI_Comm_split_type", e);
    }
  }

  @Override
  protected ProcessCommunicator duplicate(int node) {
    try {
      return new OpenMpiCommunicator(
          process(), (Object) Bindings.Groups.DUP.invokeExact(comm), node);
    } catch (Throwable e) {
      throw failure("MPI_Comm_dup", e);
    }
  }

  @Override
  protected NodeMemory allocateShared(long bytes) {
    return new MappedMemory(this, bytes);
  }

  @Override
  protected void freeHandle() {
    try {
      Bindings.Groups.FREE.invokeExact(comm);
    } catch (Throwable e) {
      throw failure("MPI_Comm_free", e);
    }
  }
}
