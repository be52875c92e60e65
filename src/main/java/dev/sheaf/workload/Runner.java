package dev.sheaf.workload;

import dev.sheaf.InputException;
import dev.sheaf.array.OutputFile;
import dev.sheaf.comm.Bound;
import dev.sheaf.comm.Buffer;
import dev.sheaf.comm.Codecs;
import dev.sheaf.comm.Communicator;
import dev.sheaf.comm.Failure;
import dev.sheaf.comm.VBuffer;
import dev.sheaf.journal.RunFile;
import dev.sheaf.journal.RunJournal;
import dev.sheaf.map.Drain;
import dev.sheaf.map.MapOptions;
import dev.sheaf.map.Outcome;
import dev.sheaf.page.RunPage;
import dev.sheaf.process.ProcessAge;
import dev.sheaf.report.Cause;
import dev.sheaf.report.Count;
import dev.sheaf.report.Phase;
import dev.sheaf.report.Phases;
import dev.sheaf.report.RunReport;
import dev.sheaf.watch.Counted;
import dev.sheaf.watch.Watch;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Runs a workload on one rank, from the first meeting of the ranks to the report: results to
/// standard output; failures, the table of phases and notes to standard error, all by rank 0.
public final class Runner {
  /// Exit status when items failed.
  public static final int ITEMS_FAILED = 1;

  /// Exit status when the run was ended early: `EX_TEMPFAIL` of `sysexits.h`, try again later.
  public static final int STOPPED = 75;

  private static final long NO_LIMIT = Long.MAX_VALUE;

  /// Failures told one by one; the rest are counted.
  private static final int DISTINCT_FAILURES = 20;

  private final Communicator comm;
  private final JobOptions options;
  private final ProgressMeter meter; // null if nobody wants to know
  private final Phases phases = new Phases();
  private final Drain drain = new Drain(true);
  private final OutputDirectory directory;

  /// Tells which ranks have ended without a word.
  private final Runnable tellLost;

  /// Of the run's directory; `null` if it has none.
  private RunJournal journal;

  /// Whether the run has come to an end that all ranks know, and is whole.
  private boolean ended;

  private final PrintStream out = System.out;
  private final PrintStream err = System.err;

  private Runner(Communicator comm, JobOptions options, ProgressMeter meter, Runnable tellLost) {
    this.comm = comm;
    this.meter = meter;
    this.options = options;
    this.directory = new OutputDirectory(options.out());
    this.tellLost = tellLost;
  }

  /// Runs the workload, watched for stalls. Collective.
  ///
  /// @return the exit status: 0; 1 if items failed; 2 for an input error; 75 if the run was ended
  ///   early
  public static int run(Workload workload, JobOptions given, Communicator comm) throws Exception {
    if (!workload.timed()) { // and so soon done
      try (Bound _ = Bound.on(comm)) {
        return run(workload, given, new Counted(comm, null), () -> {});
      }
    }
    JobOptions options;
    Watch watch;
    try (Bound _ = Bound.on(comm)) {
      options = given.settled(comm);
      watch = watch(options, comm);
    }
    if (watch == null) {
      boolean alone = comm.size() == 1;
      int threads = options.map().threads();
      Counted counted = alone ? Counted.alone(comm, threads) : new Counted(comm, null);
      return run(workload, options, counted, () -> {});
    }
    // Not try-with-resources: closing is collective, and a rank that fails must not wait for
    // others.
    try {
      int status = run(workload, options, watch.counted(), watch::tellLost);
      watch.counted().comm().barrier(); // watched: tells who is lost by now
      watch.close();
      return status;
    } finally {
      watch.stop();
    }
  }

  private static int run(Workload workload, JobOptions options, Counted counted, Runnable tellLost)
      throws Exception {
    Communicator comm = counted.comm();
    boolean told = comm.rank() == 0 && !options.quiet() && counted.tally() != null;
    try (ProgressMeter meter = told ? ProgressMeter.start(comm.size(), counted.tally()) : null) {
      return new Runner(comm, options, meter, tellLost).run(workload);
    }
  }

  private static Watch watch(JobOptions options, Communicator comm) {
    if (comm.size() == 1) {
      return null;
    }
    Duration stall = Duration.ofSeconds(options.stall());
    Watch watch = Watch.start(comm, options.map().threads(), stall, options.stallAbort());
    if (watch == null && options.verbose() && comm.rank() == 0) {
      System.err.println(
          "--stall: not watched: on several hosts that needs MPI_THREAD_MULTIPLE, which "
              + comm.library()
              + " does not provide");
    }
    return watch;
  }

  private int run(Workload workload) throws Exception {
    int status = work(workload);
    if (comm.rank() == 0 && out.checkError()) {
      err.println(
          "sheaf "
              + workload.name()
              + ": standard output can't be written: closed, or a full disk");
      return Failure.INPUT;
    }
    return status;
  }

  private int work(Workload workload) throws Exception {
    try (drain;
        directory) {
      return workload.timed() ? timed(workload) : untimed(workload);
    }
  }

  private int timed(Workload workload) throws Exception {
    journal =
        workload.writes() || options.run().given()
            ? new RunJournal(options.out(), options.run())
            : null;
    int status;
    boolean orderly = false;
    try {
      drain.onSignal(this::signalled);
      status = work(workload, new Job(comm, options, phases, drain, directory, journal));
      orderly = true;
    } finally {
      if (journal != null) {
        journal.close(orderly);
      }
    }
    if (ended) {
      writePage(workload);
    }
    return status;
  }

  private void signalled() {
    tellLost.run();
    if (journal != null) {
      journal.mark();
    }
  }

  /// When all ranks have closed their journals: before that, other hosts may not see all of them.
  private void writePage(Workload workload) {
    comm.barrier();
    if (comm.rank() == 0) {
      try {
        RunPage.write(options.out());
      } catch (InputException e) {
        err.println("sheaf " + workload.name() + ": " + e.getMessage());
      }
    }
  }

  private int untimed(Workload workload) throws Exception {
    try {
      Summary summary = workload.run(new Job(comm, options, phases, drain, directory, null));
      if (comm.rank() == 0) {
        summary.lines().forEach(out::println);
      }
      return 0;
    } catch (AgreedInputException e) {
      return mistake(workload, e);
    }
  }

  private void endMeter() {
    if (meter != null) {
      meter.close();
    }
  }

  private int mistake(Workload workload, AgreedInputException e) {
    endMeter();
    if (comm.rank() == 0) {
      err.println("sheaf " + workload.name() + ": " + e.getMessage());
    }
    return Failure.INPUT;
  }

  private int work(Workload workload, Job job) throws Exception {
    long begin = System.nanoTime();
    try {
      if (job.onRoot(() -> look(job.journal()), Codecs.LONG) == 0) {
        if (comm.rank() == 0) {
          err.printf(
              "sheaf %s: %s: the run is done, there is nothing to resume%n",
              workload.name(), options.out());
        }
        return 0;
      }
      setDeadline();
      phases.add(Phase.START, ProcessAge.now().toNanos());
      MapOptions map = options.map();
      begin = System.nanoTime();
      Summary summary = workload.run(job);
      job.begin(); // a program may have had nothing to map
      double seconds = (System.nanoTime() - begin) / 1e9;
      endMeter();
      RunReport report = report(workload, summary, seconds, map);
      if (options.json() != null) {
        job.onRoot(() -> writeJson(report), Codecs.NOTHING);
      }
      boolean stopped = stopped(summary);
      boolean failed = summary.failed() + notRun(summary) > 0;
      if (summary.notRun() > 0 && journal != null) {
        journal.flush();
      }
      RunFile.State state =
          stopped ? RunFile.State.STOPPED : failed ? RunFile.State.FAILED : RunFile.State.DONE;
      end(workload, job.journal(), state, seconds, summary, report);
      ended = journal != null && journal.begun() && options.run().part() == null;
      return stopped ? STOPPED : failed ? ITEMS_FAILED : 0;
    } catch (AgreedInputException e) {
      double seconds = (System.nanoTime() - begin) / 1e9;
      Summary none = Summary.of(List.of(), Map.of(), 0);
      end(workload, job.journal(), RunFile.State.FAILED, seconds, none, null);
      return mistake(workload, e);
    }
  }

  /// Looks at what is better known before the work than after it.
  ///
  /// @return 0 if there is nothing to do
  private long look(RunJournal journal) throws IOException {
    checkJson();
    return journal == null || journal.look() ? 1 : 0;
  }

  /// Notes in the run's directory how it has ended.
  ///
  /// @param report of its phases; `null` if it did not come so far
  private void end(
      Workload workload,
      RunJournal journal,
      RunFile.State state,
      double seconds,
      Summary summary,
      RunReport report) {
    if (journal == null || comm.rank() != 0 || options.run().part() != null) {
      return; // of a part others may be at work; who gathers does again what has failed
    }
    try {
      if (journal.begun()) {
        FailedItems.write(options.out(), summary.failures());
      }
      long items = summary.items() + summary.failed() + summary.notRun();
      List<String> table = report == null ? List.of() : report.table();
      journal.end(state, seconds, items, summary.items(), summary.failed(), table);
    } catch (InputException e) {
      err.println("sheaf " + workload.name() + ": " + e.getMessage());
    }
  }

  private void checkJson() throws IOException {
    Path json = options.json();
    if (json != null) {
      Path directory = json.toAbsolutePath().getParent();
      if (directory == null || !Files.isDirectory(directory) || !Files.isWritable(directory)) {
        throw new InputException("--json " + json + ": not in a directory that can be written");
      }
      if (Files.exists(json) && !Files.isRegularFile(json)) {
        throw new InputException("--json " + json + ": exists and is not a file; give a file");
      }
      if (journal != null
          && json.endsWith(RunFile.NAME)
          && Files.isDirectory(options.out())
          && Files.isSameFile(directory, options.out())) {
        throw new InputException("--json " + json + ": is the run's own record; give another file");
      }
    }
  }

  private Void writeJson(RunReport report) {
    OutputFile.write(options.json(), report.json().getBytes(StandardCharsets.UTF_8));
    return null;
  }

  /// Rank 0 finds out and tells how much time is left, as hosts have clocks of their own.
  /// Collective.
  private void setDeadline() {
    long left = NO_LIMIT;
    if (comm.rank() == 0) {
      Duration limit = TimeLimit.left(options.walltime(), System.getenv());
      left = limit == null ? NO_LIMIT : limit.toNanos();
    }
    left = comm.bcast(left, 0);
    if (left != NO_LIMIT) {
      drain.at(System.nanoTime() + left);
    }
  }

  /// Prints what came out.
  ///
  /// @return the report of all ranks on rank 0, `null` on the others
  private RunReport report(Workload workload, Summary summary, double seconds, MapOptions map)
      throws Exception {
    long[][] times = gatherPhases();
    if (comm.rank() != 0) {
      return null;
    }
    summary.lines().forEach(out::println);
    out.flush();
    reportFailures(workload, summary);
    reportStop(workload, summary);
    RunReport report =
        new RunReport(
            options.command(),
            comm.library(),
            comm.size(),
            map.threads(),
            map.schedule().label(),
            summary.items(),
            summary.bytes(),
            seconds,
            times,
            summary.results());
    if (!options.quiet()) {
      report.table().forEach(err::println);
      int cores = Runtime.getRuntime().availableProcessors();
      if (comm.nodeSize() * map.threads() > cores) {
        err.printf(
            "sheaf: note: %s x %s shared %s of %s%n",
            Count.of(comm.nodeSize(), "rank"),
            Count.of(map.threads(), "thread"),
            Count.of(cores, "core"),
            comm.host());
      }
    }
    return report;
  }

  private long[][] gatherPhases() {
    long[] mine = phases.toArray();
    long[] all = new long[comm.rank() == 0 ? mine.length * comm.size() : 0];
    VBuffer parts = comm.rank() == 0 ? VBuffer.even(Buffer.of(all), comm.size()) : null;
    comm.gatherv(Buffer.of(mine), parts, 0);
    long[][] times = new long[all.length / mine.length][mine.length];
    for (int rank = 0; rank < times.length; rank++) {
      System.arraycopy(all, rank * mine.length, times[rank], 0, mine.length);
    }
    return times;
  }

  /// Failures with the same cause are one line with a count.
  private void reportFailures(Workload workload, Summary summary) {
    if (summary.failed() == 0) {
      return;
    }
    Map<String, List<Outcome.Failed<?>>> byCause = new LinkedHashMap<>();
    for (Outcome.Failed<?> failure : summary.failures()) {
      String cause = Cause.alone(failure.input(), failure.cause());
      byCause.computeIfAbsent(cause, _ -> new ArrayList<>()).add(failure);
    }
    int told = 0;
    for (Map.Entry<String, List<Outcome.Failed<?>>> entry : byCause.entrySet()) {
      if (told++ == DISTINCT_FAILURES) {
        err.printf("sheaf %s: and %d other causes%n", workload.name(), byCause.size() - told + 1);
        break;
      }
      Outcome.Failed<?> first = entry.getValue().getFirst();
      int more = entry.getValue().size() - 1;
      err.printf(
          "sheaf %s: item %d (%s) failed on rank %d, %s, pid %d%s: %s%s%s%n",
          workload.name(),
          first.item(),
          first.input(),
          first.rank(),
          first.host(),
          first.pid(),
          first.attempts() == 1 ? "" : ", after " + first.attempts() + " attempts",
          entry.getKey(),
          more == 0 ? "" : " (and " + Count.of(more, "more item") + " with this cause)",
          first.replay().isEmpty() ? "" : "; replay: " + first.replay());
    }
    err.printf(
        "sheaf %s: %s failed, %d done%s%n",
        workload.name(),
        Count.of(summary.failed(), "item"),
        summary.items(),
        notRun(summary) == 0 || drain.reason() != null
            ? ""
            : ", %d not run after the first failure (--on-error continue runs them)"
                .formatted(notRun(summary)));
  }

  private boolean stopped(Summary summary) {
    return drain.reason() != null && notRun(summary) > 0;
  }

  /// Of what this part of the run is to do, or of all.
  private long notRun(Summary summary) {
    return options.run().part() != null && journal != null ? journal.left() : summary.notRun();
  }

  private void reportStop(Workload workload, Summary summary) {
    if (stopped(summary)) {
      long all = summary.items() + summary.failed() + summary.notRun();
      err.printf(
          "sheaf %s: ended early (%s): %d of %s done%s%n",
          workload.name(),
          drain.reason(),
          summary.items(),
          Count.of(all, "item"),
          journal == null ? "" : "; go on with: sheaf resume " + options.out());
    }
  }
}
