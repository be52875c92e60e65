package dev.sheaf.image;

import dev.sheaf.testing.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The images of this test directory, which `make.py` beside them made, and what it says of them.
final class TestImages {
  private TestImages() {}

  static Path path(String name) {
    try {
      return Path.of(TestImages.class.getResource(name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The lines of a table, split at tabs.
  static List<String[]> table(String name) {
    try {
      return Files.readAllLines(path(name)).stream().map(line -> line.split("\t", -1)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Decodes a file into memory of just its size.
  static MemorySegment pixels(ImageLoader loader, Path path) throws ImageException {
    ImageSize size = loader.open(path);
    MemorySegment rgb = Arena.ofAuto().allocate(size.rgbBytes());
    loader.decode(rgb);
    return rgb;
  }

  static String sha256(MemorySegment data) {
    return Sha256.of(data.toArray(ValueLayout.JAVA_BYTE));
  }
}
