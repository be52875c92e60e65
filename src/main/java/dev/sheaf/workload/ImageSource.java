package dev.sheaf.workload;

import java.nio.file.Path;

/// Where an image comes from.
public sealed interface ImageSource {
  /// A `.npy` file of two dimensions, or a picture in any format that
  /// [ImageLoader][dev.sheaf.image.ImageLoader] reads.
  ///
  /// @param path its path
  record File(Path path) implements ImageSource {
    boolean isArray() {
      return path.toString().endsWith(".npy");
    }
  }

  /// Zeros.
  ///
  /// @param height rows
  /// @param width columns
  record Zeros(long height, long width) implements ImageSource {}

  /// Standard normal numbers, keyed by (seed, place).
  ///
  /// @param height rows
  /// @param width columns
  record Random(long height, long width) implements ImageSource {}
}
