package dev.sheaf.cli;

import dev.sheaf.workload.Divide;
import dev.sheaf.workload.Workload;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `sheaf divide`.
@Command(
    name = "divide",
    description = {
      "The quotients of the elements of two arrays, in type and bits as by NumPy's a / b;",
      "out/quotient.npy. An array that is broadcast is held once a node."
    })
final class DivideCommand extends WorkloadCommand {
  @Parameters(
      index = "0",
      paramLabel = "A.npy",
      description = "An array of floats or integers; all ranks must see the file.")
  private Path a;

  @Parameters(
      index = "1",
      paramLabel = "B.npy",
      description = "Another one, of the same shape or one that NumPy broadcasts with it.")
  private Path b;

  @Override
  Workload workload(long seed) {
    return new Divide(a, b);
  }
}
