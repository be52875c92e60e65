package dev.sheaf.bench;

import dev.sheaf.journal.RunOptions;
import dev.sheaf.map.Schedule;
import dev.sheaf.transport.local.LocalTransport;
import dev.sheaf.workload.ArraySource;
import dev.sheaf.workload.JobOptions;
import dev.sheaf.workload.Reading;
import dev.sheaf.workload.Runner;
import dev.sheaf.workload.Stats;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `sheaf stats FILE` again and again in one JVM, on 2 embedded ranks; prints the median seconds of
/// the phase `compute` of the slower rank once the JIT compiler has done its work.
public final class StatsPasses {
  private static final int WARM_UP = 20;
  private static final int PASSES = 21;
  private static final Pattern COMPUTE =
      Pattern.compile("\"compute\".*?\"max\": ([0-9.E-]+)", Pattern.DOTALL);

  private StatsPasses() {}

  /// Times it. Argument: the file.
  public static void main(String[] args) throws IOException {
    PrintStream out = System.out;
    System.setOut(new PrintStream(OutputStream.nullOutputStream()));
    Path json = Files.createTempFile("stats", ".json");
    JobOptions options =
        new JobOptions(
            "stats",
            Schedule.DYNAMIC,
            1,
            1,
            true,
            0,
            Duration.ZERO,
            0,
            Path.of("out"),
            json,
            null,
            0,
            false,
            true,
            false,
            RunOptions.defaults("test"));
    double[] seconds = new double[PASSES];
    for (int pass = -WARM_UP; pass < PASSES; pass++) {
      ArraySource array = new ArraySource.Files(List.of(args[0]));
      Stats stats = new Stats(array, Stats.Wanted.PLAIN, Reading.FILE);
      new LocalTransport().run(2, world -> Runner.run(stats, options, world));
      if (pass >= 0) {
        Matcher report = COMPUTE.matcher(Files.readString(json));
        seconds[pass] = report.find() ? Double.parseDouble(report.group(1)) : Double.NaN;
      }
    }
    Files.delete(json);
    Arrays.sort(seconds);
    out.println(seconds[PASSES / 2]);
  }
}
