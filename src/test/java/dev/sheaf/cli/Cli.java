package dev.sheaf.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.IntSupplier;
import java.util.stream.Stream;

/// Runs a command line, or a program, in this JVM, on embedded ranks, with its output captured.
///
/// @param status the exit status
/// @param out standard output
/// @param err standard error
public record Cli(int status, String out, String err) {
  /// `load WHAT --quiet --out OUT` and further words, apart by single spaces.
  static Cli load(Object what, Path out, String words) {
    Stream<String> all =
        Stream.concat(
            Stream.of("load", what.toString(), "--quiet", "--out", out.toString()),
            Stream.of(words.split(" ")).filter(word -> !word.isEmpty()));
    return run(all.toArray(String[]::new));
  }

  static Cli run(String... words) {
    return run(() -> Main.run(words));
  }

  /// Runs anything that gives an exit status.
  public static synchronized Cli run(IntSupplier program) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream toOut = new ByteArrayOutputStream();
    ByteArrayOutputStream toErr = new ByteArrayOutputStream();
    System.setOut(new PrintStream(toOut, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(toErr, true, StandardCharsets.UTF_8));
    try {
      int status = program.getAsInt();
      return new Cli(
          status, toOut.toString(StandardCharsets.UTF_8), toErr.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }
}
