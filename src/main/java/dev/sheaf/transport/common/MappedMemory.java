package dev.sheaf.transport.common;

import dev.sheaf.comm.Blocks;
import dev.sheaf.comm.Codecs;
import dev.sheaf.comm.CommException;
import dev.sheaf.comm.Communicator;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Memory shared by the ranks of a node where the library has none to give: a file in `/dev/shm`,
/// or in the temporary directory where that is too small, mapped by all. The file has no name any
/// more when all have opened it, so nothing is left behind, however they end.
public final class MappedMemory implements NodeMemory {
  private static final Path MEMORY = Path.of("/dev/shm");

  /// Bytes written at a time.
  private static final int PIECE = 1 << 20;

  private final Communicator comm;
  private final Arena lifetime = Arena.ofShared();
  private final MemorySegment segment;

  /// Takes the memory. Collective.
  ///
  /// @param comm ranks of one node
  /// @throws CommException if there is no room
  public MappedMemory(Communicator comm, long bytes) {
    this.comm = comm;
    try {
      String path = comm.rank() == 0 ? create(bytes).toString() : null;
      Path file = Path.of(comm.bcastObject(path, Codecs.STRING, 0));
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        fill(channel, bytes);
        comm.barrier();
        if (comm.rank() == 0) {
          Files.delete(file);
        }
        segment = channel.map(MapMode.READ_WRITE, 0, bytes, lifetime);
      }
    } catch (IOException e) {
      throw new CommException("shared memory of %d bytes: %s".formatted(bytes, e.getMessage()), e);
    }
  }

  private static Path create(long bytes) throws IOException {
    if (Files.isWritable(MEMORY) && Files.getFileStore(MEMORY).getUsableSpace() >= bytes) {
      return Files.createTempFile(MEMORY, "sheaf", "");
    }
    return Files.createTempFile("sheaf", "");
  }

  /// Writes zeros to this rank's share: where there is no room this tells, while touching mapped
  /// memory would end the process.
  private void fill(FileChannel channel, long bytes) throws IOException {
    long start = Blocks.start(bytes, comm.size(), comm.rank());
    long end = start + Blocks.count(bytes, comm.size(), comm.rank());
    ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(PIECE, end - start));
    while (start < end) {
      zeros.clear().limit((int) Math.min(PIECE, end - start));
      start += channel.write(zeros, start);
    }
  }

  @Override
  public MemorySegment segment() {
    return segment;
  }

  @Override
  public void sync() {
    VarHandle.fullFence();
    comm.barrier();
    VarHandle.fullFence();
  }

  @Override
  public void close() {
    lifetime.close();
  }

  @Override
  public boolean closed() {
    return !lifetime.scope().isAlive();
  }

  @Override
  public void free() {
    if (!closed()) {
      close();
    }
  }
}
