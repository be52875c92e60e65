package dev.sheaf.transport.openmpi.bindings;

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
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.nio.ByteBuffer;
import mpi.Comm;
import mpi.Datatype;
import mpi.Intracomm;
import mpi.MPI;
import mpi.MPIException;
import mpi.Request;

/// A communicator of Open MPI's Java bindings. Memory is given to them as direct buffers, of which
/// they take the address only: counts may go beyond a buffer's end, and more than 2^31-1 elements
/// go as one element of a derived type.
final class OpenMpiCommunicator extends ProcessCommunicator {
  /// The most that a buffer is made of.
  private static final long BUFFER = 1 << 30;

  private final Intracomm comm;

  /// Wraps a communicator of the bindings, whose errors are exceptions. Collective.
  ///
  /// @param node a number that the ranks of this rank's node share, or [#ONE_NODE] on all ranks
  OpenMpiCommunicator(RankProcess process, Intracomm comm, int node) {
    this.comm = comm;
    int rank;
    int size;
    try {
      rank = comm.getRank();
      size = comm.getSize();
    } catch (MPIException e) {
      throw Bindings.failure(e);
    }
    super(process, rank, size, node);
  }

  private CommException failure(String function, MPIException cause) {
    return new CommException(
        "%s failed on rank %d of %d (%s): %s"
            .formatted(function, rank(), size(), host(), cause.getMessage()),
        cause);
  }

  /// A direct buffer at this memory's address.
  private static ByteBuffer direct(MemorySegment memory) {
    return (memory.byteSize() > BUFFER ? memory.asSlice(0, BUFFER) : memory).asByteBuffer();
  }

  @Override
  public String library() {
    return "openmpi (" + version() + ")";
  }

  /// The library's name and version.
  static String version() {
    return MPI.getLibVersion().split("[,\n]", 2)[0].strip();
  }

  @Override
  public void barrier() {
    try {
      comm.barrier();
    } catch (MPIException e) {
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
    ByteBuffer buffer = direct(memory);
    try {
      if (count <= Integer.MAX_VALUE) {
        comm.send(buffer, (int) count, Bindings.type(type), dest, tag);
      } else {
        try (LargeType large = new LargeType(type, count)) {
          comm.send(buffer, 1, large.handle(), dest, tag);
        }
      }
    } catch (MPIException e) {
      throw failure("MPI_Send", e);
    }
  }

  @Override
  protected Sending startSend(
      MemorySegment memory, int count, ElementType type, int dest, int tag) {
    try {
      return sending(comm.iSend(direct(memory), count, Bindings.type(type), dest, tag));
    } catch (MPIException e) {
      throw failure("MPI_Isend", e);
    }
  }

  private Sending sending(Request request) {
    return new Sending() {
      @Override
      public boolean done() {
        try {
          return request.test();
        } catch (MPIException e) {
          throw failure("MPI_Test", e);
        }
      }

      @Override
      public void await() {
        try {
          request.waitFor();
        } catch (MPIException e) {
          throw failure("MPI_Wait", e);
        }
      }
    };
  }

  @Override
  protected Status recvMemory(
      MemorySegment memory, long count, ElementType type, int source, int tag) {
    ByteBuffer buffer = direct(memory);
    int from = source(source);
    int with = tag(tag);
    try {
      if (count <= Integer.MAX_VALUE) {
        return status(comm.recv(buffer, (int) count, Bindings.type(type), from, with));
      }
      try (LargeType large = new LargeType(type, count)) {
        return status(comm.recv(buffer, 1, large.handle(), from, with));
      }
    } catch (MPIException e) {
      throw failure("MPI_Recv", e);
    }
  }

  @Override
  public Status probe(int source, int tag) {
    Checks.probe(this, source, tag);
    try {
      return status(comm.probe(source(source), tag(tag)));
    } catch (MPIException e) {
      throw failure("MPI_Probe", e);
    }
  }

  @Override
  protected int arrived(int tag) {
    try {
      mpi.Status status = comm.iProbe(MPI.ANY_SOURCE, tag);
      return status == null ? -1 : status(status).source();
    } catch (MPIException e) {
      throw failure("MPI_Iprobe", e);
    }
  }

  private static Status status(mpi.Status status) {
    long[] data = StatusData.of(status);
    return new Status((int) data[0], (int) data[1], data[4]);
  }

  /// The contents of a `Status`: source, tag, error, cancelled, and the length in bytes, for which
  /// there is no method that doesn't call MPI or count beyond `int`.
  private static final class StatusData {
    private static final MethodHandle GETTER = getter();

    private static MethodHandle getter() {
      try {
        return MethodHandles.privateLookupIn(mpi.Status.class, MethodHandles.lookup())
            .findGetter(mpi.Status.class, "data", long[].class);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
    }

    static long[] of(mpi.Status status) {
      try {
        return (long[]) GETTER.invokeExact(status);
      } catch (Throwable e) {
        throw new AssertionError(e);
      }
    }
  }

  private static int source(int source) {
    return source == ANY_SOURCE ? MPI.ANY_SOURCE : source;
  }

  private static int tag(int tag) {
    return tag == ANY_TAG ? MPI.ANY_TAG : tag;
  }

  // ---- collectives ----

  @Override
  protected void bcastMemory(MemorySegment memory, long count, ElementType type, int root) {
    try {
      comm.bcast(direct(memory), (int) count, Bindings.type(type), root);
    } catch (MPIException e) {
      throw failure("MPI_Bcast", e);
    }
  }

  @Override
  protected void scattervMemory(Parts parts, ElementType type) {
    try {
      comm.scatterv(
          direct(parts.memory()),
          ints(parts.counts()),
          ints(parts.displs()),
          Bindings.type(type),
          rank());
    } catch (MPIException e) {
      throw failure("MPI_Scatterv", e);
    }
  }

  @Override
  protected void scattervMemory(MemorySegment memory, long count, ElementType type, int root) {
    try {
      comm.scatterv(direct(memory), (int) count, Bindings.type(type), root);
    } catch (MPIException e) {
      throw failure("MPI_Scatterv", e);
    }
  }

  @Override
  protected void gathervMemory(Parts parts, ElementType type) {
    try {
      comm.gatherv(
          direct(parts.memory()),
          ints(parts.counts()),
          ints(parts.displs()),
          Bindings.type(type),
          rank());
    } catch (MPIException e) {
      throw failure("MPI_Gatherv", e);
    }
  }

  @Override
  protected void gathervMemory(MemorySegment memory, long count, ElementType type, int root) {
    try {
      comm.gatherv(direct(memory), (int) count, Bindings.type(type), root);
    } catch (MPIException e) {
      throw failure("MPI_Gatherv", e);
    }
  }

  @Override
  protected void allgathervMemory(Parts parts, ElementType type) {
    try {
      comm.allGatherv(
          direct(parts.memory()), ints(parts.counts()), ints(parts.displs()), Bindings.type(type));
    } catch (MPIException e) {
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
      comm.reduce(
          direct(from),
          direct(to == null ? MemorySegment.NULL : to),
          (int) count,
          Bindings.type(type),
          Bindings.op(op),
          root);
    } catch (MPIException e) {
      throw failure("MPI_Reduce", e);
    }
  }

  @Override
  protected void allreduceMemory(
      MemorySegment from, MemorySegment to, long count, ElementType type, Op op) {
    Datatype element = Bindings.type(type);
    mpi.Op combine = Bindings.op(op);
    try {
      if (from == null) {
        comm.allReduce(direct(to), (int) count, element, combine);
      } else {
        comm.allReduce(direct(from), direct(to), (int) count, element, combine);
      }
    } catch (MPIException e) {
      throw failure("MPI_Allreduce", e);
    }
  }

  // ---- what ranks make together ----

  @Override
  protected ProcessCommunicator splitOff(int colour, int key, int node) {
    int colourOrNone = colour == UNDEFINED ? MPI.UNDEFINED : colour;
    try {
      Intracomm part = comm.split(colourOrNone, key);
      return colour == UNDEFINED ? null : new OpenMpiCommunicator(process(), part, node);
    } catch (MPIException e) {
      throw failure("MPI_Comm_split", e);
    }
  }

  @Override
  protected ProcessCommunicator ofHost() {
    try {
      Intracomm host = comm.splitType(Comm.TYPE_SHARED, 0, MPI.INFO_NULL);
      return new OpenMpiCommunicator(process(), host, ONE_NODE);
    } catch (MPIException e) {
      throw failure("MPI_Comm_split_type", e);
    }
  }

  @Override
  protected ProcessCommunicator duplicate(int node) {
    try {
      return new OpenMpiCommunicator(process(), comm.dup(), node);
    } catch (MPIException e) {
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
      comm.free();
    } catch (MPIException e) {
      throw failure("MPI_Comm_free", e);
    }
  }
}
