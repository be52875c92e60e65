package dev.sheaf.transport.common;

import dev.sheaf.InputException;
import java.util.Map;

/// Which ranks share a node.
///
/// @param several whether there may be several nodes; known before MPI starts
/// @param pretended how many nodes to pretend, 0 for the real ones
public record Nodes(boolean several, int pretended) {
  /// Environment variable for tests: take the ranks for those of so many nodes.
  private static final String PRETEND = "SHEAF_MPI_NODES";

  static Nodes of(Launch launch, Map<String, String> environment) {
    String pretended = environment.get(PRETEND);
    if (pretended == null) {
      return new Nodes(!launch.oneNode(), 0);
    }
    try {
      int number = Integer.parseInt(pretended);
      if (number > 0) {
        return new Nodes(number > 1, number);
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new InputException(PRETEND + "=" + pretended + ": must be a number of nodes");
  }

  /// A number that the ranks of this rank's node share. Collective.
  public int number(ProcessCommunicator world) {
    if (pretended > 0) {
      return (int) ((long) world.rank() * pretended / world.size());
    }
    ProcessCommunicator host = world.ofHost();
    int leader = (int) host.bcast(world.rank(), 0);
    host.free();
    return leader;
  }
}
