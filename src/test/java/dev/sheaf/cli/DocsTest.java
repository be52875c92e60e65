package dev.sheaf.cli;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.testing.Page;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The command lines in the documents' blocks of code and in their text are such as the parser
/// takes. `DocsIT` runs those that need nothing but this machine, `DocsHostsIT` those for two hosts
/// and SLURM.
class DocsTest {
  private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");

  /// What stands before the words of a command.
  private static final Pattern START =
      Pattern.compile(
          "^(?:srun(?: --?\\S+)* )?(?:run/sheaf(?: --relaunch \\S+)?"
              + "|run/(?:mpirun|mpj)(?: (?:-n|--hostfile|--mpi|--relaunch) \\S+| --dry-run)*) (?=[a-z])");

  static Stream<Path> pages() throws IOException {
    return Page.files();
  }

  private static List<String> commands(Page page) {
    List<String> lines = new ArrayList<>();
    page.blocks().stream()
        .filter(block -> block.info().startsWith("sh "))
        .forEach(block -> block.content().lines().forEach(lines::add));
    CODE.matcher(page.prose())
        .results()
        .map(code -> code.group(1))
        .filter(code -> !code.matches("run/\\w+ \\w+")) // a command's name
        .forEach(lines::add);
    return lines;
  }

  /// As a shell takes a line apart, without what follows a pipe, a comment or a redirection.
  private static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    Matcher word = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)").matcher(line);
    while (word.find()) {
      String plain = word.group(3);
      if (plain != null && plain.matches("#.*|[|&;<>].*|2>.*|\\)|…")) {
        break;
      }
      words.add(plain != null ? plain : word.group(1) != null ? word.group(1) : word.group(2));
    }
    return words;
  }

  @ParameterizedTest
  @MethodSource("pages")
  void theParserTakesTheCommands(Path page) {
    for (String line : commands(Page.read(page))) {
      Matcher start = START.matcher(line);
      if (start.find() && !line.contains("…") && !line.contains("COMMAND")) {
        List<String> words = words(line.substring(start.end()));
        if (words.getFirst().equals("zeta")) {
          continue; // a program of that page; `DocsIT` runs it
        }
        assertDoesNotThrow(
            () -> Sheaf.line(words).parseArgs(words.toArray(String[]::new)),
            page + ": " + line + " " + words);
      }
    }
  }

  /// A block of commands is run, or tells what it needs.
  @ParameterizedTest
  @MethodSource("pages")
  void everyBlockOfCommandsIsRunOrTellsWhyNot(Path page) {
    Pattern command =
        Pattern.compile("(?m)^(run/|(apt-get|git|java|javac|make|mpirun|salloc|srun) )");
    for (Page.Block block : Page.read(page).blocks()) {
      assertTrue(
          block.info().startsWith("sh ")
              ? block.info().matches("sh ((run|check)( \\S+)*|needs( \\S+)+)")
              : !command.matcher(block.content()).find(),
          page + ": ```" + block.info() + "\n" + block.content());
    }
  }

  /// The page of commands has each of them.
  @Test
  void everyCommandHasAnExample() throws IOException {
    String page = Files.readString(Path.of("src/docs/commands.md"));
    TreeSet<String> told = new TreeSet<>();
    Pattern.compile("(?m)^## (\\w+)$").matcher(page).results().forEach(h -> told.add(h.group(1)));
    assertEquals(new TreeSet<>(Sheaf.line(List.of()).getSubcommands().keySet()), told);
    for (String command : told) {
      assertTrue(page.contains("run/sheaf " + command), command);
    }
  }
}
