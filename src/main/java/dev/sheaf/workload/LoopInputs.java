package dev.sheaf.workload;

import dev.sheaf.InputException;
import dev.sheaf.comm.Codec;
import dev.sheaf.comm.Codecs;
import dev.sheaf.files.InputFiles;
import dev.sheaf.process.ShellWords;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What the turns of a user's loop are about.
public sealed interface LoopInputs {
  /// Files: see [InputFiles#find].
  record OfFiles(String what) implements LoopInputs {}

  /// The lines of a text file, but for empty ones.
  record OfLines(Path file) implements LoopInputs {}

  /// Numbers.
  record OfNumbers(Seeds numbers) implements LoopInputs {}

  /// The inputs, one by one.
  ///
  /// @param names of files or lines; empty for numbers
  /// @param numbers or `null`
  record Listed(List<String> names, Seeds numbers) {
    static final Codec<Listed> CODEC =
        Codecs.of(
            (out, inputs) -> {
              Codecs.list(Codecs.STRING).write(inputs.names, out);
              out.putString(inputs.numbers == null ? "" : inputs.numbers.toString());
            },
            in -> {
              List<String> names = Codecs.list(Codecs.STRING).read(in);
              String numbers = in.getString();
              return new Listed(names, numbers.isEmpty() ? null : Seeds.parse(numbers));
            });

    long count() {
      return numbers == null ? names.size() : numbers.count();
    }

    String get(long item) {
      return numbers == null ? names.get((int) item) : Long.toString(numbers.get(item));
    }
  }

  /// Looks for them. For rank 0.
  ///
  /// @throws InputException if there are none
  default Listed list(Job job) throws IOException {
    return switch (this) {
      case OfFiles files ->
          new Listed(
              InputFiles.find(files.what, InputFiles.Kind.ALL).stream()
                  .map(Path::toString)
                  .toList(),
              null);
      case OfLines lines -> {
        job.reads(lines.file);
        yield new Listed(lines(lines.file), null);
      }
      case OfNumbers numbers -> new Listed(List.of(), numbers.numbers);
    };
  }

  private static List<String> lines(Path file) throws IOException {
    List<String> lines;
    try {
      lines = Files.readString(file).lines().filter(line -> !line.isBlank()).toList();
    } catch (CharacterCodingException e) {
      throw new InputException("--lines " + file + ": not text in UTF-8", e);
    }
    if (lines.isEmpty()) {
      throw new InputException("--lines " + file + ": no line in it");
    }
    return lines;
  }

  /// Whether each item has a file of its own.
  default boolean areFiles() {
    return this instanceof OfFiles;
  }

  /// The options for a run of one input alone.
  default String replay(String input) {
    return switch (this) {
      case OfFiles _ -> "--items " + ShellWords.quote(input);
      case OfNumbers _ -> "--range " + input;
      case OfLines lines -> "--lines " + ShellWords.quote(lines.file.toString());
    };
  }
}
