package dev.sheaf.cli;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.StreamSupport;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// `sheaf completion`.
@Command(
    name = "completion",
    description = {
      "Print what lets bash and zsh complete the words of this program, with the commands of",
      "SHEAF_CLASS_PATH. In ~/.bashrc or ~/.zshrc: eval \"$(/path/to/run/sheaf completion)\""
    },
    mixinStandardHelpOptions = true,
    versionProvider = Sheaf.Version.class)
final class CompletionCommand implements Callable<Integer> {
  /// Behind `scale`, and `--` of `submit`, a command and its words; the options of `scale` too.
  private static final String BEHIND =
      """
        if [ "${COMP_WORDS[1]}" = submit ]; then
          local i
          for ((i = 2; i < COMP_CWORD; i++)); do
            if [ "${COMP_WORDS[i]}" = -- ]; then
              COMP_WORDS=("${COMP_WORDS[0]}" "${COMP_WORDS[@]:$((i + 1))}")
              COMP_CWORD=$((COMP_CWORD - i))
              break
            fi
          done
        fi
        if [ "${COMP_WORDS[1]}" = scale ] && [ "${COMP_CWORD}" -gt 1 ]; then
          COMPREPLY=()
          _picocli_sheaf_scale
          local own=("${COMPREPLY[@]}")
          COMP_WORDS=("${COMP_WORDS[0]}" "${COMP_WORDS[@]:2}")
          COMP_CWORD=$((COMP_CWORD - 1))
          COMPREPLY=()
          _complete_sheaf
          COMPREPLY+=("${own[@]}")
          return
        fi
      """;

  @Override
  public Integer call() {
    CommandLine line = Sheaf.line(List.of());
    prepare(line);
    System.out.print(mended(AutoComplete.bash("sheaf", line)));
    return 0;
  }

  /// Without some of picocli's lines. One has bash offer no files where nothing else is known, but
  /// most words are files, patterns or directories; others have zsh end a directory with a space,
  /// which it does not where files are what is left to offer. One makes zsh take a command of
  /// bash's completion for there, which it then does not find, as `eval` has read all of the script
  /// before that line.
  private static String mended(String script) {
    return script
        .replace("  type compopt &>/dev/null && compopt +o default\n", "")
        .replace(
            "COMPREPLY=( $( compgen -f -- \"${curr_word}\" ) ) # files\n      return $?", "return")
        .replace("  alias compopt=complete\n", "")
        .replace("function _complete_sheaf() {\n", "function _complete_sheaf() {\n" + BEHIND);
  }

  /// Gives each option a label of its own, as picocli keeps the values of those with equal labels
  /// in one variable; and its values in lower case, as the documents write them.
  private static void prepare(CommandLine line) {
    CommandSpec command = line.getCommandSpec();
    for (OptionSpec option : List.copyOf(command.options())) {
      if (option.completionCandidates() != null) {
        command.remove(option);
        command.addOption(
            OptionSpec.builder(option)
                .paramLabel(option.longestName())
                .completionCandidates(
                    StreamSupport.stream(option.completionCandidates().spliterator(), false)
                        .map(value -> value.toLowerCase(Locale.ROOT))
                        .toList())
                .build());
      }
    }
    line.getSubcommands().values().forEach(CompletionCommand::prepare);
  }
}
