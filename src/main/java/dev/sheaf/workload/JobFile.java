package dev.sheaf.workload;

import dev.sheaf.InputException;
import dev.sheaf.map.Causes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A job file as dSQ reads it: each line a shell command, but for empty lines and those that begin
/// with `#`. A job's id is the number of its line, from 0; all lines count.
///
/// @param jobs in the file's order
/// @param options the lines that ask SLURM for something: `#DSQ …`, `#SBATCH …`
record JobFile(List<JobList.Entry> jobs, List<String> options) {
  /// The most that Linux takes as one argument, `MAX_ARG_STRLEN`, less the NUL behind it.
  private static final int MAX_COMMAND = 131_071;

  /// Reads a job file.
  ///
  /// @throws InputException if there is no job in it, or a line that no shell can be given
  static JobFile read(Path file) {
    byte[] text = bytes(file);
    List<JobList.Entry> jobs = new ArrayList<>();
    List<String> options = new ArrayList<>();
    int number = 0;
    for (int begin = 0; begin < text.length; number++) {
      int end = begin;
      while (end < text.length && text[end] != '\n') {
        end++;
      }
      byte[] line = stripped(text, begin, end);
      if (line.length > 0 && line[0] == '#') {
        String comment = new String(line, StandardCharsets.UTF_8);
        if (comment.matches("#(DSQ|SBATCH)\\s.*")) {
          options.add(comment);
        }
      } else if (line.length > 0) {
        jobs.add(entry(file + " line " + (number + 1), number, line));
      }
      begin = end + 1;
    }
    if (jobs.isEmpty()) {
      throw new InputException(
          file + ": no job in it; each line is a shell command, empty ones and # comments aside");
    }
    return new JobFile(jobs, options);
  }

  /// A job, if a shell can be given the command.
  ///
  /// @param place where the command stands, as a person would say it
  static JobList.Entry entry(String place, long id, byte[] command) {
    for (byte each : command) {
      if (each == 0) {
        throw new InputException(place + ": has a NUL; a command is text");
      }
    }
    if (command.length > MAX_COMMAND) {
      throw new InputException(
          "%s: %,d bytes; a shell takes a command of at most %,d: put it into a script"
              .formatted(place, command.length, MAX_COMMAND));
    }
    return new JobList.Entry(id, command);
  }

  /// A whole file.
  static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new InputException(
          Files.isDirectory(file) ? file + ": is a directory; give a file" : Causes.line(e), e);
    } catch (OutOfMemoryError e) {
      throw new InputException(file + ": too large to be held in memory; split it", e);
    }
  }

  private static byte[] stripped(byte[] text, int begin, int end) {
    int first = begin;
    int last = end;
    while (first < last && isBlank(text[first])) {
      first++;
    }
    while (first < last && isBlank(text[last - 1])) {
      last--;
    }
    return java.util.Arrays.copyOfRange(text, first, last);
  }

  private static boolean isBlank(byte each) {
    return each == ' ' || each == '\t' || each == '\r' || each == '\f' || each == 0x0b;
  }
}
