package dev.sheaf.image;

import java.lang.foreign.MemorySegment;

/// Turns JPEGs without loss, by moving their DCT coefficients, with libjpeg-turbo. Metadata stay as
/// they are.
final class TurboTransformer implements AutoCloseable {
  private final TurboJpeg library;
  private final long handle;

  TurboTransformer(TurboJpeg library) {
    this.library = library;
    handle = library.initTransform();
  }

  /// Turns a whole file.
  ///
  /// @return the new file, or `null` if that can't be done: the coefficients come in blocks, and an
  ///   incomplete one at the right or lower edge can't go to the left or the top
  byte[] turn(MemorySegment jpeg, Turn turn) {
    return library.transform(handle, jpeg, operation(turn));
  }

  /// `TJXOP`, whose angles are clockwise.
  private static int operation(Turn turn) {
    return switch (turn) {
      case NONE -> 0;
      case HORIZONTAL -> 1;
      case VERTICAL -> 2;
      case RIGHT -> 5;
      case HALF -> 6;
      case LEFT -> 7;
    };
  }

  @Override
  public void close() {
    library.destroy(handle);
  }
}
