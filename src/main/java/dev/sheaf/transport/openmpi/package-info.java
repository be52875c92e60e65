/// Transport `openmpi`: Open MPI's Java bindings, `mpi.jar`, loaded at run time.
/// [dev.sheaf.transport.openmpi.OpenMpiTransport] is the way in; `Bindings` has what is called.
package dev.sheaf.transport.openmpi;
