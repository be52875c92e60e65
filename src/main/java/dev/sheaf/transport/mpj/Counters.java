package dev.sheaf.transport.mpj;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// The counters that live in this process, and the way to those of others: rank 0 of a communicator
/// holds its counters, and a thread of that process answers the messages of the other ranks. (MPJ
/// has no one-sided calls.)
///
/// A counter is there from its first use until all ranks have closed it. So making and closing one
/// waits for nobody.
final class Counters {
  /// MPJ's contexts below 1000 are free but for 50.
  private static final int CONTEXT = 900;

  private static final int REQUEST = 0;
  private static final int ANSWER = 1;

  // A request: which counter, of how many ranks; who asks, for what.
  private static final long COUNTER_CONTEXT = 0;
  private static final long COUNTER_NUMBER = 4;
  private static final long COUNTER_HOME = 8;
  private static final long COUNTER_RANKS = 12;
  private static final long ASKER = 16;
  private static final long CLOSE = 20;
  private static final long DELTA = 24;
  private static final int REQUEST_BYTES = 32;

  private final Map<Key, Value> values = new ConcurrentHashMap<>();

  /// This process's rank in the job, or -1 if all ranks are in this process.
  private final int rank;

  private final Device device;
  private final Frame answer;

  /// A counter.
  ///
  /// @param context of the communicator that made it
  /// @param number how many counters that had made before
  /// @param home the rank in the job that holds it; apart from others with the same context
  /// @param ranks how many use it
  record Key(int context, int number, int home, int ranks) {}

  private record Value(AtomicLong sum, AtomicInteger users) {}

  /// Counters of threads of this process.
  Counters() {
    rank = -1;
    device = null;
    answer = null;
  }

  /// Counters of processes; answers from now on.
  Counters(Device device, int rank) {
    this.rank = rank;
    this.device = device;
    answer = Frame.toReceive(device, Long.BYTES);
    Thread.ofPlatform().daemon().name("mpj-counters").start(this::serve);
  }

  /// Adds to a counter.
  ///
  /// @return its value before
  long getAndAdd(Key key, long delta) {
    return local(key) ? value(key).sum.getAndAdd(delta) : ask(key, delta);
  }

  private boolean local(Key key) {
    return rank < 0 || key.home == rank;
  }

  private Value value(Key key) {
    return values.computeIfAbsent(
        key, _ -> new Value(new AtomicLong(), new AtomicInteger(key.ranks)));
  }

  private synchronized long ask(Key key, long delta) {
    post(key, delta, 0);
    device.recv(answer, key.home, ANSWER, CONTEXT);
    return answer.payload.get(JAVA_LONG_UNALIGNED, 0);
  }

  /// A rank uses a counter no more.
  void close(Key key) {
    if (!local(key)) {
      post(key, 0, 1);
    } else if (value(key).users.decrementAndGet() == 0) {
      values.remove(key);
    }
  }

  private void post(Key key, long delta, int close) {
    Frame frame = Frame.once(device, REQUEST_BYTES);
    MemorySegment words = frame.payload;
    words.set(JAVA_INT_UNALIGNED, COUNTER_CONTEXT, key.context);
    words.set(JAVA_INT_UNALIGNED, COUNTER_NUMBER, key.number);
    words.set(JAVA_INT_UNALIGNED, COUNTER_HOME, key.home);
    words.set(JAVA_INT_UNALIGNED, COUNTER_RANKS, key.ranks);
    words.set(JAVA_INT_UNALIGNED, ASKER, rank);
    words.set(JAVA_INT_UNALIGNED, CLOSE, close);
    words.set(JAVA_LONG_UNALIGNED, DELTA, delta);
    device.post(frame, REQUEST_BYTES, key.home, REQUEST, CONTEXT);
  }

  private void serve() {
    Frame request = Frame.toReceive(device, REQUEST_BYTES);
    while (true) {
      device.recv(request, Device.ANY, REQUEST, CONTEXT);
      MemorySegment words = request.payload;
      Key key =
          new Key(
              words.get(JAVA_INT_UNALIGNED, COUNTER_CONTEXT),
              words.get(JAVA_INT_UNALIGNED, COUNTER_NUMBER),
              words.get(JAVA_INT_UNALIGNED, COUNTER_HOME),
              words.get(JAVA_INT_UNALIGNED, COUNTER_RANKS));
      if (words.get(JAVA_INT_UNALIGNED, CLOSE) != 0) {
        close(key);
      } else {
        Frame reply = Frame.once(device, Long.BYTES);
        long before = getAndAdd(key, words.get(JAVA_LONG_UNALIGNED, DELTA));
        reply.payload.set(JAVA_LONG_UNALIGNED, 0, before);
        device.post(reply, Long.BYTES, words.get(JAVA_INT_UNALIGNED, ASKER), ANSWER, CONTEXT);
      }
    }
  }
}
