package dev.sheaf.transport.mpj;

import dev.sheaf.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A file that names a host a line, with the number of ranks that it takes in Open MPI's spelling
/// or MPICH's: `node1`, `node1 slots=4`, `node1:4`. What follows a `#` is a comment.
final class Hostfile {
  private static final Pattern LINE =
      Pattern.compile(
          "([^\\s:=]+)(?::([1-9]\\d{0,5})|\\s+slots=([1-9]\\d{0,5}))?(?:\\s+max_slots=\\d+)?");

  private Hostfile() {}

  /// The host of each rank: the hosts in their order, each as often as it takes ranks, and from the
  /// first on again if there are more ranks.
  ///
  /// @param ranks how many, or 0 for as many as the file has places
  static List<String> hosts(Path file, int ranks) {
    List<String> places = places(file);
    List<String> hosts = new ArrayList<>();
    for (int rank = 0; rank < (ranks == 0 ? places.size() : ranks); rank++) {
      hosts.add(places.get(rank % places.size()));
    }
    return hosts;
  }

  private static List<String> places(Path file) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      throw new InputException("--hostfile " + file + ": cannot be read");
    }
    List<String> places = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).replaceFirst("#.*", "").strip();
      if (!line.isEmpty()) {
        Matcher words = LINE.matcher(line);
        if (!words.matches()) {
          throw new InputException(
              "--hostfile %s, line %d: '%s': a line is NAME, NAME slots=N or NAME:N"
                  .formatted(file, i + 1, line));
        }
        String slots = words.group(2) == null ? words.group(3) : words.group(2);
        for (int slot = 0; slot < (slots == null ? 1 : Integer.parseInt(slots)); slot++) {
          places.add(words.group(1));
        }
      }
    }
    if (places.isEmpty()) {
      throw new InputException("--hostfile " + file + ": names no host; give one a line");
    }
    return places;
  }
}
