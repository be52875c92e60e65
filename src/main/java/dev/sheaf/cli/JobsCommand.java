package dev.sheaf.cli;

import dev.sheaf.workload.JobSource;
import dev.sheaf.workload.Jobs;
import dev.sheaf.workload.Workload;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `sheaf jobs`.
@Command(
    name = "jobs",
    defaultValueProvider = JobsCommand.Defaults.class,
    description = {
      "Run the shell commands of a job file, a line each, as dSQ, GNU parallel or xargs do;",
      "out/status.tsv: how each ended, with dSQ's columns: Job_ID, Exit_Code, Hostname,",
      "Time_Started, Time_Ended, Time_Elapsed, Job. Job_ID is the number of the line, from 0;",
      "Exit_Code is -n if signal n has killed the job, 124 if --timeout has.",
      "A job has SHEAF_JOB_ID and DSQ_JOB_ID, its Job_ID, and SHEAF_RANK of SHEAF_RANKS."
    })
final class JobsCommand extends WorkloadCommand {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "JOBFILE",
      description = {
        "A shell command a line; empty lines and # comments are passed over. /dev/stdin: what is",
        "piped in. With --template: a table, .csv, .tsv, .jsonl or .parquet."
      })
  private Path file;

  @Option(
      names = "--from-tsv",
      paramLabel = "FILE",
      description = {
        "A status file of this command or of dSQ: run its jobs that failed; with a JOBFILE those of",
        "its jobs that failed or are missing there."
      },
      showDefaultValue = Visibility.NEVER)
  private Path status;

  @Option(
      names = "--template",
      paramLabel = "COMMAND",
      description = {
        "A command with holes, as 'convert {in} {out}': each row of the table fills them, by the",
        "names of its columns; values are quoted for the shell."
      },
      showDefaultValue = Visibility.NEVER)
  private String template;

  @Option(
      names = "--logs",
      paramLabel = "WHERE",
      defaultValue = "through",
      description = {
        "Where the jobs' output goes, errors and all: through (to ours), job (to out/logs/ID.out), or",
        "rank (to out/logs/rank-N.out)."
      })
  private Jobs.Logs logs;

  /// Jobs take as long as they like, and what has failed is run again from the status file.
  static final class Defaults implements IDefaultValueProvider {
    @Override
    public String defaultValue(ArgSpec argument) {
      if (argument instanceof OptionSpec option) {
        return switch (option.longestName()) {
          case "--schedule" -> "dynamic";
          case "--on-error" -> "continue";
          default -> null;
        };
      }
      return null;
    }
  }

  @Override
  Workload workload(long seed) {
    return new Jobs(new JobSource(file, template, status), logs);
  }
}
