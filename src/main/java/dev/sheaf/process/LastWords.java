package dev.sheaf.process;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// What `run/sheaf`, where it stays beside this rank, is to know when that has ended without a
/// word: whether other ranks wait for it, and what its threads have in hand. In a file of lines of
/// 64 bytes, `SHEAF_LAST_WORDS`: the first has the state and the process, each further one the item
/// of a thread plus 1. A note costs a store.
public final class LastWords {
  private static final int LINE = 64;
  private static final String FILE = System.getenv("SHEAF_LAST_WORDS");

  /// Others wait for this rank in the start of MPI.
  private static final long MEETS = 1;

  private static final long HAS_MET = 2;

  private static FileChannel file;

  private final MemorySegment hands;

  private LastWords(MemorySegment hands) {
    this.hands = hands;
  }

  /// Whether `run/last-words` is the parent of this process.
  static boolean asked() {
    return FILE != null;
  }

  /// From now on other ranks wait for this one.
  public static void meets() {
    if (asked()) {
      try {
        file = FileChannel.open(Path.of(FILE), StandardOpenOption.READ, StandardOpenOption.WRITE);
        state(MEETS);
      } catch (IOException _) {
        // The script will know less.
      }
    }
  }

  /// Since now MPI would tell the others.
  public static void hasMet() {
    state(HAS_MET);
  }

  private static void state(long state) {
    if (file != null) {
      ByteBuffer line = ByteBuffer.allocate(LINE).order(ByteOrder.nativeOrder());
      write(line.putLong(0, state).putLong(Long.BYTES, ProcessHandle.current().pid()), 0);
    }
  }

  private static boolean write(ByteBuffer bytes, long at) {
    try {
      return file.write(bytes, at) == bytes.limit();
    } catch (IOException _) {
      return false;
    }
  }

  /// Notes for so many threads; `null` where nobody asks for them.
  public static LastWords of(int threads) {
    long bytes = (long) threads * LINE;
    // Written, so that a store to the memory can't meet a full disk.
    if (file == null || !write(ByteBuffer.allocate((int) bytes), LINE)) {
      return null;
    }
    try {
      MemorySegment all = file.map(FileChannel.MapMode.READ_WRITE, 0, LINE + bytes, Arena.global());
      return new LastWords(all.asSlice(LINE));
    } catch (IOException _) {
      return null;
    }
  }

  /// What a thread has in hand from now on.
  ///
  /// @param item less than 0 for nothing
  public void note(int thread, long item) {
    long at = (long) thread * LINE;
    if (at < hands.byteSize()) {
      hands.set(ValueLayout.JAVA_LONG, at, Math.max(0, item + 1));
    }
  }
}
