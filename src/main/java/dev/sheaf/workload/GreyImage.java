package dev.sheaf.workload;

import dev.sheaf.InputException;
import dev.sheaf.array.NpyHeader;
import dev.sheaf.comm.Codec;
import dev.sheaf.comm.Codecs;
import dev.sheaf.image.ImageException;
import dev.sheaf.image.ImageLoader;
import dev.sheaf.image.ImageSize;
import dev.sheaf.image.PixelFormat;
import dev.sheaf.image.SampleType;
import dev.sheaf.report.Count;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/// An image as float64, a number a pixel, read row by row: any numbers are converted to the nearest
/// double; a picture's colours become grey first, as Pillow's `convert("L")` has them.
///
/// @param height rows
/// @param width columns
/// @param picture the file of a picture, or `null`
/// @param array the array, or `null` for a picture or zeros
record GreyImage(long height, long width, String picture, ArrayInput array) {
  static final Codec<GreyImage> CODEC =
      Codecs.of(
          (out, image) -> {
            out.putLong(image.height).putLong(image.width);
            out.putString(image.picture == null ? "" : image.picture);
            out.putBoolean(image.array != null);
            if (image.array != null) {
              ArrayInput.CODEC.write(image.array, out);
            }
          },
          in -> {
            long height = in.getLong();
            long width = in.getLong();
            String picture = in.getString();
            return new GreyImage(
                height,
                width,
                picture.isEmpty() ? null : picture,
                in.getBoolean() ? ArrayInput.CODEC.read(in) : null);
          });

  /// Gives rows of an image to one thread.
  @FunctionalInterface
  interface Reader {
    /// Fills the memory with rows from `first` on.
    void read(long first, MemorySegment doubles) throws IOException;
  }

  /// Looks at the image; reads the header of a file.
  ///
  /// @throws InputException if it is none
  static GreyImage of(ImageSource source, long seed) {
    GreyImage image =
        switch (source) {
          case ImageSource.File file -> file.isArray() ? array(file.path()) : picture(file.path());
          case ImageSource.Zeros(long height, long width) ->
              new GreyImage(height, width, null, null);
          case ImageSource.Random(long height, long width) ->
              new GreyImage(height, width, null, ArrayInput.normal(height * width, seed));
        };
    if (image.height > Long.MAX_VALUE / Double.BYTES / image.width) {
      throw new InputException(
          "an image of %dx%d: more than 2^63 bytes".formatted(image.height, image.width));
    }
    return image;
  }

  private static GreyImage array(Path file) {
    NpyHeader header = PixelReader.header(file);
    long[] shape = header.shape();
    if (shape.length != 2) {
      throw new InputException(
          "%s: an array of %s; an image to convolve has 2, rows and columns"
              .formatted(file, Count.of(shape.length, "dimension")));
    }
    if (header.count() == 0) {
      throw new InputException("%s: no pixels: %dx%d".formatted(file, shape[0], shape[1]));
    }
    return new GreyImage(shape[0], shape[1], null, ArrayInput.of(file, header));
  }

  private static GreyImage picture(Path file) {
    try (ImageLoader loader = new ImageLoader(ImageLoader.DEFAULT_MAX_PIXELS)) {
      ImageSize size = loader.open(file);
      return new GreyImage(size.height(), size.width(), file.toString(), null);
    } catch (ImageException e) {
      throw new InputException(file + ": " + e.getMessage(), e);
    }
  }

  long rowBytes() {
    return width * Double.BYTES;
  }

  long bytes() {
    return height * rowBytes();
  }

  /// Opens the file of an array; else `null`.
  ///
  /// @throws InputException if this rank doesn't see it
  FileChannel open() throws IOException {
    return array == null ? null : array.open();
  }

  /// Opens the file of an array, the same one on every rank; else `null`. Collective.
  FileChannel openByAll(Job job) throws Exception {
    return array == null ? null : array.openByAll(job);
  }

  /// A reader for one thread; decodes a picture.
  ///
  /// @param channel what [#open] gave
  Reader reader(FileChannel channel) {
    if (array != null) {
      PixelReader pixels = new PixelReader(array, channel);
      return (first, doubles) -> pixels.read(first * width, doubles);
    }
    if (picture == null) {
      return (_, doubles) -> doubles.fill((byte) 0);
    }
    try (ImageLoader loader = new ImageLoader(ImageLoader.DEFAULT_MAX_PIXELS)) {
      loader.open(Path.of(picture));
      MemorySegment pixels = Arena.ofAuto().allocate(bytes(), Double.BYTES);
      loader.decode(pixels, new PixelFormat(SampleType.FLOAT64, 1));
      return (first, doubles) ->
          doubles.copyFrom(pixels.asSlice(first * rowBytes(), doubles.byteSize()));
    } catch (ImageException e) {
      throw new InputException(picture + ": " + e.getMessage(), e);
    }
  }
}
