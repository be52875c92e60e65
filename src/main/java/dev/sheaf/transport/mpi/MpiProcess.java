package dev.sheaf.transport.mpi;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// What the communicators of this process share.
///
/// @param mpi the library
/// @param ending how this rank ends
/// @param concurrent whether several threads may call MPI at a time (`MPI_THREAD_MULTIPLE`)
/// @param host the name of this host
/// @param staging memory for the elements of Java arrays; like `scratch` for one thread at a time
/// @param scratch what MPI writes its small results to: an `MPI_Status` and a long behind it
record MpiProcess(
    Mpi mpi,
    Ending ending,
    boolean concurrent,
    String host,
    Staging staging,
    MemorySegment scratch) {
  MpiProcess(Mpi mpi, Ending ending, boolean concurrent) {
    this(
        mpi,
        ending,
        concurrent,
        mpi.host(),
        new Staging(),
        Arena.global().allocate(Abi.STATUS_BYTES + Long.BYTES, Long.BYTES));
  }
}
