package dev.sheaf.workload;

import dev.sheaf.InputException;
import dev.sheaf.comm.Communicator;
import dev.sheaf.comm.Progress;
import dev.sheaf.image.ImageException;
import dev.sheaf.image.ImageLayout;
import dev.sheaf.image.ImageSize;
import dev.sheaf.image.PixelFormat;
import dev.sheaf.image.Preprocessing;
import dev.sheaf.image.Preprocessor;
import dev.sheaf.map.Backoff;
import dev.sheaf.map.Causes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// Reads a rank's part of each batch of images for a training loop, decoded ahead by threads:
///
/// ```java
/// try (BatchReader reader = new BatchReader(comm, images, order, threads, retries)) {
///   for (Batch batch = reader.next(); batch != null; batch = reader.next()) {
///     train(batch.pixels(), batch.images());
///   }
/// }
/// ```
///
/// Batches come in their order, each as one array; while one is in use, the next two are decoded,
/// and then the threads wait: memory is that of three. Nothing is collective, and ranks needn't
/// keep step. [#next] and [#close] are for one thread.
public final class BatchReader implements AutoCloseable {
  /// Batches in memory: the one in use, and those that are ready or being decoded.
  private static final int SLOTS = 3;

  /// The images to read.
  ///
  /// @param files their files
  /// @param size of every image in a batch
  /// @param work what is done with each; an image that has not that size then is refused
  /// @param maxPixels larger images are refused
  public record Images(List<Path> files, ImageSize size, Preprocessing work, long maxPixels) {}

  /// An image that could not be read.
  ///
  /// @param place in the order of the epoch
  /// @param image its index
  /// @param attempts how often it was tried
  /// @param cause one line: what is wrong with it
  public record Unread(int place, int image, int attempts, String cause) {}

  /// This rank's part of a batch. Its pixels are valid until the next one is asked for.
  ///
  /// @param epoch from 0
  /// @param index of the batch in the epoch, from 0
  /// @param places of its images in the order of the epoch, ascending
  /// @param images their indices
  /// @param pixels uint8 (images, height, width, 3), RGB, off-heap
  /// @param unread the images that are left out
  public record Batch(
      int epoch, int index, int[] places, int[] images, MemorySegment pixels, List<Unread> unread) {
    /// How many images there are.
    public int count() {
      return images.length;
    }

    /// The pixels of one of the images: (height, width, 3).
    public MemorySegment pixels(int k) {
      long bytes = pixels.byteSize() / images.length;
      return pixels.asSlice(k * bytes, bytes);
    }
  }

  private final Images images;
  private final BatchOrder order;
  private final int rank;
  private final int ranks;
  private final int retries;
  private final Progress progress;
  private final Slot[] slots = new Slot[SLOTS];
  private final List<Thread> threads = new ArrayList<>();

  // Batches are numbered through all epochs. Guarded by this, as all below.
  private long opened;
  private long given;
  private long returned;
  private int[] epochOrder;
  private long waited;
  private boolean closed;
  private Throwable broken;

  /// Starts to read.
  ///
  /// @param comm whose ranks share each batch; not communicated with
  /// @param order of the same images on every rank
  /// @param threads that decode, 1 or more; the thread that takes the batches is not one of them
  /// @param retries further attempts at an image that can't be read
  /// @throws InputException if there is no memory for the batches
  public BatchReader(Communicator comm, Images images, BatchOrder order, int threads, int retries) {
    this.images = images;
    this.order = order;
    this.rank = comm.rank();
    this.ranks = comm.size();
    this.retries = retries;
    this.progress = comm.progress();
    int largest = Math.ceilDiv(Math.min(order.batch(), order.images()), ranks);
    for (int i = 0; i < SLOTS; i++) {
      slots[i] = new Slot(largest);
    }
    progress.begin(
        item -> images.files.get((int) (item % order.images())).toString(),
        (long) order.epochs() * order.images());
    for (int i = 0; i < threads; i++) {
      int index = i;
      String name = Thread.currentThread().getName() + "-decoder-" + i;
      Thread thread = new Thread(() -> decode(index), name);
      thread.setDaemon(true);
      this.threads.add(thread);
      thread.start();
    }
  }

  /// The next batch; waits until it is decoded. A batch of fewer images than there are ranks has
  /// none for some.
  ///
  /// @return `null` after the last one
  public synchronized Batch next() throws InterruptedException {
    returned = given;
    notifyAll();
    if (given == (long) order.epochs() * order.batches()) {
      return null;
    }
    Slot slot = slots[(int) (given % SLOTS)];
    long begin = System.nanoTime();
    while (broken == null && (opened <= given || slot.undone > 0)) {
      wait();
    }
    waited += System.nanoTime() - begin;
    if (broken != null) {
      throw new IllegalStateException("a thread that decodes has ended", broken);
    }
    given++;
    return slot.batch();
  }

  /// How long [#next] has waited so far, in nanoseconds.
  public synchronized long waitedNanos() {
    return waited;
  }

  /// Ends the threads; waits for the images that they have in hand.
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// One image to decode.
  private record Ticket(Slot slot, int k) {}

  /// Takes the next image, in the order in which they will be delivered; waits for room.
  ///
  /// @return `null` when there is no more
  private synchronized Ticket claim() throws InterruptedException {
    while (!closed) {
      Slot last = opened == 0 ? null : slots[(int) ((opened - 1) % SLOTS)];
      if (last != null && last.claimed < last.places) {
        return new Ticket(last, last.claimed++);
      }
      if (opened == (long) order.epochs() * order.batches()) {
        return null;
      }
      if (opened < returned + SLOTS) {
        slots[(int) (opened % SLOTS)].open(opened);
        opened++;
        notifyAll();
      } else {
        wait();
      }
    }
    return null;
  }

  private void decode(int thread) {
    try (Preprocessor loader = new Preprocessor(images.work, images.maxPixels)) {
      for (Ticket ticket = claim(); ticket != null; ticket = claim()) {
        Slot slot = ticket.slot;
        int image = slot.images[ticket.k];
        progress.note(thread, (long) slot.epoch * order.images() + image);
        Unread failure = read(loader, slot, ticket.k);
        progress.ended(failure != null);
        progress.note(thread, Progress.NEXT);
        synchronized (this) {
          slot.failures[ticket.k] = failure;
          slot.undone--;
          notifyAll();
        }
      }
      progress.note(thread, Progress.NOTHING);
    } catch (Throwable e) {
      synchronized (this) {
        broken = e;
        notifyAll();
      }
    }
  }

  private Unread read(Preprocessor loader, Slot slot, int k) {
    ImageLayout wanted = new ImageLayout(images.size, PixelFormat.RGB8);
    for (int attempt = 1; ; attempt++) {
      try {
        ImageLayout found = loader.open(images.files.get(slot.images[k]));
        if (!found.format().equals(wanted.format())) {
          throw new ImageException(found.format() + "; batches are of " + wanted.format());
        }
        if (!found.equals(wanted)) {
          throw new ImageException(
              "%s pixels, the first image has %s; --resize makes all equal"
                  .formatted(found.size(), wanted.size()));
        }
        loader.read(slot.pixels(k));
        return null;
      } catch (ImageException e) {
        if (attempt > retries) {
          return new Unread(slot.from + k, slot.images[k], attempt, Causes.line(e));
        }
        LockSupport.parkNanos(Backoff.nanos(attempt));
      }
    }
  }

  /// Memory for one batch after the other.
  private final class Slot {
    private final MemorySegment memory;
    private final Unread[] failures;
    private int epoch;
    private int index;
    private int from;
    private int places;
    private int claimed;
    private int undone;
    private int[] images;

    Slot(int largest) {
      memory = allocate(largest * BatchReader.this.images.size.rgbBytes());
      failures = new Unread[largest];
    }

    private MemorySegment allocate(long bytes) {
      try {
        return Arena.ofAuto().allocate(bytes, 64);
      } catch (OutOfMemoryError e) {
        throw new InputException(
            "--batch %d of %s pixels: no memory for %d x %d bytes; use a smaller batch or more ranks"
                .formatted(order.batch(), BatchReader.this.images.size, SLOTS, bytes),
            e);
      }
    }

    /// For the batch of this number.
    void open(long number) {
      index = (int) (number % order.batches());
      epoch = (int) (number / order.batches());
      if (index == 0) {
        epochOrder = order.order(epoch);
      }
      from = order.start(index, rank, ranks);
      places = order.start(index, rank + 1, ranks) - from;
      claimed = 0;
      undone = places;
      images = Arrays.copyOfRange(epochOrder, from, from + places);
    }

    MemorySegment pixels(int k) {
      long bytes = BatchReader.this.images.size.rgbBytes();
      return memory.asSlice(k * bytes, bytes);
    }

    /// What has been read; those behind an image that was not move up.
    Batch batch() {
      List<Unread> unread = new ArrayList<>();
      int[] read = new int[places];
      int count = 0;
      for (int k = 0; k < places; k++) {
        if (failures[k] != null) {
          unread.add(failures[k]);
          continue;
        }
        if (count < k) {
          pixels(count).copyFrom(pixels(k));
        }
        images[count] = images[k];
        read[count++] = from + k;
      }
      return new Batch(
          epoch,
          index,
          Arrays.copyOf(read, count),
          Arrays.copyOf(images, count),
          memory.asSlice(0, count * BatchReader.this.images.size.rgbBytes()),
          unread);
    }
  }
}
