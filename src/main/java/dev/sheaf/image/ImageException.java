package dev.sheaf.image;

import java.io.IOException;

/// An image that cannot be read: empty, truncated, corrupt, too large, of an unknown or unsupported
/// kind. The message is one line with the cause; it does not name the file, which is known above.
public class ImageException extends IOException {
  private static final long serialVersionUID = 1;

  /// With the cause in one line.
  public ImageException(String message) {
    super(message);
  }

  /// With the cause in one line and the exception behind it.
  public ImageException(String message, Throwable cause) {
    super(message, cause);
  }

  /// What every decoder says of data that it cannot make sense of.
  static ImageException damaged(String format, String what) {
    return new ImageException("truncated or corrupt " + format + ": " + what);
  }
}
