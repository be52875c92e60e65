package dev.sheaf.workload;

import dev.sheaf.InputException;
import dev.sheaf.array.OutputFile;
import dev.sheaf.comm.Codec;
import dev.sheaf.comm.Codecs;
import dev.sheaf.comm.Counter;
import dev.sheaf.files.InputFiles;
import dev.sheaf.image.ImageLoader;
import dev.sheaf.image.ImageSize;
import dev.sheaf.image.Preprocessing;
import dev.sheaf.image.Preprocessor;
import dev.sheaf.map.MapOptions;
import dev.sheaf.map.MapResult;
import dev.sheaf.map.OrderedMap;
import dev.sheaf.map.Outcome;
import dev.sheaf.process.ShellWords;
import dev.sheaf.report.Count;
import dev.sheaf.report.Phase;
import dev.sheaf.workload.BatchReader.Batch;
import dev.sheaf.workload.BatchReader.Unread;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32;

/// Reads a set of images as a training loop would: in batches, shuffled anew each epoch, each batch
/// divided among the ranks (see [BatchOrder] and [BatchReader]). The loop does nothing with them
/// but sum them up: `batches.csv` has a line for each image that was delivered, in that order, with
/// the CRC-32 of its pixels.
///
/// The items are the images of all epochs. An image that can't be read is a failed item; with
/// `--on-error continue` it is left out of its batches.
public final class Batches implements Workload {
  private final String what;
  private final int batch;
  private final int epochs;
  private final Preprocessing work;
  private final long maxPixels;

  /// Images to read.
  ///
  /// @param what a directory, glob, list or file; see [InputFiles#find]
  /// @param batch images of a batch, over all ranks
  /// @param epochs how often all images are read
  /// @param work what is done with each image, that all have the size of the first
  /// @param maxPixels larger images are refused
  public Batches(String what, int batch, int epochs, Preprocessing work, long maxPixels) {
    new BatchOrder(0, batch, epochs, 0); // checks them
    Load.checkResize(work.resize(), maxPixels);
    this.what = what;
    this.batch = batch;
    this.epochs = epochs;
    this.work = work;
    this.maxPixels = maxPixels;
  }

  @Override
  public String name() {
    return "batches";
  }

  @Override
  public void checkPart() {
    throw new InputException("--part: batches are read in one go, by one job");
  }

  /// What rank 0 has found.
  private record Plan(List<String> files, int width, int height, String csv) {}

  /// An image was delivered.
  ///
  /// @param place in the order of its epoch
  /// @param crc the CRC-32 of its pixels
  private record Delivery(int place, int crc) {
    static final Codec<Delivery> CODEC =
        Codecs.of(
            (out, delivery) -> out.putInt(delivery.place).putInt(delivery.crc),
            in -> new Delivery(in.getInt(), in.getInt()));
  }

  @Override
  public Summary run(Job job) throws Exception {
    Plan plan;
    try (var _ = job.phases().start(Phase.SCATTER)) {
      plan = job.onRoot(() -> plan(job), Codecs.ofRecord(Plan.class));
    }
    List<Path> files = plan.files.stream().map(Path::of).toList();
    SameFiles.check(job, files);
    BatchReader.Images images =
        new BatchReader.Images(files, new ImageSize(plan.width, plan.height), work, maxPixels);
    BatchOrder order = new BatchOrder(plan.files.size(), batch, epochs, job.options().seed());
    job.begin();
    Loop loop = new Loop(job, order, plan);
    try (var _ = job.phases().start(Phase.COMPUTE)) {
      loop.run(images);
    }
    MapResult<Delivery> map;
    long[] waited;
    try (var _ = job.phases().start(Phase.GATHER)) {
      long items = (long) epochs * order.images();
      map = OrderedMap.gather(job.comm(), items, loop.outcomes, loop.done, Delivery.CODEC);
      waited = job.comm().allgather(loop.waited);
    }
    long bytes = map.done() * images.size().rgbBytes();
    if (!job.writes(map)) {
      return Summary.of(List.of(), Map.of(), map, bytes);
    }
    try (var _ = job.phases().start(Phase.WRITE)) {
      job.onRoot(
          () -> {
            OutputFile.write(Path.of(plan.csv), csv(plan.files, order, map.values()));
            return null;
          },
          Codecs.NOTHING);
    }
    return summary(job, plan, map, waited, bytes);
  }

  private Plan plan(Job job) {
    job.refuseTimeout();
    List<String> files =
        InputFiles.find(what, InputFiles.Kind.IMAGES).stream().map(Path::toString).toList();
    try (Preprocessor images = new Preprocessor(work, maxPixels)) {
      ImageSize size = Load.first(files, images).size();
      return new Plan(files, size.width(), size.height(), job.output("batches.csv").toString());
    }
  }

  /// Which image came when, with which pixels. For rank 0.
  private byte[] csv(List<String> files, BatchOrder order, List<Delivery> deliveries) {
    StringBuilder table = new StringBuilder("epoch,batch,position,file,crc32\n");
    for (int epoch = 0; epoch < epochs; epoch++) {
      Integer[] imageAt = new Integer[order.images()];
      int[] crcAt = new int[order.images()];
      for (int image = 0; image < order.images(); image++) {
        Delivery delivery = deliveries.get(epoch * order.images() + image);
        if (delivery != null) {
          imageAt[delivery.place] = image;
          crcAt[delivery.place] = delivery.crc;
        }
      }
      for (int place = 0; place < order.images(); place++) {
        if (imageAt[place] != null) {
          table
              .append(epoch)
              .append(',')
              .append(place / batch)
              .append(',')
              .append(place % batch)
              .append(',')
              .append(Csv.quote(files.get(imageAt[place])))
              .append(',')
              .append(HexFormat.of().toHexDigits(crcAt[place]))
              .append('\n');
        }
      }
    }
    return table.toString().getBytes(StandardCharsets.UTF_8);
  }

  private Summary summary(Job job, Plan plan, MapResult<?> map, long[] waited, long bytes) {
    if (job.comm().rank() == 0 && !job.options().quiet()) {
      System.err.printf(
          Locale.ROOT,
          "waited for batches: mean %.3f s, max %.3f s%n",
          Arrays.stream(waited).average().orElse(0) / 1e9,
          Arrays.stream(waited).max().orElse(0) / 1e9);
    }
    String line =
        "%s: %s in batches of %d, %s"
            .formatted(plan.csv, Count.of(map.done(), "image"), batch, Count.of(epochs, "epoch"));
    if (map.failed() > 0) {
      line += "; %s left out".formatted(Count.of(map.failed(), "failed image"));
    }
    List<Double> seconds = Arrays.stream(waited).mapToObj(nanos -> nanos / 1e9).toList();
    return Summary.of(
        List.of(line), Map.of("file", plan.csv, "waited_seconds", seconds), map, bytes);
  }

  /// One rank's training loop.
  private final class Loop {
    private final Job job;
    private final BatchOrder order;
    private final Plan plan;
    private final CRC32 crc = new CRC32();
    private final List<Outcome<Delivery>> outcomes = new ArrayList<>();
    private long done;
    private long waited;

    Loop(Job job, BatchOrder order, Plan plan) {
      this.job = job;
      this.order = order;
      this.plan = plan;
    }

    /// Not try-with-resources for the counter: closing it is collective, and a rank that fails must
    /// not wait for others.
    void run(BatchReader.Images images) throws Exception {
      MapOptions options = job.mapOptions();
      Counter failures = job.comm().counter();
      try (BatchReader reader =
          job.onAll(() ->
              new BatchReader(job.comm(), images, order, options.threads(), options.retries()))) {
        Batch next = reader.next();
        while (next != null && !(options.stopOnError() && failures.getAndAdd(0) > 0)) {
          use(next);
          failures.getAndAdd(next.unread().size());
          next = reader.next();
        }
        waited = reader.waitedNanos();
      }
      failures.close();
    }

    private void use(Batch next) {
      long first = (long) next.epoch() * order.images();
      for (int k = 0; k < next.count(); k++) {
        crc.reset();
        crc.update(next.pixels(k).asByteBuffer());
        Delivery delivery = new Delivery(next.places()[k], (int) crc.getValue());
        outcomes.add(new Outcome.Done<>(first + next.images()[k], delivery));
        done++;
      }
      for (Unread unread : next.unread()) {
        String file = plan.files.get(unread.image());
        outcomes.add(
            new Outcome.Failed<>(
                first + unread.image(),
                file,
                job.comm().rank(),
                job.comm().host(),
                ProcessHandle.current().pid(),
                unread.attempts(),
                unread.cause(),
                replay(file)));
      }
    }

    private String replay(String file) {
      StringBuilder words = new StringBuilder("sheaf batches ").append(ShellWords.quote(file));
      words.append(Load.words(work));
      if (maxPixels != ImageLoader.DEFAULT_MAX_PIXELS) {
        words.append(" --max-pixels ").append(maxPixels);
      }
      Path out = job.options().out().resolve("replay");
      return words.append(" --out ").append(ShellWords.quote(out.toString())).toString();
    }
  }
}
