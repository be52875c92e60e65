package dev.sheaf.watch;

import dev.sheaf.comm.CommException;
import dev.sheaf.comm.Postbox;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntPredicate;

/// Carries rows between nodes. On each node one rank, the lowest that lives, sends the node's rows
/// to one rank of each other node, the lowest that lives as far as it knows; whoever gets them
/// writes them to its node's memory. Cost: a message of the node's rows to every other node.
final class Relay {
  private final Postbox postbox;
  private final Rows rows;
  private final int rank;
  private final int node;

  /// The ranks of each node, by the node's number.
  private final Map<Integer, List<Integer>> nodes = new TreeMap<>();

  private final long[] message;

  /// The words of the longest message: a node's number and its rows.
  static int words(int ranks, int rowWords) {
    return 1 + ranks * rowWords;
  }

  /// @param nodeOf for each rank the number of its node, that of one of its ranks
  Relay(Postbox postbox, Rows rows, int[] nodeOf, int rank) {
    this.postbox = postbox;
    this.rows = rows;
    this.rank = rank;
    this.node = nodeOf[rank];
    for (int r = 0; r < nodeOf.length; r++) {
      nodes.computeIfAbsent(nodeOf[r], _ -> new ArrayList<>()).add(r);
    }
    int most = nodes.values().stream().mapToInt(List::size).max().getAsInt();
    message = new long[words(most, rows.words)];
  }

  /// Takes in the rows that have come. Never waits.
  void receive() {
    while (postbox.poll(message)) {
      int at = 1;
      for (int r : nodes.get((int) message[0])) {
        // What was on its way to a rank that has stopped meanwhile may come late.
        if (message[at + Rows.BEAT] >= rows.get(r, Rows.BEAT)) {
          for (int word = 0; word < rows.words; word++) {
            rows.set(r, word, message[at + word]);
          }
        }
        at += rows.words;
      }
    }
  }

  /// Sends this node's rows, if that is this rank's turn. Never waits.
  ///
  /// @param lives which ranks can be reckoned with
  /// @param last whether this rank sends for the last time, and therefore in any case
  /// @return a rank that can't be reached, as MPICH tells soon after it was killed; or -1
  int send(IntPredicate lives, boolean last) {
    if (!last && lowest(node, lives) != rank) {
      return -1;
    }
    int at = 1;
    message[0] = node;
    for (int r : nodes.get(node)) {
      for (int word = 0; word < rows.words; word++) {
        message[at++] = rows.get(r, word);
      }
    }
    for (int other : nodes.keySet()) {
      if (other != node) {
        int dest = lowest(other, lives);
        try {
          postbox.post(message, dest);
        } catch (CommException _) {
          return dest;
        }
      }
    }
    return -1;
  }

  private int lowest(int of, IntPredicate lives) {
    List<Integer> ranks = nodes.get(of);
    return ranks.stream().filter(lives::test).findFirst().orElse(ranks.getFirst());
  }
}
