/// What Sheaf calls of Open MPI's Java bindings, with the signatures that 4.1 and 5.0 share: to
/// compile against. The classes themselves are those of the user's `mpi.jar`; these are not in
/// ours.
package mpi;
