package dev.sheaf.map;

import dev.sheaf.InputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/// An exception in one line for the user.
public final class Causes {
  private Causes() {}

  /// The line: what went wrong, with the name of a file that it names.
  public static String line(Throwable cause) {
    String text =
        switch (cause) {
          case NoSuchFileException e -> e.getFile() + ": no such file";
          case AccessDeniedException e -> e.getFile() + ": permission denied";
          case FileSystemException e when e.getReason() != null ->
              e.getFile() + ": " + e.getReason();
          case InputException e -> e.getMessage();
          case java.io.IOException e when e.getMessage() != null -> e.getMessage();
          default -> cause.toString();
        };
    return text.replaceAll("\\s*\\R\\s*", "; ");
  }
}
