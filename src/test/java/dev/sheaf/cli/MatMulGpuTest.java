package dev.sheaf.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.array.DType;
import dev.sheaf.array.NpyHeader;
import dev.sheaf.testing.CudaStub;
import dev.sheaf.testing.Jvm;
import dev.sheaf.testing.Shell;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `sheaf matmul --device gpu` on a stub of CUDA's libraries: that each call has what it asks for.
class MatMulGpuTest {
  @TempDir private Path dir;
  private Path libraries;

  @BeforeEach
  void compile() throws IOException {
    libraries = Files.createDirectory(dir.resolve("lib"));
    CudaStub.compile(libraries);
  }

  /// What is found before the machine's own, and is no library.
  private void hide(String library, String... versions) throws IOException {
    for (String version : versions) {
      Path file = libraries.resolve(library + ".so." + version);
      Files.deleteIfExists(file);
      Files.createFile(file);
    }
  }

  private Shell matmul(Map<String, String> environment, String... words) {
    List<String> command =
        Jvm.command(
            List.of(),
            Main.class,
            Stream.concat(
                    Stream.of("matmul", "--out", dir.resolve("out").toString()), Stream.of(words))
                .toArray(String[]::new));
    return Shell.run(environment, command.toArray(String[]::new));
  }

  private Map<String, String> gpus(int count, String free) {
    return CudaStub.environment(libraries, count, free);
  }

  /// The words and more.
  private static String[] with(String[] words, String... more) {
    return Stream.concat(Stream.of(words), Stream.of(more)).toArray(String[]::new);
  }

  private byte[] product() throws IOException {
    return Files.readAllBytes(dir.resolve("out/product.npy"));
  }

  /// The stub's sums have the order of plain Java's. Several tiles, steps and panels, more ranks
  /// than GPUs.
  @ParameterizedTest
  @CsvSource({
    "400x40x5200, f64, 1, 1, 1000000000",
    "400x40x5200, f64, 3, 2, 1000000000",
    "400x40x5200, f64, 3, 3, 5800000",
    "20x8200x30, f64, 2, 1, 1000000000"
  })
  void sameAsOnTheProcessor(String lengths, String type, String ranks, int count, String free)
      throws IOException {
    String[] words = {"--random", lengths, "--dtype", type, "--ranks", ranks};
    Shell expected = matmul(Map.of(), with(words, "--library", "java"));
    assertEquals(0, expected.status(), expected.toString());
    byte[] bytes = product();
    assertFalse(expected.err().contains("transfer"), expected.err());
    Shell run = matmul(gpus(count, free), with(words, "--device", "gpu"));
    assertEquals(0, run.status(), run.toString());
    assertArrayEquals(bytes, product());
    assertTrue(run.err().contains("cuBLAS on GPU 0 (Stub 0), 1 thread a rank"), run.err());
    assertTrue(run.err().contains("\ntransfer "), run.err());
    assertFalse(run.err().contains("stub:"), run.err());
  }

  /// Of float32, where sums of integers are exact.
  @Test
  void singlePrecision() throws IOException {
    String[] files = {dir.resolve("a.npy").toString(), dir.resolve("b.npy").toString()};
    for (String file : files) {
      NpyHeader header = NpyHeader.of(DType.FLOAT32, 3, 3);
      ByteBuffer bytes =
          ByteBuffer.allocate((int) (header.dataOffset() + header.dataBytes()))
              .order(ByteOrder.LITTLE_ENDIAN)
              .put(header.bytes());
      for (int i = 0; i < 9; i++) {
        bytes.putFloat(i);
      }
      Files.write(Path.of(file), bytes.array());
    }
    assertEquals(0, matmul(Map.of(), files[0], files[1]).status());
    byte[] expected = product();
    Shell run = matmul(gpus(1, "1000000"), files[0], files[1], "--device", "auto");
    assertEquals(0, run.status(), run.toString());
    assertTrue(run.err().contains("cuBLAS"), run.err());
    assertArrayEquals(expected, product());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          no    | 0 | no CUDA's runtime: none of libcudart.so.13, libcudart.so.12, libcudart.so.11.0 is found; install CUDA, or name its directory in CUDA_HOME
          cudart| 1 | no cuBLAS: none of libcublas.so.13, libcublas.so.12, libcublas.so.11 is found
          all   | 0 | no GPU: no CUDA-capable device is detected
          """)
  void whatIsMissing(String there, int count, String message) throws IOException {
    if (!there.equals("all")) {
      hide("libcublas", "13", "12", "11");
    }
    if (there.equals("no")) {
      hide("libcudart", "13", "12", "11.0");
    }
    String[] words = {"--random", "30x20x10", "--ranks", "2", "--quiet", "--device"};
    Shell gpu = matmul(gpus(count, "1000000"), with(words, "gpu"));
    assertEquals(2, gpu.status(), gpu.toString());
    assertEquals("", gpu.out());
    assertTrue(gpu.err().startsWith("sheaf matmul: --device gpu: " + message), gpu.err());
    assertEquals(1, gpu.err().lines().count(), gpu.err());
    assertFalse(Files.exists(dir.resolve("out/product.npy")));
    Shell auto = matmul(gpus(count, "1000000"), with(words, "auto"));
    assertEquals(0, auto.status(), auto.toString());
    assertTrue(Files.exists(dir.resolve("out/product.npy")));
  }

  @Test
  void tooLittleMemoryThere() {
    Shell run =
        matmul(gpus(1, "1000000"), "--random", "500x500x500", "--device", "gpu", "--ranks", "1");
    assertEquals(2, run.status(), run.toString());
    assertTrue(run.err().contains("one panel of B"), run.toString());
  }
}
