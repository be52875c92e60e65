package dev.sheaf.workload;

import dev.sheaf.InputException;
import dev.sheaf.comm.Codec;
import dev.sheaf.comm.Codecs;
import dev.sheaf.comm.Communicator;
import dev.sheaf.map.Causes;
import dev.sheaf.map.Drain;
import dev.sheaf.map.ItemTask;
import dev.sheaf.map.Items;
import dev.sheaf.map.MapOptions;
import dev.sheaf.map.MapResult;
import dev.sheaf.map.OrderedMap;
import dev.sheaf.report.Phases;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/// What a workload has at hand on one rank.
///
/// @param comm the ranks of the job
/// @param options the options that all workloads share
/// @param phases takes the times
/// @param drain ends the run early
public record Job(Communicator comm, JobOptions options, Phases phases, Drain drain) {
  /// The options of a map.
  public MapOptions mapOptions() {
    return options.map();
  }

  /// Works on the items by the job's options; see [OrderedMap#map].
  public <R> MapResult<R> map(Items items, Supplier<? extends ItemTask<R>> tasks, Codec<R> values)
      throws Exception {
    return map(items, mapOptions(), tasks, values);
  }

  /// Works on the items by the job's options but for those of the map.
  <R> MapResult<R> map(
      Items items, MapOptions map, Supplier<? extends ItemTask<R>> tasks, Codec<R> values)
      throws Exception {
    if (options.verbose() && comm.rank() == 0) {
      map.schedule().describe(items.count(), comm.size(), map).forEach(System.err::println);
    }
    return OrderedMap.map(comm, items, map, tasks, values, phases, drain);
  }

  /// Of a workload that can't leave an item's thread alone.
  ///
  /// @throws InputException if there is a `--timeout`
  void refuseTimeout() {
    if (!options.timeout().isZero()) {
      throw new InputException("--timeout: its items can't be given up; leave it out");
    }
  }

  /// Whether what a map has given is to be written, as far as it goes. Not if it was ended early,
  /// or if an item failed and all others happened to be done: that is a matter of luck.
  public boolean writes(MapResult<?> map) {
    return map.done() > 0 && map.notRun() == 0 && (map.failed() == 0 || !options.stopOnError());
  }

  /// Where an output file goes; makes the directory if there is none. For rank 0, before the work:
  /// a directory that can't be written is better told early.
  public Path output(String name) {
    Path directory = options.out();
    if (!Files.isDirectory(directory)) {
      try {
        Files.createDirectories(directory);
      } catch (FileAlreadyExistsException e) {
        throw new InputException("--out " + directory + ": is a file; give a directory", e);
      } catch (IOException e) {
        throw new InputException(
            "--out %s: no such directory, nor can it be made: %s"
                .formatted(directory, Causes.line(e)),
            e);
      }
    }
    if (!Files.isWritable(directory)) {
      throw new InputException(
          "--out " + directory + ": permission denied or read-only; give another directory");
    }
    return directory.resolve(name);
  }

  /// Has rank 0 alone do something and tells its result to all: look at the input, list a
  /// directory. Collective.
  ///
  /// @return rank 0's value, on every rank
  /// @throws AgreedInputException on every rank, if rank 0 met an input error or could not read or
  ///   write
  public <T> T onRoot(Callable<T> action, Codec<T> codec) throws Exception {
    String error = null;
    T value = null;
    if (comm.rank() == 0) {
      try {
        value = action.call();
      } catch (InputException | IOException e) {
        error = Causes.line(e);
      }
    }
    String agreed = comm.bcastObject(error == null ? "" : error, Codecs.STRING, 0);
    if (!agreed.isEmpty()) {
      throw new AgreedInputException(agreed);
    }
    return comm.bcastObject(value, codec, 0);
  }

  /// Has every rank do something that an input error may end: then it ends all of them, with the
  /// message of the lowest rank that met one. Collective.
  ///
  /// @return this rank's value
  /// @throws AgreedInputException on every rank, if any met an input error or could not read or
  ///   write
  public <T> T onAll(Callable<T> action) throws Exception {
    String error = "";
    T value = null;
    try {
      value = action.call();
    } catch (InputException | IOException e) {
      error = Causes.line(e);
      if (comm.rank() > 0) {
        error += " (rank %d on %s)".formatted(comm.rank(), comm.host());
      }
    }
    for (String each : comm.allgatherObjects(error, Codecs.STRING)) {
      if (!each.isEmpty()) {
        throw new AgreedInputException(each);
      }
    }
    return value;
  }
}
