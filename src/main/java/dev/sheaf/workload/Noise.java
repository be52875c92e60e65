package dev.sheaf.workload;

import dev.sheaf.InputException;
import dev.sheaf.array.DType;
import dev.sheaf.array.NpyHeader;
import dev.sheaf.array.OutputFile;
import dev.sheaf.comm.Codecs;
import dev.sheaf.image.ImageSize;
import dev.sheaf.image.JpegEncoder;
import dev.sheaf.image.PngEncoder;
import dev.sheaf.map.ItemTask;
import dev.sheaf.map.Items;
import dev.sheaf.map.MapResult;
import dev.sheaf.random.KeyedRandom;
import dev.sheaf.report.Count;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Images of noise: every sample uniform on 0 to 255, a function of (seed, index, place).
///
/// The items are the images: `noise/0.png`, `noise/1.png`, …, or the slots of one array,
/// `noise.npy`, uint8 (n, height, width) or (n, height, width, 3), with the same samples as the
/// PNGs.
public final class Noise implements Workload {
  private static final String DIRECTORY = "noise";
  private static final int QUALITY = 90;
  private static final long LARGEST = 1 << 30;

  /// What is written.
  public enum Format {
    /// A PNG an image.
    PNG,
    /// A JPEG an image, quality 90.
    JPG,
    /// One array.
    NPY;

    /// The extension, and the name on the command line.
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final long count;
  private final ImageSize size;
  private final int channels;
  private final Format format;

  /// Images to make.
  ///
  /// @param channels 1 for grey, 3 for RGB
  public Noise(long count, ImageSize size, int channels, Format format) {
    if (count < 0) {
      throw new InputException("-n " + count + ": must not be negative");
    }
    if (channels != 1 && channels != 3) {
      throw new InputException("--channels " + channels + ": give 1 for grey or 3 for RGB");
    }
    if (channels * size.pixels() > LARGEST) {
      throw new InputException("--size %s: more than %d bytes an image".formatted(size, LARGEST));
    }
    if (format == Format.JPG && Math.max(size.width(), size.height()) > 65500) {
      throw new InputException("--size " + size + ": a JPEG has at most 65500 rows and columns");
    }
    this.count = count;
    this.size = size;
    this.channels = channels;
    this.format = format;
  }

  @Override
  public String name() {
    return "noise";
  }

  @Override
  public Summary run(Job job) throws Exception {
    Items items = new Items(count, item -> "image " + item, item -> job.options().command());
    long bytes = channels * size.pixels();
    if (format == Format.NPY) {
      NpyHeader header =
          channels == 1
              ? NpyHeader.of(DType.UINT8, count, size.height(), size.width())
              : NpyHeader.of(DType.UINT8, count, size.height(), size.width(), channels);
      try (SharedOutput output = SharedOutput.create(job, "noise.npy", header)) {
        MapResult<Void> map =
            job.map(
                Kept.in(output),
                items,
                () -> new ArrayTask(job.options().seed(), output),
                Codecs.NOTHING);
        if (map.complete()) {
          output.commit(job);
        }
        return summary(job.options().out().resolve("noise.npy"), map, map.done() * bytes);
      }
    }
    Path directory = Path.of(job.onRoot(() -> prepare(job).toString(), Codecs.STRING));
    MapResult<Void> map =
        job.map(
            Kept.files(DIRECTORY, item -> file(directory, item)),
            items,
            () -> new FileTask(job.options().seed(), directory),
            Codecs.NOTHING);
    return summary(directory, map, map.done() * bytes);
  }

  private Summary summary(Path where, MapResult<Void> map, long bytes) {
    String line =
        "%s: %s of %s, %s"
            .formatted(where, Count.of(map.done(), "image"), size, Count.of(channels, "channel"));
    return Summary.of(List.of(line), Map.of("output", where.toString()), map, bytes);
  }

  /// The directory for the files: a new one, or one with nothing but what will be replaced, and
  /// what runs that were killed may have left.
  private Path prepare(Job job) throws IOException {
    Path directory = job.output(DIRECTORY);
    if (Files.exists(directory) && !Files.isDirectory(directory)) {
      throw new InputException(directory + ": not a directory; give another --out");
    }
    Files.createDirectories(directory);
    Pattern ours = Pattern.compile("(0|[1-9]\\d{0,17})\\." + format);
    try (Stream<Path> entries = Files.list(directory)) {
      entries
          .map(entry -> entry.getFileName().toString())
          .filter(name -> !OutputFile.isPart(name))
          .filter(name -> !ours.matcher(name).matches() || index(name) >= count)
          .findAny()
          .ifPresent(name -> {
            throw new InputException(
                "%s: has other files in it, such as %s; give another --out"
                    .formatted(directory, name));
          });
    }
    return directory;
  }

  private Path file(Path directory, long item) {
    return directory.resolve(item + "." + format);
  }

  private static long index(String name) {
    return Long.parseLong(name.substring(0, name.indexOf('.')));
  }

  /// One thread's samples.
  private final class Samples {
    private final byte[] bytes = new byte[(int) (channels * size.pixels())];
    private final long[] draws = new long[KeyedRandom.BLOCK];

    /// Fills them: sample `k` is byte `k % 8`, from the lowest, of draw `k / 8` of the image's
    /// stream.
    byte[] of(long seed, long item) {
      KeyedRandom random = KeyedRandom.of(seed, item);
      LongBuffer longs = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
      int filled = 0;
      while (filled < bytes.length) {
        random.fill(draws);
        int whole = Math.min(draws.length, longs.remaining());
        longs.put(draws, 0, whole);
        filled += whole * Long.BYTES;
        for (int k = 0; whole < draws.length && filled < bytes.length; k++) {
          bytes[filled++] = (byte) (draws[whole] >>> (8 * k));
        }
      }
      return bytes;
    }
  }

  /// Writes a file an image.
  private final class FileTask implements ItemTask<Void> {
    private final long seed;
    private final Path directory;
    private final Samples samples = new Samples();
    private final JpegEncoder jpeg = format == Format.JPG ? new JpegEncoder(QUALITY) : null;

    FileTask(long seed, Path directory) {
      this.seed = seed;
      this.directory = directory;
    }

    @Override
    public Void apply(long item) {
      OutputFile.replace(file(directory, item), encoded(samples.of(seed, item)));
      return null;
    }

    private byte[] encoded(byte[] image) {
      if (format == Format.PNG) {
        return PngEncoder.encode(size, channels, image);
      }
      return channels == 1
          ? jpeg.encodeGrey(size, image)
          : jpeg.encode(size, MemorySegment.ofArray(image));
    }

    @Override
    public void close() {
      if (jpeg != null) {
        jpeg.close();
      }
    }
  }

  /// Writes the slots of one array.
  private final class ArrayTask implements ItemTask<Void> {
    private final long seed;
    private final SharedOutput output;
    private final Samples samples = new Samples();
    private final MemorySegment slot = Arena.ofAuto().allocate(channels * size.pixels());

    ArrayTask(long seed, SharedOutput output) {
      this.seed = seed;
      this.output = output;
    }

    @Override
    public Void apply(long item) {
      slot.copyFrom(MemorySegment.ofArray(samples.of(seed, item)));
      output.write(slot, item * slot.byteSize());
      return null;
    }
  }
}
