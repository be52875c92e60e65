package dev.sheaf.image;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/// The raw calls of libjpeg-turbo's TurboJPEG library (`turbojpeg.h` 2.0 and later), by their own
/// names. The library is opened by its soname when this class is first used; it is Debian's
/// `libturbojpeg0`.
final class TurboJpeg {
  static final String SONAME = "libturbojpeg.so.0";

  /// `TJPF_RGB`: 3 bytes a pixel, red first.
  static final int RGB = 0;

  /// `TJFLAG_ACCURATEDCT`: the integer inverse DCT that `djpeg` and Pillow use.
  static final int ACCURATE_DCT = 4096;

  /// `TJFLAG_STOPONWARNING`: damaged data end the call instead of giving a damaged picture.
  static final int STOP_ON_WARNING = 8192;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final SymbolLookup LIBRARY = SymbolLookup.libraryLookup(SONAME, Arena.global());
  private static final MethodHandle INIT_DECOMPRESS =
      link("tjInitDecompress", FunctionDescriptor.of(ADDRESS));
  private static final MethodHandle DECOMPRESS =
      link(
          "tjDecompress2",
          FunctionDescriptor.of(
              JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT,
              JAVA_INT, JAVA_INT));
  private static final MethodHandle DESTROY =
      link("tjDestroy", FunctionDescriptor.of(JAVA_INT, ADDRESS));

  private TurboJpeg() {}

  /// Linked only when there is an error to tell.
  private static final class ErrorText {
    static final MethodHandle GET = link("tjGetErrorStr2", FunctionDescriptor.of(ADDRESS, ADDRESS));
  }

  private static MethodHandle link(String name, FunctionDescriptor type) {
    return LINKER.downcallHandle(LIBRARY.findOrThrow(name), type);
  }

  /// `tjInitDecompress`: a decompressor, to be given to [#destroy].
  static MemorySegment initDecompress() {
    try {
      MemorySegment handle = (MemorySegment) INIT_DECOMPRESS.invokeExact();
      if (handle.equals(MemorySegment.NULL)) {
        throw new IllegalStateException("tjInitDecompress: " + error(MemorySegment.NULL));
      }
      return handle;
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /// `tjDecompress2` of a whole file into tightly packed pixels: 0, or -1 and the text is in
  /// [#error]. The library never writes past `width` x `height`: it refuses a larger image.
  static int decompress(
      MemorySegment handle, MemorySegment jpeg, MemorySegment rgb, int width, int height) {
    try {
      return (int)
          DECOMPRESS.invokeExact(
              handle,
              jpeg,
              jpeg.byteSize(),
              rgb,
              width,
              3 * width,
              height,
              RGB,
              ACCURATE_DCT | STOP_ON_WARNING);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /// `tjGetErrorStr2`: the text of the last failure of this handle, on one line.
  static String error(MemorySegment handle) {
    try {
      MemorySegment text = (MemorySegment) ErrorText.GET.invokeExact(handle);
      return text.reinterpret(Long.MAX_VALUE).getString(0).strip();
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /// `tjDestroy`.
  static void destroy(MemorySegment handle) {
    try {
      int _ = (int) DESTROY.invokeExact(handle);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static RuntimeException unexpected(Throwable e) {
    return switch (e) {
      case Error error -> throw error;
      case RuntimeException runtime -> runtime;
      default -> new IllegalStateException(e);
    };
  }
}
