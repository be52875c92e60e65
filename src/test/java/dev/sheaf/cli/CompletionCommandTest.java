package dev.sheaf.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.testing.Needs;
import dev.sheaf.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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

  /// Asks bash's own completion.
  private List<String> offered(String... words) {
    String script =
        """
        source "$0"
        compopt() { [ "$1" != +o ] || echo "no $2"; }
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        set --
        $(complete -p sheaf | sed 's/.*-F \\([^ ]*\\) .*/\\1/')
        printf '%s\\n' "${COMPREPLY[@]}"
        """;
    String[] command = {"bash", "-c", script, directory.resolve("completion").toString()};
    String[] all = Arrays.copyOf(command, command.length + words.length);
    System.arraycopy(words, 0, all, command.length, words.length);
    Shell run = Shell.run(Map.of(), all);
    assertEquals(0, run.status(), run.toString());
    return run.out().lines().map(String::strip).toList();
  }

  @Test
  void bash() {
    assertEquals(List.of("load"), offered("sheaf", "lo"));
    assertTrue(offered("run/sheaf", "pi", "--").contains("--trials"));
    assertEquals(
        List.of("block", "cyclic", "dynamic", "guided"), offered("sheaf", "pi", "--schedule", ""));
    assertEquals(List.of("philox"), offered("sheaf", "pi", "--rng", "ph"));
    assertEquals(List.of("images"), offered("sheaf", "sample", "im"));
    assertEquals(List.of(""), offered("sheaf", "load", "im")); // then bash offers files
    assertEquals(List.of("load"), offered("sheaf", "scale", "lo"));
    List<String> options = offered("sheaf", "scale", "pi", "--");
    assertTrue(options.containsAll(List.of("--trials", "--weak")), options.toString());
    assertEquals(List.of("guided"), offered("sheaf", "scale", "pi", "--schedule", "gu"));
    assertEquals(List.of("load"), offered("sheaf", "submit", "-N", "2", "--", "lo"));
  }

  /// Types the words, and the key behind them, into an interactive zsh.
  ///
  /// @return what stands in its line then
  private List<String> typed(String... lines) throws IOException {
    Needs.command("zsh", "zsh");
    Files.writeString(
        directory.resolve(".zshrc"),
        """
        cd '%s'
        eval "$(cat completion)"
        tell() { print -rn -- "<<$BUFFER>>"; BUFFER= }
        zle -N tell
        bindkey '^O' tell
        PS1='ready> '
        """
            .formatted(directory));
    String script =
        """
        zmodload zsh/zpty
        zpty shell zsh -i
        zpty -r shell shown '*ready>*'
        for line; do
          zpty -wn shell "$line"$'\\t\\x0f'
          zpty -r shell shown '*<<*>>*'
          print -r -- ${${shown##*<<}%%>>*}
        done
        zpty -d shell
        """;
    List<String> command = new ArrayList<>(List.of("zsh", "-fc", script, "zsh"));
    command.addAll(List.of(lines));
    Map<String, String> environment = Map.of("ZDOTDIR", directory.toString(), "TERM", "xterm");
    Shell run = Shell.run(environment, command.toArray(String[]::new));
    assertEquals(0, run.status(), run.toString());
    return run.out().lines().toList();
  }

  @Test
  void zsh() throws IOException {
    Files.createDirectory(directory.resolve("images"));
    assertEquals(
        List.of(
            "sheaf load ",
            "run/sheaf pi --trials ",
            "sheaf pi --rng philox ",
            "sheaf load images/",
            "sheaf load images --out images/",
            "sheaf sample images ",
            "sheaf scale load ",
            "sheaf scale load images/",
            "sheaf scale pi --weak ",
            "sheaf scale pi --schedule guided ",
            "sheaf submit -N 2 -- load ",
            "sheaf submit -- pi --trials "),
        typed(
            "sheaf lo",
            "run/sheaf pi --tri",
            "sheaf pi --rng ph",
            "sheaf load im",
            "sheaf load images --out im",
            "sheaf sample im",
            "sheaf scale lo",
            "sheaf scale load im",
            "sheaf scale pi --we",
            "sheaf scale pi --schedule gu",
            "sheaf submit -N 2 -- lo",
            "sheaf submit -- pi --tri"));
  }
}
