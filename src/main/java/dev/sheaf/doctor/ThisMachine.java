package dev.sheaf.doctor;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// The machine that this process runs on.
final class ThisMachine implements Machine {
  /// How long a command may take; MPI's start takes one or two seconds on an idle machine.
  static final Duration LIMIT = Duration.ofSeconds(60);

  /// For a launcher to end its ranks.
  private static final Duration GRACE = Duration.ofSeconds(5);

  private final Duration limit;

  /// @param limit how long a command may take
  ThisMachine(Duration limit) {
    this.limit = limit;
  }

  @Override
  public Map<String, String> environment() {
    return System.getenv();
  }

  @Override
  public String property(String name) {
    return System.getProperty(name, "");
  }

  @Override
  public Optional<String> text(String file) {
    try {
      return Optional.of(new String(Files.readAllBytes(Path.of(file)), StandardCharsets.UTF_8));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Override
  public Optional<Space> space(Path directory) {
    try {
      FileStore store = Files.getFileStore(directory);
      return Optional.of(new Space(store.type(), store.getTotalSpace(), store.getUsableSpace()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Override
  public Optional<Path> command(String name) {
    for (String directory : environment().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      Path command = Path.of(directory, name);
      if (Files.isExecutable(command) && !Files.isDirectory(command)) {
        return Optional.of(command);
      }
    }
    return Optional.empty();
  }

  @Override
  public List<String> java(Class<?> main, List<String> arguments) {
    List<String> words = new ArrayList<>();
    words.add(Path.of(property("java.home"), "bin", "java").toString());
    // As run/sheaf starts ranks, but that signals end it at once.
    words.addAll(List.of("-Xrs", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    // Of a crash one line is told; its report would lie about.
    words.addAll(List.of("-XX:ErrorFile=/dev/null", "-XX:-CreateCoredumpOnCrash"));
    words.add("--enable-native-access=ALL-UNNAMED");
    words.addAll(List.of("-cp", property("java.class.path"), main.getName()));
    words.addAll(arguments);
    return words;
  }

  @Override
  public Ran run(Map<String, String> changes, List<String> words) {
    Path out = null;
    Path err = null;
    try {
      // Not pipes: a process that outlives its parent would hold them open.
      out = Files.createTempFile("sheaf-doctor", ".out");
      err = Files.createTempFile("sheaf-doctor", ".err");
      ProcessBuilder builder =
          new ProcessBuilder(words)
              .redirectInput(new File("/dev/null"))
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      changes.forEach((variable, value) -> {
        if (value == null) {
          builder.environment().remove(variable);
        } else {
          builder.environment().put(variable, value);
        }
      });
      int status = await(builder.start(), limit);
      return new Ran(status, text(out.toString()).orElse(""), text(err.toString()).orElse(""));
    } catch (IOException e) {
      return new Ran(127, "", e.getMessage());
    } finally {
      delete(out);
      delete(err);
    }
  }

  private static int await(Process process, Duration limit) {
    Thread endToo = new Thread(() -> end(process), "end-" + process.pid());
    Runtime.getRuntime().addShutdownHook(endToo);
    try {
      if (process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        return process.exitValue();
      }
      end(process);
      return Ran.LATE;
    } catch (InterruptedException e) {
      end(process);
      Thread.currentThread().interrupt();
      return Ran.LATE;
    } finally {
      Runtime.getRuntime().removeShutdownHook(endToo);
    }
  }

  /// A launcher is asked first; then whatever it has started is ended.
  private static void end(Process process) {
    Set<ProcessHandle> family = process.descendants().collect(Collectors.toSet());
    process.destroy();
    try {
      process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.descendants().forEach(family::add); // started since
    process.destroyForcibly();
    family.forEach(ProcessHandle::destroyForcibly);
  }

  private static void delete(Path file) {
    try {
      if (file != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
