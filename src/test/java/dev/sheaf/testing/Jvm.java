package dev.sheaf.testing;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Further JVMs with this build's classes.
public final class Jvm {
  private Jvm() {}

  /// The command that runs a class.
  public static List<String> command(List<String> options, Class<?> main, String... args) {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(options);
    words.add("--enable-native-access=ALL-UNNAMED");
    words.add("--sun-misc-unsafe-memory-access=allow");
    words.add("-cp");
    // Surefire's own class path is a jar that names this one.
    words.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    words.add(main.getName());
    words.addAll(List.of(args));
    return words;
  }
}
