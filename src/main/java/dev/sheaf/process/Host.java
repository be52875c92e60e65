package dev.sheaf.process;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;

/// The host that this process runs on.
public final class Host {
  private Host() {}

  /// Its name, asked of the kernel, as a look-up in the network may take seconds.
  public static String name() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException e) {
      return InetAddress.getLoopbackAddress().getHostName();
    }
  }
}
