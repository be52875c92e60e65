package dev.sheaf.transport.openmpi.bindings;

import dev.sheaf.InputException;
import dev.sheaf.comm.CommException;
import dev.sheaf.comm.ElementType;
import dev.sheaf.comm.Op;
import dev.sheaf.transport.common.ProcessCommunicator;
import dev.sheaf.transport.common.RankProcess;
import dev.sheaf.transport.openmpi.OpenMpi;
import mpi.Datatype;
import mpi.MPI;
import mpi.MPIException;

/// The way into this package.
public final class Bindings implements OpenMpi {
  /// For the class loader of the bindings.
  public Bindings() {}

  @Override
  public boolean init(boolean severalNodes) {
    try {
      int level =
          MPI.InitThread(new String[0], severalNodes ? MPI.THREAD_MULTIPLE : MPI.THREAD_SERIALIZED);
      if (level < MPI.THREAD_SERIALIZED) {
        throw new InputException(
            "Open MPI provides no MPI_THREAD_SERIALIZED: build it with thread support");
      }
      MPI.COMM_WORLD.setErrhandler(MPI.ERRORS_RETURN);
      // Errors that belong to no communicator are raised on this one.
      MPI.COMM_SELF.setErrhandler(MPI.ERRORS_RETURN);
      return level >= MPI.THREAD_MULTIPLE;
    } catch (MPIException e) {
      throw failure(e);
    }
  }

  @Override
  public String host() {
    try {
      return MPI.getProcessorName();
    } catch (MPIException e) {
      throw failure(e);
    }
  }

  @Override
  public ProcessCommunicator world(RankProcess process, int node) {
    return new OpenMpiCommunicator(process, MPI.COMM_WORLD, node);
  }

  @Override
  public String version() {
    return OpenMpiCommunicator.version();
  }

  @Override
  public void finish() {
    try {
      MPI.Finalize();
    } catch (MPIException e) {
      throw failure(e);
    }
  }

  @Override
  public void abort(int status) {
    try {
      MPI.COMM_WORLD.abort(status);
    } catch (MPIException e) {
      throw failure(e);
    }
  }

  /// What the bindings have thrown where no call need be named.
  static CommException failure(MPIException cause) {
    return new CommException("Open MPI: " + cause.getMessage(), cause);
  }

  /// The datatype of an element.
  static Datatype type(ElementType type) {
    return switch (type) {
      case INT8 -> MPI.BYTE;
      case INT32 -> MPI.INT;
      case INT64 -> MPI.LONG;
      case FLOAT32 -> MPI.FLOAT;
      case FLOAT64 -> MPI.DOUBLE;
    };
  }

  /// A reduction.
  static mpi.Op op(Op op) {
    return switch (op) {
      case SUM -> MPI.SUM;
      case MIN -> MPI.MIN;
      case MAX -> MPI.MAX;
    };
  }
}
