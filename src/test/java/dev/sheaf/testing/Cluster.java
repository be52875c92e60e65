package dev.sheaf.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// Three hosts on this machine, `node1` to `node3`, each with its own network, processes and
/// `/dev/shm`; with SLURM or without. They live until [#close], at longest as long as this JVM. See
/// `src/test/cluster`.
public final class Cluster implements AutoCloseable {
  /// What a host runs without a job.
  private static final Set<String> HOUSEKEEPING =
      Set.of("sshd", "sleep", "ps", "munged", "slurmctld", "slurmscriptd", "slurmd");

  private final Path script;
  private final Path state;
  private final Path shared;

  private Cluster(String script) {
    this.script = Path.of("src/test/cluster", script).toAbsolutePath();
    try {
      // In /tmp, whatever the directory for temporary files is: paths of sockets are short.
      state = Files.createTempDirectory(Path.of("/tmp"), "sheaf-hosts");
      shared = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "hosts");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Three hosts that reach each other by ssh. Skips the test where there can be none.
  public static Cluster hosts() {
    return up("netns-cluster");
  }

  /// Three hosts under SLURM, and a further one, `head`, to give it commands on. Skips the test
  /// where there can be none.
  public static Cluster slurm() {
    return up("slurm-cluster");
  }

  private static Cluster up(String script) {
    Cluster cluster = new Cluster(script);
    Shell check = cluster.control("check");
    Needs.that(check.status() == 0, "needs several hosts: " + check.err().strip());
    String owner = Long.toString(ProcessHandle.current().pid());
    Shell up = cluster.control("up", "--share", cluster.shared.toString(), "--owner", owner);
    if (up.status() != 0) {
      cluster.close();
      throw new AssertionError(up.toString());
    }
    return cluster;
  }

  private Shell control(String... words) {
    List<String> command = new ArrayList<>(List.of(script.toString()));
    command.addAll(List.of(words));
    return Shell.run(Map.of("NETNS_CLUSTER_DIR", state.toString()), command.toArray(String[]::new));
  }

  /// An empty directory that all hosts see.
  public Path shared() {
    return shared;
  }

  /// A file in [#shared].
  public Path write(String name, String... lines) {
    try {
      return Files.write(shared.resolve(name), List.of(lines));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Starts a command on a host, in the project's directory.
  public MpiLauncher.Run start(String host, Map<String, String> environment, List<String> command) {
    List<String> words = new ArrayList<>(List.of(script.toString(), "exec", host));
    words.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.environment().putAll(environment);
    builder.environment().put("NETNS_CLUSTER_DIR", state.toString());
    return MpiLauncher.start(builder);
  }

  /// Runs a command on a host to its end.
  public Shell run(String host, String... command) {
    List<String> words = new ArrayList<>(List.of("exec", host));
    words.addAll(List.of(command));
    return control(words.toArray(String[]::new));
  }

  /// From now on nothing reaches the host or comes from it, as if its switch were dead.
  public void cut(String host) {
    control("cut", host);
  }

  /// Ends a [#cut].
  public void heal(String host) {
    control("heal", host);
  }

  /// The command that runs a class of this build on a host.
  public List<String> java(Class<?> main, String... args) {
    List<String> words = new ArrayList<>(List.of("env"));
    words.addAll(
        Jvm.command(
            List.of(
                "-Xrs",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + shared),
            main,
            args));
    return words;
  }

  /// The command that runs a class of this build by hostfile, on the host where it is given.
  ///
  /// @param slots ranks on each host
  public List<String> launch(MpiLauncher launcher, int[] slots, Class<?> main, String... args) {
    List<String> words = new ArrayList<>(List.of(launcher.need().toString()));
    int ranks = 0;
    List<String> openMpi = new ArrayList<>();
    List<String> mpich = new ArrayList<>();
    for (int host = 1; host <= slots.length; host++) {
      ranks += slots[host - 1];
      openMpi.add("node%d slots=%d".formatted(host, slots[host - 1]));
      mpich.add("node%d:%d".formatted(host, slots[host - 1]));
    }
    switch (launcher) {
      case OPEN_MPI -> {
        words.addAll(List.of("--allow-run-as-root", "--bind-to", "none"));
        words.addAll(List.of("--mca", "mpi_yield_when_idle", "1"));
        words.addAll(List.of("--mca", "oob_tcp_keepalive_time", "2"));
        words.addAll(List.of("--mca", "oob_tcp_keepalive_intvl", "1"));
        words.addAll(List.of("--mca", "oob_tcp_keepalive_probes", "3"));
        words.addAll(
            List.of(
                "--hostfile", write("openmpi.hosts", openMpi.toArray(String[]::new)).toString()));
      }
      case MPICH ->
          words.addAll(
              List.of("-f", write("mpich.hosts", mpich.toArray(String[]::new)).toString()));
    }
    words.addAll(List.of("-n", Integer.toString(ranks)));
    words.addAll(java(main, args));
    return words;
  }

  /// What the hosts run that belongs to a job: launchers, their daemons, ranks; a line each, with
  /// host, process and command.
  public List<String> processes() {
    return control("ps")
        .out()
        .lines()
        .filter(line -> {
          String[] words = line.split(" ", 3);
          return !words[1].equals("1") && !HOUSEKEEPING.contains(words[2]);
        })
        .toList();
  }

  /// Waits until no process of a job is left on any host.
  public void awaitQuiet(Duration limit) {
    awaitQuiet(limit, "no host");
  }

  /// Waits until no process of a job is left on any host but one.
  public void awaitQuiet(Duration limit, String exceptOn) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      List<String> left =
          processes().stream().filter(line -> !line.startsWith(exceptOn + " ")).toList();
      if (left.isEmpty()) {
        return;
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionError("left after " + limit + ": " + left);
      }
      try {
        TimeUnit.MILLISECONDS.sleep(100);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  @Override
  public void close() {
    Shell down = control("down");
    try (var files = Files.walk(shared)) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (down.status() != 0) {
      throw new AssertionError(down.toString());
    }
  }
}
