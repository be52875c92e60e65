package dev.sheaf.journal;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import dev.sheaf.InputException;
import dev.sheaf.array.OutputFile;
import dev.sheaf.process.ShellWords;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// `run.json`: what a run is, and how far it has come. Written whole by rank 0, aside and renamed,
/// at the start of an attempt and at its end.
///
/// @param run a number that no other run has
/// @param attempt 1 for the first start, 2 for the first resume
/// @param state how the last attempt ended, if it did
/// @param words of the command line, behind `sheaf`
/// @param directory that the command was given in
/// @param version of the program
/// @param program a checksum of it
/// @param work what the words ask for, but for those that don't change the result: `--trials=1000`
/// @param seed the key of all randomness
/// @param ranks of this attempt
/// @param threads of each rank
/// @param transport and its library's version
/// @param hosts of this attempt, by rank
/// @param inputs files that the whole run reads
/// @param started this attempt, in milliseconds since 1970
/// @param seconds that the attempt took, when it has ended
/// @param items how many the run has, when an attempt has ended
/// @param done of these
/// @param failed of these
/// @param table of the attempt's phases, line by line, when it has ended
public record RunFile(
    long run,
    int attempt,
    State state,
    List<String> words,
    String directory,
    String version,
    String program,
    List<String> work,
    long seed,
    int ranks,
    int threads,
    String transport,
    List<String> hosts,
    List<Input> inputs,
    long started,
    double seconds,
    long items,
    long done,
    long failed,
    List<String> table) {
  /// Its name in the run's directory.
  public static final String NAME = "run.json";

  /// How far a run is.
  public enum State {
    /// At work; or killed, if no one holds the run's lock.
    RUNNING("at work or killed"),
    /// Everything is done.
    DONE("done"),
    /// Ended, and told what failed.
    FAILED("ended, items failed"),
    /// Ended early, in good order: the rest is for a resume.
    STOPPED("stopped early");

    private final String words;

    State(String words) {
      this.words = words;
    }

    /// For a person.
    public String words() {
      return words;
    }
  }

  /// A file that the whole run reads.
  public record Input(String name, Entry.Stamp stamp) {}

  /// The command line as a person would give it to a shell.
  public String command() {
    return "sheaf " + ShellWords.line(words);
  }

  /// The file of a run's directory.
  ///
  /// @return `null` if there is none
  /// @throws InputException if it is not what this program writes
  public static RunFile read(Path directory) {
    Path file = directory.resolve(NAME);
    if (!Files.isRegularFile(file)) {
      return null;
    }
    try (JsonReader in = new JsonReader(Files.newBufferedReader(file))) {
      return new Fields().read(in);
    } catch (IOException | IllegalStateException | IllegalArgumentException e) {
      throw new InputException(
          file + ": not what sheaf writes of a run; delete it to start anew", e);
    }
  }

  /// The file of a directory that must be a run's.
  ///
  /// @throws InputException if there is none, or it is not what this program writes
  public static RunFile existing(Path directory) {
    RunFile run = Files.isDirectory(directory) ? read(directory) : null;
    if (run == null) {
      throw new InputException(
          "%s: no %s there; give the --out of a run".formatted(directory, NAME));
    }
    return run;
  }

  /// Writes it into a run's directory.
  ///
  /// @throws InputException if that can't be written
  public void write(Path directory) {
    OutputFile.write(directory.resolve(NAME), json().getBytes(StandardCharsets.UTF_8));
  }

  /// At another point of the run.
  public RunFile with(
      State state, double seconds, long items, long done, long failed, List<String> table) {
    return new RunFile(
        run, attempt, state, words, directory, version, program, work, seed, ranks, threads,
        transport, hosts, inputs, started, seconds, items, done, failed, table);
  }

  private String json() {
    StringWriter text = new StringWriter();
    try (JsonWriter out = new JsonWriter(text)) {
      out.setIndent("  ");
      out.beginObject();
      out.name("run").value(Long.toHexString(run));
      out.name("attempt").value(attempt);
      out.name("state").value(state.name().toLowerCase(java.util.Locale.ROOT));
      strings(out, "words", words);
      out.name("directory").value(directory);
      out.name("version").value(version);
      out.name("program").value(program);
      strings(out, "work", work);
      out.name("seed").value(seed);
      out.name("ranks").value(ranks);
      out.name("threads").value(threads);
      out.name("transport").value(transport);
      strings(out, "hosts", hosts);
      out.name("inputs").beginArray();
      for (Input input : inputs) {
        out.beginObject().name("file").value(input.name);
        out.name("bytes").value(input.stamp.size());
        out.name("modified").value(input.stamp.modified()).endObject();
      }
      out.endArray();
      out.name("started").value(started);
      out.name("seconds").value(seconds);
      out.name("items").value(items);
      out.name("done").value(done);
      out.name("failed").value(failed);
      strings(out, "table", table);
      out.endObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // into memory
    }
    return text + "\n";
  }

  private static void strings(JsonWriter out, String name, List<String> values) throws IOException {
    out.name(name).beginArray();
    for (String value : values) {
      out.value(value);
    }
    out.endArray();
  }

  /// What has been read so far.
  private static final class Fields {
    private long run;
    private int attempt;
    private State state;
    private List<String> words;
    private String directory;
    private String version;
    private String program;
    private List<String> work = List.of();
    private long seed;
    private int ranks;
    private int threads;
    private String transport;
    private List<String> hosts = List.of();
    private final List<Input> inputs = new ArrayList<>();
    private long started;
    private double seconds;
    private long items;
    private long done;
    private long failed;
    private List<String> table = List.of();

    RunFile read(JsonReader in) throws IOException {
      in.beginObject();
      while (in.hasNext()) {
        switch (in.nextName()) {
          case "run" -> run = Long.parseUnsignedLong(in.nextString(), 16);
          case "attempt" -> attempt = in.nextInt();
          case "state" -> state = State.valueOf(in.nextString().toUpperCase(java.util.Locale.ROOT));
          case "words" -> words = strings(in);
          case "directory" -> directory = in.nextString();
          case "version" -> version = in.nextString();
          case "program" -> program = in.nextString();
          case "work" -> work = strings(in);
          case "seed" -> seed = in.nextLong();
          case "ranks" -> ranks = in.nextInt();
          case "threads" -> threads = in.nextInt();
          case "transport" -> transport = in.nextString();
          case "hosts" -> hosts = strings(in);
          case "inputs" -> inputs(in);
          case "started" -> started = in.nextLong();
          case "seconds" -> seconds = in.nextDouble();
          case "items" -> items = in.nextLong();
          case "done" -> done = in.nextLong();
          case "failed" -> failed = in.nextLong();
          case "table" -> table = strings(in);
          default -> in.skipValue();
        }
      }
      in.endObject();
      if (attempt < 1 || state == null || words == null) {
        throw new IllegalArgumentException("fields are missing");
      }
      return new RunFile(
          run, attempt, state, words, directory, version, program, work, seed, ranks, threads,
          transport, hosts, inputs, started, seconds, items, done, failed, table);
    }

    private void inputs(JsonReader in) throws IOException {
      in.beginArray();
      while (in.hasNext()) {
        String file = null;
        long bytes = 0;
        long modified = 0;
        in.beginObject();
        while (in.hasNext()) {
          switch (in.nextName()) {
            case "file" -> file = in.nextString();
            case "bytes" -> bytes = in.nextLong();
            case "modified" -> modified = in.nextLong();
            default -> in.skipValue();
          }
        }
        in.endObject();
        inputs.add(new Input(file, new Entry.Stamp(bytes, modified)));
      }
      in.endArray();
    }

    private static List<String> strings(JsonReader in) throws IOException {
      List<String> values = new ArrayList<>();
      in.beginArray();
      while (in.hasNext()) {
        values.add(in.nextString());
      }
      in.endArray();
      return values;
    }
  }
}
