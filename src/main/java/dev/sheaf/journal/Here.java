package dev.sheaf.journal;

import dev.sheaf.comm.Codec;
import dev.sheaf.comm.Codecs;
import dev.sheaf.comm.Communicator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Where a rank runs.
///
/// @param boot the host's boot, as the kernel numbers them; empty if it doesn't tell
public record Here(String host, String boot) {
  /// Sends it to other ranks.
  public static final Codec<Here> CODEC =
      Codecs.of(
          (out, here) -> out.putString(here.host).putString(here.boot),
          in -> new Here(in.getString(), in.getString()));

  /// Where this rank runs.
  public static Here of(Communicator comm) {
    try {
      String boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
      return new Here(comm.host(), boot);
    } catch (IOException _) {
      return new Here(comm.host(), "");
    }
  }
}
