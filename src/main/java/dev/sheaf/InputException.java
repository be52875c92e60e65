package dev.sheaf;

/// The user's mistake: a wrong option, a file that is missing or malformed, an input that does not
/// fit. The message is one line that names the input, says what is wrong and, where there is one,
/// the cure. It is printed without a stack trace and ends the program with exit status 2.
public class InputException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /// An input error with its whole one-line message.
  public InputException(String message) {
    super(message);
  }

  /// An input error with its whole one-line message and the exception behind it.
  public InputException(String message, Throwable cause) {
    super(message, cause);
  }
}
