package dev.sheaf.array;

import dev.sheaf.InputException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// What people have in place of a `.npy` file, and what to do with it.
final class OtherFormat {
  private static final String IMAGE = "an image: sheaf load makes an array of it";

  /// How files begin, as Latin-1, and what they are.
  private static final List<Kind> KINDS =
      List.of(
          new Kind("\u0089HDF", saved("an HDF5 file", "h5py.File('%1$s')['NAME'][...]")),
          new Kind("MATLAB", saved("a MATLAB file", "scipy.io.loadmat('%1$s')['NAME']")),
          new Kind(
              "CDF", saved("a netCDF file", "scipy.io.netcdf_file('%1$s').variables['NAME'][:]")),
          new Kind("PAR1", "a Parquet file, a table: see sheaf describe, hist, tips"),
          new Kind("SIMPLE", "a FITS file: sheaf load makes an array of its image"),
          new Kind("\u0089PNG", IMAGE),
          new Kind("\u00ff\u00d8\u00ff", IMAGE),
          new Kind("GIF8", IMAGE),
          new Kind("II*\0", IMAGE),
          new Kind("MM\0*", IMAGE));

  private OtherFormat() {}

  private record Kind(String begins, String words) {}

  private static String saved(String what, String array) {
    return what + ", which is not read; " + save(array);
  }

  private static String save(String array) {
    return "save the array as .npy: numpy.save('array.npy', " + array + ")";
  }

  /// Checks that a path is no directory.
  ///
  /// @throws InputException if it is
  static void checkFile(Path path) {
    if (!Files.isDirectory(path)) {
      return;
    }
    boolean zarr =
        Stream.of("zarr.json", ".zarray", ".zgroup").map(path::resolve).anyMatch(Files::exists);
    throw new InputException(
        path
            + ": "
            + (zarr
                ? "a Zarr array or group, which sheaf stats alone reads; "
                    + save("zarr.open('%1$s')[...]").formatted(path)
                : "a directory, not an .npy file"));
  }

  /// The error of a file that is none.
  ///
  /// @param start its first bytes
  static InputException error(Path file, ByteBuffer start) {
    String begins = StandardCharsets.ISO_8859_1.decode(start.duplicate()).toString();
    for (Kind kind : KINDS) {
      if (begins.startsWith(kind.begins)) {
        return new InputException(file + ": not an .npy file but " + kind.words.formatted(file));
      }
    }
    String name = file.toString();
    return new InputException(
        file
            + (name.matches("(?i).*\\.[ct]sv(\\.gz)?")
                ? ": not an .npy file but a table: see sheaf describe, hist, tips"
                : ": not an .npy file: it doesn't begin with \\x93NUMPY and a version; save the"
                    + " array with numpy.save"));
  }
}
