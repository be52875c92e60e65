package dev.sheaf.cli;

import com.sun.management.OperatingSystemMXBean;
import dev.sheaf.comm.Communicator;
import dev.sheaf.journal.Durability;
import dev.sheaf.journal.RunOptions;
import dev.sheaf.map.Schedule;
import dev.sheaf.transport.Transports;
import dev.sheaf.workload.Job;
import dev.sheaf.workload.JobOptions;
import dev.sheaf.workload.Summary;
import dev.sheaf.workload.Workload;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// What the journal costs a command: runs it in turns with one (in the default durability) and
/// without, in one JVM, on 2 embedded ranks of one thread. Prints the medians of the seconds of its
/// work, without the start and the report, and by how many percent a run with a journal takes
/// longer than its neighbour without, the median too; then the same of the processor's seconds.
///
/// Arguments: how many pairs; a directory; the command.
public final class JournalCost {
  private static final int WARM_UP = 3;
  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private JournalCost() {}

  /// Times it.
  public static void main(String[] args) throws Exception {
    int pairs = Integer.parseInt(args[0]);
    List<String> words = List.of(args).subList(2, args.length);
    PrintStream out = System.out;
    System.setOut(new PrintStream(OutputStream.nullOutputStream()));
    double[][][] times = new double[2][2][pairs]; // by the clock and the processor; without, with
    for (int pair = -WARM_UP; pair < pairs; pair++) {
      int first = pair & 1;
      for (int journal : new int[] {first, 1 - first}) {
        double[] seconds = time(words, Path.of(args[1]), journal == 1);
        if (pair >= 0) {
          times[0][journal][pair] = seconds[0];
          times[1][journal][pair] = seconds[1];
        }
      }
    }
    out.println(compared(times[0]) + "; of a processor " + compared(times[1]));
    System.exit(0);
  }

  private static String compared(double[][] times) {
    double[] percent = new double[times[0].length];
    Arrays.setAll(percent, pair -> 100 * (times[1][pair] / times[0][pair] - 1));
    return "%.3f s without, %.3f s with a journal: %.1f %% more"
        .formatted(median(times[0]), median(times[1]), median(percent));
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return (values[values.length / 2] + values[(values.length - 1) / 2]) / 2;
  }

  private static double[] time(List<String> words, Path out, boolean journal) throws Exception {
    Workload work =
        ((WorkloadCommand)
                Sheaf.line(words)
                    .parseArgs(words.toArray(String[]::new))
                    .subcommand()
                    .commandSpec()
                    .userObject())
            .workload(0);
    JobOptions options =
        new JobOptions(
            String.join(" ", words),
            Schedule.DYNAMIC,
            1,
            1,
            true,
            0,
            Duration.ZERO,
            0,
            out,
            null,
            Duration.ZERO,
            0,
            false,
            true,
            false,
            new RunOptions(
                words,
                words,
                journal,
                journal ? RunOptions.Start.RESTART : RunOptions.Start.NEW,
                false,
                Durability.BATCH,
                0,
                null));
    double[] seconds = new double[2];
    int status =
        Transports.find(null, Map.of())
            .run(2, world -> new Timed(work, journal, seconds).start(options, world));
    if (status != 0) {
      System.exit(status);
    }
    return seconds;
  }

  /// A workload that has a journal or not.
  private record Timed(Workload work, boolean journal, double[] seconds) implements Workload {
    @Override
    public String name() {
      return work.name();
    }

    @Override
    public boolean writes() {
      return journal;
    }

    @Override
    public Summary run(Job job) throws Exception {
      Communicator comm = job.comm();
      comm.barrier();
      long begin = System.nanoTime();
      long spent = SYSTEM.getProcessCpuTime();
      Summary summary = work.run(job);
      comm.barrier();
      if (comm.rank() == 0) {
        seconds[0] = (System.nanoTime() - begin) / 1e9;
        seconds[1] = (SYSTEM.getProcessCpuTime() - spent) / 1e9;
      }
      return summary;
    }
  }
}
