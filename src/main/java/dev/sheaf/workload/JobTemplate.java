package dev.sheaf.workload;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.sheaf.InputException;
import dev.sheaf.map.Causes;
import dev.sheaf.process.ShellWords;
import dev.sheaf.table.TextRow;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A command with holes, `convert {in} {out}`, which each row of a table fills: of a CSV or Parquet
/// file by the names of the columns, or of JSON lines by their keys.
///
/// A value is one word to the shell, whatever is in it: it is quoted, and so no hole may stand
/// within quotes. `{{in}}` stands for `{in}`; `${in}`, `{a,b}` and `{print $1}` are left to the
/// shell.
///
/// @param text the command
record JobTemplate(String text) {
  private static final Pattern HOLE = Pattern.compile("(?<!\\$)(\\{?)\\{([A-Za-z_][\\w.-]*)}(}?)");

  /// Neither quotes nor a command in brackets.
  private static final char NONE = 0;

  /// The jobs of a table: their ids are the numbers of the rows, from 0.
  ///
  /// @throws InputException if it is none, or a hole has no column
  List<JobList.Entry> fill(Path file) {
    List<TextRow> rows = rows(file);
    if (rows.isEmpty()) {
      throw new InputException(file + ": no rows; each makes a job");
    }
    checkQuotes();
    List<JobList.Entry> jobs = new ArrayList<>();
    for (TextRow row : rows) {
      String place = file + " " + row.place();
      byte[] command = fill(place, row.values()).getBytes(StandardCharsets.UTF_8);
      jobs.add(JobFile.entry(place, jobs.size(), command));
    }
    return jobs;
  }

  /// Within quotes those of a value would end them, and the shell would run what is in it.
  private void checkQuotes() {
    Matcher hole = HOLE.matcher(text);
    while (hole.find()) {
      boolean literal = !hole.group(1).isEmpty() && !hole.group(3).isEmpty();
      if (!literal && isQuoted(hole.start())) {
        throw new InputException(
            "--template: {%1$s} stands within quotes: leave them out, values are quoted ({{%1$s}} means {%1$s} itself)"
                .formatted(hole.group(2)));
      }
    }
  }

  /// Whether the shell takes what is there as within quotes; a command in `$(...)` or in backquotes
  /// is not within those around it.
  private boolean isQuoted(int end) {
    Deque<Character> open = new ArrayDeque<>(List.of(NONE));
    for (int at = 0; at < end; at++) {
      char c = text.charAt(at);
      char in = open.getFirst();
      if (c == (in == '(' ? ')' : in)) {
        open.removeFirst();
      } else if (in != '\'' && c == '\\') {
        at++;
      } else if (in != '\'' && opens(c, in, at > 0 && text.charAt(at - 1) == '$')) {
        open.addFirst(c);
      }
    }
    return open.getFirst() == '\'' || open.getFirst() == '"';
  }

  private static boolean opens(char c, char in, boolean behindDollar) {
    return switch (c) {
      case '"', '`' -> true;
      case '\'' -> in != '"';
      case '(' -> behindDollar || in == '(';
      default -> false;
    };
  }

  private String fill(String place, Map<String, String> values) {
    StringBuilder command = new StringBuilder();
    Matcher hole = HOLE.matcher(text);
    while (hole.find()) {
      String name = hole.group(2);
      boolean literal = !hole.group(1).isEmpty() && !hole.group(3).isEmpty();
      String by =
          literal ? "{" + name + "}" : hole.group(1) + value(place, name, values) + hole.group(3);
      hole.appendReplacement(command, Matcher.quoteReplacement(by));
    }
    return hole.appendTail(command).toString().strip();
  }

  private static String value(String place, String name, Map<String, String> values) {
    String value = values.get(name);
    if (value == null) {
      throw new InputException(
          "--template: {%s}: %s has no such column; there are %s ({{%s}} means {%s} itself)"
              .formatted(name, place, String.join(", ", values.keySet()), name, name));
    }
    if (value.indexOf('\n') >= 0) {
      throw new InputException(place + ", column " + name + ": has a line break; a job is a line");
    }
    return ShellWords.quote(value);
  }

  private static List<TextRow> rows(Path file) {
    try {
      return file.toString().endsWith(".jsonl") ? jsonLines(file) : TextRow.read(file);
    } catch (IOException e) {
      throw new InputException(Causes.line(e), e);
    }
  }

  private static List<TextRow> jsonLines(Path file) {
    List<TextRow> rows = new ArrayList<>();
    int number = 0;
    for (String line : new String(JobFile.bytes(file), StandardCharsets.UTF_8).split("\n", -1)) {
      number++;
      if (!line.isBlank()) {
        rows.add(new TextRow("line " + number, object(file + " line " + number, line)));
      }
    }
    return rows;
  }

  /// Strings as they are, anything else as JSON has it; `null` is none.
  private static Map<String, String> object(String place, String line) {
    try {
      Map<String, String> values = new LinkedHashMap<>();
      for (Map.Entry<String, JsonElement> each :
          JsonParser.parseString(line).getAsJsonObject().entrySet()) {
        JsonElement value = each.getValue();
        if (!value.isJsonNull()) {
          values.put(
              each.getKey(), value.isJsonPrimitive() ? value.getAsString() : value.toString());
        }
      }
      return values;
    } catch (JsonParseException | IllegalStateException e) {
      throw new InputException(place + ": is not a JSON object", e);
    }
  }
}
