package dev.sheaf.workload;

import dev.sheaf.array.OutputFile;
import dev.sheaf.comm.Codec;
import dev.sheaf.comm.Codecs;
import dev.sheaf.map.Causes;
import dev.sheaf.map.ItemTask;
import dev.sheaf.map.Items;
import dev.sheaf.map.MapResult;
import dev.sheaf.map.Outcome;
import dev.sheaf.process.ProcessGroup;
import dev.sheaf.process.ShellWords;
import dev.sheaf.report.Count;
import dev.sheaf.report.Phase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/// Shell commands, as dSQ, GNU parallel and `xargs` run them: the items are the lines of a job
/// file.
///
/// Rank 0 reads the jobs once, at the start; each node holds them once. A job is run by `/bin/sh
/// -c`, with nothing to read, in the directory of the run; see [ProcessGroup] for how it ends with
/// its rank. Beside the user's variables it has `SHEAF_JOB_ID` and `DSQ_JOB_ID`, the number of its
/// line from 0, `SHEAF_RANK` and `SHEAF_RANKS`.
///
/// A job that does not exit with 0 is a failed item. A run that is resumed does not run those again
/// that have exited with 0; see [Kept].
///
/// `status.tsv` has a line for each job that has ended or failed; see [JobStatus]. While the jobs
/// run, each rank appends a line as a job ends, in one write, as dSQ does: on a file system that
/// does not append for several hosts at once (NFS) lines may be lost then. At the end rank 0 writes
/// all lines in the order of the jobs. It is the one output with times and hosts in it.
public final class Jobs implements Workload {
  private static final Codec<Map<Long, JobStatus>> STATUSES =
      Codecs.of(
          (out, statuses) -> {
            out.putInt(statuses.size());
            statuses.forEach((item, status) -> {
              out.putLong(item);
              JobStatus.CODEC.write(status, out);
            });
          },
          in -> {
            Map<Long, JobStatus> statuses = new LinkedHashMap<>();
            for (int left = in.getInt(); left > 0; left--) {
              statuses.put(in.getLong(), JobStatus.CODEC.read(in));
            }
            return statuses;
          });

  /// Where the output of the jobs goes, standard output and error alike.
  public enum Logs {
    /// To that of the rank.
    THROUGH,
    /// To a file for each job: `logs/ID.out`.
    JOB,
    /// To a file for each rank: `logs/rank-N.out`.
    RANK;

    /// The name on the command line.
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final JobSource source;
  private final Logs logs;

  /// The jobs of a source.
  public Jobs(JobSource source, Logs logs) {
    this.source = source;
    this.logs = logs;
  }

  @Override
  public String name() {
    return "jobs";
  }

  @Override
  public Summary run(Job job) throws Exception {
    return new Run(job).run();
  }

  /// One rank's run.
  private final class Run {
    private final Job job;
    private final Path statusFile;
    private final Path logDirectory;

    /// Of this rank's jobs that have failed, by item.
    private final Map<Long, JobStatus> failed = new ConcurrentHashMap<>();

    private JobSource.Found found; // on rank 0
    private JobList list;
    private FileChannel statusLog;

    Run(Job job) {
      this.job = job;
      this.statusFile = job.options().out().resolve("status.tsv");
      this.logDirectory = job.options().out().resolve("logs");
    }

    Summary run() throws Exception {
      long bytes;
      try (var _ = job.phases().start(Phase.SCATTER)) {
        bytes = job.onRoot(this::find, Codecs.LONG);
      }
      job.begin();
      job.onRoot(this::prepare, Codecs.NOTHING);
      return NodeCopy.with(job, bytes, memory -> JobList.write(found.jobs(), memory), this::work);
    }

    /// @return how many bytes the jobs take
    private long find() {
      found = source.find();
      if (!job.options().quiet()) {
        for (String line : found.options()) {
          System.err.printf(
              "sheaf jobs: note: %s: '%s' is for sbatch, a job each; not heeded here (sheaf submit takes such words, for the run)%n",
              source.file(), line);
        }
      }
      return JobList.bytes(found.jobs());
    }

    private Void prepare() throws IOException {
      job.output(statusFile.getFileName().toString());
      boolean resumed = job.journal() != null && job.journal().resumed();
      if (!resumed && !goesOn()) {
        Files.deleteIfExists(statusFile);
      }
      if (logs != Logs.THROUGH) {
        Files.createDirectories(logDirectory);
      }
      return null;
    }

    /// Whether the status file is that of the jobs which are now run again.
    private boolean goesOn() throws IOException {
      return source.status() != null
          && Files.exists(statusFile)
          && Files.isSameFile(source.status(), statusFile);
    }

    private Summary work(MemorySegment memory) throws Exception {
      list = new JobList(memory);
      statusLog =
          job.onAll(() ->
              FileChannel.open(
                  statusFile,
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE,
                  StandardOpenOption.APPEND));
      Items items = new Items(list.count(), this::input, this::replay);
      MapResult<JobStatus> map = job.map(Kept.VALUES, items, Task::new, JobStatus.CODEC);
      try (var _ = job.phases().start(Phase.GATHER)) {
        job.comm().gatherObjects(failed, STATUSES, 0).forEach(failed::putAll);
      }
      statusLog.close();
      if (job.options().run().part() == null) { // others may be appending to it
        try (var _ = job.phases().start(Phase.WRITE)) {
          job.onRoot(() -> writeStatuses(map), Codecs.NOTHING);
        }
      }
      return summary(map);
    }

    private String input(long item) {
      return source.place(list.id(item)) + ": " + list.text(item);
    }

    private String replay(long item) {
      long id = list.id(item);
      return "SHEAF_JOB_ID=%d DSQ_JOB_ID=%d sh -c %s"
          .formatted(id, id, ShellWords.quote(list.text(item)));
    }

    /// Writes a line for each job that has ended or failed, now or, if the same status file told
    /// so, before.
    private Void writeStatuses(MapResult<JobStatus> map) throws IOException {
      long now = System.currentTimeMillis();
      for (Outcome.Failed<JobStatus> each : map.failures()) {
        failed.putIfAbsent(each.item(), new JobStatus(JobStatus.NOT_RUN, each.host(), now, 0));
      }
      Map<Long, byte[]> lines = new TreeMap<>();
      if (goesOn()) {
        found.before().lines().forEach((id, line) -> lines.put(id, line.text()));
      }
      for (long item = 0; item < list.count(); item++) {
        JobStatus status = map.values().get((int) item);
        if (status == null) {
          status = failed.get(item);
        }
        if (status != null) {
          lines.put(list.id(item), status.line(list.id(item), list.command(item)));
        }
      }
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      lines.values().forEach(all::writeBytes);
      OutputFile.write(statusFile, all.toByteArray());
      return null;
    }

    private Summary summary(MapResult<JobStatus> map) {
      Map<String, Object> results = new LinkedHashMap<>();
      results.put("file", statusFile.toString());
      if (logs == Logs.THROUGH) { // what the jobs print may go to another program
        return Summary.of(List.of(), results, map, 0);
      }
      results.put("logs", logDirectory.toString());
      String line =
          "%s: %s done, %d failed; output in %s"
              .formatted(statusFile, Count.of(map.done(), "job"), map.failed(), logDirectory);
      return Summary.of(List.of(line), results, map, 0);
    }

    private void log(long item, JobStatus status) throws IOException {
      try {
        statusLog.write(ByteBuffer.wrap(status.line(list.id(item), list.command(item))));
      } catch (IOException e) {
        throw new IOException(statusFile + ": " + Causes.line(e), e);
      }
    }

    /// One thread's commands.
    private final class Task implements ItemTask<JobStatus> {
      private ProcessGroup group;
      private long item;
      private long started;
      private long begin; // System.nanoTime
      private boolean cancelled;

      @Override
      public JobStatus apply(long next) throws IOException {
        ProcessGroup.Output output;
        synchronized (this) {
          item = next;
          started = System.currentTimeMillis();
          begin = System.nanoTime();
          if (group == null) {
            group = new ProcessGroup();
          }
          output = output(next);
        }
        int exitCode = group.run(list.command(next), variables(next), output);
        synchronized (this) {
          if (cancelled) {
            return null; // nobody wants to know
          }
          JobStatus status = status(exitCode);
          log(next, status);
          if (exitCode == 0) {
            failed.remove(next);
            return status;
          }
          failed.put(next, status);
          throw new IOException(status.cause());
        }
      }

      private ProcessGroup.Output output(long next) {
        return switch (logs) {
          case THROUGH -> ProcessGroup.Output.INHERITED;
          case JOB -> new ProcessGroup.Output(logDirectory.resolve(list.id(next) + ".out"), false);
          case RANK ->
              new ProcessGroup.Output(
                  logDirectory.resolve("rank-" + job.comm().rank() + ".out"), true);
        };
      }

      private Map<String, String> variables(long next) {
        String id = Long.toString(list.id(next));
        return Map.of(
            "SHEAF_JOB_ID",
            id,
            "DSQ_JOB_ID",
            id,
            "SHEAF_RANK",
            Integer.toString(job.comm().rank()),
            "SHEAF_RANKS",
            Integer.toString(job.comm().size()));
      }

      private JobStatus status(int exitCode) {
        long elapsed = (System.nanoTime() - begin) / 1_000_000;
        return new JobStatus(exitCode, job.comm().host(), started, elapsed);
      }

      @Override
      public synchronized void cancel() {
        cancelled = true;
        JobStatus status = status(JobStatus.TIMED_OUT);
        failed.put(item, status);
        try {
          log(item, status);
        } catch (IOException e) {
          System.err.println("sheaf jobs: " + e.getMessage());
        }
        if (group != null) {
          group.kill();
        }
      }

      @Override
      public synchronized void close() {
        if (group != null) {
          group.close();
        }
      }
    }
  }
}
