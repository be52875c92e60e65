package dev.sheaf.foreign;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// One function of a native library, looked up when first called.
///
/// All functions share one downcall shape: ten 64-bit integers to one. Linking a shape takes
/// milliseconds, and MPI's functions have thirty; a program that says hello should not pay for
/// them. The shape is right for every function of at most ten integers and pointers on 64-bit
/// Linux, x86-64 (System V) and aarch64 (AAPCS64) alike: arguments are passed in order in registers
/// and 8-byte stack slots that the caller owns, so further ones are never looked at; a callee that
/// takes or returns an `int` uses the lower half of a register and leaves the upper half undefined.
/// (macOS packs stack arguments: there the functions of more than eight would need shapes of their
/// own.) BLAS has functions of up to fourteen, all pointers in its Fortran form: they have a second
/// shape, [#callWide]. A third, [#callOnHeap], is given arrays of the Java heap.
///
/// Other memory is passed as its address, so callers keep it alive with
/// `Reference.reachabilityFence`.
public final class NativeFunction {
  private static final MethodHandle CALL =
      Linker.nativeLinker()
          .downcallHandle(
              FunctionDescriptor.of(
                  JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                  JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));

  private final String name;
  private final NativeLibrary library;
  private MemorySegment address;

  /// @param library where the function is looked for
  public NativeFunction(String name, NativeLibrary library) {
    this.name = name;
    this.library = library;
  }

  /// A function of the C library.
  public static NativeFunction ofC(String name) {
    NativeFunction function = new NativeFunction(name, null);
    function.address = Linker.nativeLinker().defaultLookup().findOrThrow(name);
    return function;
  }

  /// The name of the function.
  public String name() {
    return name;
  }

  /// Calls the function with what is given, and zeros.
  public long call() {
    return call(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  }

  /// Calls the function with what is given, and zeros.
  public long call(long a) {
    return call(a, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  }

  /// Calls the function with what is given, and zeros.
  public long call(long a, long b) {
    return call(a, b, 0, 0, 0, 0, 0, 0, 0, 0);
  }

  /// Calls the function with what is given, and zeros.
  public long call(long a, long b, long c) {
    return call(a, b, c, 0, 0, 0, 0, 0, 0, 0);
  }

  /// Calls the function with what is given, and zeros.
  public long call(long a, long b, long c, long d) {
    return call(a, b, c, d, 0, 0, 0, 0, 0, 0);
  }

  /// Calls the function with what is given, and zeros.
  public long call(long a, long b, long c, long d, long e) {
    return call(a, b, c, d, e, 0, 0, 0, 0, 0);
  }

  /// Calls the function with what is given, and zeros.
  public long call(long a, long b, long c, long d, long e, long f) {
    return call(a, b, c, d, e, f, 0, 0, 0, 0);
  }

  /// Calls the function with what is given, and zeros.
  public long call(long a, long b, long c, long d, long e, long f, long g) {
    return call(a, b, c, d, e, f, g, 0, 0, 0);
  }

  /// Calls the function with what is given, and zeros.
  public long call(long a, long b, long c, long d, long e, long f, long g, long h) {
    return call(a, b, c, d, e, f, g, h, 0, 0);
  }

  /// Calls the function with what is given, and zeros.
  public long call(long a, long b, long c, long d, long e, long f, long g, long h, long i) {
    return call(a, b, c, d, e, f, g, h, i, 0);
  }

  /// Calls the function. Blocks as long as it does.
  ///
  /// @throws UnsatisfiedLinkError if the library has no such function
  public long call(long a, long b, long c, long d, long e, long f, long g, long h, long i, long j) {
    try {
      return (long) CALL.invokeExact(target(), a, b, c, d, e, f, g, h, i, j);
    } catch (RuntimeException | Error failure) {
      throw failure;
    } catch (Throwable failure) {
      throw new AssertionError(failure);
    }
  }

  /// Linked when a function of more than ten is first called.
  private static final class Wide {
    static final MethodHandle CALL =
        Linker.nativeLinker()
            .downcallHandle(
                FunctionDescriptor.of(
                    JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                    JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                    JAVA_LONG));
  }

  /// Calls a function of up to fourteen integers and pointers. Blocks as long as it does.
  ///
  /// @throws UnsatisfiedLinkError if the library has no such function
  public long callWide(
      long a,
      long b,
      long c,
      long d,
      long e,
      long f,
      long g,
      long h,
      long i,
      long j,
      long k,
      long l,
      long m,
      long n) {
    try {
      return (long) Wide.CALL.invokeExact(target(), a, b, c, d, e, f, g, h, i, j, k, l, m, n);
    } catch (RuntimeException | Error failure) {
      throw failure;
    } catch (Throwable failure) {
      throw new AssertionError(failure);
    }
  }

  /// Linked when a function is first given arrays.
  private static final class OnHeap {
    static final MethodHandle CALL =
        Linker.nativeLinker()
            .downcallHandle(
                FunctionDescriptor.of(JAVA_LONG, ADDRESS, ADDRESS, ADDRESS, ADDRESS),
                Linker.Option.critical(true));
  }

  /// Calls a function of up to four integers and pointers, those to arrays of the Java heap among
  /// them. No garbage is collected meanwhile: for what is done in milliseconds, and never waits.
  ///
  /// @throws UnsatisfiedLinkError if the library has no such function
  public long callOnHeap(MemorySegment a, MemorySegment b, MemorySegment c, MemorySegment d) {
    try {
      return (long) OnHeap.CALL.invokeExact(target(), a, b, c, d);
    } catch (RuntimeException | Error failure) {
      throw failure;
    } catch (Throwable failure) {
      throw new AssertionError(failure);
    }
  }

  private MemorySegment target() {
    MemorySegment target = address;
    if (target == null) {
      target = library.find(name);
      address = target;
    }
    return target;
  }
}
