package dev.sheaf.transport.mpj;

import dev.sheaf.InputException;
import java.util.Map;

/// What the launcher `run/mpj` tells a process in its environment.
///
/// @param rank this rank, where each has a process
/// @param size the number of ranks
/// @param server the host where the launcher brings the processes together; `null` if all ranks are
///   threads of this one
/// @param port its port there
record Launch(int rank, int size, String server, int port) {
  /// The number of ranks, all of them threads.
  static final String THREADS = "SHEAF_MPJ_THREADS";

  /// The rank of this process.
  static final String RANK = "SHEAF_MPJ_RANK";

  /// The number of processes.
  static final String SIZE = "SHEAF_MPJ_SIZE";

  /// Host and port of the launcher.
  static final String SERVER = "SHEAF_MPJ_SERVER";

  /// What the environment tells.
  ///
  /// @return `null` if there was no launcher
  static Launch of(Map<String, String> environment) {
    if (environment.containsKey(THREADS)) {
      return new Launch(0, number(environment, THREADS, 1), null, 0);
    }
    if (!environment.containsKey(RANK)) {
      return null;
    }
    String server = environment.getOrDefault(SERVER, "");
    int colon = server.lastIndexOf(':');
    if (colon < 0) {
      throw new InputException(SERVER + "=" + server + ": must be HOST:PORT, as run/mpj sets it");
    }
    return new Launch(
        number(environment, RANK, 0),
        number(environment, SIZE, 1),
        server.substring(0, colon),
        number(Map.of(SERVER, server.substring(colon + 1)), SERVER, 1));
  }

  /// Whether each rank is a process.
  boolean processes() {
    return server != null;
  }

  private static int number(Map<String, String> environment, String variable, int least) {
    String value = environment.getOrDefault(variable, "");
    try {
      int number = Integer.parseInt(value);
      if (number >= least) {
        return number;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new InputException(
        variable + "=" + value + ": must be a whole number, at least " + least);
  }
}
