package dev.sheaf.cli;

import dev.sheaf.InputException;
import dev.sheaf.comm.Failure;
import dev.sheaf.comm.Transport;
import dev.sheaf.transport.Transports;
import dev.sheaf.transport.common.Launch;
import dev.sheaf.workload.Hello;
import dev.sheaf.workload.JobOptions;
import dev.sheaf.workload.Workload;

/// The program: `sheaf SUBCOMMAND …`.
///
/// Exit status: 0 done; 1 items failed; 2 usage or input; 3 a rank or the transport failed; 75
/// ended early.
public final class Main {
  private Main() {}

  /// Runs the command line and ends the JVM.
  public static void main(String[] args) {
    System.exit(run(args));
  }

  /// Runs the command line.
  ///
  /// @return the exit status
  static int run(String... args) {
    try {
      // `hello`, on any transport, needs no parser; without one the ranks meet 150 ms earlier.
      boolean named = args.length == 3 && args[1].equals("--transport");
      if ((args.length == 1 || named) && args[0].equals("hello")) {
        String words = "sheaf " + String.join(" ", args);
        return launch(new Hello(), JobOptions.defaults(words), named ? args[2] : null, 0);
      }
      return Sheaf.execute(args);
    } catch (InputException e) {
      return misused("sheaf", e.getMessage());
    }
  }

  /// Starts the ranks and runs the workload on them.
  ///
  /// @param transport a transport's name, or `null` for that of the launcher
  /// @param ranks embedded ranks, or 0 for the default
  /// @return the exit status
  static int launch(Workload workload, JobOptions options, String transport, int ranks) {
    Transport found = Transports.find(transport, System.getenv());
    try {
      return found.run(
          ranks,
          world ->
              found.name().equals(Transports.LOCAL) || Start.of(options.command()).agreed(world)
                  ? workload.start(options, world)
                  : Failure.INPUT);
    } catch (InputException e) { // no MPI library, the wrong launcher: may be so on one host alone
      System.err.println("sheaf: " + e.getMessage());
      return Failure.INPUT;
    }
  }

  /// Tells a mistake in the words, which every rank of a launcher meets: rank 0 prints it. The
  /// others end as if nothing were wrong, as launchers kill all ranks, rank 0 too, when one fails.
  ///
  /// @return the exit status
  static int misused(String command, String message) {
    if (Launch.rank(System.getenv()) != 0) {
      return 0;
    }
    System.err.println(command + ": " + message);
    return Failure.INPUT;
  }
}
