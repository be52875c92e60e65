/// What calls the bindings' classes: compiled against the signatures in `src/mpi`, and defined at
/// run time by the class loader that has the user's `mpi.jar`, so that its calls are ordinary ones.
/// Method handles in their stead took 30 ms of a start. No other class may name one of these.
package dev.sheaf.transport.openmpi.bindings;
