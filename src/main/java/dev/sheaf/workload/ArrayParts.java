package dev.sheaf.workload;

import dev.sheaf.InputException;
import dev.sheaf.array.ArrayView;
import dev.sheaf.array.DType;
import dev.sheaf.array.NpyHeader;
import dev.sheaf.array.Npz;
import dev.sheaf.array.OutputFile;
import dev.sheaf.comm.Codec;
import dev.sheaf.comm.Codecs;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// An array that is read piece by piece, in files or made when it is wanted, and the part of it
/// that is asked for.
///
/// @param name what it is called
/// @param parts one behind the other; at least one, of the same type and byte order
/// @param view what is asked for, of the elements of all parts; its last index runs fastest in the
///   files
/// @param fortranOrder whether the view's dimensions are the array's the other way round
record ArrayParts(String name, List<ArrayInput> parts, ArrayView view, boolean fortranOrder)
    implements StatsInput {
  private static final Codec<List<ArrayInput>> PARTS = Codecs.list(ArrayInput.CODEC);

  static final Codec<ArrayParts> CODEC =
      Codecs.of(
          (out, array) -> {
            out.putString(array.name);
            PARTS.write(array.parts, out);
            out.putLong(array.view.offset())
                .putLongs(array.view.shape())
                .putLongs(array.view.strides())
                .putBoolean(array.fortranOrder);
          },
          in ->
              new ArrayParts(
                  in.getString(),
                  PARTS.read(in),
                  new ArrayView(in.getLong(), in.getLongs(), in.getLongs()),
                  in.getBoolean()));

  /// Files that exist as long as the work goes on: arrays of packed `.npz` members, which can't be
  /// read in pieces as they are. On rank 0.
  static final class Unpacked implements AutoCloseable {
    private final List<OutputFile> files = new ArrayList<>();

    private Path unpack(Job job, Path file, Npz.Member member) {
      String name = member.name().replace('/', '_') + ".npy";
      OutputFile unpacked = OutputFile.create(job.output(name), member.size());
      files.add(unpacked);
      Npz.unpack(file, member, unpacked);
      return unpacked.path();
    }

    @Override
    public void close() {
      files.forEach(OutputFile::close);
    }
  }

  /// Looks at the headers. For rank 0.
  ///
  /// @param slice what is asked for, as NumPy's basic slicing has it; `null` for all
  /// @throws InputException if they are no arrays of numbers, truncated, or don't fit together
  static ArrayParts of(Job job, ArraySource source, String slice, Unpacked unpacked) {
    return switch (source) {
      case ArraySource.Normal normal -> {
        ArrayView whole = ArrayView.of(normal.shape());
        ArrayInput numbers = ArrayInput.normal(whole.count(), job.options().seed());
        yield new ArrayParts("normal numbers", List.of(numbers), part(whole, slice), false);
      }
      case ArraySource.Files files -> of(job, files.names(), slice, unpacked);
    };
  }

  private static ArrayParts of(Job job, List<String> names, String slice, Unpacked unpacked) {
    List<ArrayInput> parts = new ArrayList<>();
    NpyHeader first = null;
    long length = 0;
    for (String name : names) {
      Stored stored = find(job, name, unpacked);
      first = first == null ? stored.header : first;
      if (names.size() > 1) {
        checkFits(name, stored.header, names.getFirst(), first);
        length = Math.addExact(length, stored.header.shape()[0]);
      }
      parts.add(ArrayInput.of(stored.file, stored.header));
    }
    long[] shape = first.shape().clone();
    if (names.size() > 1) {
      shape[0] = length;
    }
    String name = names.getFirst() + (names.size() == 1 ? "" : " and others");
    boolean fortranOrder = first.fortranOrder();
    ArrayView view = part(fortranOrder ? ArrayView.ofFortran(shape) : ArrayView.of(shape), slice);
    return new ArrayParts(name, parts, fortranOrder ? view.transposed() : view, fortranOrder);
  }

  /// An array as it stands in a file.
  private record Stored(Path file, NpyHeader header) {}

  private static Stored find(Job job, String name, Unpacked unpacked) {
    int colon = name.indexOf(".npz:");
    if (colon < 0 && !name.endsWith(".npz")) {
      job.reads(Path.of(name));
      return new Stored(Path.of(name), NpyHeader.read(Path.of(name)));
    }
    int end = colon < 0 ? name.length() : colon + ".npz".length();
    Path file = Path.of(name.substring(0, end));
    job.reads(file);
    Npz.Member member = Npz.find(file, colon < 0 ? "" : name.substring(end + 1));
    Path shown = Path.of(file + ":" + member.name());
    if (member.stored()) {
      return new Stored(file, NpyHeader.read(file, member.offset(), member.size(), shown));
    }
    Path whole = unpacked.unpack(job, file, member);
    return new Stored(whole, NpyHeader.read(whole, 0, member.size(), shown));
  }

  private static ArrayView part(ArrayView whole, String slice) {
    return slice == null ? whole : whole.slice(slice);
  }

  /// Checks that two arrays can be joined along their first axis.
  static void checkFits(String name, NpyHeader header, String firstName, NpyHeader first) {
    long[] shape = header.shape();
    long[] others = first.shape();
    if (shape.length == 0 || others.length == 0) {
      throw new InputException(
          name + ": a single number; arrays are joined along their first axis");
    }
    if (header.type() != first.type() || header.order() != first.order()) {
      throw new InputException(
          "%s: %s, but %s has %s; save them with the same dtype"
              .formatted(name, kind(header), firstName, kind(first)));
    }
    if (!Arrays.equals(shape, 1, shape.length, others, 1, others.length)) {
      throw new InputException(
          "%s: shape %s, but %s has %s: only the first dimension may differ"
              .formatted(name, NpyHeader.tuple(shape), firstName, NpyHeader.tuple(others)));
    }
    if (header.fortranOrder() || first.fortranOrder()) {
      throw new InputException(
          "%s: several arrays in Fortran order are not read as one; save them by numpy.ascontiguousarray"
              .formatted(name));
    }
  }

  private static String kind(NpyHeader header) {
    return (header.order() == ByteOrder.BIG_ENDIAN ? "big-endian " : "") + header.type().label();
  }

  @Override
  public DType type() {
    return parts.getFirst().type();
  }

  @Override
  public ByteOrder order() {
    return parts.getFirst().order();
  }

  @Override
  public long count() {
    return view.count();
  }

  /// Checks that all ranks see the same files. Collective.
  ///
  /// @throws AgreedInputException on every rank, if they don't
  void checkSeen(Job job) throws Exception {
    job.onAll(this::open);
    SameFiles.check(
        job,
        parts.stream()
            .filter(part -> part.file() != null)
            .map(part -> Path.of(part.file()))
            .distinct()
            .toList());
  }

  private Void open() throws IOException {
    for (ArrayInput part : parts) {
      try (var channel = part.open()) {
        if (channel == null) {
          break;
        }
      }
    }
    return null;
  }
}
