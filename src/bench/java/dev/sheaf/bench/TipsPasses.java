package dev.sheaf.bench;

import dev.sheaf.expression.Expression;
import dev.sheaf.journal.RunOptions;
import dev.sheaf.map.Schedule;
import dev.sheaf.transport.local.LocalTransport;
import dev.sheaf.workload.JobOptions;
import dev.sheaf.workload.Runner;
import dev.sheaf.workload.TableLabel;
import dev.sheaf.workload.Tips;
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

/// `sheaf tips FILE --where 'fare_amount > 0'` again and again in one JVM, on 2 embedded ranks;
/// prints the median seconds of the phase `compute` of the slower rank once the JIT compiler has
/// done its work.
public final class TipsPasses {
  private static final int WARM_UP = 15;
  private static final int PASSES = 15;
  private static final Pattern COMPUTE =
      Pattern.compile("\"compute\".*?\"max\": ([0-9.E-]+)", Pattern.DOTALL);

  private TipsPasses() {}

  /// Times it. Arguments: the file, a directory for output.
  public static void main(String[] args) throws IOException {
    PrintStream out = System.out;
    System.setOut(new PrintStream(OutputStream.nullOutputStream()));
    Path json = Files.createTempFile("tips", ".json");
    JobOptions options =
        new JobOptions(
            "tips",
            Schedule.DYNAMIC,
            1,
            1,
            true,
            0,
            Duration.ZERO,
            0,
            Path.of(args[1]),
            json,
            null,
            0,
            false,
            true,
            false,
            RunOptions.defaults("test"));
    Tips.Question question =
        new Tips.Question(
            Expression.number("tip_amount/fare_amount"),
            Expression.condition("fare_amount > 0"),
            200,
            new double[] {0.01, 2},
            true);
    double[] seconds = new double[PASSES];
    for (int pass = -WARM_UP; pass < PASSES; pass++) {
      Tips tips = new Tips("tips", TableLabel.of(List.of(args[0]), List.of()), question);
      new LocalTransport().run(2, world -> Runner.run(tips, options, world));
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
