package dev.sheaf.linalg;

import dev.sheaf.InputException;
import dev.sheaf.foreign.NativeFunction;
import dev.sheaf.foreign.NativeLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.util.List;

/// A GPU of this machine: memory on it and products of matrices there, by the CUDA runtime and
/// cuBLAS (`cuda_runtime_api.h`, `cublas_v2.h` 11 and later), by their own names.
///
/// **Threads.** CUDA has a current device for each thread: a thread calls [#use] before anything
/// else. All calls block.
public final class Gpu implements AutoCloseable {
  /// The versions' sonames, the latest first.
  private static final List<String> RUNTIME =
      List.of("libcudart.so.13", "libcudart.so.12", "libcudart.so.11.0");

  private static final List<String> CUBLAS =
      List.of("libcublas.so.13", "libcublas.so.12", "libcublas.so.11");

  /// `cudaMemcpyHostToDevice` and `cudaMemcpyDeviceToHost`.
  private static final int TO_DEVICE = 1;

  private static final int TO_HOST = 2;

  /// `CUBLAS_OP_N`: as it is.
  private static final int PLAIN = 0;

  /// More than any version's `cudaDeviceProp`, which begins with the name.
  private static final long PROPERTIES_BYTES = 8192;

  private final int device;
  private final int devices;
  private final String name;
  private final long handle;
  private final NativeFunction errorText;
  private final NativeFunction setDevice;
  private final NativeFunction memoryInfo;
  private final NativeFunction malloc;
  private final NativeFunction free;
  private final NativeFunction copy;
  private final NativeFunction synchronize;
  private final NativeFunction destroy;
  private final NativeFunction sgemm;
  private final NativeFunction dgemm;

  private Gpu(NativeLibrary runtime, NativeLibrary cublas, int rank) {
    errorText = new NativeFunction("cudaGetErrorString", runtime);
    setDevice = new NativeFunction("cudaSetDevice", runtime);
    memoryInfo = new NativeFunction("cudaMemGetInfo", runtime);
    malloc = new NativeFunction("cudaMalloc", runtime);
    free = new NativeFunction("cudaFree", runtime);
    copy = new NativeFunction("cudaMemcpy", runtime);
    synchronize = new NativeFunction("cudaDeviceSynchronize", runtime);
    destroy = new NativeFunction("cublasDestroy_v2", cublas);
    sgemm = new NativeFunction("cublasSgemm_v2", cublas);
    dgemm = new NativeFunction("cublasDgemm_v2", cublas);
    NativeFunction count = new NativeFunction("cudaGetDeviceCount", runtime);
    NativeFunction properties = new NativeFunction("cudaGetDeviceProperties", runtime);
    NativeFunction create = new NativeFunction("cublasCreate_v2", cublas);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment number = arena.allocate(ValueLayout.JAVA_INT);
      int status = (int) count.call(number.address());
      devices = number.get(ValueLayout.JAVA_INT, 0);
      if (status != 0 || devices == 0) {
        throw new InputException("no GPU: " + (status == 0 ? "CUDA finds none" : error(status)));
      }
      device = rank % devices;
      use();
      MemorySegment all = arena.allocate(PROPERTIES_BYTES, Long.BYTES);
      check(properties, properties.call(all.address(), device));
      name = "cuBLAS on GPU %d (%s)".formatted(device, all.getString(0));
      MemorySegment made = arena.allocate(ValueLayout.JAVA_LONG);
      checkCublas(create, create.call(made.address()));
      handle = made.get(ValueLayout.JAVA_LONG, 0);
    }
  }

  /// Opens the GPU of a rank: the ranks of a node have its GPUs in turn.
  ///
  /// @param rank which rank of the node
  /// @throws InputException if a library or a GPU is missing
  public static Gpu open(int rank) {
    return new Gpu(library("CUDA's runtime", RUNTIME), library("cuBLAS", CUBLAS), rank);
  }

  private static NativeLibrary library(String what, List<String> sonames) {
    // Where the system looks, then where NVIDIA installs them.
    String home = System.getenv().getOrDefault("CUDA_HOME", "/usr/local/cuda");
    for (String directory : List.of("", home + "/lib64/")) {
      for (String soname : sonames) {
        NativeLibrary library = NativeLibrary.open(directory + soname);
        if (library != null) {
          return library;
        }
      }
    }
    throw new InputException(
        "no %s: none of %s is found; install CUDA, or name its directory in CUDA_HOME"
            .formatted(what, String.join(", ", sonames)));
  }

  /// Which GPU.
  public String name() {
    return name;
  }

  /// GPUs of this machine.
  public int devices() {
    return devices;
  }

  /// Makes it the calling thread's (`cudaSetDevice`).
  public void use() {
    check(setDevice, setDevice.call(device));
  }

  /// Bytes of its memory that nobody has (`cudaMemGetInfo`).
  public long free() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment free = arena.allocate(ValueLayout.JAVA_LONG);
      MemorySegment total = arena.allocate(ValueLayout.JAVA_LONG);
      check(memoryInfo, memoryInfo.call(free.address(), total.address()));
      return free.get(ValueLayout.JAVA_LONG, 0);
    }
  }

  /// Memory on it (`cudaMalloc`), to be given to [#free(long)].
  ///
  /// @return its address there
  public long allocate(long bytes) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment address = arena.allocate(ValueLayout.JAVA_LONG);
      check(malloc, malloc.call(address.address(), bytes));
      return address.get(ValueLayout.JAVA_LONG, 0);
    }
  }

  /// Frees its memory (`cudaFree`).
  public void free(long address) {
    check(free, free.call(address));
  }

  /// Copies all bytes to an address of its memory (`cudaMemcpy`).
  public void upload(MemorySegment from, long to) {
    try {
      check(copy, copy.call(to, from.address(), from.byteSize(), TO_DEVICE));
    } finally {
      Reference.reachabilityFence(from);
    }
  }

  /// Fills the memory with bytes from an address of its memory (`cudaMemcpy`).
  public void download(long from, MemorySegment to) {
    try {
      check(copy, copy.call(to.address(), from, to.byteSize(), TO_HOST));
    } finally {
      Reference.reachabilityFence(to);
    }
  }

  /// Computes C = A B, or C = C + A B, of matrices in its memory, row by row (`cublasDgemm`; column
  /// by column it is Cᵀ = Bᵀ Aᵀ), and waits for the end.
  ///
  /// @param rows of A and C
  /// @param columns of B and C; the stride of C
  /// @param inner columns of A and rows of B; the stride of A
  /// @param stride of B
  /// @param add whether the product is added to what is in C
  public void multiply(
      Precision precision,
      int rows,
      int columns,
      int inner,
      long a,
      long b,
      int stride,
      boolean add,
      long c) {
    boolean single = precision == Precision.SINGLE;
    NativeFunction gemm = single ? sgemm : dgemm;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment one = real(arena, single, 1);
      MemorySegment kept = real(arena, single, add ? 1 : 0);
      checkCublas(
          gemm,
          gemm.callWide(
              handle,
              PLAIN,
              PLAIN,
              columns,
              rows,
              inner,
              one.address(),
              b,
              stride,
              a,
              inner,
              kept.address(),
              c,
              columns));
      check(synchronize, synchronize.call());
    }
  }

  private static MemorySegment real(Arena arena, boolean single, int value) {
    return single
        ? arena.allocateFrom(ValueLayout.JAVA_FLOAT, value)
        : arena.allocateFrom(ValueLayout.JAVA_DOUBLE, value);
  }

  private void check(NativeFunction function, long status) {
    if ((int) status != 0) {
      throw new IllegalStateException(
          "%s on GPU %d: %s".formatted(function.name(), device, error((int) status)));
    }
  }

  private String error(int status) {
    return MemorySegment.ofAddress(errorText.call(status)).reinterpret(Long.MAX_VALUE).getString(0);
  }

  private void checkCublas(NativeFunction function, long status) {
    if ((int) status != 0) {
      throw new IllegalStateException(
          "%s on GPU %d: cublasStatus_t %d".formatted(function.name(), device, (int) status));
    }
  }

  /// Gives back what cuBLAS has there (`cublasDestroy`).
  @Override
  public void close() {
    use();
    checkCublas(destroy, destroy.call(handle));
  }
}
