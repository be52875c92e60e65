package dev.sheaf.linalg;

import dev.sheaf.foreign.NativeFunction;
import dev.sheaf.foreign.NativeLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.util.List;
import java.util.concurrent.Semaphore;

/// OpenBLAS (`libopenblas.so.0`, Debian's `libopenblas0`), called in BLAS's Fortran form: column by
/// column. A row-major C = A B is its Cᵀ = Bᵀ Aᵀ.
///
/// Every call computes on its own thread alone: the threads are ours, and what a call gives depends
/// on no number of them. It depends on the kernels that OpenBLAS has chosen for the processor
/// (`OPENBLAS_CORETYPE` chooses others), so these are part of the name. There are no more calls at
/// once than the process has cores: OpenBLAS has buffers for so many.
public final class OpenBlas implements Gemm {
  private static final List<String> SONAMES =
      List.of("libopenblas.so.0", "libopenblasp.so.0", "libopenblas.so");

  private static final OpenBlas FOUND = open();

  private final NativeFunction setThreads;
  private final NativeFunction sgemm;
  private final NativeFunction dgemm;
  private final Semaphore cores = new Semaphore(Runtime.getRuntime().availableProcessors());
  private final String name;

  private OpenBlas(NativeLibrary library) {
    setThreads = new NativeFunction("openblas_set_num_threads", library);
    sgemm = new NativeFunction("sgemm_", library);
    dgemm = new NativeFunction("dgemm_", library);
    // "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH NO_AFFINITY Haswell MAX_THREADS=64"
    String[] config = text(new NativeFunction("openblas_get_config", library)).split(" ", 3);
    String core = text(new NativeFunction("openblas_get_corename", library));
    name = "%s %s (%s)".formatted(config[0], config[1], core);
  }

  private static OpenBlas open() {
    // Else it starts a thread for each core, of which none would get work.
    NativeLibrary.setDefault("OPENBLAS_NUM_THREADS", "1");
    for (String soname : SONAMES) {
      NativeLibrary library = NativeLibrary.open(soname);
      if (library != null && library.has("openblas_get_config")) {
        return new OpenBlas(library);
      }
    }
    return null;
  }

  /// The library of this process; `null` if there is none.
  public static OpenBlas find() {
    return FOUND;
  }

  private static String text(NativeFunction function) {
    return MemorySegment.ofAddress(function.call()).reinterpret(Long.MAX_VALUE).getString(0);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void multiply(
      Precision precision,
      int rows,
      int columns,
      int inner,
      Matrix a,
      Matrix b,
      boolean add,
      Matrix c) {
    boolean single = precision == Precision.SINGLE;
    cores.acquireUninterruptibly();
    try (Arena arena = Arena.ofConfined()) {
      // On each thread: a build with OpenMP has a number for each.
      setThreads.call(1);
      long plain = arena.allocateFrom("N").address();
      (single ? sgemm : dgemm)
          .callWide(
              plain,
              plain,
              integer(arena, columns),
              integer(arena, rows),
              integer(arena, inner),
              real(arena, single, 1),
              b.memory().address(),
              integer(arena, b.stride()),
              a.memory().address(),
              integer(arena, a.stride()),
              real(arena, single, add ? 1 : 0),
              c.memory().address(),
              integer(arena, c.stride()),
              1);
    } finally {
      cores.release();
      Reference.reachabilityFence(a);
      Reference.reachabilityFence(b);
      Reference.reachabilityFence(c);
    }
  }

  private static long integer(Arena arena, int value) {
    return arena.allocateFrom(ValueLayout.JAVA_INT, value).address();
  }

  private static long real(Arena arena, boolean single, int value) {
    return single
        ? arena.allocateFrom(ValueLayout.JAVA_FLOAT, value).address()
        : arena.allocateFrom(ValueLayout.JAVA_DOUBLE, value).address();
  }
}
