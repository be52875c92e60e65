package dev.sheaf.transport.mpj;

import dev.sheaf.InputException;
import dev.sheaf.comm.Failure;
import dev.sheaf.process.Host;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The launcher of ranks as processes, for `run/mpj --hostfile`: starts one for each rank, here or
/// by `ssh`, brings them together ([Meeting]), and ends all when one fails.
///
/// ```
/// Launcher N HOSTFILE COMMAND…
/// ```
///
/// N is the number of ranks, 0 for as many as the hostfile has places. The command must mean the
/// same on all hosts; it runs in this directory. `SHEAF_SSH` is the `ssh` to use, with options. The
/// exit status is the largest of the ranks'.
///
/// **Bounds.** When a rank fails, those of this host end at once, others with their `ssh` within 5
/// seconds. When a host is cut off, `ssh` ends after 12 seconds, and the ranks there after 15. When
/// the launcher itself is killed, all ranks end at once.
public final class Launcher {
  /// Port for a look-up of the way to a host; nothing is sent.
  private static final int ANY_PORT = 9;

  /// For ranks that have not met the others when one has ended.
  private static final int MEETING_SECONDS = 10;

  private static final int REMOTE_END_SECONDS = 5;

  private final List<String> hosts;
  private final List<String> command;
  private final List<Process> processes = new ArrayList<>();
  private final BlockingQueue<Integer> ended = new LinkedBlockingQueue<>();

  private Launcher(List<String> hosts, List<String> command) {
    this.hosts = hosts;
    this.command = command;
  }

  /// Runs the job and ends the JVM.
  public static void main(String[] args) throws IOException, InterruptedException {
    List<String> words = List.of(args);
    try {
      List<String> hosts = Hostfile.hosts(Path.of(words.get(1)), Integer.parseInt(words.get(0)));
      System.exit(new Launcher(hosts, words.subList(2, words.size())).run());
    } catch (InputException e) {
      System.err.println("run/mpj: " + e.getMessage());
      System.exit(Failure.INPUT);
    }
  }

  private int run() throws IOException, InterruptedException {
    List<String> remote = hosts.stream().filter(host -> !local(host)).distinct().toList();
    Map<String, String> servers =
        remote.stream().collect(Collectors.toMap(host -> host, Launcher::addressTowards));
    String here = remote.isEmpty() ? "127.0.0.1" : servers.get(remote.getFirst());
    try (Meeting meeting = new Meeting(hosts.size(), remote.isEmpty())) {
      for (int rank = 0; rank < hosts.size(); rank++) {
        String server = servers.getOrDefault(hosts.get(rank), here) + ":" + meeting.port();
        start(rank, server);
      }
      Thread.ofPlatform().daemon().name("mpj-beat").start(this::beat);
      return await(meeting);
    } finally {
      end();
    }
  }

  private static boolean local(String host) {
    return host.equals("localhost") || host.startsWith("127.") || host.equals(Host.name());
  }

  /// The address of this host as the other one sees it.
  private static String addressTowards(String host) {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(new InetSocketAddress(InetAddress.getByName(host), ANY_PORT));
      return socket.getLocalAddress().getHostAddress();
    } catch (UnknownHostException e) {
      throw new InputException(
          "unknown host '" + host + "'; correct it, or add it to DNS or /etc/hosts");
    } catch (IOException | UncheckedIOException e) {
      throw new InputException("there is no way to host " + host + ": " + e.getMessage());
    }
  }

  private void start(int rank, String server) throws IOException {
    Map<String, String> variables =
        Map.of(
            Launch.RANK, Integer.toString(rank),
            Launch.SIZE, Integer.toString(hosts.size()),
            Launch.SERVER, server);
    String host = hosts.get(rank);
    ProcessBuilder builder =
        local(host) ? new ProcessBuilder(command) : new ProcessBuilder(overSsh(host, variables));
    builder.environment().putAll(variables);
    Process process =
        builder
            .redirectOutput(ProcessBuilder.Redirect.INHERIT)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    processes.add(process);
    var _ = process.onExit().thenRun(() -> ended.add(rank));
  }

  private List<String> overSsh(String host, Map<String, String> variables) {
    Map<String, String> environment = System.getenv();
    List<String> words = new ArrayList<>();
    words.addAll(
        List.of(environment.getOrDefault("SHEAF_SSH", "ssh -o BatchMode=yes").split(" +")));
    words.addAll(List.of("-o", "ServerAliveInterval=3", "-o", "ServerAliveCountMax=3"));
    words.add(host);
    Stream<String> passed =
        environment.entrySet().stream()
            .filter(entry -> passed(entry.getKey()))
            .map(Launcher::assignment);
    Stream<String> ours = variables.entrySet().stream().map(Launcher::assignment);
    words.add(
        "cd "
            + quoted(System.getProperty("user.dir"))
            + " && exec env "
            + Stream.of(passed, ours, command.stream())
                .flatMap(all -> all)
                .map(Launcher::quoted)
                .collect(Collectors.joining(" ")));
    return words;
  }

  /// Whether ranks on other hosts get this variable too.
  private static boolean passed(String variable) {
    return variable.startsWith("SHEAF_")
        || variable.equals("JAVA_HOME")
        || variable.equals("MPJ_HOME");
  }

  private static String assignment(Map.Entry<String, String> variable) {
    return variable.getKey() + "=" + variable.getValue();
  }

  private static String quoted(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }

  /// Tells all ranks each second that the launcher is there; see [ProcessJob].
  private void beat() {
    try {
      while (true) {
        for (Process process : processes) {
          try {
            OutputStream input = process.getOutputStream();
            input.write('\n');
            input.flush();
          } catch (IOException e) {
            // It has ended.
          }
        }
        TimeUnit.SECONDS.sleep(1);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Waits until all ranks have ended, or one has failed.
  private int await(Meeting meeting) throws InterruptedException {
    int largest = 0;
    int last = 0;
    boolean apart = false;
    for (int i = 0; i < hosts.size(); i++) {
      Integer rank = apart ? ended.poll(MEETING_SECONDS, TimeUnit.SECONDS) : ended.take();
      if (rank == null) {
        return failed(last, "ended before it had met the other ranks");
      }
      int status = processes.get(rank).exitValue();
      if (status >= ProcessJob.FAILED && status < 2 * ProcessJob.FAILED) {
        return status - ProcessJob.FAILED; // it has told why
      }
      if (status >= Failure.RANK) {
        return failed(
            rank,
            status > 128 && status < 255
                ? "was ended by signal " + (status - 128)
                : "ended with status " + status);
      }
      largest = Math.max(largest, status);
      if (!meeting.over()) {
        if (status != 0) {
          return status; // it has told why
        }
        apart = true;
        last = rank;
      }
    }
    return largest;
  }

  private int failed(int rank, String how) {
    System.err.printf("sheaf: rank %d on %s %s%n", rank, hosts.get(rank), how);
    return Failure.RANK;
  }

  /// Ends the ranks that are still there: those of other hosts by the end of their input, which
  /// also tells those of this host.
  private void end() throws InterruptedException {
    for (int rank = 0; rank < processes.size(); rank++) {
      Process process = processes.get(rank);
      try {
        process.getOutputStream().close();
      } catch (IOException e) {
        // It has ended.
      }
      if (local(hosts.get(rank))) {
        process.destroyForcibly();
      }
    }
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(REMOTE_END_SECONDS);
    for (Process process : processes) {
      if (!process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        process.destroyForcibly();
      }
    }
  }
}
