package dev.sheaf.zarr;

import dev.sheaf.InputException;
import dev.sheaf.array.DType;
import dev.sheaf.array.FileErrors;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// An array in a Zarr store on a file system, of version 3
/// (<https://zarr-specs.readthedocs.io/en/latest/v3/core/index.html>) or 2: a directory with a file
/// about the array, and a file for each chunk, or for each shard, which has several chunks and an
/// index of them. A chunk that is not there has the fill value everywhere.
///
/// Read are regular grids of chunks of plain numbers, in any order of the axes, packed by gzip,
/// zlib, zstd, lz4 or Blosc, with or without a CRC-32C, and sharded or not.
public final class ZarrArray {
  private static final String V3 = "zarr.json";
  private static final String V2 = ".zarray";
  private static final List<String> FILES = List.of(V3, V2, ".zgroup");

  /// Arrays of a group that are named.
  private static final int NAMED = 10;

  private final Path directory;
  private final String text;
  private final Layout layout;

  private ZarrArray(Path directory, String text) {
    this.directory = directory;
    this.text = text;
    this.layout = new LayoutText(directory, text).layout();
  }

  /// Whether this is a Zarr array, or a group of them.
  public static boolean isZarr(Path directory) {
    return FILES.stream().map(directory::resolve).anyMatch(Files::exists);
  }

  /// Looks at what is said about the array.
  ///
  /// @throws InputException if it is none, or one that can't be read
  public static ZarrArray open(Path directory) {
    Path about = about(directory);
    String text = text(about);
    if (LayoutText.isGroup(about, text)) {
      throw new InputException(directory + ": a Zarr group" + named(directory));
    }
    return new ZarrArray(directory, text);
  }

  /// The array about which this is said.
  ///
  /// @param text what [#text] gave
  public static ZarrArray of(Path directory, String text) {
    return new ZarrArray(directory, text);
  }

  private static Path about(Path directory) {
    return FILES.stream()
        .map(directory::resolve)
        .filter(Files::exists)
        .findFirst()
        .orElseThrow(() -> new InputException(directory + ": no Zarr array"));
  }

  private static String text(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw FileErrors.input(file, "can't be read", e);
    }
  }

  /// Says which arrays a group has.
  private static String named(Path group) {
    List<Path> arrays = new ArrayList<>();
    addArrays(group, arrays);
    return arrays.isEmpty()
        ? " without arrays"
        : "; give one of its arrays: "
            + arrays.stream().limit(NAMED).map(Path::toString).collect(Collectors.joining(", "))
            + (arrays.size() > NAMED ? ", ..." : "");
  }

  private static void addArrays(Path group, List<Path> arrays) {
    List<Path> members;
    try (Stream<Path> all = Files.list(group)) {
      members = all.filter(ZarrArray::isZarr).sorted().toList();
    } catch (IOException e) {
      throw FileErrors.input(group, "can't be read", e);
    }
    for (Path member : members) {
      Path about = about(member);
      if (!LayoutText.isGroup(about, text(about))) {
        arrays.add(member);
      } else if (arrays.size() <= NAMED) {
        addArrays(member, arrays);
      }
    }
  }

  /// The file about the array.
  public Path about() {
    return about(directory);
  }

  /// What it says.
  public String text() {
    return text;
  }

  /// The type of the elements.
  public DType type() {
    return layout.type();
  }

  /// Their byte order; little-endian for elements of one byte.
  public ByteOrder order() {
    return layout.order();
  }

  /// The length of each dimension; empty for a single number.
  public long[] shape() {
    return layout.shape();
  }

  /// The number of elements of a chunk along each dimension. Those at the end of a dimension may
  /// reach beyond it.
  public int[] chunk() {
    return layout.chunk();
  }

  /// The file that has a chunk, if it exists.
  ///
  /// @param chunk its number along each dimension
  public Path file(long[] chunk) {
    return directory.resolve(layout.key(layout.file(chunk)));
  }

  Layout layout() {
    return layout;
  }
}
