package dev.sheaf.workload;

import dev.sheaf.InputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/// A status file, ours or dSQ's, as it was left: of a job that is there more than once, the last
/// line counts.
///
/// @param lines the jobs by their ids
record StatusFile(Map<Long, Line> lines) {
  private static final int COLUMNS = 7;

  /// A job that has ended.
  ///
  /// @param exitCode see [JobStatus]
  /// @param job its command
  /// @param text the whole line, with its end
  record Line(int exitCode, JobList.Entry job, byte[] text) {}

  /// Reads a status file; a line of names is passed over.
  ///
  /// @throws InputException if it is none
  static StatusFile read(Path file) {
    byte[] text = JobFile.bytes(file);
    Map<Long, Line> lines = new TreeMap<>();
    int number = 1;
    for (int begin = 0; begin < text.length; number++) {
      int end = begin;
      while (end < text.length && text[end] != '\n') {
        end++;
      }
      byte[] line = Arrays.copyOfRange(text, begin, end + 1);
      line[end - begin] = '\n'; // also of a last line that has none
      String columns = new String(line, 0, end - begin, StandardCharsets.ISO_8859_1);
      if (!columns.isBlank() && !columns.startsWith("Job_ID\t")) {
        Line job = line(file + " line " + number, columns, line);
        lines.put(job.job.id(), job);
      }
      begin = end + 1;
    }
    if (lines.isEmpty()) {
      throw new InputException(file + ": no job in it");
    }
    return new StatusFile(lines);
  }

  /// @param columns the bytes as characters
  private static Line line(String place, String columns, byte[] text) {
    String[] fields = columns.split("\t", COLUMNS);
    if (fields.length < COLUMNS) {
      throw new InputException(
          "%s: %d columns; a status file has Job_ID, Exit_Code, Hostname, Time_Started, Time_Ended, Time_Elapsed, Job"
              .formatted(place, fields.length));
    }
    try {
      long id = Long.parseLong(fields[0]);
      int exitCode = Integer.parseInt(fields[1]);
      byte[] command = fields[COLUMNS - 1].strip().getBytes(StandardCharsets.ISO_8859_1);
      if (id < 0 || command.length == 0) {
        throw new InputException(place + ": a job needs an id from 0 and a command");
      }
      return new Line(exitCode, JobFile.entry(place, id, command), text);
    } catch (NumberFormatException e) {
      throw new InputException(
          "%s: Job_ID '%s' and Exit_Code '%s' must be whole numbers"
              .formatted(place, fields[0], fields[1]),
          e);
    }
  }
}
