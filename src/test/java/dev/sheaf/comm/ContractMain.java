package dev.sheaf.comm;

import dev.sheaf.comm.Contract.Check;
import dev.sheaf.comm.Contract.State;
import dev.sheaf.comm.Contract.Verdict;
import dev.sheaf.transport.Transports;
import java.util.EnumMap;
import java.util.Map;

/// Runs the contract suite on a transport, under its launcher:
///
/// ```
/// [mpirun -n 3] java -cp target/classes:target/test-classes dev.sheaf.comm.ContractMain
///     [--transport NAME] [--ranks N] [--only TEXT] [--without TEXT]
/// ```
///
/// Rank 0 prints a line a check. The exit status is 1 if one failed.
public final class ContractMain {
  private ContractMain() {}

  /// Runs the suite.
  public static void main(String[] args) {
    String name = null;
    int ranks = 0;
    String only = "";
    String without = null;
    for (int i = 0; i < args.length; i += 2) {
      switch (args[i]) {
        case "--transport" -> name = args[i + 1];
        case "--ranks" -> ranks = Integer.parseInt(args[i + 1]);
        case "--only" -> only = args[i + 1];
        case "--without" -> without = args[i + 1];
        default -> throw new IllegalArgumentException(args[i]);
      }
    }
    String wanted = only;
    String unwanted = without;
    Transport transport = Transports.find(name, System.getenv());
    System.exit(transport.run(ranks, world -> run(world, wanted, unwanted)));
  }

  /// Runs the checks on a world that is there already.
  ///
  /// @param only what their names have in them
  /// @param without what their names don't have in them, or `null`
  /// @return 0 if none failed
  public static int run(Communicator world, String only, String without) throws Exception {
    Map<State, Integer> counts = new EnumMap<>(State.class);
    if (world.rank() == 0) {
      System.out.printf("%d ranks, %s%n", world.size(), world.library());
    }
    for (Check check : Contract.checks(world.size())) {
      if (check.name().contains(only) && (without == null || !check.name().contains(without))) {
        Verdict verdict = Contract.run(world, check);
        counts.merge(verdict.state(), 1, Integer::sum);
        if (world.rank() == 0) {
          System.out.println(
              switch (verdict.state()) {
                case OK -> "ok " + check.name();
                case SKIPPED -> "skipped " + check.name() + ": " + verdict.reason();
                case FAILED -> "FAILED " + check.name() + ": " + verdict.reason();
              });
        }
      }
    }
    int failed = counts.getOrDefault(State.FAILED, 0);
    if (world.rank() == 0) {
      System.out.printf(
          "%d skipped, %d passed, %d failed%n",
          counts.getOrDefault(State.SKIPPED, 0), counts.getOrDefault(State.OK, 0), failed);
    }
    return failed == 0 ? 0 : 1;
  }
}
