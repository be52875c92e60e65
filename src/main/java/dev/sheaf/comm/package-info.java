/// The communicator: MPI's vocabulary over typed memory, the same on every transport. Start with
/// [dev.sheaf.comm.Communicator]; [dev.sheaf.comm.Transport] is what a transport provides.
package dev.sheaf.comm;
