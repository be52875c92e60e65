package dev.sheaf.array;

import dev.sheaf.InputException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/// A file that is written aside, by several threads and processes at once, and appears under its
/// name only when it is whole.
///
/// **Lifecycle.** One rank [#create]s the part file, `.NAME.….part` in the target's directory, and
/// tells its [#path] to the others, who [#join] it. All [#write] where they like. When all have
/// finished, the creator [#commit]s: one atomic rename. If it is closed without that, or the
/// program ends, the part file is deleted and the target is as it was. Only a part file of a given
/// name stays, so that another run can [#reopen] it.
///
/// **Threads.** All may write at once.
///
/// **Errors.** A directory that can't be written, a full disk, a target that is no plain file: an
/// [InputException] that names the file.
public final class OutputFile implements AutoCloseable {
  /// Bytes to write in one call: a multiple of any file system's block, well below 2 GiB.
  private static final long PIECE = 1 << 30;

  private static final String PART = ".part";

  private static final Set<Path> UNFINISHED = unfinished();
  private static volatile boolean ending;

  private final Path target;
  private final Path part;
  private final FileChannel channel;

  /// @param target the final name, or `null` for a file that another one created
  private OutputFile(Path target, Path part, FileChannel channel) {
    this.target = target;
    this.part = part;
    this.channel = channel;
  }

  /// The part files of this process that no one has committed or discarded; a normal end of the
  /// program deletes them.
  private static Set<Path> unfinished() {
    Set<Path> parts = ConcurrentHashMap.newKeySet();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> {
              ending = true;
              parts.forEach(OutputFile::delete);
            }));
    return parts;
  }

  /// Begins a file of the given size, all zeros. It needs room for all of it; takes none before it
  /// is written, where the file system has sparse files.
  public static OutputFile create(Path target, long bytes) {
    return allocated(begin(target, null), target, bytes);
  }

  /// Begins such a file with a part file of this name, in the target's directory, which stays until
  /// it is committed.
  public static OutputFile create(Path target, String part, long bytes) {
    return allocated(begin(target, part), target, bytes);
  }

  private static OutputFile allocated(OutputFile file, Path target, long bytes) {
    try {
      // Not by FileStore, which a chroot has none for. 0: not known, or full, as writing will tell.
      long free = file.part.getParent().toFile().getUsableSpace();
      if (free > 0 && free < bytes) {
        throw new InputException(
            "%s: can't be written: it needs %d bytes, its file system has %d left"
                .formatted(target, bytes, free));
      }
      file.write(ByteBuffer.allocate(bytes > 0 ? 1 : 0), Math.max(0, bytes - 1));
      return file;
    } catch (InputException e) {
      file.close();
      delete(file.part);
      throw e;
    }
  }

  /// @param name of the part file, which then stays until it is committed; or `null`
  private static OutputFile begin(Path target, String name) {
    try {
      boolean exists = Files.exists(target);
      Path whole = exists ? target.toRealPath() : target.toAbsolutePath();
      if (exists && !Files.isRegularFile(whole)) {
        throw new InputException(target + ": can't be written: not a regular file");
      }
      return begin(target, whole, name);
    } catch (IOException e) {
      throw FileErrors.input(target, "can't be written", e);
    }
  }

  /// @param target for messages
  /// @param whole what the file will be in the end, links resolved
  private static OutputFile begin(Path target, Path whole, String name) {
    Path part = whole.resolveSibling(name == null ? unique(whole) : name);
    if (name == null) {
      UNFINISHED.add(part);
    }
    try {
      FileChannel channel =
          FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      if (ending) { // the program's end may have looked for it too early
        delete(part);
        while (true) {
          LockSupport.park();
        }
      }
      return new OutputFile(whole, part, channel);
    } catch (IOException e) {
      throw FileErrors.input(target, "can't be written", e);
    }
  }

  /// Tells the process too, so that what is left of one that was killed can be told apart.
  private static String unique(Path target) {
    String random = Long.toHexString(ThreadLocalRandom.current().nextLong());
    return "." + target.getFileName() + "." + ProcessHandle.current().pid() + "-" + random + PART;
  }

  /// Whether a file of this name is one that was written aside.
  public static boolean isPart(String name) {
    return name.startsWith(".") && name.endsWith(PART);
  }

  /// Opens a part file that an earlier run has left, to go on with it.
  public static OutputFile reopen(Path target, Path part) {
    try {
      Path whole = Files.exists(target) ? target.toRealPath() : target.toAbsolutePath();
      return new OutputFile(whole, part, FileChannel.open(part, StandardOpenOption.WRITE));
    } catch (IOException e) {
      throw FileErrors.input(part, "can't be written", e);
    }
  }

  /// Opens the part file that another rank has created.
  ///
  /// @param part its path there, on a file system that both see
  public static OutputFile join(Path part) {
    try {
      return new OutputFile(null, part, FileChannel.open(part, StandardOpenOption.WRITE));
    } catch (IOException e) {
      throw FileErrors.input(part, "can't be written", e);
    }
  }

  /// Writes a whole small file: aside, then renamed.
  public static void write(Path target, byte[] content) {
    write(begin(target, null), content);
  }

  /// The same of a file that comes piece by piece.
  public static void write(Path target, Iterator<byte[]> pieces) {
    try (OutputFile begun = begin(target, null)) {
      long position = 0;
      while (pieces.hasNext()) {
        byte[] piece = pieces.next();
        begun.write(ByteBuffer.wrap(piece), position);
        position += piece.length;
      }
      begun.commit();
    }
  }

  /// The same as of a small one, in a directory of the program's own: what has the name there, be
  /// it a link, is replaced without a look at it, which costs as much as the renaming.
  public static void replace(Path target, byte[] content) {
    write(begin(target, target.toAbsolutePath(), null), content);
  }

  private static void write(OutputFile begun, byte[] content) {
    try (begun) {
      begun.write(ByteBuffer.wrap(content), 0);
      begun.commit();
    }
  }

  /// Where the bytes are until [#commit].
  public Path path() {
    return part;
  }

  /// Writes all remaining bytes at a position in the file. Off-heap memory goes to the system as it
  /// is, a heap buffer is copied.
  public void write(ByteBuffer data, long position) {
    try {
      long offset = position - data.position();
      while (data.hasRemaining()) {
        channel.write(data, offset + data.position());
      }
    } catch (IOException e) {
      throw FileErrors.input(target == null ? part : target, "can't be written", e);
    }
  }

  /// Writes all bytes of a segment, of any size, at a position in the file.
  public void write(MemorySegment data, long position) {
    for (long done = 0; done < data.byteSize(); done += PIECE) {
      long length = Math.min(PIECE, data.byteSize() - done);
      write(data.asSlice(done, length).asByteBuffer(), position + done);
    }
  }

  /// Gives the file its name; a file that had it is replaced. For the creator, when all writers
  /// have finished.
  public void commit() {
    try {
      channel.close();
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw FileErrors.input(target, "can't be written", e);
    }
    UNFINISHED.remove(part);
  }

  /// Ends the writing. For the creator: deletes the part file if it was not committed.
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw FileErrors.input(target == null ? part : target, "can't be written", e);
    } finally {
      if (target != null && UNFINISHED.remove(part)) {
        delete(part);
      }
    }
  }

  private static void delete(Path part) {
    try {
      Files.deleteIfExists(part);
    } catch (IOException _) {
      // The part file stays behind; its name tells what it is.
    }
  }
}
