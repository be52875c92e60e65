package dev.sheaf.testing;

import dev.sheaf.transport.mpj.Launcher;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// MPJ Express, for tests.
public final class Mpj {
  private static final Path JAR = Path.of("/usr/share/mpj/lib/mpj.jar");

  private Mpj() {}

  /// Skips the test if it is not there.
  public static void need() {
    Needs.that(Files.isReadable(JAR), "needs MPJ Express (apt-get install libmpj-java)");
  }

  /// The command that runs a class of this build as so many processes of this host.
  public static List<String> processes(int ranks, Class<?> main, String... args) {
    need();
    List<String> options = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
    List<String> words = new ArrayList<>();
    words.add(Integer.toString(ranks));
    words.add(hostfile().toString());
    words.addAll(Jvm.command(options, main, args));
    return Jvm.command(
        List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
        Launcher.class,
        words.toArray(String[]::new));
  }

  private static Path hostfile() {
    try {
      Path file = Files.createTempFile(Path.of("target").toAbsolutePath(), "run", ".hosts");
      file.toFile().deleteOnExit();
      return Files.writeString(file, "localhost\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
