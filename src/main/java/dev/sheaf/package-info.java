/// Sheaf: data parallelism for Java, from a laptop to a SLURM cluster, over MPI.
///
/// This root package is what users write against: [dev.sheaf.Sheaf#run] runs a program on many
/// ranks, each of which is given its [dev.sheaf.World]; [dev.sheaf.Task] is the body of a loop in a
/// file of its own, for `sheaf map`. With it goes `dev.sheaf.comm`, the communicator, its memory
/// and codecs. All other packages are internal: they change without notice. See ARCHITECTURE.md.
package dev.sheaf;
