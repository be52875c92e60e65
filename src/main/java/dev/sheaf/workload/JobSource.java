package dev.sheaf.workload;

import dev.sheaf.InputException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// Where the jobs of a run come from.
///
/// @param file a job file, or a table if there is a template; `null` for the jobs of `status`
/// @param template a command that each row of the table fills; or `null`
/// @param status a status file: only the jobs that are not there, or failed; or `null`
public record JobSource(Path file, String template, Path status) {
  /// Checks that there is one.
  public JobSource {
    if (file == null && template != null) {
      throw new InputException(
          "--template '" + template + "': needs a table, .csv, .jsonl or .parquet");
    }
    if (file == null && status == null) {
      throw new InputException("which jobs? Give a job file, each line a shell command");
    }
  }

  /// What there is to do, for rank 0.
  ///
  /// @param jobs by increasing ids
  /// @param options lines of the job file for SLURM
  /// @param before what the status file tells; or `null`
  record Found(List<JobList.Entry> jobs, List<String> options, StatusFile before) {}

  /// Reads the files.
  ///
  /// @throws InputException if one is no such file
  Found find() {
    StatusFile before = status == null ? null : StatusFile.read(status);
    if (file == null) {
      List<JobList.Entry> failed =
          before.lines().values().stream()
              .filter(line -> line.exitCode() != 0)
              .map(StatusFile.Line::job)
              .toList();
      return new Found(failed, List.of(), before);
    }
    JobFile all =
        template == null
            ? JobFile.read(file)
            : new JobFile(new JobTemplate(template).fill(file), List.of());
    List<JobList.Entry> jobs =
        before == null
            ? all.jobs()
            : all.jobs().stream().filter(job -> !done(job, before)).toList();
    return new Found(jobs, all.options(), before);
  }

  private boolean done(JobList.Entry job, StatusFile before) {
    StatusFile.Line line = before.lines().get(job.id());
    if (line == null) {
      return false;
    }
    if (!Arrays.equals(line.job().command(), job.command())) {
      throw new InputException(
          "--from-tsv %s: is of other jobs than %s: job %d is another command there"
              .formatted(status, file, job.id()));
    }
    return line.exitCode() == 0;
  }

  /// Where a job stands, as a person would say it.
  String place(long id) {
    if (file == null) {
      return "job " + id;
    }
    return "%s %s %d".formatted(file, template == null ? "line" : "row", id + 1);
  }
}
