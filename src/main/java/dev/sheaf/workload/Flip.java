package dev.sheaf.workload;

import dev.sheaf.InputException;
import dev.sheaf.array.OutputFile;
import dev.sheaf.comm.Codec;
import dev.sheaf.comm.Codecs;
import dev.sheaf.comm.Decoder;
import dev.sheaf.comm.Encoder;
import dev.sheaf.comm.Op;
import dev.sheaf.files.InputFiles;
import dev.sheaf.image.ImageException;
import dev.sheaf.image.ImageFlipper;
import dev.sheaf.image.ImageLoader;
import dev.sheaf.image.Pdf;
import dev.sheaf.image.PdfImage;
import dev.sheaf.image.Turn;
import dev.sheaf.map.ItemTask;
import dev.sheaf.map.Items;
import dev.sheaf.map.MapResult;
import dev.sheaf.process.ShellWords;
import dev.sheaf.report.Count;
import dev.sheaf.report.Phase;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

/// Turns images: into PDFs, `flip/NAME.pdf` or all in one, `flip.pdf`; or into `flip/NAME.png` or
/// `flip/NAME.jpg`.
///
/// The items are the images. Rank 0 lists the files and refuses what would overwrite one of them,
/// or give two of them one name; every rank reads, turns and writes its own, so no image passes
/// through rank 0. See [ImageFlipper] for what is done without loss.
public final class Flip implements Workload {
  private static final String DIRECTORY = "flip";

  /// What images become.
  public enum Format {
    /// A page of a PDF.
    PDF("pdf"),
    /// A PNG.
    PNG("png"),
    /// A JPEG.
    JPEG("jpg");

    private final String extension;

    Format(String extension) {
      this.extension = extension;
    }

    /// The name on the command line.
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final String what;
  private final Format format;
  private final Turn turn;
  private final boolean reencode;
  private final boolean oneFile;
  private final long maxPixels;

  /// Images to turn.
  ///
  /// @param what a directory, glob, list or file; see [InputFiles#find]
  /// @param reencode turn pixels and encode them again where that could be avoided, too
  /// @param oneFile one PDF with a page an image
  /// @param maxPixels larger images are refused
  public Flip(
      String what, Format format, Turn turn, boolean reencode, boolean oneFile, long maxPixels) {
    if (oneFile && format != Format.PDF) {
      throw new InputException("--one-file is for --to pdf; a %s has one image".formatted(format));
    }
    this.what = what;
    this.format = format;
    this.turn = turn;
    this.reencode = reencode;
    this.oneFile = oneFile;
    this.maxPixels = maxPixels;
  }

  @Override
  public String name() {
    return "flip";
  }

  /// What rank 0 has found.
  ///
  /// @param files the images
  /// @param output the directory for the files, or the one file
  private record Plan(List<String> files, String output) {
    static final Codec<Plan> CODEC = Codecs.ofRecord(Plan.class);

    Path file(long item) {
      return Path.of(files.get((int) item));
    }
  }

  /// What this rank's threads have written.
  private record Tally(LongAdder bytes, LongAdder lossless) {}

  /// Whether a file was turned without loss.
  private static final Codec<Boolean> LOSSLESS =
      Codecs.of(Encoder::putBoolean, Decoder::getBoolean);

  @Override
  public Summary run(Job job) throws Exception {
    Plan plan;
    try (var _ = job.phases().start(Phase.SCATTER)) {
      plan = job.onRoot(() -> plan(job), Plan.CODEC);
    }
    Items items =
        new Items(plan.files.size(), i -> plan.files.get((int) i), i -> replay(job, plan, i));
    Tally tally = new Tally(new LongAdder(), new LongAdder());
    if (oneFile) {
      try (PdfOutput output = PdfOutput.create(job, Path.of(plan.output))) {
        MapResult<PdfImage> map =
            job.map(
                output.kept().from(plan::file),
                items,
                () -> new PageTask(plan, output, tally),
                PdfOutput.IMAGE);
        boolean written = job.writes(map);
        if (written) {
          output.commit(job, map.values());
        }
        return summary(job, plan, map, tally, written);
      }
    }
    boolean transform =
        format == Format.JPEG
            && job.comm().allreduce(ImageFlipper.canTransform() ? 1 : 0, Op.MIN) == 1;
    Path directory = Path.of(plan.output);
    MapResult<Boolean> map =
        job.map(
            Kept.files(DIRECTORY, item -> target(directory, plan.file(item))).from(plan::file),
            items,
            () -> new FileTask(plan, transform, tally),
            LOSSLESS);
    return summary(job, plan, map, tally, true);
  }

  private Summary summary(Job job, Plan plan, MapResult<?> map, Tally tally, boolean written) {
    long bytes = job.comm().allreduce(tally.bytes.sum(), Op.SUM);
    long lossless = job.comm().allreduce(tally.lossless.sum(), Op.SUM);
    if (!written) {
      return Summary.of(List.of(), Map.of(), map, bytes);
    }
    String line =
        oneFile
            ? "%s: %s".formatted(plan.output, Count.of(map.done(), "page"))
            : "%s: %s".formatted(plan.output, Count.of(map.done(), format + " file"));
    Map<String, Object> results = new LinkedHashMap<>();
    results.put("output", plan.output);
    if (format == Format.JPEG) {
      line +=
          ", %d turned without loss, %d encoded in quality %d"
              .formatted(lossless, map.done() - lossless, ImageFlipper.QUALITY);
      results.put("lossless", lossless);
    }
    return Summary.of(List.of(line), results, map, bytes);
  }

  private Plan plan(Job job) throws IOException {
    List<Path> files = InputFiles.find(what, InputFiles.Kind.IMAGES);
    Path output = job.output(oneFile ? "flip.pdf" : DIRECTORY);
    Map<Path, Path> targets = new LinkedHashMap<>();
    for (Path file : files) {
      Path target = oneFile ? output : target(output, file);
      Path other = targets.put(target, file);
      if (other != null && !oneFile) {
        throw new InputException(
            "%s and %s: both would become %s; rename one, or turn them apart"
                .formatted(other, file, target));
      }
    }
    checkInputsStay(files, targets);
    if (!oneFile) {
      makeDirectory(output);
    }
    return new Plan(files.stream().map(Path::toString).toList(), output.toString());
  }

  /// Refuses to overwrite what is still to be read.
  private static void checkInputsStay(List<Path> files, Map<Path, Path> targets)
      throws IOException {
    Set<Path> inputs = new HashSet<>();
    for (Path target : targets.keySet()) {
      if (Files.exists(target)) {
        for (Path file : inputs.isEmpty() ? files : List.<Path>of()) {
          if (Files.exists(file)) {
            inputs.add(file.toRealPath());
          }
        }
        if (inputs.contains(target.toRealPath())) {
          throw new InputException(
              target + ": is an image to turn, and would be overwritten; give another --out");
        }
      }
    }
  }

  private static void makeDirectory(Path directory) throws IOException {
    if (Files.exists(directory) && !Files.isDirectory(directory)) {
      throw new InputException(directory + ": not a directory; give another --out");
    }
    Files.createDirectories(directory);
    if (!Files.isWritable(directory)) {
      throw new InputException(directory + ": permission denied or read-only; give another --out");
    }
  }

  /// The image's name with the extension of the format.
  private Path target(Path directory, Path file) {
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return directory.resolve((dot > 0 ? name.substring(0, dot) : name) + "." + format.extension);
  }

  private String replay(Job job, Plan plan, long item) {
    StringBuilder words = new StringBuilder("sheaf flip ");
    words.append(ShellWords.quote(plan.files.get((int) item)));
    words.append(" --to ").append(format).append(" --angle ").append(turn.label());
    if (reencode) {
      words.append(" --reencode");
    }
    if (maxPixels != ImageLoader.DEFAULT_MAX_PIXELS) {
      words.append(" --max-pixels ").append(maxPixels);
    }
    Path out = job.options().out().resolve("replay");
    return words.append(" --out ").append(ShellWords.quote(out.toString())).toString();
  }

  /// Writes a file an image.
  private final class FileTask implements ItemTask<Boolean> {
    private final Plan plan;
    private final Tally tally;
    private final ImageFlipper flipper;

    // Of the file that was written last.
    private long bytes;
    private boolean lossless;

    FileTask(Plan plan, boolean transform, Tally tally) {
      this.plan = plan;
      this.tally = tally;
      flipper = new ImageFlipper(turn, reencode, transform, maxPixels);
    }

    @Override
    public Boolean apply(long item) throws ImageException {
      lossless = flipped(item);
      return lossless;
    }

    private boolean flipped(long item) throws ImageException {
      Path file = plan.file(item);
      Path target = target(Path.of(plan.output), file);
      switch (format) {
        case PDF -> write(target, flipper.page(file));
        case PNG -> write(target, flipper.png(file));
        case JPEG -> {
          ImageFlipper.Jpeg jpeg = flipper.jpeg(file);
          write(target, jpeg.data());
          return jpeg.lossless();
        }
      }
      return false;
    }

    @Override
    public void done() {
      tally.bytes.add(bytes);
      count(lossless);
    }

    @Override
    public void restore(long item, Boolean lossless, Decoder kept) {
      count(lossless);
    }

    private void count(boolean lossless) {
      if (lossless) {
        tally.lossless.increment();
      }
    }

    private void write(Path target, byte[] content) {
      OutputFile.write(target, content);
      bytes = content.length;
    }

    private void write(Path target, ImageFlipper.Page page) {
      Pdf pdf = new Pdf();
      long begin = pdf.add(page.image());
      byte[] head = page.image().head(0);
      byte[] end = pdf.end();
      bytes = pdf.position() + end.length;
      try (OutputFile file = OutputFile.create(target, bytes)) {
        file.write(ByteBuffer.wrap(Pdf.HEADER), 0);
        file.write(ByteBuffer.wrap(head), begin);
        file.write(page.data(), begin + head.length);
        file.write(ByteBuffer.wrap(PdfImage.TAIL), pdf.position() - PdfImage.TAIL.length);
        file.write(ByteBuffer.wrap(end), pdf.position());
        file.commit();
      }
    }

    @Override
    public void close() {
      flipper.close();
    }
  }

  /// Sets pages aside for one PDF.
  private final class PageTask implements ItemTask<PdfImage> {
    private final Plan plan;
    private final PdfOutput output;
    private final Tally tally;
    private final ImageFlipper flipper = new ImageFlipper(turn, reencode, false, maxPixels);
    private long item;
    private PdfImage image;
    private PdfOutput.Aside aside;

    PageTask(Plan plan, PdfOutput output, Tally tally) {
      this.plan = plan;
      this.output = output;
      this.tally = tally;
    }

    @Override
    public PdfImage apply(long item) throws ImageException {
      ImageFlipper.Page page = flipper.page(Path.of(plan.files.get((int) item)));
      this.item = item;
      image = page.image();
      aside = output.setAside(page);
      return image;
    }

    @Override
    public void keep(Encoder out) {
      aside.write(out);
    }

    @Override
    public void done() {
      tally.bytes.add(image.bytes());
      output.add(item, image, aside);
    }

    @Override
    public void restore(long item, PdfImage image, Decoder kept) {
      output.add(item, image, PdfOutput.Aside.read(kept));
    }

    @Override
    public void close() {
      flipper.close();
    }
  }
}
