package dev.sheaf.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.testing.Needs;
import dev.sheaf.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a shell offers when the key for it is pressed behind some words.
class CompletionCommandTest {
  @TempDir private Path directory;

  @BeforeEach
  void print() throws IOException {
    Cli cli = Cli.run("completion");
    assertEquals(0, cli.status(), cli.err());
    Files.writeString(directory.resolve("completion"), cli.out());
  }

  /// Asks the shell's own completion.
  private List<String> offered(String shell, String... words) {
    String script =
        """
        source "$0"
        compopt() { [ "$1" != +o ] || echo "no $2"; }
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        set --
        $(complete -p sheaf | sed 's/.*-F \\([^ ]*\\) .*/\\1/')
        printf '%s\\n' "${COMPREPLY[@]}"
        """;
    String[] command = {shell, "-c", script, directory.resolve("completion").toString()};
    String[] all = Arrays.copyOf(command, command.length + words.length);
    System.arraycopy(words, 0, all, command.length, words.length);
    Shell run = Shell.run(Map.of(), all);
    assertEquals(0, run.status(), run.toString());
    return run.out().lines().map(String::strip).toList();
  }

  @Test
  void bash() {
    assertEquals(List.of("load"), offered("bash", "sheaf", "lo"));
    assertTrue(offered("bash", "run/sheaf", "pi", "--").contains("--trials"));
    assertEquals(
        List.of("block", "cyclic", "dynamic", "guided"),
        offered("bash", "sheaf", "pi", "--schedule", ""));
    assertEquals(List.of("philox"), offered("bash", "sheaf", "pi", "--rng", "ph"));
    assertEquals(List.of("images"), offered("bash", "sheaf", "sample", "im"));
    assertEquals(List.of(""), offered("bash", "sheaf", "load", "im")); // then bash offers files
    assertEquals(List.of("load"), offered("bash", "sheaf", "scale", "lo"));
    List<String> options = offered("bash", "sheaf", "scale", "pi", "--");
    assertTrue(options.containsAll(List.of("--trials", "--weak")), options.toString());
    assertEquals(List.of("guided"), offered("bash", "sheaf", "scale", "pi", "--schedule", "gu"));
  }

  /// Zsh has no `compopt`; what is offered there was looked at by hand.
  @Test
  void zsh() {
    Needs.command("zsh", "zsh");
    String script = "eval \"$(cat \"$0\")\" && type compopt";
    Shell run =
        Shell.run(Map.of(), "zsh", "-fc", script, directory.resolve("completion").toString());
    assertEquals("compopt not found", run.out().strip(), run.toString());
  }
}
