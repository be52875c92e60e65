package dev.sheaf.cli;

import dev.sheaf.comm.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Each kind of work once, small: what the build runs for the JVM to keep the classes of a start
/// (JEP 483).
final class AotTraining {
  private AotTraining() {}

  /// Arguments: a directory to write to, and the transports to use, where there is what they need.
  public static void main(String[] args) throws IOException {
    String out = args[0];
    String images = out + "/images";
    Main.run("sample", "images", images, "-n", "200");
    Main.run("pi", "--seeds", "0..3", "--out", out);
    Main.run("stats", "--normal", "1000x1000", "--out", out);
    Main.run("brightness", images, "--out", out);
    Main.run("convolve", "--random", "500x500", "--filters", "4x4", "--count", "4", "--out", out);
    Main.run("flip", images, "--to", "pdf", "--out", out);
    String taxi = out + "/taxi.parquet";
    Main.run("sample", "taxi", taxi, "--rows", "20000");
    Main.run("tips", taxi, "--where", "fare_amount > 0", "--out", out);
    String iris = out + "/iris.csv";
    Main.run("sample", "iris", iris);
    Main.run("forest", iris, "--target", "species", "--trees", "4", "--out", out);
    String noise = out + "/noise";
    Main.run("noise", "-n", "100", "--size", "50x50", "--out", noise);
    Main.run("load", noise, "--out", noise);
    String array = noise + "/images.npy";
    Main.run("divide", array, array, "--out", noise);
    Main.run("matmul", "--random", "100x100x100", "--out", out);
    Path list = Files.writeString(Path.of(out, "jobs.txt"), "true\n".repeat(100));
    Main.run("jobs", list.toString(), "--out", out);
    int status = Main.run("hello");
    for (int i = 1; i < args.length; i++) {
      int loaded = Main.run("load", images, "--out", out, "--transport", args[i]);
      status = loaded == Failure.INPUT ? status : Math.max(status, loaded);
    }
    System.exit(status);
  }
}
