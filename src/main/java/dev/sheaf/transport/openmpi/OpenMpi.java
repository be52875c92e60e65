package dev.sheaf.transport.openmpi;

import dev.sheaf.transport.common.Ending;
import dev.sheaf.transport.common.ProcessCommunicator;
import dev.sheaf.transport.common.RankProcess;

/// Open MPI by its Java bindings, of a jar that is named at run time: what [MpiJar#open] gives.
public interface OpenMpi extends Ending.Library {
  /// Starts MPI. Several threads call it, one at a time; all at once where a counter's server needs
  /// that, between nodes.
  ///
  /// @return whether several threads may call it at once
  /// @throws dev.sheaf.InputException if it can't serve several threads at all
  boolean init(boolean severalNodes);

  /// The name of this host.
  String host();

  /// The communicator of all ranks. Collective.
  ///
  /// @param node a number that the ranks of this rank's node share, or
  ///   [ProcessCommunicator#ONE_NODE] on all ranks
  ProcessCommunicator world(RankProcess process, int node);

  /// The library's name and version.
  String version();
}
