package dev.sheaf.journal;

import dev.sheaf.InputException;
import dev.sheaf.array.FileErrors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// That one run at a time is at work in a directory, or parts of one: a lock that rank 0 holds, and
/// the kernel releases when its process ends, however that ends (`fcntl`; on NFS the server's).
final class RunLock implements AutoCloseable {
  private final FileChannel channel;

  private RunLock(FileChannel channel) {
    this.channel = channel;
  }

  /// Takes the lock of a run's directory.
  ///
  /// @param holder who takes it, for whoever is refused
  /// @throws InputException if another run has it; or if the directory can't be written
  static RunLock take(Path run, String holder) {
    return take(run, holder, false);
  }

  /// Takes the lock for one of the parts of a run, which others may be at work at.
  ///
  /// @throws InputException as [#take]
  static RunLock share(Path run, String holder) {
    return take(run, holder, true);
  }

  /// Waits until no other part of a run begins: until the lock that this gives is closed.
  ///
  /// @throws InputException if the directory can't be written
  static RunLock beginning(Path run) {
    Path file = RunPaths.journals(run).resolve("begin");
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      channel.lock();
      return new RunLock(channel);
    } catch (IOException e) {
      throw FileErrors.input(file, "can't be locked", e);
    }
  }

  private static RunLock take(Path run, String holder, boolean shared) {
    Path file = RunPaths.journals(run).resolve("lock");
    try {
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      if (!lock(channel, shared)) {
        String other = Files.readString(file).strip();
        channel.close();
        throw new InputException(
            "%s: another run is at work here%s; wait for it, or give another --out"
                .formatted(run, other.isEmpty() ? "" : " (" + other + ")"));
      }
      RunLock taken = new RunLock(channel);
      taken.tell(holder);
      return taken;
    } catch (IOException e) {
      throw FileErrors.input(file, "can't be written", e);
    }
  }

  private void tell(String holder) {
    try {
      channel.truncate(0);
      channel.write(ByteBuffer.wrap((holder + "\n").getBytes(StandardCharsets.UTF_8)), 0);
    } catch (IOException _) {
      // On a full disk nobody is told who has it.
    }
  }

  /// @return false if another run has it; where the file system has no locks, nobody is refused
  private static boolean lock(FileChannel channel, boolean shared) {
    try {
      return channel.tryLock(0, Long.MAX_VALUE, shared) != null;
    } catch (OverlappingFileLockException _) { // a run in this JVM
      return false;
    } catch (IOException _) {
      return true;
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException _) {
      // The lock goes with the process.
    }
  }
}
