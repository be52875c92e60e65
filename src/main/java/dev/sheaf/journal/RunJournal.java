package dev.sheaf.journal;

import dev.sheaf.InputException;
import dev.sheaf.array.FileErrors;
import dev.sheaf.comm.Codec;
import dev.sheaf.comm.Codecs;
import dev.sheaf.process.ExitCall;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;

/// The directory of a run as one rank uses it: what earlier attempts have done, and the journal of
/// this one.
///
/// **Lifecycle.** Rank 0 [#look]s before the work, [#reads] the files that the whole run depends
/// on, and [#prepare]s the attempt; every rank [#start]s with that, logs each [#map], and [#end]s.
/// Until `prepare` nothing is written.
///
/// **Errors.** What is refused, or can't be written, is an [InputException].
public final class RunJournal {
  private static final String PART = ".part";

  private final Path directory;
  private final RunOptions options;
  private final List<RunFile.Input> inputs = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private RunFile found;
  private RunFile file;
  private RunLock lock;

  /// Of parts of a run one at a time begins.
  private RunLock beginning;

  private volatile boolean marked;
  private long left;
  private Past past;
  private Attempt attempt;
  private JournalWriter journal;
  private InFlight inFlight;
  private Flusher flusher;
  private Thread hook;
  private long started;
  private int maps;

  /// Of a run in this directory.
  public RunJournal(Path directory, RunOptions options) {
    this.directory = directory;
    this.options = options;
  }

  /// An attempt, as rank 0 tells it to all.
  ///
  /// @param journals of earlier attempts, in order
  /// @param sizes how much of each to read
  public record Attempt(long run, int number, List<String> journals, List<Long> sizes) {
    /// Sends it to other ranks.
    public static final Codec<Attempt> CODEC =
        Codecs.of(
            (out, attempt) -> {
              out.putLong(attempt.run).putInt(attempt.number).putInt(attempt.journals.size());
              for (int i = 0; i < attempt.journals.size(); i++) {
                out.putString(attempt.journals.get(i)).putLong(attempt.sizes.get(i));
              }
            },
            in -> {
              long run = in.getLong();
              int number = in.getInt();
              List<String> journals = new ArrayList<>();
              List<Long> sizes = new ArrayList<>();
              for (int i = in.getLength(); i > 0; i--) {
                journals.add(in.getString());
                sizes.add(in.getLong());
              }
              return new Attempt(run, number, journals, sizes);
            });

    /// Whether there were others before.
    public boolean resumed() {
      return number > 1;
    }
  }

  // ---- rank 0, before the work ----

  /// For rank 0: looks whether there is a run, and whether this one may begin or go on.
  ///
  /// @return whether there is anything to do: not if a run that is done is to be resumed
  /// @throws InputException if not
  public boolean look() {
    if (options.part() != null) {
      return join();
    }
    if (options.start() == RunOptions.Start.RESTART) {
      found = Files.isDirectory(RunPaths.journals(directory)) ? readable() : null;
      return true;
    }
    found = RunFile.read(directory);
    if (found == null) {
      if (options.start() == RunOptions.Start.RESUME) {
        notes.add(directory + ": no run to go on with; this is a new one");
      }
      return true;
    }
    if (Files.isDirectory(RunPaths.journals(directory))) {
      lock = RunLock.take(directory, holder());
      found = RunFile.read(directory);
    }
    if (options.start() == RunOptions.Start.RESUME) {
      return goesOn();
    }
    refuseUnfinished();
    return true;
  }

  /// For a part of a run, which begins the run if no other has: the same.
  private boolean join() {
    try {
      makeDirectory();
    } catch (IOException e) {
      throw FileErrors.input(directory, "can't be written", e);
    }
    lock = RunLock.share(directory, holder());
    beginning = RunLock.beginning(directory);
    found = RunFile.read(directory);
    return found == null || goesOn();
  }

  private boolean resumes() {
    return options.start() == RunOptions.Start.RESUME || options.part() != null;
  }

  /// What the directory has of a run, if that can be made out.
  private RunFile readable() {
    try {
      return RunFile.read(directory);
    } catch (InputException _) {
      return null;
    }
  }

  private String holder() {
    return "%s, pid %d".formatted(options.command(), ProcessHandle.current().pid());
  }

  private void refuseUnfinished() {
    if (found.state() == RunFile.State.DONE || found.state() == RunFile.State.FAILED) {
      return;
    }
    Past before = new Past(found.run(), 0, 1, null, null);
    try (before) {
      for (Path each : RunPaths.list(directory)) {
        before.read(each, Long.MAX_VALUE);
      }
    } catch (IOException e) {
      throw FileErrors.input(directory, "its journals can't be read", e);
    }
    if (before.done() > 0) {
      throw new InputException(
          "%s has a run of `%s` that was not finished (%d of %d items done): go on with `sheaf resume %s`, or give --restart"
              .formatted(directory, found.command(), before.done(), before.items(), directory));
    }
  }

  /// Whether there is anything to go on with; refuses if it is another's.
  private boolean goesOn() {
    if (!found.work().equals(options.work())) {
      differs(
          "the run there is another: `%s`, not `%s`"
              .formatted(String.join(" ", found.work()), String.join(" ", options.work())));
    }
    if (found.state() == RunFile.State.DONE && unchanged()) {
      return false;
    }
    String program = program();
    if (!found.program().equals(program)) {
      differs(
          "the program has changed: version %s (checksum %s) began the run, this is %s (%s)"
              .formatted(found.version(), found.program(), Program.version(), program));
    }
    return true;
  }

  /// Whether the files that the whole run read are as they were; refuses if not, unless all is to
  /// be done again. One that is gone is no reason to.
  private boolean unchanged() {
    for (RunFile.Input input : found.inputs()) {
      Entry.Stamp now = stamp(Path.of(found.directory()).resolve(input.name()));
      if (!now.equals(Entry.Stamp.NONE) && !now.equals(input.stamp())) {
        if (!options.force()) {
          throw new InputException(changeOf(input.name()));
        }
        return false;
      }
    }
    return true;
  }

  private String changeOf(String input) {
    return "%s: changed since the run in %s began; --force does all items again"
        .formatted(input, directory);
  }

  private static String program() {
    return Long.toHexString(Program.checksum(System.getProperty("java.class.path")));
  }

  /// Refuses, or notes what is ignored.
  private void differs(String what) {
    if (!options.force()) {
      throw new InputException(
          "%s: %s; --force goes on with what is done, --restart begins anew"
              .formatted(directory, what));
    }
    notes.add("%s: %s; what is done stays (--force)".formatted(directory, what));
  }

  /// For rank 0, before [#prepare]: the whole run depends on this file.
  public void reads(Path input) {
    inputs.add(new RunFile.Input(input.toString(), stamp(input)));
  }

  /// Size and time of a file; [Entry.Stamp#NONE] if it can't be looked at.
  static Entry.Stamp stamp(Path file) {
    try {
      var attributes =
          Files.readAttributes(file, java.nio.file.attribute.BasicFileAttributes.class);
      return new Entry.Stamp(
          attributes.size(),
          attributes.lastModifiedTime().to(java.util.concurrent.TimeUnit.NANOSECONDS));
    } catch (IOException _) {
      return Entry.Stamp.NONE;
    }
  }

  /// For rank 0: begins the attempt, on these ranks.
  ///
  /// @throws InputException if inputs have changed, or nothing can be written
  public Attempt prepare(List<Here> ranks, int threads, String transport, long seed) {
    try {
      makeDirectory();
      if (lock == null) {
        lock = RunLock.take(directory, holder());
        if (found == null
            && options.start() != RunOptions.Start.RESTART
            && RunFile.read(directory) != null) {
          throw new InputException(directory + ": another run has been here meanwhile");
        }
      }
      boolean resumes = found != null && resumes();
      boolean changed = resumes && changed();
      if (options.part() == null) {
        deletePartsOfTheDead(resumes);
      }
      if (!resumes || changed) {
        RunPaths.deleteAll(directory);
      }
      List<String> journals = new ArrayList<>();
      List<Long> sizes = new ArrayList<>();
      for (Path each : RunPaths.list(directory)) {
        journals.add(each.getFileName().toString());
        sizes.add(Files.size(each));
      }
      file =
          new RunFile(
              resumes ? found.run() : ThreadLocalRandom.current().nextLong(),
              resumes ? found.attempt() + 1 : 1,
              RunFile.State.RUNNING,
              options.words(),
              System.getProperty("user.dir"),
              Program.version(),
              program(),
              options.work(),
              seed,
              ranks.size(),
              threads,
              transport,
              ranks.stream().map(Here::host).toList(),
              List.copyOf(inputs),
              System.currentTimeMillis(),
              0,
              0,
              0,
              0,
              List.of());
      file.write(directory);
      return new Attempt(file.run(), file.attempt(), journals, sizes);
    } catch (IOException e) {
      throw FileErrors.input(directory, "can't be written", e);
    }
  }

  private void makeDirectory() throws IOException {
    try {
      Files.createDirectories(RunPaths.journals(directory));
    } catch (FileAlreadyExistsException e) {
      throw new InputException(e.getFile() + ": is a file; give another --out", e);
    }
  }

  /// Whether files that the whole run reads are others than those of the run that is resumed.
  private boolean changed() {
    if (found.inputs().equals(inputs)) {
      return false;
    }
    Map<String, Entry.Stamp> before = new HashMap<>();
    found.inputs().forEach(input -> before.put(input.name(), input.stamp()));
    String which = "its inputs";
    for (RunFile.Input input : inputs) {
      if (!input.stamp().equals(before.get(input.name()))) {
        which = input.name();
        break;
      }
    }
    if (!options.force() || options.part() != null) {
      throw new InputException(changeOf(which));
    }
    notes.add(which + ": changed since the run began; all items are done again (--force)");
    return true;
  }

  /// Deletes what writers left that were killed: the files that they wrote aside alone, and, if the
  /// run is not resumed, those that ranks wrote together.
  private void deletePartsOfTheDead(boolean resumes) throws IOException {
    Set<String> ends = new HashSet<>();
    Set<Path> where = new HashSet<>(List.of(directory));
    for (Path each : RunPaths.list(directory)) {
      JournalReader.Reading reading =
          JournalReader.read(
              each,
              Long.MAX_VALUE,
              entry -> {
                if (entry instanceof Entry.MapBegun map && map.output().endsWith("/")) {
                  where.add(directory.resolve(map.output()));
                }
              });
      if (reading.header() != null) {
        ends.add("." + reading.header().pid());
      }
    }
    ends.remove("." + ProcessHandle.current().pid()); // earlier, but not dead
    String run = found == null || resumes ? null : "." + Long.toHexString(found.run()) + "-";
    for (Path each : where) {
      deleteParts(
          each,
          name ->
              (run != null && name.contains(run))
                  || ends.stream().anyMatch(pid -> name.contains(pid + "-")));
    }
  }

  private static void deleteParts(Path directory, Predicate<String> which) throws IOException {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (DirectoryStream<Path> parts = Files.newDirectoryStream(directory, ".*" + PART)) {
      for (Path part : parts) {
        if (which.test(part.getFileName().toString())) {
          Files.deleteIfExists(part);
        }
      }
    }
  }

  // ---- every rank ----

  /// Begins this rank's journal, when it has read what earlier attempts have done.
  ///
  /// @param ranks where all ranks run
  /// @return a number that is the same on all ranks if they have read the same
  public long start(Attempt attempt, List<Here> ranks, int rank, int threads) {
    this.attempt = attempt;
    Here here = ranks.get(rank);
    Map<String, String> boots = new HashMap<>();
    ranks.forEach(each -> boots.put(each.host(), each.boot().isEmpty() ? "?" : each.boot()));
    past = new Past(attempt.run, rank, ranks.size(), boots, options.part());
    for (int i = 0; i < attempt.journals.size(); i++) {
      Path each = RunPaths.journals(directory).resolve(attempt.journals.get(i));
      try {
        past.read(each, attempt.sizes.get(i));
      } catch (NoSuchFileException e) {
        throw new InputException(
            each + ": not here; --out must be a directory that all hosts share", e);
      } catch (IOException e) {
        throw FileErrors.input(each, "can't be read", e);
      }
    }
    started = System.nanoTime();
    Path mine = RunPaths.journal(directory, attempt.number, rank);
    inFlight = InFlight.create(RunPaths.inFlight(mine), threads);
    boolean durable = options.durability() == Durability.ITEM;
    journal =
        JournalWriter.create(
            mine,
            new Entry.Header(
                attempt.run,
                attempt.number,
                rank,
                here.host(),
                here.boot(),
                ProcessHandle.current().pid(),
                threads,
                durable,
                System.currentTimeMillis()));
    flusher = new Flusher(directory, journal, started);
    if (options.durability() == Durability.BATCH) {
      flusher.start();
    }
    hook = new Thread(this::signalled, "journal-signal");
    Runtime.getRuntime().addShutdownHook(hook);
    return past.checksum();
  }

  /// The JVM ends: by a signal, unless someone has called `System.exit`.
  private void signalled() {
    if (ExitCall.caller() == null) {
      ended(true);
    }
  }

  /// This rank is told to end by a signal: the items that it has in hand will not have killed it.
  /// Local.
  public void mark() {
    if (journal != null && !marked) {
      marked = true;
      ended(true);
    }
  }

  private void ended(boolean signal) {
    try {
      journal.append(new Entry.Ended(signal, System.nanoTime() - started));
    } catch (InputException _) {
      // On a full disk items may count as in hand when their rank died.
    }
  }

  /// Whether the journals have begun.
  public boolean begun() {
    return journal != null;
  }

  /// Whether the attempt that has begun goes on with earlier ones.
  public boolean resumed() {
    return attempt.resumed();
  }

  /// What rank 0 has to tell, a line each.
  public List<String> notes() {
    if (past != null) {
      past.problems().forEach(problem -> notes.add(problem + "; nothing from there on counts"));
    }
    return List.copyOf(notes);
  }

  /// The name of a part file that this attempt begins.
  public String partName(Path target) {
    return partPrefix(target) + attempt.number + PART;
  }

  private String partPrefix(Path target) {
    return "." + target.getFileName() + "." + Long.toHexString(attempt.run) + "-";
  }

  /// For rank 0: the part file of an earlier attempt, where it is to go on; `null` if there is
  /// none. A file that has got its name and has not been touched since is a part file again.
  public Path earlierPart(Path target) throws IOException {
    for (int number = attempt.number - 1; number > 0; number--) {
      Path part = target.resolveSibling(partPrefix(target) + number + PART);
      if (Files.isRegularFile(part)) {
        return part;
      }
    }
    Entry.Committed committed = past.committed(target.getFileName().toString());
    if (attempt.resumed()
        && committed != null
        && Files.isRegularFile(target)
        && committed.id().equals(id(target))
        && committed.stamp().equals(stamp(target))) {
      Path part = target.resolveSibling(committed.part());
      Files.move(target, part, StandardCopyOption.ATOMIC_MOVE);
      return part;
    }
    return null;
  }

  /// For rank 0: a part file is about to get its name.
  public void commits(Path target, Path part) throws IOException {
    journal.append(
        new Entry.Committed(
            target.getFileName().toString(), part.getFileName().toString(), stamp(part), id(part)));
  }

  private static String id(Path file) throws IOException {
    return String.valueOf(Files.readAttributes(file, "unix:ino").get("ino"));
  }

  /// A map begins: logs it, and tells what earlier attempts have done of it.
  ///
  /// @param items how many; at most 2^31 - 1
  /// @param inputs a hash of their names
  /// @param output see [Entry.MapBegun]
  /// @param external whether results lie in files
  /// @throws InputException on every rank, if the items are others than they were
  public MapLog map(long items, long inputs, String output, boolean external) {
    Entry.MapBegun map = new Entry.MapBegun(maps++, items, inputs, output, external);
    PastMap before = past.of(map);
    Entry.MapBegun other = past.other(map.map());
    if (before == null && other != null && (other.items() != items || other.inputs() != inputs)) {
      String changed =
          "%s: the items have changed since the run began: there were %d, now there are %d%s"
              .formatted(
                  directory,
                  other.items(),
                  items,
                  other.items() == items ? " with other names" : "");
      if (!options.force()) {
        throw new InputException(changed + "; --force does all of them again");
      }
      if (file != null) { // rank 0
        System.err.println("sheaf: " + changed + "; all of them are done again (--force)");
      }
    }
    journal.append(map);
    closeBeginning();
    return new MapLog(map, before, null, options, journal, inFlight, flusher, started);
  }

  private void closeBeginning() {
    if (beginning != null) {
      beginning.close();
      beginning = null;
    }
  }

  /// How many items of the last map this part of the run has left; the same on every rank. 0 if it
  /// is no part.
  public long left() {
    return left;
  }

  /// To be told after each map, if this is a part of a run.
  public void left(long items) {
    left = items;
  }

  /// The run is to go on later, maybe on other hosts: makes durable what this rank has done, if
  /// that is wanted.
  public void flush() {
    if (journal != null && options.durability() == Durability.BATCH) {
      flusher.flush();
    }
  }

  /// For rank 0: how the run has ended. What it wrote aside goes if no item is done, or the run is.
  public void end(
      RunFile.State state, double seconds, long items, long done, long failed, List<String> table) {
    if (file == null) {
      return;
    }
    file.with(state, seconds, items, done, failed, table).write(directory);
    if (done == 0 || state == RunFile.State.DONE) {
      String run = "." + Long.toHexString(file.run()) + "-";
      try {
        deleteParts(directory, name -> name.contains(run));
      } catch (IOException _) {
        // They stay; their names tell what they are.
      }
    }
  }

  /// This rank's part in the run is over. Local.
  ///
  /// @param orderly whether it has come to its end, so that the items it had in hand, if any, have
  ///   not killed it
  public void close(boolean orderly) {
    if (hook != null) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException _) {
        // The JVM ends already.
      }
    }
    if (journal != null) {
      if (orderly) {
        ended(false);
      }
      flusher.close();
      journal.close();
      past.close();
    }
    closeBeginning();
    if (lock != null) {
      lock.close();
    }
  }
}
