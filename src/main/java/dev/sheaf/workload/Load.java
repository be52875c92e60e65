package dev.sheaf.workload;

import dev.sheaf.InputException;
import dev.sheaf.array.DType;
import dev.sheaf.array.NpyHeader;
import dev.sheaf.comm.Codec;
import dev.sheaf.comm.Codecs;
import dev.sheaf.comm.Op;
import dev.sheaf.files.InputFiles;
import dev.sheaf.image.ImageException;
import dev.sheaf.image.ImageLayout;
import dev.sheaf.image.ImageLoader;
import dev.sheaf.image.ImageSize;
import dev.sheaf.image.PixelBuffer;
import dev.sheaf.image.PixelFormat;
import dev.sheaf.image.Preprocessing;
import dev.sheaf.image.Preprocessor;
import dev.sheaf.image.SampleType;
import dev.sheaf.map.ItemTask;
import dev.sheaf.map.Items;
import dev.sheaf.map.MapResult;
import dev.sheaf.process.ShellWords;
import dev.sheaf.report.Phase;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/// Decodes image files into one array: `images.npy`, uint8 (n, height, width, 3), RGB, in natural
/// file order; or grey (n, height, width), and of other types.
///
/// The items are the images. Rank 0 lists the files and reads the first one's header for the shape;
/// every rank decodes its items and writes them into their slots of the file, so no pixel passes
/// through rank 0. A file that can't be decoded is a failed item. Images of another shape or type
/// are an input error that names the first of them, unless all are made alike.
public final class Load implements Workload {
  /// Images of another shape that an error names.
  private static final int NAMED = 5;

  private static final Codec<ImageLayout> LAYOUT =
      Codecs.of(
          (out, layout) ->
              out.putInt(layout.size().width())
                  .putInt(layout.size().height())
                  .putString(layout.format().type().name())
                  .putInt(layout.format().channels()),
          in ->
              new ImageLayout(
                  new ImageSize(in.getInt(), in.getInt()),
                  new PixelFormat(SampleType.valueOf(in.getString()), in.getInt())));

  private final String what;
  private final Preprocessing work;
  private final long delayMillis;
  private final long maxPixels;

  /// Images to load.
  ///
  /// @param what a directory, glob, list or file; see [InputFiles#find]
  /// @param work what is done with each image
  /// @param delayMillis sleep this long before each image, in milliseconds, as if the files came
  ///   from a slow place
  /// @param maxPixels larger images are refused
  public Load(String what, Preprocessing work, long delayMillis, long maxPixels) {
    if (delayMillis < 0) {
      throw new InputException("--delay " + delayMillis + ": must not be negative");
    }
    checkResize(work.resize(), maxPixels);
    this.what = what;
    this.work = work;
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
  /// @param slot every image of the array; of 1x1 pixels if no file can be opened
  /// @param decoder the JPEG decoder of rank 0
  private record Plan(List<String> files, ImageLayout slot, String decoder) {
    static final Codec<Plan> CODEC =
        Codecs.of(
            (out, plan) -> {
              Codecs.list(Codecs.STRING).write(plan.files, out);
              LAYOUT.write(plan.slot, out);
              out.putString(plan.decoder);
            },
            in -> new Plan(Codecs.list(Codecs.STRING).read(in), LAYOUT.read(in), in.getString()));

    /// Of the array.
    List<Long> shape() {
      long n = files.size();
      long height = slot.size().height();
      long width = slot.size().width();
      return slot.format().channels() == 1
          ? List.of(n, height, width)
          : List.of(n, height, width, 3L);
    }
  }

  /// An image that isn't like the others.
  private record Misfit(long item, ImageLayout layout) {
    static final Codec<Misfit> CODEC =
        Codecs.of(
            (out, misfit) -> LAYOUT.write(misfit.layout, out.putLong(misfit.item)),
            in -> new Misfit(in.getLong(), LAYOUT.read(in)));
  }

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
    DType type = DType.valueOf(plan.slot.format().type().name());
    NpyHeader header =
        NpyHeader.of(type, plan.shape().stream().mapToLong(Long::longValue).toArray());
    Path target = job.options().out().resolve("images.npy");
    try (SharedOutput output = SharedOutput.create(job, "images.npy", header)) {
      Map<Long, ImageLayout> misfits = new ConcurrentHashMap<>();
      MapResult<Void> map =
          job.map(
              Kept.in(output).from(item -> Path.of(plan.files.get((int) item))),
              items,
              () -> new Task(job, plan, output, misfits),
              Codecs.NOTHING);
      if (map.complete()) {
        checkAlike(job, plan, misfits);
      }
      boolean written = job.writes(map);
      if (written) {
        output.commit(job);
      }
      return summary(map, plan, written ? target : null);
    }
  }

  private Plan plan() {
    List<String> files =
        InputFiles.find(what, InputFiles.Kind.IMAGES).stream().map(Path::toString).toList();
    try (Preprocessor images = new Preprocessor(work, maxPixels)) {
      return new Plan(files, first(files, images), images.jpegDecoder());
    }
  }

  /// What the first file that is an image will be; of 1x1 pixels if none is.
  static ImageLayout first(List<String> files, Preprocessor images) {
    for (String file : files) {
      try {
        return images.open(Path.of(file));
      } catch (ImageException _) {
        // A failed item: the rank that has it will report it.
      }
    }
    return new ImageLayout(new ImageSize(1, 1), PixelFormat.RGB8);
  }

  private String replay(Job job, Plan plan, long item) {
    StringBuilder words = new StringBuilder("sheaf load ");
    words.append(ShellWords.quote(plan.files.get((int) item))).append(words(work));
    if (maxPixels != ImageLoader.DEFAULT_MAX_PIXELS) {
      words.append(" --max-pixels ").append(maxPixels);
    }
    Path out = job.options().out().resolve("replay");
    return words.append(" --out ").append(ShellWords.quote(out.toString())).toString();
  }

  /// The options that ask for this, each with a space before it.
  static String words(Preprocessing work) {
    StringBuilder words = new StringBuilder();
    if (work.upright()) {
      words.append(" --exif");
    }
    if (work.crop() != null) {
      words.append(" --crop ").append(work.crop());
    }
    if (work.grey()) {
      words.append(" --gray");
    }
    if (work.type() != null) {
      words.append(" --dtype ").append(work.type().label());
    }
    if (work.resize() != null) {
      words.append(" --resize ").append(work.resize());
    }
    return words.toString();
  }

  /// Ends all ranks if an image is not like the others. Collective.
  private static void checkAlike(Job job, Plan plan, Map<Long, ImageLayout> misfits)
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
    List<List<Misfit>> gathered = job.comm().gatherObjects(mine, Codecs.list(Misfit.CODEC), 0);
    job.onRoot(
        () -> {
          List<Misfit> first =
              gathered.stream()
                  .flatMap(List::stream)
                  .sorted(Comparator.comparingLong(Misfit::item))
                  .limit(NAMED)
                  .toList();
          Difference difference =
              Difference.of(plan.slot, first.stream().map(Misfit::layout).toList());
          String names =
              first.stream()
                  .map(misfit ->
                      "%s (%s)"
                          .formatted(
                              plan.files.get((int) misfit.item),
                              difference.describe(misfit.layout)))
                  .collect(Collectors.joining(", "));
          throw new InputException(
              "%d of %d images do not have the %s of %s (%s): %s%s; %s"
                  .formatted(
                      all,
                      plan.files.size(),
                      difference.what(),
                      plan.files.getFirst(),
                      difference.describe(plan.slot),
                      names,
                      all > NAMED ? ", ..." : "",
                      difference.cure(plan.slot)));
        },
        Codecs.NOTHING);
  }

  /// In what images differ from the first.
  private record Difference(boolean size, boolean type, boolean channels) {
    static Difference of(ImageLayout first, List<ImageLayout> others) {
      return new Difference(
          others.stream().anyMatch(other -> !other.size().equals(first.size())),
          others.stream().anyMatch(other -> other.format().type() != first.format().type()),
          others.stream()
              .anyMatch(other -> other.format().channels() != first.format().channels()));
    }

    String what() {
      String format = type || channels ? "type" : "";
      return size && !format.isEmpty() ? "size and type" : size ? "size" : format;
    }

    String describe(ImageLayout layout) {
      return layout.size() + (type || channels ? " " + layout.format() : "");
    }

    String cure(ImageLayout first) {
      List<String> words = new ArrayList<>();
      if (channels) {
        words.add("--gray");
      }
      if (type) {
        // One of the two types is that of FITS.
        words.add("--dtype float32");
      }
      if (size) {
        words.add("--resize " + first.size());
      }
      return String.join(" ", words) + (words.size() == 1 ? " makes" : " make") + " all equal";
    }
  }

  private Summary summary(MapResult<?> map, Plan plan, Path written) {
    if (written == null) {
      return Summary.of(List.of(), Map.of(), map, 0);
    }
    List<Long> shape = plan.shape();
    String line =
        "%s: %s (%s)"
            .formatted(
                written,
                plan.slot.format().type().label(),
                shape.stream().map(String::valueOf).collect(Collectors.joining(", ")));
    if (map.failed() > 0) {
      line += ", zeros in the places of %d failed images".formatted(map.failed());
    }
    Map<String, Object> results = new LinkedHashMap<>();
    results.put("file", written.toString());
    results.put("shape", shape);
    results.put("jpeg_decoder", plan.decoder);
    return Summary.of(List.of(line), results, map, map.done() * plan.slot.bytes());
  }

  /// One thread's decoder and buffers.
  private final class Task implements ItemTask<Void> {
    private final Job job;
    private final Plan plan;
    private final SharedOutput output;
    private final Map<Long, ImageLayout> misfits;
    private final Preprocessor images = new Preprocessor(work, maxPixels);
    private final PixelBuffer slot = new PixelBuffer();
    private long writing;
    private boolean written;
    private volatile boolean cancelled;

    Task(Job job, Plan plan, SharedOutput output, Map<Long, ImageLayout> misfits) {
      this.job = job;
      this.plan = plan;
      this.output = output;
      this.misfits = misfits;
    }

    /// Decodes into a buffer that stays in the processor's cache, then writes it: faster than
    /// decoding into a mapped file, and a full disk is an error instead of a signal.
    @Override
    public Void apply(long item) throws Exception {
      written = false;
      if (delayMillis > 0) {
        Thread.sleep(delayMillis);
      }
      ImageLayout layout = images.open(Path.of(plan.files.get((int) item)));
      if (!layout.equals(plan.slot)) {
        if (!job.options().stopOnError()) {
          Difference difference = Difference.of(plan.slot, List.of(layout));
          throw new ImageException(
              "%s pixels, the first image has %s; %s"
                  .formatted(
                      difference.describe(layout),
                      difference.describe(plan.slot),
                      difference.cure(plan.slot)));
        }
        misfits.put(item, layout);
      }
      if (!misfits.isEmpty()) {
        return null; // the run will fail: only the layouts matter
      }
      MemorySegment pixels = slot.of(layout);
      images.read(pixels);
      if (cancelled) {
        return null; // the item has failed: its slot stays as it is
      }
      long begin = System.nanoTime();
      output.write(pixels, item * layout.bytes());
      writing += System.nanoTime() - begin;
      written = true;
      return null;
    }

    @Override
    public boolean counts() {
      return written;
    }

    @Override
    public void cancel() {
      cancelled = true;
    }

    @Override
    public void close() {
      images.close();
      long share = writing / job.mapOptions().threads();
      job.phases().add(Phase.WRITE, share);
      job.phases().add(Phase.COMPUTE, -share);
    }
  }
}
