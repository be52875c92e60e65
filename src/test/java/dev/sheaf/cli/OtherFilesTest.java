package dev.sheaf.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.array.DType;
import dev.sheaf.array.NpyHeader;
import dev.sheaf.comm.Codecs;
import dev.sheaf.comm.Communicator;
import dev.sheaf.testing.GivenTransport;
import dev.sheaf.testing.MpiLauncher;
import dev.sheaf.testing.MpiLauncher.Ended;
import dev.sheaf.transport.Transports;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Two nodes that have other files under the same names, those of a directory of each rank's own
/// that it has been started with.
class OtherFilesTest {
  private static final String OTHER = "not the file that rank 0 has";
  private static final String NONE = "can't be read here";

  /// Where a rank has its directory.
  private static final String HERE = "/proc/self/fd/200/";

  /// A command whose ranks read, and what it is to tell; `@` stands for the directory.
  private record Case(String words, String file, String problem) {
    String line(String host) {
      String command = words.substring(0, words.indexOf(' '));
      return "sheaf %s: %s: %s; give files in a directory that all hosts share (rank 1 on %s)"
          .formatted(command, HERE + file, problem, host);
    }
  }

  private static final List<Case> CASES =
      List.of(
          new Case("load @images", "images/1.png", OTHER),
          new Case("load @lacking", "lacking/0.png", NONE),
          new Case("brightness @images", "images/1.png", OTHER),
          new Case("flip @images --to png", "images/1.png", OTHER),
          new Case("flip @images --to pdf --one-file", "images/1.png", OTHER),
          new Case("batches @images --batch 1", "images/1.png", OTHER),
          new Case("map @Name.java --items @images", "images/1.png", OTHER),
          new Case("stats @a.npy", "a.npy", OTHER),
          new Case("stats @a.npy --axis 0", "a.npy", OTHER),
          new Case("divide @a.npy @a.npy", "a.npy", OTHER),
          new Case("matmul @a.npy @a.npy", "a.npy", OTHER),
          new Case(
              "convolve @a.npy --filters 1x1 --count 1 --split image --stride 1", "a.npy", OTHER),
          new Case("describe @t.csv", "t.csv", OTHER),
          new Case("hist @t.csv --column x", "t.csv", OTHER),
          // Rank 0 alone reads these.
          new Case("stats @a.npy --source scatter", null, null),
          new Case("convolve @a.npy --filters 1x1 --count 1", null, null));

  @TempDir private Path dir;

  @ParameterizedTest
  @EnumSource
  void areTold(MpiLauncher launcher) throws IOException {
    launcher.need();
    write("0");
    write("1");
    Files.delete(dir.resolve("1/lacking/0.png"));
    ImageIO.write(
        new BufferedImage(9, 8, BufferedImage.TYPE_INT_RGB), "png", file("1", "images/1.png"));
    byte[] array = Files.readAllBytes(dir.resolve("1/a.npy"));
    array[array.length - 1] = 1;
    Files.write(dir.resolve("1/a.npy"), array);
    Files.writeString(dir.resolve("1/t.csv"), "x\n1\n3\n");

    String place = "exec 200<%s/${OMPI_COMM_WORLD_RANK:-$PMI_RANK} && exec \"$@\"".formatted(dir);
    List<String> command =
        Stream.concat(
                Stream.of("bash", "-c", place, "bash"),
                MpiLauncher.java(Rank.class, dir.resolve("out").toString()).stream())
            .toList();
    Ended ended =
        launcher.start(2, Map.of("SHEAF_MPI_NODES", "2"), command).await(Duration.ofMinutes(2));
    assertEquals(0, ended.status(), ended.toString());
    String host = ended.out().lines().findFirst().orElseThrow();
    List<String> lines = ended.err().lines().filter(line -> line.startsWith("sheaf ")).toList();
    assertEquals(
        CASES.stream().filter(each -> each.file != null).map(each -> each.line(host)).toList(),
        lines);
  }

  private File file(String place, String name) {
    return dir.resolve(place).resolve(name).toFile();
  }

  private void write(String place) throws IOException {
    BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
    for (String name : List.of("images/0.png", "images/1.png", "lacking/0.png")) {
      Files.createDirectories(dir.resolve(place).resolve(name).getParent());
      assertTrue(ImageIO.write(image, "png", file(place, name)));
    }
    byte[] header = NpyHeader.of(DType.FLOAT64, 4, 4).bytes();
    Files.write(
        dir.resolve(place).resolve("a.npy"),
        Arrays.copyOf(header, header.length + 16 * Double.BYTES));
    Files.writeString(dir.resolve(place).resolve("t.csv"), "x\n1\n2\n");
    Files.writeString(
        dir.resolve(place).resolve("Name.java"),
        """
        import dev.sheaf.*;
        class Name implements Task {
          public Object apply(Item item) { return item.input(); }
        }
        """);
  }

  /// One rank, which does all of it.
  static final class Rank {
    private Rank() {}

    public static void main(String[] args) {
      System.exit(Transports.find(null, System.getenv()).run(0, world -> run(world, args[0])));
    }

    private static int run(Communicator world, String out) {
      GivenTransport.give(world);
      if (world.rank() == 0) {
        System.out.println(world.bcastObject(null, Codecs.STRING, 1));
      } else {
        world.bcastObject(world.host(), Codecs.STRING, 1);
      }
      int wrong = 0;
      for (int i = 0; i < CASES.size(); i++) {
        Case each = CASES.get(i);
        String words =
            each.words.replace("@", HERE)
                + " --quiet --transport given --threads 1 --out "
                + out
                + "/"
                + i;
        int status = Main.run(words.split(" "));
        wrong += status == (each.file == null ? 0 : 2) ? 0 : 1;
      }
      return wrong;
    }
  }
}
