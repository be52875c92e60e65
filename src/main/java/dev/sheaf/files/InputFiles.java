package dev.sheaf.files;

import dev.sheaf.InputException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// Finds the input files that `DIR | GLOB | LIST | FILE` means.
public final class InputFiles {
  /// What is looked for.
  public enum Kind {
    /// Images.
    IMAGES(
        "an image",
        "images",
        "*.jpg, *.png, *.gif, ...",
        Set.of(
            "jpg", "jpeg", "jpe", "png", "gif", "bmp", "wbmp", "tif", "tiff", "fits", "fit", "fts",
            "fits.gz", "fit.gz", "fts.gz")),

    /// Any files.
    ALL("a file", "files", "any name", Set.of()),

    /// Tables in columns with names.
    TABLES(
        "a table",
        "tables",
        "*.parquet, *.csv, *.csv.gz, *.tsv",
        Set.of("parquet", "parq", "pq", "csv", "csv.gz", "tsv", "tsv.gz"));

    private final String one;
    private final String several;
    private final String examples;
    private final Set<String> extensions;

    /// @param one of them, for messages
    /// @param several of them, for messages
    /// @param examples of names
    /// @param extensions in lower case, without the dot
    Kind(String one, String several, String examples, Set<String> extensions) {
      this.one = one;
      this.several = several;
      this.examples = examples;
      this.extensions = extensions;
    }

    private boolean isNameOf(Path path) {
      if (this == ALL) {
        return true;
      }
      String name = nameOf(path).toLowerCase(Locale.ROOT);
      int dot = name.indexOf('.');
      while (dot >= 0 && !extensions.contains(name.substring(dot + 1))) {
        dot = name.indexOf('.', dot + 1);
      }
      return dot >= 0;
    }
  }

  /// The directories of a pattern before its first part with a wildcard.
  private static final Pattern PLAIN_PARTS = Pattern.compile("(?:[^/*?\\[{\\\\]*/)*");

  private InputFiles() {}

  /// The files, none of them opened, at least one.
  ///
  /// - **DIR**: its files (not those of directories in it) with the extension of such a file, in
  ///   any case; names that start with a dot are left out. In [NaturalOrder].
  /// - **GLOB**: every file whose path matches, in [NaturalOrder]: `*` `?` `[a-z]` `{a,b}` within a
  ///   name, `**` across directories; names that start with a dot are left out.
  /// - **FILE**: one file with such an extension.
  /// - **LIST**: any other file: text in UTF-8, a path a line, in the order of the list. Empty
  ///   lines are skipped; relative paths start at the working directory.
  ///
  /// @throws InputException if there is no such thing, or there is no such file in it
  public static List<Path> find(String what, Kind kind) {
    if (what.isBlank()) {
      throw new InputException(
          "no directory, glob, list or file of %s given: the name is empty"
              .formatted(kind.several));
    }
    try {
      Path path = Path.of(what);
      if (Files.isDirectory(path)) {
        return inDirectory(path, kind);
      }
      if (Files.exists(path)) {
        return kind.isNameOf(path) ? List.of(path) : inList(path, kind);
      }
      if (what.chars().anyMatch(c -> "*?[{".indexOf(c) >= 0)) {
        return matching(what);
      }
    } catch (InvalidPathException e) {
      throw new InputException(what + ": not a path: " + e.getReason(), e);
    } catch (PatternSyntaxException e) {
      throw new InputException(what + ": not a pattern: " + e.getDescription(), e);
    } catch (IOException | DirectoryIteratorException e) {
      throw new InputException(what + ": cannot be read: " + e, e);
    }
    throw new InputException(what + ": no such file or directory");
  }

  private static List<Path> inDirectory(Path directory, Kind kind) throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        if (kind.isNameOf(entry)
            && !isHidden(entry)
            && (kind != Kind.ALL || Files.isRegularFile(entry))) {
          files.add(entry);
        }
      }
    }
    if (files.isEmpty()) {
      throw new InputException(
          "%s: no %s in this directory (looked for %s)"
              .formatted(directory, kind.several, kind.examples));
    }
    return sorted(files);
  }

  private static List<Path> inList(Path list, Kind kind) throws IOException {
    try {
      List<Path> files =
          Files.readString(list).lines().filter(line -> !line.isBlank()).map(Path::of).toList();
      if (files.isEmpty()) {
        throw new InputException(list + ": this list names no files");
      }
      return files;
    } catch (CharacterCodingException e) {
      throw new InputException(
          "%s: neither a file with the extension of %s nor a list of paths (UTF-8 text)"
              .formatted(list, kind.one),
          e);
    }
  }

  private static List<Path> matching(String glob) throws IOException {
    Matcher plain = PLAIN_PARTS.matcher(glob);
    String base = plain.lookingAt() ? plain.group() : "";
    String pattern = glob.substring(base.length());
    // As in a shell, `**/` also stands for no directory at all.
    List<PathMatcher> matchers = List.of(matcher(pattern), matcher(pattern.replace("**/", "")));
    int depth = 1 + (int) pattern.chars().filter(c -> c == '/').count();
    Path start = Path.of(base);
    List<Path> files = new ArrayList<>();
    if (Files.isDirectory(start)) {
      Files.walkFileTree(
          start,
          Set.of(FileVisitOption.FOLLOW_LINKS),
          pattern.contains("**") ? Integer.MAX_VALUE : depth,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes of) {
              return directory.equals(start) || !isHidden(directory)
                  ? FileVisitResult.CONTINUE
                  : FileVisitResult.SKIP_SUBTREE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes of) {
              Path inside = start.relativize(file);
              if (of.isRegularFile()
                  && !isHidden(file)
                  && matchers.stream().anyMatch(matcher -> matcher.matches(inside))) {
                files.add(file);
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
              return FileVisitResult.CONTINUE;
            }
          });
    }
    if (files.isEmpty()) {
      throw new InputException(glob + ": no file matches");
    }
    return sorted(files);
  }

  private static PathMatcher matcher(String pattern) {
    return FileSystems.getDefault().getPathMatcher("glob:" + pattern);
  }

  private static boolean isHidden(Path path) {
    return nameOf(path).startsWith(".");
  }

  private static String nameOf(Path path) {
    Path name = path.getFileName();
    return name == null ? "" : name.toString();
  }

  private static List<Path> sorted(List<Path> files) {
    return NaturalOrder.sorted(files, Path::toString);
  }
}
