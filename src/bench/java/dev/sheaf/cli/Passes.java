package dev.sheaf.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A command again and again in one JVM, on embedded ranks; prints the median seconds of its later
/// passes, when the JIT compiler has done its work.
public final class Passes {
  private static final int WARM_UP = 20;
  private static final int PASSES = 21;

  private static final Pattern SECONDS = Pattern.compile("\"seconds\": ([0-9.E-]+)");
  private static final Pattern COMPUTE =
      Pattern.compile("\"compute\".*?\"max\": ([0-9.E-]+)", Pattern.DOTALL);

  private Passes() {}

  /// Times it. Arguments: `seconds` for all but the start, or `compute` for that phase of the
  /// slower rank; a file that is deleted before each pass, so that it is written anew, or `-`; the
  /// command.
  public static void main(String[] args) throws IOException {
    PrintStream out = System.out;
    System.setOut(new PrintStream(OutputStream.nullOutputStream()));
    Path json = Files.createTempFile("pass", ".json");
    Pattern wanted = args[0].equals("compute") ? COMPUTE : SECONDS;
    String[] words =
        Stream.of(List.of(args).subList(2, args.length), List.of("--quiet", "--json", json + ""))
            .flatMap(List::stream)
            .toArray(String[]::new);
    double[] seconds = new double[PASSES];
    for (int pass = -WARM_UP; pass < PASSES; pass++) {
      if (!args[1].equals("-")) {
        Files.deleteIfExists(Path.of(args[1]));
      }
      if (Main.run(words) != 0) {
        System.exit(1);
      }
      if (pass >= 0) {
        Matcher report = wanted.matcher(Files.readString(json));
        seconds[pass] = report.find() ? Double.parseDouble(report.group(1)) : Double.NaN;
      }
    }
    Files.delete(json);
    Arrays.sort(seconds);
    out.println(seconds[PASSES / 2]);
  }
}
