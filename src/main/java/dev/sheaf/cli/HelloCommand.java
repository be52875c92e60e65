package dev.sheaf.cli;

import dev.sheaf.workload.Hello;
import dev.sheaf.workload.Workload;
import picocli.CommandLine.Command;

/// `sheaf hello`.
@Command(
    name = "hello",
    description = "Print a line for each rank: host, process, cores, transport.")
final class HelloCommand extends WorkloadCommand {
  @Override
  Workload workload(long seed) {
    return new Hello();
  }
}
