package dev.sheaf.workload;

import dev.sheaf.InputException;
import dev.sheaf.process.ProcessAge;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// When a run is to have ended: by `--walltime`, else by the batch job's time limit, as
/// `SLURM_JOB_END_TIME` or `squeue` tells it.
public final class TimeLimit {
  private static final Pattern TIME =
      Pattern.compile("(?:(?:(?:(\\d{1,6})-)?(\\d{1,6}):)?(\\d{1,6}):)?(\\d{1,9})");

  /// A tenth of the time, and at most so much, is kept for what comes after the items: gathering,
  /// writing, and the end of the job.
  private static final Duration LONGEST_REST = Duration.ofSeconds(30);

  private static final long SQUEUE_SECONDS = 10;

  private TimeLimit() {}

  /// Reads a time as SLURM writes it, but a number alone as seconds: `5400`, `90:00`, `1:30:00`,
  /// `1-12:00:00`.
  ///
  /// @return the time; `null` if it is none
  static Duration parse(String text) {
    Matcher time = TIME.matcher(text);
    if (!time.matches()) {
      return null;
    }
    long seconds = 0;
    int[] units = {86_400, 3_600, 60, 1};
    for (int i = 0; i < units.length; i++) {
      if (time.group(i + 1) != null) {
        seconds += Long.parseLong(time.group(i + 1)) * units[i];
      }
    }
    return Duration.ofSeconds(seconds);
  }

  /// The time that `--walltime` tells.
  public static Duration walltime(String text) {
    Duration time = parse(text);
    if (time == null) {
      throw new InputException(
          "--walltime " + text + ": must be seconds, or a time as 1:30:00 or 1-12:00:00");
    }
    return time;
  }

  /// How much of it is left for items.
  ///
  /// @param walltime of the whole run; zero for no limit, `null` to ask the batch system
  /// @return the time; `null` if there is no limit
  static Duration left(Duration walltime, Map<String, String> environment) {
    Duration left = walltime == null ? ofJob(environment) : walltime.minus(ProcessAge.now());
    if (left == null || (walltime != null && walltime.isZero())) {
      return null;
    }
    Duration rest = left.dividedBy(10);
    return left.minus(rest.compareTo(LONGEST_REST) < 0 ? rest : LONGEST_REST);
  }

  private static Duration ofJob(Map<String, String> environment) {
    String end = environment.get("SLURM_JOB_END_TIME");
    if (end != null && end.matches("\\d{1,12}")) {
      return Duration.between(Instant.now(), Instant.ofEpochSecond(Long.parseLong(end)));
    }
    String job = environment.get("SLURM_JOB_ID");
    String task = environment.get("SLURM_ARRAY_TASK_ID");
    if (task != null) { // the id of an array's last task is also that of all its tasks
      job = environment.get("SLURM_ARRAY_JOB_ID") + "_" + task;
    }
    return job == null ? null : ofQueue(job);
  }

  /// What `squeue` tells; `null` too if it does not answer.
  private static Duration ofQueue(String job) {
    try {
      Process squeue =
          new ProcessBuilder("squeue", "--noheader", "--jobs=" + job, "--format=%L")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!squeue.waitFor(SQUEUE_SECONDS, TimeUnit.SECONDS)) {
        squeue.destroyForcibly();
        return null;
      }
      String left = new String(squeue.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return parse(left.strip()); // UNLIMITED is no time
    } catch (IOException e) {
      return null; // no squeue on this host
    } catch (InterruptedException e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }
}
