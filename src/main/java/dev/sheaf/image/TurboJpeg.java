package dev.sheaf.image;

import dev.sheaf.foreign.NativeFunction;
import dev.sheaf.foreign.NativeLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;

/// The raw calls of libjpeg-turbo's TurboJPEG library (`turbojpeg.h` 2.0 and later), by their own
/// names. The library is opened by its soname; it is Debian's `libturbojpeg0`.
final class TurboJpeg {
  static final String SONAME = "libturbojpeg.so.0";

  /// `TJPF_RGB`: 3 bytes a pixel, red first.
  static final int RGB = 0;

  /// `TJPF_CMYK`: 4 bytes a pixel, cyan first.
  static final int CMYK = 11;

  /// `TJFLAG_ACCURATEDCT`: the integer inverse DCT that `djpeg` and Pillow use.
  private static final int ACCURATE_DCT = 4096;

  /// `TJFLAG_STOPONWARNING`: damaged data end the call instead of giving a damaged picture.
  private static final int STOP_ON_WARNING = 8192;

  /// `TJXOPT_PERFECT`: no transform that would leave incomplete blocks where they are.
  private static final int PERFECT = 1;

  /// `tjtransform`: region, operation, options, two pointers that are not used.
  private static final int TRANSFORM_BYTES = 40;

  private static final int TRANSFORM_OPERATION = 16;
  private static final int TRANSFORM_OPTIONS = 20;

  private final NativeFunction initDecompress;
  private final NativeFunction decompress;
  private final NativeFunction initTransform;
  private final NativeFunction transform;
  private final NativeFunction free;
  private final NativeFunction errorText;
  private final NativeFunction destroy;

  private TurboJpeg(NativeLibrary library) {
    initDecompress = new NativeFunction("tjInitDecompress", library);
    decompress = new NativeFunction("tjDecompress2", library);
    initTransform = new NativeFunction("tjInitTransform", library);
    transform = new NativeFunction("tjTransform", library);
    free = new NativeFunction("tjFree", library);
    errorText = new NativeFunction("tjGetErrorStr2", library);
    destroy = new NativeFunction("tjDestroy", library);
  }

  /// Opens the library.
  ///
  /// @return its calls, or `null` if there is no such library
  static TurboJpeg open() {
    NativeLibrary library = NativeLibrary.open(SONAME);
    return library == null ? null : new TurboJpeg(library);
  }

  /// `tjInitDecompress`: a decompressor, to be given to [#destroy].
  long initDecompress() {
    return handle(initDecompress);
  }

  /// `tjInitTransform`: a transformer, to be given to [#destroy].
  long initTransform() {
    return handle(initTransform);
  }

  private long handle(NativeFunction init) {
    long handle = init.call();
    if (handle == 0) {
      throw new IllegalStateException(init.name() + ": " + error(0));
    }
    return handle;
  }

  /// `tjDecompress2` of a whole file into tightly packed pixels: 0, or -1 and the text is in
  /// [#error]. The library never writes past `size`: it refuses a larger image.
  ///
  /// @param format [#RGB] or [#CMYK]
  int decompress(
      long handle, MemorySegment jpeg, MemorySegment pixels, ImageSize size, int format) {
    try {
      return (int)
          decompress.call(
              handle,
              jpeg.address(),
              jpeg.byteSize(),
              pixels.address(),
              size.width(),
              (format == CMYK ? 4L : 3L) * size.width(),
              size.height(),
              format,
              ACCURATE_DCT | STOP_ON_WARNING);
    } finally {
      Reference.reachabilityFence(jpeg);
      Reference.reachabilityFence(pixels);
    }
  }

  /// `tjTransform` of a whole file, if it can be done without loss.
  ///
  /// @param operation a `TJXOP`
  /// @return the new file, or `null` if that failed; the text is in [#error]
  byte[] transform(long handle, MemorySegment jpeg, int operation) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment how = arena.allocate(TRANSFORM_BYTES, Long.BYTES);
      how.set(ValueLayout.JAVA_INT, TRANSFORM_OPERATION, operation);
      how.set(ValueLayout.JAVA_INT, TRANSFORM_OPTIONS, PERFECT);
      MemorySegment buffer = arena.allocate(ValueLayout.JAVA_LONG);
      MemorySegment size = arena.allocate(ValueLayout.JAVA_LONG);
      try {
        int status =
            (int)
                transform.call(
                    handle,
                    jpeg.address(),
                    jpeg.byteSize(),
                    1,
                    buffer.address(),
                    size.address(),
                    how.address(),
                    STOP_ON_WARNING);
        return status != 0
            ? null
            : MemorySegment.ofAddress(buffer.get(ValueLayout.JAVA_LONG, 0))
                .reinterpret(size.get(ValueLayout.JAVA_LONG, 0))
                .toArray(ValueLayout.JAVA_BYTE);
      } finally {
        free.call(buffer.get(ValueLayout.JAVA_LONG, 0));
        Reference.reachabilityFence(jpeg);
      }
    }
  }

  /// `tjGetErrorStr2`: the text of the last failure of this handle, on one line.
  String error(long handle) {
    return MemorySegment.ofAddress(errorText.call(handle))
        .reinterpret(Long.MAX_VALUE)
        .getString(0)
        .strip();
  }

  /// `tjDestroy`.
  void destroy(long handle) {
    destroy.call(handle);
  }
}
