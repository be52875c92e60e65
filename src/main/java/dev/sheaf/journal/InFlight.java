package dev.sheaf.journal;

import dev.sheaf.array.FileErrors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/// What the threads of a rank have in hand, in a small file that is mapped into memory: a note
/// costs a store, and survives a kill.
public final class InFlight {
  /// A cache line a thread.
  private static final int SLOT = 64;

  private static final int ITEM_BITS = 40;

  private final ByteBuffer slots;

  private InFlight(ByteBuffer slots) {
    this.slots = slots;
  }

  /// An item of a map.
  public record InHand(int map, long item) {}

  /// Begins the file.
  ///
  /// @throws dev.sheaf.InputException if it can't be written
  public static InFlight create(Path file, int threads) {
    int bytes = threads * SLOT;
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      // Written, so that a store to the memory can't meet a full disk.
      channel.write(ByteBuffer.allocate(bytes), 0);
      ByteBuffer slots = channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes);
      return new InFlight(slots.order(ByteOrder.nativeOrder()));
    } catch (IOException e) {
      throw FileErrors.input(file, "can't be written", e);
    }
  }

  /// Of how many threads.
  int threads() {
    return slots.capacity() / SLOT;
  }

  /// A thread has begun with an item.
  public void begin(int thread, int map, long item) {
    slots.putLong(thread * SLOT, (long) map << ITEM_BITS | item + 1);
  }

  /// A thread has nothing in hand.
  public void end(int thread) {
    slots.putLong(thread * SLOT, 0);
  }

  /// What the threads of a rank had in hand.
  public static List<InHand> read(Path file) throws IOException {
    List<InHand> items = new ArrayList<>();
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException _) {
      return items;
    }
    ByteBuffer slots = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    for (int at = 0; at + SLOT <= bytes.length; at += SLOT) {
      long slot = slots.getLong(at);
      if (slot > 0) {
        items.add(new InHand((int) (slot >>> ITEM_BITS), (slot & (1L << ITEM_BITS) - 1) - 1));
      }
    }
    return items;
  }
}
