package dev.sheaf.comm;

import dev.sheaf.comm.Contract.Check;
import java.util.List;
import java.util.stream.IntStream;

/// Objects by codec.
final class ObjectContract {
  private static final Codec<List<String>> WORDS = Codecs.list(Codecs.STRING);

  private ObjectContract() {}

  static List<Check> checks() {
    return List.of(
        new Check("objects: send, recv", ObjectContract::message),
        new Check("objects: bcast", ObjectContract::bcast),
        new Check("objects: scatter, gather, allgather", ObjectContract::collect));
  }

  /// A value whose length differs from rank to rank.
  private static List<String> words(int rank) {
    return IntStream.range(0, rank * 3)
        .mapToObj(i -> "rank " + rank + " \u00e4\u20ac\ud83d\ude00".repeat(i % 4))
        .toList();
  }

  private static void message(Communicator world, Expect expect) {
    if (world.rank() != 0) {
      world.sendObject(words(world.rank()), WORDS, 0, world.rank());
      return;
    }
    for (int r = world.size() - 1; r > 0; r--) {
      int source = r % 2 == 0 ? r : Communicator.ANY_SOURCE;
      expect.equal(words(r), world.recvObject(WORDS, source, r), "from rank " + r);
    }
  }

  private static void bcast(Communicator world, Expect expect) {
    for (int root = 0; root < world.size(); root++) {
      List<String> mine = world.rank() == root ? words(root + 1) : null;
      expect.equal(words(root + 1), world.bcastObject(mine, WORDS, root), "from rank " + root);
      String empty = world.bcastObject(world.rank() == root ? "" : null, Codecs.STRING, root);
      expect.equal("", empty, "empty string from rank " + root);
    }
  }

  private static void collect(Communicator world, Expect expect) {
    int rank = world.rank();
    List<List<String>> all =
        IntStream.range(0, world.size()).mapToObj(ObjectContract::words).toList();
    for (int root = 0; root < world.size(); root++) {
      List<String> part = world.scatterObjects(rank == root ? all : null, WORDS, root);
      expect.equal(words(rank), part, "scatter from " + root);
      List<List<String>> gathered = world.gatherObjects(part, WORDS, root);
      expect.equal(rank == root ? all : List.of(), gathered, "gather to " + root);
    }
    expect.equal(all, world.allgatherObjects(words(rank), WORDS), "allgather");
  }
}
