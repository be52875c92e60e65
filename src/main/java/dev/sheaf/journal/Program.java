package dev.sheaf.journal;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.util.zip.CRC32;

/// Which program this is.
public final class Program {
  /// The end of a jar lists its entries, with a checksum of each: this much of it is read.
  private static final int TAIL = 1 << 16;

  private Program() {}

  /// The version in the jar's manifest.
  public static String version() {
    String version = Program.class.getPackage().getImplementationVersion();
    return version == null ? "(not packaged)" : version;
  }

  /// A checksum of the jars of a class path, by their tables of contents, wherever they lie.
  public static long checksum(String classPath) {
    CRC32 checksum = new CRC32();
    byte[] tail = new byte[TAIL];
    for (String entry : classPath.split(File.pathSeparator, -1)) {
      if (new File(entry).isFile()) {
        try (RandomAccessFile jar = new RandomAccessFile(entry, "r")) {
          int read = (int) Math.min(TAIL, jar.length());
          jar.seek(jar.length() - read);
          jar.readFully(tail, 0, read);
          checksum.update(tail, 0, read);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
    return checksum.getValue();
  }
}
