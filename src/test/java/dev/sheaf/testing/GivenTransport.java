package dev.sheaf.testing;

import dev.sheaf.comm.Communicator;
import dev.sheaf.comm.RankProgram;
import dev.sheaf.comm.Transport;
import java.util.Map;

/// Runs a command line on a world that is there already: `--transport given`, after [#give] on
/// every rank's thread. So that one start of many ranks serves many command lines.
public final class GivenTransport implements Transport {
  private static final ThreadLocal<Communicator> WORLD = new ThreadLocal<>();

  /// The world of the command lines that this thread runs from now on.
  public static void give(Communicator world) {
    WORLD.set(world);
  }

  @Override
  public String name() {
    return "given";
  }

  @Override
  public boolean launched(Map<String, String> environment) {
    return false;
  }

  @Override
  public int run(int ranks, RankProgram program) {
    try {
      return program.run(WORLD.get());
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
