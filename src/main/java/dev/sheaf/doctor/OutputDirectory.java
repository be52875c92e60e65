package dev.sheaf.doctor;

import dev.sheaf.comm.Codecs;
import dev.sheaf.comm.Communicator;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/// The directory for output: whether it can be written, and whether all ranks see the same one. By
/// writing and reading, in the nearest directory that there is, as `--out` is made when needed.
final class OutputDirectory {
  private static final String SUBJECT = "output";
  private static final String CURE = "give --out a directory on a file system that all hosts share";

  /// A network file system may show a file this much later.
  private static final long WAIT_NANOS = 5_000_000_000L;

  private static final long LOOK_NANOS = 20_000_000;

  private OutputDirectory() {}

  /// For one process.
  static Finding check(Machine machine, Path out) {
    Path directory = nearest(out);
    try {
      Path file = directory.resolve(name(token()));
      Files.writeString(file, "");
      Files.delete(file);
    } catch (IOException e) {
      return cannotWrite(out, directory, e);
    }
    Optional<Machine.Space> space = machine.space(directory);
    return Finding.ok(
        SUBJECT,
        out
            + " can be written"
            + space
                .map(s -> ": %s, %s free".formatted(s.type(), Memory.bytes(s.free())))
                .orElse(""));
  }

  /// For the ranks of a job: rank 0 writes a file that the others read; then each writes one that
  /// rank 0 reads. Collective; takes a few seconds where the directory is not shared.
  ///
  /// @return the finding at rank 0; `null` on the others
  static Finding shared(Communicator world, Path out) {
    String token = world.bcastObject(token(), Codecs.STRING, 0);
    Path directory = nearest(out);
    directory = Path.of(world.bcastObject(directory.toString(), Codecs.STRING, 0));
    Path first = directory.resolve(name(token));
    Path mine = directory.resolve(name(token + "-" + world.rank()));
    try {
      Finding problem = null;
      if (world.rank() == 0) {
        try {
          Files.writeString(first, token);
        } catch (IOException e) {
          problem = cannotWrite(out, directory, e);
        }
      }
      if (world.bcast(problem == null ? 0 : 1, 0) != 0) {
        return problem;
      }
      String seen = "";
      if (!contains(first, token)) {
        seen = "sees nothing of what rank 0 writes";
      } else {
        try {
          Files.writeString(mine, token);
        } catch (IOException e) {
          seen = "cannot write: " + reason(e);
        }
      }
      List<String> told = world.gatherObjects(seen + "\t" + world.host(), Codecs.STRING, 0);
      Finding finding = world.rank() == 0 ? judge(out, directory, token, told) : null;
      world.barrier();
      return finding;
    } finally {
      remove(mine);
      if (world.rank() == 0) {
        remove(first);
      }
    }
  }

  private static Finding judge(Path out, Path directory, String token, List<String> told) {
    List<String> problems = new ArrayList<>();
    for (int rank = 0; rank < told.size(); rank++) {
      String[] answer = told.get(rank).split("\t", 2);
      String problem = answer[0];
      if (problem.isEmpty() && !contains(directory.resolve(name(token + "-" + rank)), token)) {
        problem = "writes what rank 0 does not see";
      }
      String line = answer[1] + " " + problem;
      if (!problem.isEmpty() && !problems.contains(line)) {
        problems.add(line);
      }
    }
    if (problems.isEmpty()) {
      return Finding.ok(SUBJECT, out + " is shared: written and read by all ranks");
    }
    return Finding.failure(
        SUBJECT, out + " is not shared by all ranks: " + Hosts.some(problems), CURE);
  }

  private static Finding cannotWrite(Path out, Path directory, IOException e) {
    return Finding.failure(
        SUBJECT,
        "%s cannot be written: %s: %s".formatted(out, directory, reason(e)),
        "give --out another directory");
  }

  private static String reason(IOException e) {
    if (e instanceof FileSystemException failure && failure.getReason() != null) {
      return failure.getReason();
    }
    // AccessDeniedException and the like tell the file only.
    String words = e.getClass().getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", " ");
    return words.replace(" Exception", "").toLowerCase(Locale.ROOT);
  }

  /// Whether the file comes to have this content within the wait.
  private static boolean contains(Path file, String content) {
    long end = System.nanoTime() + WAIT_NANOS;
    while (true) {
      try {
        if (Files.readString(file).equals(content)) {
          return true;
        }
      } catch (IOException e) {
        // not there, yet
      }
      if (System.nanoTime() > end) {
        return false;
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  private static Path nearest(Path out) {
    Path directory = out;
    while (directory != null && !Files.exists(directory)) {
      directory = directory.getParent();
    }
    return directory == null ? Path.of(".") : directory;
  }

  private static String token() {
    return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
  }

  private static String name(String token) {
    return ".sheaf-doctor-" + token;
  }

  private static void remove(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      System.err.println("sheaf doctor: " + file + " stays: " + e.getMessage());
    }
  }
}
