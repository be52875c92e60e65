package dev.sheaf.workload;

import dev.sheaf.Program;
import dev.sheaf.comm.CheckedCommunicator;
import dev.sheaf.comm.Communicator;
import dev.sheaf.map.MapResult;
import dev.sheaf.map.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A [Program] of the user's.
public final class OwnProgram implements Workload {
  private final String name;
  private final Program program;
  private final List<String> args;

  /// Of one rank, as what follows; `null` before the start.
  private final CheckedCommunicator checked;

  private long done;
  private final List<Outcome.Failed<byte[]>> failures = new ArrayList<>();
  private long failed;

  private OwnProgram(String name, Program program, List<String> args, CheckedCommunicator checked) {
    this.name = name;
    this.program = program;
    this.args = List.copyOf(args);
    this.checked = checked;
  }

  /// A program.
  ///
  /// @param name what to call it in messages
  /// @param args the words that are the program's
  public OwnProgram(String name, Program program, List<String> args) {
    this(name, program, args, null);
  }

  /// With the program's calls checked.
  @Override
  public int start(JobOptions options, Communicator comm) throws Exception {
    CheckedCommunicator onRank = new CheckedCommunicator(comm);
    return Runner.run(new OwnProgram(name, program, args, onRank), options, onRank);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean writes() {
    return false;
  }

  @Override
  public Summary run(Job job) throws Exception {
    long notRun = 0;
    try {
      boolean stopOnError = job.options().map().stopOnError();
      program.run(new RankWorld(job, args, map -> looped(map, stopOnError)));
      checked.end();
    } catch (Stopped e) {
      notRun = e.notRun;
    }
    return new Summary(List.of(), Map.of(), done, 0, failures, failed, notRun);
  }

  /// Takes account of a loop of the program.
  ///
  /// @throws Stopped on all ranks, if it was ended early
  private void looped(MapResult<byte[]> map, boolean stopOnError) {
    done += map.done();
    failures.addAll(map.failures());
    failed += map.failed();
    if (map.notRun() > 0 || (stopOnError && map.failed() > 0)) { // whatever was under way then
      throw new Stopped(map.notRun());
    }
  }

  /// Takes a rank out of its program in a run that is ended early. Not for programs to catch,
  /// therefore an error; never told.
  private static final class Stopped extends Error {
    private static final long serialVersionUID = 1;
    private final long notRun;

    Stopped(long notRun) {
      super("the run was ended early", null, false, false);
      this.notRun = notRun;
    }
  }
}
