package dev.sheaf.workload;

import dev.sheaf.InputException;
import dev.sheaf.array.OutputFile;
import dev.sheaf.comm.Codec;
import dev.sheaf.comm.Codecs;
import dev.sheaf.comm.Decoder;
import dev.sheaf.comm.Encoder;
import dev.sheaf.image.ImageFlipper;
import dev.sheaf.image.Pdf;
import dev.sheaf.image.PdfImage;
import dev.sheaf.report.Phase;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// One PDF that all ranks write together, on a file system that all of them see: large results
/// don't pass through rank 0, and no rank holds more than a page of each of its threads.
///
/// Where a page goes is known when those before it are made. So every rank sets its pages aside, in
/// a file of its own beside the output; rank 0 gathers their sizes and tells where each goes; then
/// every rank copies its own, and those of earlier attempts, whose files stay until the run is
/// done. That takes the room of twice the output for a while.
final class PdfOutput implements AutoCloseable {
  static final Codec<PdfImage> IMAGE = Codecs.ofRecord(PdfImage.class);

  private static final Codec<long[]> POSITIONS = Codecs.of(Encoder::putLongs, Decoder::getLongs);
  private static final int PIECE = 1 << 20;

  /// A page set aside.
  ///
  /// @param file in the directory of the output
  record Aside(String file, long position) {
    void write(Encoder out) {
      out.putString(file).putLong(position);
    }

    static Aside read(Decoder in) {
      return new Aside(in.getString(), in.getLong());
    }
  }

  /// A page that this rank is to copy.
  private record Page(PdfImage image, Aside aside) {}

  private final Path target;
  private final OutputFile aside;
  private final AtomicLong used = new AtomicLong();
  private final Map<Long, Page> pages = new ConcurrentHashMap<>();

  private PdfOutput(Path target, OutputFile aside) {
    this.target = target;
    this.aside = aside;
  }

  /// Begins the ranks' own files. Collective.
  static PdfOutput create(Job job, Path target) throws Exception {
    job.begin();
    try (var _ = job.phases().start(Phase.WRITE)) {
      return new PdfOutput(target, job.onAll(() -> begin(job, target)));
    }
  }

  private static OutputFile begin(Job job, Path target) {
    if (job.journal() == null) {
      return OutputFile.create(target, 0);
    }
    Path ofRank = target.resolveSibling(target.getFileName() + "-" + job.comm().rank());
    return OutputFile.create(ofRank, job.journal().partName(ofRank), 0);
  }

  /// The pages' images are values, their bytes lie aside.
  Kept kept() {
    return Kept.aside(
        target.getFileName().toString(),
        done -> {
          Decoder in = new Decoder(done.value());
          IMAGE.read(in);
          return aside.path().resolveSibling(Aside.read(in).file);
        });
  }

  /// Sets a page aside. May be called by all threads at once.
  Aside setAside(ImageFlipper.Page page) {
    long position = used.getAndAdd(page.image().bytes());
    aside.write(page.data(), position);
    return new Aside(aside.path().getFileName().toString(), position);
  }

  /// This rank is to copy the item's page. May be called by all threads at once.
  void add(long item, PdfImage image, Aside page) {
    pages.put(item, new Page(image, page));
  }

  /// Makes the PDF of the pages, in the order of the items. Collective.
  ///
  /// @param images on rank 0 the items' pages, `null` for those that have none
  void commit(Job job, List<PdfImage> images) throws Exception {
    Pdf pdf = new Pdf();
    long[] positions;
    try (var _ = job.phases().start(Phase.GATHER)) {
      positions = job.onRoot(() -> positions(pdf, images), POSITIONS);
    }
    long bytes = positions[positions.length - 1];
    try (SharedOutput output =
        SharedOutput.create(job, target.getFileName().toString(), new byte[0], bytes)) {
      try (var _ = job.phases().start(Phase.WRITE)) {
        job.onAll(() -> copy(positions, output));
        job.onRoot(
            () -> {
              output.write(MemorySegment.ofArray(Pdf.HEADER), 0);
              output.write(MemorySegment.ofArray(pdf.end()), pdf.position());
              return null;
            },
            Codecs.NOTHING);
      }
      output.commit(job);
    }
  }

  /// Where the items' pages begin, -1 for those that have none, and the bytes of the whole file.
  private long[] positions(Pdf pdf, List<PdfImage> images) {
    long[] positions = new long[images.size() + 1];
    for (int item = 0; item < images.size(); item++) {
      PdfImage image = images.get(item);
      positions[item] = image == null ? -1 : pdf.add(image);
    }
    long bytes = pdf.position() + pdf.end().length;
    if (bytes > Pdf.LARGEST) {
      throw new InputException(
          "%s: would have %d bytes, a PDF has at most %d; turn fewer images at a time"
              .formatted(target, bytes, Pdf.LARGEST));
    }
    positions[images.size()] = bytes;
    return positions;
  }

  private Void copy(long[] positions, SharedOutput output) throws IOException {
    ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);
    Map<String, FileChannel> channels = new HashMap<>();
    try {
      int number = 0;
      for (int item = 0; item < positions.length - 1; item++) {
        Page page = pages.get((long) item);
        if (page != null) {
          FileChannel channel = channels.get(page.aside.file);
          if (channel == null) {
            channel = FileChannel.open(aside.path().resolveSibling(page.aside.file));
            channels.put(page.aside.file, channel);
          }
          byte[] head = page.image.head(number);
          output.write(MemorySegment.ofArray(head), positions[item]);
          long to = positions[item] + head.length;
          long bytes = page.image.bytes();
          for (long done = 0; done < bytes; done += piece.limit()) {
            piece.clear().limit((int) Math.min(PIECE, bytes - done));
            while (piece.hasRemaining()) {
              if (channel.read(piece, page.aside.position + done + piece.position()) < 0) {
                throw new EOFException(page.aside.file + ": became shorter");
              }
            }
            output.write(MemorySegment.ofBuffer(piece.flip()), to + done);
          }
          output.write(MemorySegment.ofArray(PdfImage.TAIL), to + bytes);
        }
        number += positions[item] < 0 ? 0 : 1;
      }
    } finally {
      for (FileChannel channel : channels.values()) {
        channel.close();
      }
    }
    return null;
  }

  /// Ends the writing; what was set aside stays for a resume, if there can be one. Local.
  @Override
  public void close() {
    aside.close();
  }
}
