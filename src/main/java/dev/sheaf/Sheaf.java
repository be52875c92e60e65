package dev.sheaf;

import dev.sheaf.cli.ProgramWords;

/// Runs a program of yours on many ranks.
///
/// ```java
/// void main(String[] args) {
///   System.exit(Sheaf.run(args, world -> {
///     List<Double> areas = world.map(1000, i -> area(i)); // was: IntStream.range(0, 1000).mapToObj(i -> area(i)).toList()
///     if (world.isRoot()) {
///       IO.println(areas.stream().mapToDouble(a -> a).sum());
///     }
///   }));
/// }
/// ```
///
/// Started by itself the program runs on embedded ranks, threads of this JVM; under `mpirun`,
/// `mpiexec` or `srun` each process is a rank. The same program runs on all of them; a loop is
/// shared between them by [World#map].
public final class Sheaf {
  private Sheaf() {}

  /// Runs the program on every rank, and returns when all have ended. Once in a process: MPI does
  /// not start twice.
  ///
  /// Of the words of the command line these are taken:
  ///
  /// | | |
  /// |---|---|
  /// | `--ranks N` | embedded ranks; the cores, if not given. A launcher's ranks are its own |
  /// | `--threads T` | threads of each rank in [World#map]; its share of the host's cores, if not given |
  /// | `--transport NAME` | `local`, `mpi`, `openmpi` or `mpj`; by the launcher, if not given |
  /// | `--schedule NAME`, `--chunk K` | who works on what: `block`, `cyclic`, `dynamic` or `guided`; K items at a time |
  /// | `--seed S` | the key of all randomness; 0, if not given |
  /// | `--stall SECONDS` | when ranks have waited so long (60), tell which rank is absent; 0: never |
  ///
  /// The others, and all behind `--`, are the program's: [World#args].
  ///
  /// When the program throws on a rank, that ends all ranks, with a message on standard error.
  /// Where ranks are processes, this ends the JVM. So does SIGTERM, but first the loop that is
  /// under way finishes the items in hand.
  ///
  /// @return the exit status, for [System#exit]: 0 done; 1 items failed; 2 a mistake in the words,
  ///   or an [InputException]; 3 a rank or the transport failed; 75 ended early, by a signal
  public static int run(String[] args, Program program) {
    return ProgramWords.run(args, program);
  }
}
