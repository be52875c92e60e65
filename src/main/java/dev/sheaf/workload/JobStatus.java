package dev.sheaf.workload;

import dev.sheaf.comm.Codec;
import dev.sheaf.comm.Codecs;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Map;

/// How a job ended, and its line in `status.tsv`, which is that of dSQ's `job_ID_status.tsv`:
/// without a line of names the columns `Job_ID Exit_Code Hostname Time_Started Time_Ended
/// Time_Elapsed Job`, local times to the second, the time elapsed in seconds with two places.
///
/// @param exitCode as Python's `subprocess` and so dSQ has it: 0 to 255, or -n if signal n has
///   killed the shell. A shell whose last command was killed by signal n exits with 128 + n
/// @param host where it ran
/// @param started milliseconds since the epoch
/// @param elapsed milliseconds
record JobStatus(int exitCode, String host, long started, long elapsed) {
  /// The exit code of a job that took too long, as `timeout` has it.
  static final int TIMED_OUT = 124;

  /// The exit code of a job that was not run, as it has no place for its output or is set aside
  /// because ranks died with it: what `env`, `nohup` and `timeout` exit with when they fail
  /// themselves.
  static final int NOT_RUN = 125;

  static final Codec<JobStatus> CODEC = Codecs.ofRecord(JobStatus.class);

  private static final int SIGNALLED = 128;
  private static final int NOT_EXECUTABLE = 126;
  private static final int NOT_FOUND = 127;

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneId.systemDefault());

  private static final Map<Integer, String> SIGNALS =
      Map.ofEntries(
          Map.entry(1, "SIGHUP"),
          Map.entry(2, "SIGINT"),
          Map.entry(3, "SIGQUIT"),
          Map.entry(4, "SIGILL"),
          Map.entry(5, "SIGTRAP"),
          Map.entry(6, "SIGABRT"),
          Map.entry(7, "SIGBUS"),
          Map.entry(8, "SIGFPE"),
          Map.entry(9, "SIGKILL"),
          Map.entry(10, "SIGUSR1"),
          Map.entry(11, "SIGSEGV"),
          Map.entry(12, "SIGUSR2"),
          Map.entry(13, "SIGPIPE"),
          Map.entry(14, "SIGALRM"),
          Map.entry(15, "SIGTERM"),
          Map.entry(24, "SIGXCPU"),
          Map.entry(25, "SIGXFSZ"),
          Map.entry(31, "SIGSYS"));

  /// The exit code in words.
  String cause() {
    if (exitCode < 0) {
      return "killed by " + signal(-exitCode);
    }
    String more =
        switch (exitCode) {
          case NOT_EXECUTABLE -> ": a command could not be executed";
          case NOT_FOUND -> ": a command was not found";
          default ->
              SIGNALS.containsKey(exitCode - SIGNALLED)
                  ? ": what a shell tells of a command killed by " + signal(exitCode - SIGNALLED)
                  : "";
        };
    return "exit code " + exitCode + more;
  }

  private static String signal(int number) {
    String name = SIGNALS.get(number);
    return "signal " + number + (name == null ? "" : " (" + name + ")");
  }

  /// The line, with its end.
  byte[] line(long id, byte[] command) {
    long centis = (elapsed + 5) / 10;
    String columns =
        id
            + "\t"
            + exitCode
            + "\t"
            + host
            + "\t"
            + TIME.format(Instant.ofEpochMilli(started))
            + "\t"
            + TIME.format(Instant.ofEpochMilli(started + elapsed))
            + "\t"
            + centis / 100
            + (centis % 100 < 10 ? ".0" : ".")
            + centis % 100
            + "\t";
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    line.writeBytes(columns.getBytes(StandardCharsets.UTF_8));
    line.writeBytes(command);
    line.write('\n');
    return line.toByteArray();
  }
}
