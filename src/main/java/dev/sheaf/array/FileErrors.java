package dev.sheaf.array;

import dev.sheaf.InputException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// What the operating system says about a file, in one line for the user.
public final class FileErrors {
  private FileErrors() {}

  /// The error of a user.
  public static InputException input(Path file, String what, IOException e) {
    return new InputException(line(file, what, e), e);
  }

  /// The file, what is wrong with it, and why.
  public static String line(Path file, String what, IOException e) {
    String why =
        switch (e) {
          case NoSuchFileException _ -> "no such file or directory";
          case AccessDeniedException _ -> "permission denied";
          case FileSystemException f when f.getReason() != null -> f.getReason();
          case EOFException f when f.getMessage() == null -> "it ends too early";
          default -> e.getMessage() == null ? e.toString() : e.getMessage();
        };
    return file + ": " + what + ": " + why;
  }
}
