package dev.sheaf;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A page of the documents, for tests of what it shows.
///
/// @param text the whole page, in Markdown
record Page(String text) {
  static Page read(String file) {
    try {
      return new Page(Files.readString(Path.of(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The content of a block of code.
  ///
  /// @param language behind its fence, may be empty
  /// @param index which of that language, from 0
  String block(String language, int index) {
    return blocks(language).skip(index).findFirst().orElseThrow();
  }

  /// The contents of all blocks of code of a language.
  Stream<String> blocks(String language) {
    return Pattern.compile("(?sm)^```([\\w ]*)\n(.*?)^```$")
        .matcher(text)
        .results()
        .filter(block -> block.group(1).equals(language))
        .map((MatchResult block) -> block.group(2));
  }

  /// The content of the block of code that follows a paragraph which ends so.
  String after(String words) {
    Matcher block =
        Pattern.compile("(?s)" + Pattern.quote(words + "\n\n```\n") + "(.*?)```").matcher(text);
    assertTrue(block.find(), words);
    return block.group(1);
  }
}
