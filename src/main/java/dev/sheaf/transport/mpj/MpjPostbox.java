package dev.sheaf.transport.mpj;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import dev.sheaf.comm.Postbox;
import java.lang.foreign.MemorySegment;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicIntegerArray;

/// A postbox of processes: a context of MPJ's. MPJ's calls may wait, for a rank that is stopped or
/// for another thread that sends to it, so threads of the postbox make them.
final class MpjPostbox implements Postbox {
  private static final int TAG = 0;

  // A message: how many words, and these.
  private static final int WORDS = Integer.BYTES;

  private final Device device;
  private final int context;
  private final int[] processes;
  private final int words;
  private final AtomicIntegerArray underway;
  private final Queue<long[]> arrived = new ConcurrentLinkedQueue<>();

  /// Makes a postbox.
  ///
  /// @param context a number that nothing else of these ranks has
  /// @param processes the number in the job of each rank
  MpjPostbox(Device device, int context, int[] processes, int words) {
    this.device = device;
    this.context = context;
    this.processes = processes;
    this.words = words;
    underway = new AtomicIntegerArray(processes.length);
    Thread.ofVirtual().name("mpj-postbox").start(this::receive);
  }

  @Override
  public void post(long[] message, int dest) {
    if (!underway.compareAndSet(dest, 0, 1)) {
      return;
    }
    int bytes = WORDS + message.length * Long.BYTES;
    Frame frame = Frame.once(device, bytes);
    frame.payload.set(JAVA_INT_UNALIGNED, 0, message.length);
    MemorySegment.copy(message, 0, frame.payload, JAVA_LONG_UNALIGNED, WORDS, message.length);
    Thread.startVirtualThread(() -> {
      device.post(frame, bytes, processes[dest], TAG, context);
      underway.set(dest, 0);
    });
  }

  @Override
  public boolean poll(long[] message) {
    long[] first = arrived.poll();
    if (first == null) {
      return false;
    }
    System.arraycopy(first, 0, message, 0, first.length);
    return true;
  }

  private void receive() {
    Frame frame = Frame.toReceive(device, WORDS + words * Long.BYTES);
    while (true) {
      device.recv(frame, Device.ANY, TAG, context);
      long[] message = new long[frame.payload.get(JAVA_INT_UNALIGNED, 0)];
      MemorySegment.copy(frame.payload, JAVA_LONG_UNALIGNED, WORDS, message, 0, message.length);
      arrived.add(message);
    }
  }

  @Override
  public void close() {
    // There is nothing to free: the thread that receives waits until the process ends.
  }
}
