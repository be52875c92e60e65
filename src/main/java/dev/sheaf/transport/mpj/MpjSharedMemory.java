package dev.sheaf.transport.mpj;

import dev.sheaf.comm.Codecs;
import dev.sheaf.comm.CommException;
import dev.sheaf.comm.SharedMemory;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Memory of the ranks of a node: a file in `/dev/shm`, or where that is too small in the directory
/// for temporary files, which all ranks of the node map. It has no name any more when it is used,
/// so that it goes with the last of them, however they end. (MPJ has no windows.)
final class MpjSharedMemory implements SharedMemory {
  private final MpjCommunicator node;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment segment;

  /// Maps the memory. Collective.
  ///
  /// @param node the ranks of this rank's node
  MpjSharedMemory(MpjCommunicator node, long bytes) {
    this.node = node;
    String made = node.bcastObject(node.rank() == 0 ? create(bytes) : null, Codecs.STRING, 0);
    if (made.isEmpty()) {
      throw new CommException(
          "sharedMemory on %s: neither /dev/shm nor %s has %d bytes free"
              .formatted(node.host(), System.getProperty("java.io.tmpdir"), bytes));
    }
    Path file = Path.of(made);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      segment = channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes, arena);
      node.barrier();
      if (node.rank() == 0) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new CommException("sharedMemory on " + node.host() + ": " + e, e);
    }
  }

  /// Makes the file.
  ///
  /// @return its path, empty if there is no room
  private static String create(long bytes) {
    for (String place : new String[] {"/dev/shm", System.getProperty("java.io.tmpdir")}) {
      Path directory = Path.of(place);
      try {
        if (Files.getFileStore(directory).getUsableSpace() >= bytes) {
          Path file = Files.createTempFile(directory, "sheaf-mpj", null);
          try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            if (bytes > 0) {
              channel.write(ByteBuffer.allocate(1), bytes - 1);
            }
          }
          return file.toString();
        }
      } catch (IOException e) {
        // the next one
      }
    }
    return "";
  }

  @Override
  public MemorySegment segment() {
    return segment;
  }

  @Override
  public void sync() {
    VarHandle.fullFence();
    node.barrier();
    VarHandle.fullFence();
  }

  @Override
  public void close() {
    arena.close();
  }
}
