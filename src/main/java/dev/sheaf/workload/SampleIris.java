package dev.sheaf.workload;

import dev.sheaf.array.OutputFile;
import dev.sheaf.comm.Codecs;
import dev.sheaf.table.Iris;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Writes the table of [Iris] on rank 0; a file of that name is replaced.
public final class SampleIris implements Workload {
  private final Path file;

  /// @param file in a directory that there is
  public SampleIris(Path file) {
    this.file = file;
  }

  @Override
  public String name() {
    return "sample iris";
  }

  @Override
  public boolean timed() {
    return false;
  }

  @Override
  public boolean writes() {
    return false;
  }

  @Override
  public Summary run(Job job) throws Exception {
    job.onRoot(
        () -> {
          OutputFile.write(file, Iris.csv());
          return null;
        },
        Codecs.NOTHING);
    return Summary.of(List.of(file + ": 150 rows"), Map.of("file", file.toString()), 150);
  }
}
