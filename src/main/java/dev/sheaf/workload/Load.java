package dev.sheaf.workload;

import dev.sheaf.InputException;
import dev.sheaf.array.DType;
import dev.sheaf.array.NpyHeader;
import dev.sheaf.comm.Codec;
import dev.sheaf.comm.Codecs;
import dev.sheaf.comm.Op;
import dev.sheaf.image.ImageException;
import dev.sheaf.image.ImageFiles;
import dev.sheaf.image.ImageLoader;
import dev.sheaf.image.ImageSize;
import dev.sheaf.image.PixelBuffer;
import dev.sheaf.image.Resampler;
import dev.sheaf.map.ItemTask;
import dev.sheaf.map.Items;
import dev.sheaf.map.MapResult;
import dev.sheaf.report.Phase;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/// Decodes image files into one array: `images.npy`, uint8 (n, height, width, 3), RGB, in natural
/// file order.
///
/// The items are the images. Rank 0 lists the files and reads the first one's header for the shape;
/// every rank decodes its items and writes them into their slots of the file, so no pixel passes
/// through rank 0. A file that can't be decoded is a failed item. Images of another shape are an
/// input error that names the first of them, unless all are resized.
public final class Load implements Workload {
  /// Images of another shape that an error names.
  private static final int NAMED = 5;

  private static final Codec<ImageSize> SIZE =
      Codecs.of(
          (out, size) -> out.putInt(size.width()).putInt(size.height()),
          in -> new ImageSize(in.getInt(), in.getInt()));

  private final String what;
  private final ImageSize resize;
  private final long delayMillis;
  private final long maxPixels;

  /// Images to load.
  ///
  /// @param what a directory, glob, list or file; see [ImageFiles#find]
  /// @param resize the size that all images get (see [Resampler]), or `null` to leave them
  /// @param delayMillis sleep this long before each image, in milliseconds, as if the files came
  ///   from a slow place
  /// @param maxPixels larger images are refused
  public Load(String what, ImageSize resize, long delayMillis, long maxPixels) {
    if (delayMillis < 0) {
      throw new InputException("--delay " + delayMillis + ": must not be negative");
    }
    checkResize(resize, maxPixels);
    this.what = what;
    this.resize = resize;
    this.delayMillis = delayMillis;
    this.maxPixels = maxPixels;
  }

  /// Refuses a size larger than any image may have.
  static void checkResize(ImageSize resize, long maxPixels) {
    if (resize != null && resize.pixels() > maxPixels) {
      throw new InputException(
          "--resize %s: more than --max-pixels %d pixels".formatted(resize, maxPixels));
    }
  }

  @Override
  public String name() {
    return "load";
  }

  /// What rank 0 has found.
  ///
  /// @param files the files, in order
  /// @param slot the size of every image of the array; 1x1 if no file can be opened
  /// @param decoder the JPEG decoder of rank 0
  private record Plan(List<String> files, ImageSize slot, String decoder) {
    static final Codec<Plan> CODEC =
        Codecs.of(
            (out, plan) -> {
              Codecs.list(Codecs.STRING).write(plan.files, out);
              SIZE.write(plan.slot, out);
              out.putString(plan.decoder);
            },
            in -> new Plan(Codecs.list(Codecs.STRING).read(in), SIZE.read(in), in.getString()));
  }

  /// An image that doesn't have the shape of the others.
  private record Misfit(long item, ImageSize size) {}

  @Override
  public Summary run(Job job) throws Exception {
    Plan plan;
    try (var _ = job.phases().start(Phase.SCATTER)) {
      plan = job.onRoot(this::plan, Plan.CODEC);
    }
    if (job.options().verbose() && job.comm().rank() == 0) {
      System.err.println("JPEG decoder: " + plan.decoder);
    }
    long n = plan.files.size();
    Items items = new Items(n, i -> plan.files.get((int) i), i -> replay(job, plan, i));
    NpyHeader header = NpyHeader.of(DType.UINT8, n, plan.slot.height(), plan.slot.width(), 3);
    Path target = job.options().out().resolve("images.npy");
    try (SharedOutput output = SharedOutput.create(job, "images.npy", header)) {
      Map<Long, ImageSize> misfits = new ConcurrentHashMap<>();
      MapResult<Void> map =
          job.map(items, () -> new Task(job, plan, output, misfits), Codecs.NOTHING);
      if (map.complete()) {
        checkShapes(job, plan, misfits);
      }
      boolean written = job.writes(map);
      if (written) {
        output.commit(job);
      }
      return summary(map, plan, written ? target : null);
    }
  }

  private Plan plan() {
    List<String> files = ImageFiles.find(what).stream().map(Path::toString).toList();
    try (ImageLoader loader = new ImageLoader(maxPixels)) {
      ImageSize slot = resize == null ? firstSize(files, loader) : resize;
      return new Plan(files, slot, loader.jpegDecoder());
    }
  }

  /// The size of the first file that is an image; 1x1 if none is.
  static ImageSize firstSize(List<String> files, ImageLoader loader) {
    for (String file : files) {
      try {
        return loader.open(Path.of(file));
      } catch (ImageException _) {
        // A failed item: the rank that has it will report it.
      }
    }
    return new ImageSize(1, 1);
  }

  private String replay(Job job, Plan plan, long item) {
    StringBuilder words = new StringBuilder("sheaf load ");
    words.append(ShellWords.quote(plan.files.get((int) item)));
    if (resize != null) {
      words.append(" --resize ").append(resize);
    }
    if (maxPixels != ImageLoader.DEFAULT_MAX_PIXELS) {
      words.append(" --max-pixels ").append(maxPixels);
    }
    Path out = job.options().out().resolve("replay");
    return words.append(" --out ").append(ShellWords.quote(out.toString())).toString();
  }

  /// Ends all ranks if an image does not have the shape of the others. Collective.
  private static void checkShapes(Job job, Plan plan, Map<Long, ImageSize> misfits)
      throws Exception {
    long all = job.comm().allreduce(misfits.size(), Op.SUM);
    if (all == 0) {
      return;
    }
    List<Misfit> mine =
        misfits.entrySet().stream()
            .map(entry -> new Misfit(entry.getKey(), entry.getValue()))
            .sorted(Comparator.comparingLong(Misfit::item))
            .limit(NAMED)
            .toList();
    List<List<Misfit>> gathered =
        job.comm().gatherObjects(mine, Codecs.list(Codecs.ofRecord(Misfit.class)), 0);
    job.onRoot(
        () -> {
          String first =
              gathered.stream()
                  .flatMap(List::stream)
                  .sorted(Comparator.comparingLong(Misfit::item))
                  .limit(NAMED)
                  .map(misfit -> plan.files.get((int) misfit.item) + " (" + misfit.size + ")")
                  .collect(Collectors.joining(", "));
          throw new InputException(
              "%d of %d images do not have the size of %s (%s): %s%s; --resize %4$s makes all equal"
                  .formatted(
                      all,
                      plan.files.size(),
                      plan.files.getFirst(),
                      plan.slot,
                      first,
                      all > NAMED ? ", ..." : ""));
        },
        Codecs.NOTHING);
  }

  private Summary summary(MapResult<?> map, Plan plan, Path written) {
    if (written == null) {
      return Summary.of(List.of(), Map.of(), map, 0);
    }
    List<Long> shape =
        List.of((long) plan.files.size(), (long) plan.slot.height(), (long) plan.slot.width(), 3L);
    String line =
        "%s: uint8 (%s)"
            .formatted(
                written, shape.stream().map(String::valueOf).collect(Collectors.joining(", ")));
    if (map.failed() > 0) {
      line += ", zeros in the places of %d failed images".formatted(map.failed());
    }
    Map<String, Object> results = new LinkedHashMap<>();
    results.put("file", written.toString());
    results.put("shape", shape);
    results.put("jpeg_decoder", plan.decoder);
    return Summary.of(List.of(line), results, map, map.done() * plan.slot.rgbBytes());
  }

  /// One thread's decoder and buffers.
  private final class Task implements ItemTask<Void> {
    private final Job job;
    private final Plan plan;
    private final SharedOutput output;
    private final Map<Long, ImageSize> misfits;
    private final ImageLoader loader = new ImageLoader(maxPixels);
    private final PixelBuffer slot = new PixelBuffer();
    private final PixelBuffer original = new PixelBuffer();
    private Resampler resampler;
    private long writing;

    Task(Job job, Plan plan, SharedOutput output, Map<Long, ImageSize> misfits) {
      this.job = job;
      this.plan = plan;
      this.output = output;
      this.misfits = misfits;
    }

    /// Decodes into a buffer that stays in the processor's cache, then writes it: faster than
    /// decoding into a mapped file, and a full disk is an error instead of a signal.
    @Override
    public Void apply(long item) throws Exception {
      if (delayMillis > 0) {
        Thread.sleep(delayMillis);
      }
      ImageSize size = loader.open(Path.of(plan.files.get((int) item)));
      MemorySegment pixels = slot.of(plan.slot);
      if (size.equals(plan.slot)) {
        if (!misfits.isEmpty()) {
          return null; // the run will fail: only the sizes matter
        }
        loader.decode(pixels);
      } else if (resize != null) {
        decodeResized(size, pixels);
      } else if (job.options().stopOnError()) {
        misfits.put(item, size);
        return null;
      } else {
        throw new ImageException(
            "%s pixels, the first image has %s; --resize makes all equal"
                .formatted(size, plan.slot));
      }
      long begin = System.nanoTime();
      output.write(pixels, item * plan.slot.rgbBytes());
      writing += System.nanoTime() - begin;
      return null;
    }

    private void decodeResized(ImageSize size, MemorySegment pixels) throws ImageException {
      if (resampler == null || !resampler.from().equals(size)) {
        resampler = new Resampler(size, plan.slot);
      }
      MemorySegment whole = original.of(size);
      loader.decode(whole);
      resampler.resize(whole, pixels);
    }

    @Override
    public void close() {
      loader.close();
      long share = writing / job.mapOptions().threads();
      job.phases().add(Phase.WRITE, share);
      job.phases().add(Phase.COMPUTE, -share);
    }
  }
}
