package dev.sheaf.cli;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import dev.sheaf.array.DType;
import dev.sheaf.array.NpyHeader;
import dev.sheaf.array.OutputFile;
import dev.sheaf.comm.Communicator;
import dev.sheaf.map.Schedule;
import dev.sheaf.testing.GivenTransport;
import dev.sheaf.testing.Outputs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The promise "same bytes": command lines run on all ranks of a world, by every schedule, on one
/// and two threads a rank, give results and output files of the same SHA-256, the one that stands
/// in `same-bytes.txt`. Whether the bytes are right is checked elsewhere, against other programs.
///
/// While it runs it has taken standard output.
final class SameBytes {
  /// Instead of a turn: every command line is run in every way.
  static final int ALL_WAYS = -1;

  private final Communicator world;
  private final boolean watched;
  private final Path input;
  private final Path output;
  private final Map<String, String> expected = new LinkedHashMap<>();
  private final ByteArrayOutputStream printed;
  private final List<String> differences = new ArrayList<>();

  private SameBytes(
      Communicator world, Path directory, ByteArrayOutputStream printed, boolean watched)
      throws IOException {
    this.world = world;
    this.watched = watched;
    this.input = directory.resolve("in");
    this.output = directory.resolve("out");
    this.printed = printed;
    try (InputStream list = SameBytes.class.getResourceAsStream("same-bytes.txt")) {
      new String(list.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .forEach(line -> expected.put(line.substring(66), line.substring(0, 64)));
    }
  }

  /// Takes standard output, for [#run] to look at; give it back afterwards.
  static ByteArrayOutputStream captureOutput() {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    return printed;
  }

  /// Runs every command line in every way, by each schedule on one and two threads; or in one way
  /// each, in turn, and not watched for stalls; or only one of each command, so too. Collective.
  ///
  /// @param directory an empty directory that all ranks see
  /// @param printed what [#captureOutput] gave, the same for all ranks of a JVM
  /// @param turn [#ALL_WAYS], or the way of the first command line: a command line is run in every
  ///   way in as many worlds with turns that follow each other
  /// @param once whether to run one of the command lines of each command only, in turn
  /// @return what differs, on rank 0; empty elsewhere
  static List<String> run(
      Communicator world, Path directory, ByteArrayOutputStream printed, int turn, boolean once)
      throws IOException {
    boolean allWays = turn == ALL_WAYS;
    SameBytes test = new SameBytes(world, directory, printed, allWays);
    GivenTransport.give(world);
    test.makeInput();
    List<Way> ways =
        Stream.of(Schedule.values())
            .flatMap(schedule -> Stream.of(new Way(schedule, 1), new Way(schedule, 2)))
            .toList();
    int next = turn;
    for (String command : once ? test.oneOfEach(turn) : test.expected.keySet()) {
      for (Way way : allWays ? ways : List.of(ways.get(next++ % ways.size()))) {
        test.compare(command, way);
      }
    }
    return test.differences;
  }

  /// A command line of each command.
  private List<String> oneOfEach(int turn) {
    Map<String, List<String>> commands =
        expected.keySet().stream()
            .collect(groupingBy(line -> line.split(" ", 2)[0], LinkedHashMap::new, toList()));
    return commands.values().stream().map(lines -> lines.get(turn % lines.size())).toList();
  }

  /// An array with numbers of all sizes and a few NaN, as .npy and as Zarr, a table and a model of
  /// it, and some images: FITS, other rare formats, and plain ones.
  private void makeInput() throws IOException {
    if (world.rank() == 0) {
      Files.createDirectories(input);
      NpyHeader header = NpyHeader.of(DType.FLOAT64, 31, 70, 1300);
      ByteBuffer bytes =
          ByteBuffer.allocate(Math.toIntExact(header.dataOffset() + header.dataBytes()))
              .order(ByteOrder.LITTLE_ENDIAN)
              .put(header.bytes());
      for (int i = 0; bytes.hasRemaining(); i++) {
        bytes.putDouble(i % 9973 == 7 ? Double.NaN : Math.scalb(i * 0.1 - 50000, i % 31 - 15));
      }
      OutputFile.write(input.resolve("array.npy"), bytes.array());
      makeZarr(bytes.array(), (int) header.dataOffset());
      copyImages("fits", "blank.fits", "float32.fits", "nan.fits", "scaled-16.fits", "uint16.fits");
      copyImages("rare", "cmyk.jpg", "exif-3.jpg", "exif-6.jpg", "rgb-16.png", "ycck-420.jpg");
    }
    world.barrier();
    execute("sample images " + input.resolve("images") + " -n 23 --seed 5");
    Path iris = input.resolve("iris.csv");
    execute("sample iris " + iris);
    execute("forest %s --target species --trees 5 --out %s".formatted(iris, input));
    execute("sample taxi " + input.resolve("taxi.parquet") + " --rows 140000 --seed 5");
  }

  /// The same array in chunks of (16, 70, 650), of which those at the end reach beyond it.
  private void makeZarr(byte[] array, int offset) throws IOException {
    Path zarr = Files.createDirectories(input.resolve("array.zarr"));
    Files.writeString(
        zarr.resolve("zarr.json"),
        """
        {"zarr_format": 3, "node_type": "array", "shape": [31, 70, 1300], "data_type": "float64",
         "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [16, 70, 650]}},
         "chunk_key_encoding": {"name": "v2"}, "fill_value": 0,
         "codecs": [{"name": "bytes", "configuration": {"endian": "little"}}]}
        """);
    int half = 650 * Double.BYTES;
    for (int chunk = 0; chunk < 4; chunk++) {
      byte[] bytes = new byte[16 * 70 * half];
      for (int row = 0; row < Math.min(16, 31 - chunk / 2 * 16) * 70; row++) {
        int from = offset + ((chunk / 2 * 16 * 70 + row) * 2 + chunk % 2) * half;
        System.arraycopy(array, from, bytes, row * half, half);
      }
      Files.write(zarr.resolve("%d.0.%d".formatted(chunk / 2, chunk % 2)), bytes);
    }
  }

  /// Copies test images.
  private void copyImages(String directory, String... names) throws IOException {
    Files.createDirectories(input.resolve(directory));
    for (String name : names) {
      try (InputStream image =
          SameBytes.class.getResourceAsStream("/dev/sheaf/image/formats/" + name)) {
        Files.copy(image, input.resolve(directory).resolve(name));
      }
    }
  }

  /// How a command line is run.
  private record Way(Schedule schedule, int threads) {}

  private void compare(String command, Way way) throws IOException {
    if (world.rank() == 0) {
      clear(output);
      printed.reset();
    }
    world.barrier();
    int status =
        execute(
            command.replace("IN", input.toString()).replace("OUT", output.toString())
                + " --out %s --chunk 2 --schedule %s --threads %d"
                    .formatted(output, way.schedule.label(), way.threads));
    if (world.rank() == 0) {
      String hash = hash();
      if (status != 0 || !hash.equals(expected.get(command))) {
        differences.add(
            "%s  %s  (%s, %d threads, status %d)"
                .formatted(hash, command, way.schedule.label(), way.threads, status));
      }
    }
  }

  private int execute(String words) {
    String stall = watched ? "" : " --stall 0";
    return Main.run((words + stall + " --transport given --quiet").split(" "));
  }

  /// Of what was printed and of the names and bytes of all output files.
  private String hash() throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(anonymous(printed.toByteArray()));
      for (Path file : Outputs.under(output)) {
        digest.update(output.relativize(file).toString().getBytes(StandardCharsets.UTF_8));
        byte[] bytes = Files.readAllBytes(file);
        digest.update(file.toString().endsWith(".csv") ? anonymous(bytes) : bytes);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Text without the names of the temporary directories.
  private byte[] anonymous(byte[] text) {
    return new String(text, StandardCharsets.UTF_8)
        .replace(output.toString(), "OUT")
        .replace(input.toString(), "IN")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static void clear(Path directory) throws IOException {
    for (Path file : Outputs.under(directory)) {
      Files.delete(file);
    }
  }
}
