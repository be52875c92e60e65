package dev.sheaf.cli;

import dev.sheaf.comm.Codecs;
import dev.sheaf.comm.Communicator;
import dev.sheaf.transport.Transports;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// [SameBytes] under a launcher; with the word `turn=N`, each command line in one way only; with
/// `once` too, only one of each command. Rank 0 prints what differs and ends with `N passed, N
/// failed`. `--transport NAME`, at the end, names another transport than the launcher's.
public final class SameBytesMain {
  private SameBytesMain() {}

  /// Runs on all ranks.
  public static void main(String[] args) {
    List<String> words = List.of(args);
    int turn =
        words.stream()
            .filter(word -> word.startsWith("turn="))
            .findFirst()
            .map(word -> Integer.parseInt(word.substring(5)))
            .orElse(SameBytes.ALL_WAYS);
    boolean once = words.contains("once");
    String transport = words.contains("--transport") ? words.getLast() : null;
    PrintStream out = System.out;
    ByteArrayOutputStream printed = SameBytes.captureOutput();
    System.exit(
        Transports.find(transport, System.getenv())
            .run(0, world -> run(world, out, printed, turn, once)));
  }

  /// One of the command lines of each command, in a process that is one rank.
  ///
  /// @return 0 if all is the same
  public static int once(Communicator world, int turn) throws IOException {
    PrintStream out = System.out;
    ByteArrayOutputStream printed = SameBytes.captureOutput();
    try {
      return run(world, out, printed, turn, true);
    } finally {
      System.setOut(out);
    }
  }

  private static int run(
      Communicator world, PrintStream out, ByteArrayOutputStream printed, int turn, boolean once)
      throws IOException {
    Path directory =
        Path.of(
            world.bcastObject(
                world.rank() == 0 ? Files.createTempDirectory("same-bytes").toString() : null,
                Codecs.STRING,
                0));
    List<String> differences = SameBytes.run(world, directory, printed, turn, once);
    world.barrier();
    if (world.rank() == 0) {
      differences.forEach(out::println);
      out.printf("%d passed, %d failed%n", differences.isEmpty() ? 1 : 0, differences.size());
      delete(directory);
    }
    return (int) world.bcast(differences.isEmpty() ? 0 : 1, 0);
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
