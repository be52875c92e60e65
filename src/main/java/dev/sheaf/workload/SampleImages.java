package dev.sheaf.workload;

import dev.sheaf.InputException;
import dev.sheaf.array.OutputFile;
import dev.sheaf.comm.Codecs;
import dev.sheaf.comm.Op;
import dev.sheaf.image.HubbleField;
import dev.sheaf.image.ImageSize;
import dev.sheaf.image.JpegEncoder;
import dev.sheaf.image.Resampler;
import dev.sheaf.map.ItemTask;
import dev.sheaf.map.Items;
import dev.sheaf.map.MapResult;
import dev.sheaf.random.KeyedRandom;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/// Cuts stamps out of the Hubble eXtreme Deep Field, to have images to work on: `0.jpg`, `1.jpg`,
/// …, 424x424 pixels, quality 90.
///
/// The items are the stamps. Each is a square at a random place, 0.8 to 1.2 times as wide as the
/// stamp, scaled to it and perhaps mirrored: a function of (seed, index), the same bytes on every
/// machine. A file that is there already is kept, so a second run does nothing, and one that was
/// interrupted goes on.
public final class SampleImages implements Workload {
  private static final ImageSize STAMP = new ImageSize(424, 424);
  private static final double SMALLEST = 0.8;
  private static final double LARGEST = 1.2;
  private static final int QUALITY = 90;

  /// Says what the directory holds; without it the files could be anyone's. With a dot, so that it
  /// is none of the files where all of a directory are meant.
  private static final String LABEL = ".sample.txt";

  private final Path directory;
  private final long count;

  /// Stamps to cut.
  ///
  /// @param directory a new or empty directory, or one with the same sample
  public SampleImages(Path directory, long count) {
    if (count < 0) {
      throw new InputException("-n " + count + ": must not be negative");
    }
    this.directory = directory;
    this.count = count;
  }

  @Override
  public String name() {
    return "sample images";
  }

  @Override
  public boolean writes() {
    return false;
  }

  @Override
  public Summary run(Job job) throws Exception {
    long seed = job.options().seed();
    job.onRoot(() -> prepare(seed), Codecs.NOTHING);
    LongAdder kept = new LongAdder();
    LongAdder bytes = new LongAdder();
    Items items = new Items(count, item -> file(item).toString(), item -> job.options().command());
    MapResult<Void> map = job.map(items, () -> new Task(seed, kept, bytes), Codecs.NOTHING);
    long keptByAll = job.comm().allreduce(kept.sum(), Op.SUM);
    String line =
        "%s: %d images of %s pixels%s"
            .formatted(
                directory,
                map.done(),
                STAMP,
                keptByAll == 0 ? "" : ", %d of them were there".formatted(keptByAll));
    return Summary.of(
        List.of(line),
        Map.of("directory", directory.toString(), "kept", keptByAll),
        map,
        job.comm().allreduce(bytes.sum(), Op.SUM));
  }

  private Path file(long item) {
    return directory.resolve(item + ".jpg");
  }

  /// Labels the directory, or finds the label of the same sample there.
  private Void prepare(long seed) throws IOException {
    Path label = directory.resolve(LABEL);
    String text =
        "%d stamps of %s pixels, seed %d, cut by Sheaf out of the Hubble eXtreme Deep Field.\nCredit: %s.\n"
            .formatted(count, STAMP, seed, HubbleField.CREDIT);
    if (Files.exists(label)) {
      if (!Files.readString(label).equals(text)) {
        throw new InputException(
            "%s: has another sample in it (see %s); give another directory"
                .formatted(directory, label));
      }
      return null;
    }
    if (Files.exists(directory) && !Files.isDirectory(directory)) {
      throw new InputException(directory + ": not a directory");
    }
    Files.createDirectories(directory);
    try (Stream<Path> entries = Files.list(directory)) {
      if (entries.findAny().isPresent()) {
        throw new InputException(
            directory + ": has other files in it; give a new or empty directory");
      }
    }
    OutputFile.write(label, text.getBytes(StandardCharsets.UTF_8));
    return null;
  }

  /// One thread's encoder and buffers.
  private final class Task implements ItemTask<Void> {
    private final long seed;
    private final LongAdder kept;
    private final LongAdder bytes;
    private final JpegEncoder encoder = new JpegEncoder(QUALITY);
    private final byte[] upright = new byte[(int) STAMP.rgbBytes()];
    private final byte[] stamp = new byte[(int) STAMP.rgbBytes()];

    Task(long seed, LongAdder kept, LongAdder bytes) {
      this.seed = seed;
      this.kept = kept;
      this.bytes = bytes;
    }

    @Override
    public Void apply(long item) {
      Path file = file(item);
      if (Files.exists(file)) {
        kept.increment();
        return null;
      }
      cut(KeyedRandom.of(seed, item));
      byte[] jpeg = encoder.encode(STAMP, MemorySegment.ofArray(stamp));
      OutputFile.write(file, jpeg);
      bytes.add(jpeg.length);
      return null;
    }

    private void cut(RandomGenerator random) {
      ImageSize field = HubbleField.SIZE;
      float side =
          (float) (STAMP.width() * (SMALLEST + (LARGEST - SMALLEST) * random.nextDouble()));
      float left = (float) ((field.width() - side) * random.nextDouble());
      float top = (float) ((field.height() - side) * random.nextDouble());
      new Resampler(field, STAMP, left, top, left + side, top + side)
          .resize(HubbleField.pixels(), MemorySegment.ofArray(upright));
      mirror(random.nextBoolean(), random.nextBoolean());
    }

    private void mirror(boolean leftRight, boolean upDown) {
      int width = STAMP.width();
      int height = STAMP.height();
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          int fromX = leftRight ? width - 1 - x : x;
          int fromY = upDown ? height - 1 - y : y;
          System.arraycopy(upright, 3 * (fromY * width + fromX), stamp, 3 * (y * width + x), 3);
        }
      }
    }
  }
}
