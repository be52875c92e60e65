package dev.sheaf.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// CUDA's libraries for tests: they compute on the processor, refuse what a GPU would refuse, and
/// tell what was not freed.
public final class CudaStub {
  private static final Path SOURCE = Path.of("src/test/c/cuda_stub.c");

  private CudaStub() {}

  /// Compiles them into an empty directory.
  public static void compile(Path libraries) throws IOException {
    String gcc = Needs.command("gcc", "gcc").toString();
    String library = libraries.resolve("libcudart.so.13").toString();
    Shell made =
        Shell.run(Map.of(), gcc, "-O2", "-shared", "-fPIC", SOURCE.toString(), "-o", library);
    assertEquals(0, made.status(), made.toString());
    Files.createSymbolicLink(libraries.resolve("libcublas.so.13"), Path.of(library));
  }

  /// What has a program find them, and not the machine's own.
  ///
  /// @param count how many GPUs there are
  /// @param free bytes of each
  public static Map<String, String> environment(Path libraries, int count, String free) {
    return Map.of(
        "LD_LIBRARY_PATH",
        libraries.toString(),
        "CUDA_HOME",
        libraries.toString(),
        "STUB_GPUS",
        Integer.toString(count),
        "STUB_FREE",
        free);
  }
}
