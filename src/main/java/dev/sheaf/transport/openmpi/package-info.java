/// Transport `openmpi`: Open MPI's Java bindings, `mpi.jar`, loaded at run time.
/// [dev.sheaf.transport.openmpi.OpenMpiTransport] is the way in; the package `bindings` calls them.
package dev.sheaf.transport.openmpi;
