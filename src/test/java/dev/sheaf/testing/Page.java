package dev.sheaf.testing;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A page of the documents, for tests of what it shows.
///
/// @param text the whole page, in Markdown
public record Page(String text) {
  private static final Pattern BLOCK = Pattern.compile("(?sm)^```([^\n]*)\n(.*?)^```$");

  /// A block of code.
  ///
  /// @param info the words behind its fence
  public record Block(String info, String content) {}

  /// The files of all pages of the documents.
  public static Stream<Path> files() throws IOException {
    List<Path> pages = new ArrayList<>(List.of(Path.of("README.md")));
    try (Stream<Path> docs = Files.list(Path.of("src/docs"))) {
      docs.filter(page -> page.toString().endsWith(".md")).sorted().forEach(pages::add);
    }
    return pages.stream();
  }

  public static Page read(Path file) {
    try {
      return new Page(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public List<Block> blocks() {
    return BLOCK
        .matcher(text)
        .results()
        .map(block -> new Block(block.group(1), block.group(2)))
        .toList();
  }

  /// The page without its blocks of code.
  public String prose() {
    return BLOCK.matcher(text).replaceAll("");
  }

  /// The content of a block of code.
  ///
  /// @param language the first word behind its fence
  /// @param index which of that language, from 0
  public String block(String language, int index) {
    return blocks().stream()
        .filter(block -> (block.info + " ").startsWith(language + " "))
        .skip(index)
        .findFirst()
        .orElseThrow()
        .content;
  }

  /// The content of the block of code that follows a paragraph which ends so.
  public String after(String words) {
    Matcher block = BLOCK.matcher(text);
    int from = text.indexOf(words + "\n\n```");
    assertTrue(from >= 0 && block.find(from), words);
    return block.group(2);
  }
}
