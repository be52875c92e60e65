package dev.sheaf.bench;

import dev.sheaf.transport.local.LocalTransport;
import dev.sheaf.workload.JobOptions;
import dev.sheaf.workload.Runner;
import dev.sheaf.workload.Stats;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;

/// `sheaf stats FILE` again and again in one JVM, on 2 embedded ranks; prints the median seconds of
/// the whole run once the JIT compiler has done its work.
public final class StatsPasses {
  private static final int WARM_UP = 20;
  private static final int PASSES = 21;

  private StatsPasses() {}

  /// Times it. Argument: the file.
  public static void main(String[] args) {
    PrintStream out = System.out;
    System.setOut(new PrintStream(OutputStream.nullOutputStream()));
    System.setErr(System.out);
    JobOptions options = JobOptions.defaults("stats");
    double[] seconds = new double[PASSES];
    for (int pass = -WARM_UP; pass < PASSES; pass++) {
      long begin = System.nanoTime();
      new LocalTransport()
          .run(
              2,
              world -> Runner.run(Stats.of(Path.of(args[0]), Stats.Source.FILE), options, world));
      if (pass >= 0) {
        seconds[pass] = (System.nanoTime() - begin) / 1e9;
      }
    }
    Arrays.sort(seconds);
    out.println(seconds[PASSES / 2]);
  }
}
