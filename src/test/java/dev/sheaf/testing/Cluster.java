package dev.sheaf.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/// Three hosts on this machine, `node1` to `node3`, each with its own network, processes and
/// `/dev/shm`; with SLURM or without. See `src/test/cluster`. A test class registers them:
///
/// ```
/// @RegisterExtension static final Cluster HOSTS = Cluster.hosts();
/// ```
///
/// The first such class of a test run brings them up, the end of the run takes them down; if it
/// ends by a kill, a watcher does that, or else the next run. After each test they are whole again.
/// [Clusters] has hosts for tests that run side by side.
public final class Cluster implements BeforeAllCallback, AfterEachCallback {
  /// Of a network only.
  static final String HOSTS = "netns-cluster";

  /// Under SLURM too.
  static final String SLURM = "slurm-cluster";

  private static final Cluster FIRST_HOSTS = new Cluster(HOSTS, 0);
  private static final Cluster FIRST_SLURM = new Cluster(SLURM, 0);

  /// Where the state of a run's hosts is, before their kind and number and its process's. In
  /// `/tmp`, whatever the directory for temporary files is: paths of sockets are short.
  private static final String STATE = "/tmp/sheaf-";

  /// What a host runs when there is no job.
  private static final Set<String> OWN =
      Set.of("", "sshd", "sleep", "ps", "munged", "slurmctld", "slurmscriptd", "slurmd");

  private static final Pattern STATE_OF_JOB = Pattern.compile("JobState=(\\w+)");
  private static final Set<String> UNENDED =
      Set.of("PENDING", "CONFIGURING", "RUNNING", "COMPLETING");

  private final Path script;
  private final Path state;
  private final Path shared;

  /// Hosts that are not up yet; several such of one kind, with different numbers, may be up.
  Cluster(String script, int number) {
    this.script = Path.of("src/test/cluster", script).toAbsolutePath();
    state = Path.of(STATE + script + "-" + number + "-" + ProcessHandle.current().pid());
    shared = state.resolve("shared");
  }

  /// Three hosts that reach each other by ssh. Skips the class where there can be none.
  public static Cluster hosts() {
    return FIRST_HOSTS;
  }

  /// Three hosts under SLURM, and a further one, `head`, to give it commands on. Skips the class
  /// where there can be none.
  public static Cluster slurm() {
    return FIRST_SLURM;
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    need();
    begin(context);
  }

  /// Skips what is about to run, if this machine can't have them.
  void need() {
    Shell check = control("check");
    Needs.that(check.status() == 0, "needs several hosts: " + check.err().strip());
  }

  /// Brings them up, if they are not, until the end of the test run.
  void begin(ExtensionContext context) {
    context
        .getRoot()
        .getStore(Namespace.create(Cluster.class))
        .getOrComputeIfAbsent(
            this,
            _ -> {
              sweep();
              up();
              return (AutoCloseable) this::down; // at the end of the run
            });
  }

  @Override
  public void afterEach(ExtensionContext context) {
    mend();
  }

  /// Makes them whole again, whatever a test has done to them.
  void mend() {
    if (control("mend").status() != 0) {
      down();
      up();
    }
  }

  private void up() {
    String owner = Long.toString(ProcessHandle.current().pid());
    assertDone(control("up", "--owner", owner));
    try {
      Files.createDirectory(shared);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void down() {
    assertDone(control("down"));
  }

  private static void assertDone(Shell shell) {
    if (shell.status() != 0) {
      throw new AssertionError(shell.toString());
    }
  }

  /// Takes down the hosts of earlier runs that have ended without doing it.
  private void sweep() {
    try (var left = Files.newDirectoryStream(Path.of("/tmp"), "sheaf-*-cluster-*")) {
      for (Path state : left) {
        String name = state.toString();
        long run = Long.parseLong(name.substring(name.lastIndexOf('-') + 1));
        if (ProcessHandle.of(run).isEmpty()) {
          assertDone(Shell.run(Map.of("NETNS_CLUSTER_DIR", name), script.toString(), "down"));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Shell control(String... words) {
    List<String> command = new ArrayList<>(List.of(script.toString()));
    command.addAll(List.of(words));
    return Shell.run(Map.of("NETNS_CLUSTER_DIR", state.toString()), command.toArray(String[]::new));
  }

  /// A directory that all hosts see.
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

  /// The host loses its power. It is up again for the next test.
  public void crash(String host) {
    assertDone(control("crash", host));
  }

  /// The command that runs a class of this build on a host.
  public List<String> java(Class<?> main, String... args) {
    List<String> words = new ArrayList<>(List.of("env"));
    Path yield = state.resolve("yield.so");
    if (Files.exists(yield)) {
      words.add("LD_PRELOAD=" + yield);
    }
    words.addAll(
        Jvm.command(
            List.of(
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:ActiveProcessorCount=1", // as the hosts say of themselves
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
      if (slots[host - 1] == 0) {
        continue; // it may be down
      }
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

  /// Waits for the end of a job of SLURM's.
  ///
  /// @return its state; of an array, that of each task
  public List<String> awaitJob(String id, Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      Shell job = run("head", "scontrol", "show", "job", id);
      List<String> states =
          STATE_OF_JOB.matcher(job.out()).results().map(found -> found.group(1)).toList();
      if (states.stream().noneMatch(UNENDED::contains)) {
        return states;
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionError("no end after " + limit + ": " + job);
      }
      pause();
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(100);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /// What the hosts run that belongs to a job: launchers, their daemons, ranks; a line each, with
  /// host, process and command. As `ps` of the script, but without starting processes: it is asked
  /// again and again.
  public List<String> processes() {
    try {
      Map<Path, String> hosts = new HashMap<>(); // by their processes' namespace
      Set<Path> first = new HashSet<>();
      for (String host : Files.readString(state.resolve("nodes")).strip().split(" ", -1)) {
        Path init = state.resolve(host + ".init");
        if (Files.exists(init)) {
          Path process = Path.of("/proc", Files.readString(init).split(" ", 2)[0]);
          Path namespace = namespace(process);
          if (namespace != null) {
            hosts.put(namespace, host);
            first.add(process);
          }
        }
      }
      List<String> lines = new ArrayList<>();
      try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
        for (Path process : all) {
          String host = hosts.get(namespace(process));
          if (host != null && !first.contains(process)) {
            String command = command(process);
            if (!OWN.contains(command)) {
              lines.add(host + " " + process.getFileName() + " " + command);
            }
          }
        }
      }
      return lines;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// @return `null` if the process is gone
  private static Path namespace(Path process) {
    try {
      return Files.readSymbolicLink(process.resolve("ns/pid"));
    } catch (IOException _) {
      return null;
    }
  }

  /// @return empty if the process is gone
  private static String command(Path process) {
    try {
      return Files.readString(process.resolve("comm")).strip();
    } catch (IOException _) {
      return "";
    }
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
      pause();
    }
  }
}
