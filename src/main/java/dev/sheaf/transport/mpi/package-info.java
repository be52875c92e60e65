/// Transport `mpi`: C MPI through `java.lang.foreign`. [dev.sheaf.transport.mpi.MpiTransport] is
/// the way in; below it are the communicator, the raw calls, and one ABI table a library family.
package dev.sheaf.transport.mpi;
