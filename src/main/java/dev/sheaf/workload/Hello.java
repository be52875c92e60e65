package dev.sheaf.workload;

import dev.sheaf.comm.Codecs;
import java.util.List;
import java.util.Map;

/// A line for each rank, in rank order: rank, host, process, cores it may use, transport and
/// library.
public final class Hello implements Workload {
  @Override
  public String name() {
    return "hello";
  }

  @Override
  public boolean timed() {
    return false;
  }

  @Override
  public Summary run(Job job) {
    var comm = job.comm();
    String line =
        "rank "
            + comm.rank()
            + " of "
            + comm.size()
            + " on "
            + comm.host()
            + ", pid "
            + ProcessHandle.current().pid()
            + ", "
            + Runtime.getRuntime().availableProcessors()
            + " cores, "
            + comm.library();
    List<String> lines = comm.gatherObjects(line, Codecs.STRING, 0);
    return Summary.of(lines, Map.of(), lines.size());
  }
}
