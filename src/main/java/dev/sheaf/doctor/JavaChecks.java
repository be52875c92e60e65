package dev.sheaf.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/// The JVM and the program in it.
final class JavaChecks {
  /// Of the checksum of the jar, as much as tells jars apart.
  private static final int DIGITS = 12;

  private JavaChecks() {}

  static Finding jdk(Machine machine) {
    return Finding.ok(
        "jdk",
        "%s (%s), %s"
            .formatted(
                machine.property("java.version"),
                machine.property("java.vendor"),
                machine.property("java.home")));
  }

  static Finding system(Machine machine) {
    return Finding.ok(
        "system",
        "%s %s, %s"
            .formatted(
                machine.property("os.name"),
                machine.property("os.version"),
                machine.property("os.arch")));
  }

  /// The jar that the program runs from, if it does.
  static Optional<Path> jarFile(Machine machine) {
    String path = machine.property("java.class.path");
    return path.endsWith(".jar") && !path.contains(":")
        ? Optional.of(Path.of(path).toAbsolutePath().normalize())
        : Optional.empty();
  }

  /// All hosts need the same jar: its checksum tells.
  static Finding jar(Machine machine) {
    Optional<Path> jar = jarFile(machine);
    if (jar.isEmpty()) {
      return Finding.ok("jar", "none: runs from classes");
    }
    try {
      return Finding.ok("jar", "%s, SHA-256 %s…".formatted(jar.get(), sha256(jar.get())));
    } catch (IOException e) {
      return Finding.failure("jar", jar.get() + ": cannot be read: " + e.getMessage(), "make");
    }
  }

  /// The first digits of a file's SHA-256.
  static String sha256(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] piece = new byte[1 << 16];
      for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
        digest.update(piece, 0, n);
      }
      return HexFormat.of().formatHex(digest.digest()).substring(0, DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  static Finding nativeAccess(boolean enabled) {
    return enabled
        ? Finding.ok("native access", "enabled")
        : Finding.warning(
            "native access",
            "not enabled: the JVM warns at the first native call, and later JDKs refuse it",
            "start with run/sheaf, or give java --enable-native-access=ALL-UNNAMED");
  }

  /// The JVM passes a cache over without a word if the jar or the JDK is another than it was made
  /// with; then it shares no classes at all.
  static Finding aotCache(Machine machine) {
    String cache = "";
    for (String word : machine.text("/proc/self/cmdline").orElse("").split("\0", -1)) {
      if (word.startsWith("-XX:AOTCache=")) {
        cache = word.substring("-XX:AOTCache=".length());
      }
    }
    if (cache.isEmpty()) {
      return Finding.warning(
          "AOT cache", "none: each rank starts some 100 ms later", "make, then run/sheaf");
    }
    Path file = Path.of(cache).normalize();
    return machine.property("java.vm.info").contains("sharing")
        ? Finding.ok("AOT cache", "in use: " + file)
        : Finding.warning(
            "AOT cache",
            file + " does not fit this JDK or jar: each rank starts some 100 ms later",
            "remove it and run make with this JDK");
  }

  /// @param decoder the name of the decoder in use
  static Finding jpeg(String decoder) {
    return decoder.startsWith("libjpeg-turbo")
        ? Finding.ok("libjpeg-turbo", "found: " + decoder + " decodes JPEG files")
        : Finding.warning(
            "libjpeg-turbo",
            "not found: " + decoder + " decodes JPEG files, to the same pixels, but slower",
            "install it (Debian: libturbojpeg0)");
  }
}
