/// Sheaf: data parallelism for Java, from a laptop to a SLURM cluster, over MPI.
///
/// This root package holds only what every other package may use, and what a user's own loop is
/// made of: [dev.sheaf.Task] and [dev.sheaf.Item]. The layers above it are, from the bottom: `comm`
/// (the communicator) with `transport.*` below it, `map` (the ordered map), `workload` and `cli`;
/// the leaves `array`, `image`, `random`, `reduce` and `report` use nothing above them. See
/// ARCHITECTURE.md.
package dev.sheaf;
