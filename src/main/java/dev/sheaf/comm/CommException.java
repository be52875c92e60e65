package dev.sheaf.comm;

/// A communication call failed. The message names the call, the rank and host, and gives the
/// transport's own text.
public class CommException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /// A failure with its whole message.
  public CommException(String message) {
    super(message);
  }

  /// A failure with its whole message and the exception behind it.
  public CommException(String message, Throwable cause) {
    super(message, cause);
  }
}
