package dev.sheaf.transport.mpj;

import dev.sheaf.comm.CommException;

/// MPJ could not carry a message: in most cases since the rank at the other end is gone.
final class LinkException extends CommException {
  private static final long serialVersionUID = 1;

  LinkException(String message, Throwable cause) {
    super(message, cause);
  }
}
