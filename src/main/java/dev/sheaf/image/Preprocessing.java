package dev.sheaf.image;

/// What is done with images while they are read, in this order.
///
/// @param upright turn them as their EXIF orientation says
/// @param crop the rectangle that is left of them, all of it inside; `null` for all
/// @param grey take their luma, as Pillow's `convert("L")`; images of one channel stay as they are
/// @param type of the samples; `null` for that of [ImageLoader#format]
/// @param resize the size that they get, as Pillow's `resize(size, Image.BILINEAR)` gives it;
///   `null` to leave them
public record Preprocessing(
    boolean upright, Crop crop, boolean grey, SampleType type, ImageSize resize) {
  /// Images as they are.
  public static final Preprocessing NONE = new Preprocessing(false, null, false, null, null);

  /// What an image of this size and orientation becomes, in size, but for resizing.
  Crop rectangle(ImageSize stored, Orientation orientation) throws ImageException {
    ImageSize whole = orientation.of(stored);
    if (crop != null && !crop.isIn(whole)) {
      throw new ImageException("%s is not within %s pixels".formatted(crop, whole));
    }
    return crop == null ? new Crop(whole, 0, 0) : crop;
  }

  /// The format of images that have this one by nature.
  PixelFormat format(PixelFormat natural) {
    return new PixelFormat(type == null ? natural.type() : type, grey ? 1 : natural.channels());
  }
}
