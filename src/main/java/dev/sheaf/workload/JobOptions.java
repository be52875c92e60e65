package dev.sheaf.workload;

import dev.sheaf.InputException;
import dev.sheaf.comm.Communicator;
import dev.sheaf.journal.RunOptions;
import dev.sheaf.map.MapOptions;
import dev.sheaf.map.Schedule;
import java.nio.file.Path;
import java.time.Duration;

/// The options that all workloads share.
///
/// @param command the words of the command line, for reports
/// @param schedule which rank works on which items
/// @param chunk items handed out at a time
/// @param threads threads of each rank; 0 for its share of the node's cores, see [CoreShare]
/// @param stopOnError hand out no further item after the first failure
/// @param retries further attempts at an item that failed
/// @param timeout after so long an attempt at an item has failed; zero: never
/// @param seed the key of all randomness
/// @param out the directory for output files
/// @param json where to write the report, or `null`
/// @param walltime when the run is to have ended; zero: never; `null`: by the batch job, see
///   [TimeLimit]
/// @param stall seconds that ranks may wait before they tell for whom; 0 for ever
/// @param stallAbort whether such a stall ends the job
/// @param quiet print results and errors only
/// @param verbose print the partition too
/// @param run what there may be in the directory, and what to do with it
public record JobOptions(
    String command,
    Schedule schedule,
    long chunk,
    int threads,
    boolean stopOnError,
    int retries,
    Duration timeout,
    long seed,
    Path out,
    Path json,
    Duration walltime,
    long stall,
    boolean stallAbort,
    boolean quiet,
    boolean verbose,
    RunOptions run) {

  /// The default of `stall`.
  public static final long STALL = 60;

  /// A year.
  private static final long MAX_STALL = 365 * 86_400;

  /// The defaults of every option.
  public static JobOptions defaults(String command) {
    return new JobOptions(
        command,
        Schedule.BLOCK,
        1,
        0,
        true,
        0,
        Duration.ZERO,
        0,
        Path.of("out"),
        null,
        null,
        STALL,
        false,
        false,
        false,
        RunOptions.defaults(command));
  }

  /// Checks the numbers.
  public JobOptions {
    if (threads < 0) {
      throw new InputException("--threads " + threads + ": must not be negative");
    }
    if (stall < 0 || stall > MAX_STALL) {
      throw new InputException("--stall " + stall + ": must be seconds, 0 to " + MAX_STALL);
    }
    new MapOptions(schedule, chunk, Math.max(1, threads), stopOnError, retries, timeout);
  }

  /// The same with the number of threads settled. Collective.
  JobOptions settled(Communicator comm) {
    return threads > 0
        ? this
        : new JobOptions(
            command,
            schedule,
            chunk,
            CoreShare.of(comm),
            stopOnError,
            retries,
            timeout,
            seed,
            out,
            json,
            walltime,
            stall,
            stallAbort,
            quiet,
            verbose,
            run);
  }

  /// The options of a map, when they are [#settled]; else on one thread.
  MapOptions map() {
    return new MapOptions(schedule, chunk, Math.max(1, threads), stopOnError, retries, timeout);
  }
}
