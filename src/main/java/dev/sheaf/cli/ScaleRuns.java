package dev.sheaf.cli;

import com.google.gson.stream.JsonReader;
import dev.sheaf.InputException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Runs a command in processes of its own, one after the other, and compares what those of the same
/// words write. Each finds its output directory empty; all have one of the same name, so that a
/// name that is told in the output makes no difference.
final class ScaleRuns implements AutoCloseable {
  /// What a directory of a run holds beside its output, or what there is to tell times and ranks.
  private static final List<String> ASIDE =
      List.of("run.json", "journal", "failed.tsv", "status.tsv", "report.html");

  private static final String PRINTED = "standard output";
  private static final int GRACE_SECONDS = 5;

  private final List<String> launcher;
  private final Path directory;
  private final Thread end = new Thread(this::end, "end-runs");

  /// What the first run of some words wrote: SHA-256 by file.
  private final Map<List<String>, SortedMap<String, String>> first = new HashMap<>();

  private volatile Process running;

  /// A run that has failed, or has written other bytes than the first one of its words.
  static final class Failed extends Exception {
    private static final long serialVersionUID = 1;

    /// The exit status of the run; 1 for other bytes.
    final int status;

    Failed(int status, String problem) {
      super(problem);
      this.status = status;
    }
  }

  /// @param launcher the words that start a program on `{}` ranks; none for embedded ranks
  /// @param out a directory, which is made if there is none: the runs are in one of their own there
  ScaleRuns(List<String> launcher, Path out) {
    this.launcher = launcher;
    try {
      Files.createDirectories(out);
      directory = Files.createTempDirectory(out, "scale-").toAbsolutePath();
    } catch (IOException e) {
      throw new InputException("--out " + out + ": can't be written: " + e, e);
    }
    Runtime.getRuntime().addShutdownHook(end);
  }

  /// Runs it once; what it has written is gone afterwards.
  ///
  /// @param words a workload's command line, without ranks, output and report
  /// @param threads of each rank; 0 if the words tell it
  /// @return the seconds that its report tells: from when its ranks had met
  double run(List<String> words, int ranks, int threads)
      throws IOException, InterruptedException, Failed {
    Path out = directory.resolve("out");
    Path report = directory.resolve("report.json");
    Path printed = directory.resolve("stdout");
    Path errors = directory.resolve("stderr");
    running =
        new ProcessBuilder(command(words, ranks, threads, out, report))
            .redirectInput(new File("/dev/null"))
            .redirectOutput(printed.toFile())
            .redirectError(errors.toFile())
            .start();
    int status = running.waitFor();
    running = null;
    if (status != 0) {
      throw new Failed(status, "exit status " + status + lastLine(errors));
    }
    if (!Files.exists(report)) {
      throw new InputException(words.getFirst() + ": is not a workload with phases");
    }
    double seconds = seconds(Files.readString(report));
    // jobs end in any order
    SortedMap<String, String> now = hashes(out, words.getFirst().equals("jobs") ? null : printed);
    delete(out);
    Files.delete(report);
    SortedMap<String, String> before = first.putIfAbsent(words, now);
    if (before != null && !now.equals(before)) {
      throw new Failed(1, difference(before, now));
    }
    return seconds;
  }

  /// What all runs of these words have written, as a phrase.
  String same(List<String> words) {
    SortedMap<String, String> written = first.get(words);
    MessageDigest all = sha256();
    written.forEach((name, hash) -> all.update((name + hash).getBytes(StandardCharsets.UTF_8)));
    int files = written.size() - (written.containsKey(PRINTED) ? 1 : 0);
    return "%d %s%s, the same bytes each time (SHA-256 of all: %s...)"
        .formatted(
            files,
            files == 1 ? "file" : "files",
            written.containsKey(PRINTED) ? " and standard output" : "",
            HexFormat.of().formatHex(all.digest(), 0, 6));
  }

  private List<String> command(List<String> words, int ranks, int threads, Path out, Path report) {
    List<String> command = new ArrayList<>();
    if (launcher.isEmpty()) {
      // As this JVM was started: by run/sheaf with what makes a start short.
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
      command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    } else {
      launcher.forEach(word -> command.add(word.replace("{}", Integer.toString(ranks))));
    }
    command.addAll(words);
    if (launcher.isEmpty()) {
      command.addAll(List.of("--ranks", Integer.toString(ranks)));
    }
    if (threads > 0) {
      command.addAll(List.of("--threads", Integer.toString(threads)));
    }
    command.addAll(List.of("--out", out.toString(), "--json", report.toString()));
    return command;
  }

  private static String lastLine(Path errors) throws IOException {
    List<String> lines =
        new String(Files.readAllBytes(errors), StandardCharsets.UTF_8)
            .lines()
            .filter(line -> !line.isBlank())
            .toList();
    return lines.isEmpty() ? "" : ": " + lines.getLast();
  }

  private static double seconds(String report) throws IOException {
    try (JsonReader in = new JsonReader(new StringReader(report))) {
      in.beginObject();
      while (!in.nextName().equals("seconds")) {
        in.skipValue();
      }
      return in.nextDouble();
    }
  }

  /// SHA-256 of each file under a directory, and of what was printed.
  ///
  /// @param printed `null` if that doesn't count
  private static SortedMap<String, String> hashes(Path out, Path printed) throws IOException {
    SortedMap<String, String> hashes = new TreeMap<>();
    for (Path file : tree(out)) {
      Path name = out.relativize(file);
      if (Files.isRegularFile(file) && !ASIDE.contains(name.getName(0).toString())) {
        hashes.put(name.toString(), sha256(file));
      }
    }
    if (printed != null) {
      hashes.put(PRINTED, sha256(printed));
    }
    return hashes;
  }

  private static String sha256(Path file) throws IOException {
    MessageDigest digest = sha256();
    try (InputStream in = Files.newInputStream(file)) {
      new DigestInputStream(in, digest).transferTo(OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String difference(Map<String, String> first, Map<String, String> now) {
    for (String name : first.keySet()) {
      if (!now.containsKey(name)) {
        return name + " is missing, which the first run wrote";
      }
      if (!now.get(name).equals(first.get(name))) {
        return "%s differs from that of the first run (SHA-256 %.12s..., %.12s...)"
            .formatted(name, now.get(name), first.get(name));
      }
    }
    List<String> more = now.keySet().stream().filter(name -> !first.containsKey(name)).toList();
    return more.getFirst() + ": more than the first run wrote";
  }

  /// Everything under a directory, what lies deepest first; nothing if it is not there.
  private static List<Path> tree(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(directory)) {
      return all.sorted(Comparator.reverseOrder()).toList();
    }
  }

  private static void delete(Path directory) throws IOException {
    for (Path file : tree(directory)) {
      Files.delete(file);
    }
  }

  /// When this program is ended: ends the run in good order, then for certain.
  private void end() {
    Process process = running;
    try {
      if (process != null) {
        List<ProcessHandle> family = process.descendants().toList();
        process.destroy();
        process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS);
        process.destroyForcibly().waitFor();
        family.forEach(ProcessHandle::destroyForcibly);
      }
      delete(directory);
    } catch (IOException | InterruptedException e) {
      System.err.println("sheaf scale: " + directory + ": can't be deleted: " + e);
    }
  }

  @Override
  public void close() throws IOException {
    Runtime.getRuntime().removeShutdownHook(end);
    delete(directory);
  }
}
