package dev.sheaf.zarr;

import java.io.IOException;

/// A chunk that can't be read: it is damaged or cut short. The message says what, and in which
/// file.
public final class ZarrException extends IOException {
  private static final long serialVersionUID = 1;

  ZarrException(String message) {
    super(message);
  }

  ZarrException(String message, Throwable cause) {
    super(message, cause);
  }
}
