package dev.sheaf.doctor;

import dev.sheaf.comm.Codec;
import dev.sheaf.comm.Codecs;
import dev.sheaf.comm.Communicator;
import dev.sheaf.doctor.Hosts.Folded;
import dev.sheaf.doctor.Hosts.Host;
import dev.sheaf.image.ImageLoader;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// Tells what can run here, a line a finding: `ok`, `warning` or `failure`, what it is, and the
/// cure.
public final class Doctor {
  /// Exit status if there is a failure.
  public static final int FAILURES = 1;

  private static final Codec<Host> HOST = Codecs.ofRecord(Host.class);

  private final PrintStream out;
  private final Map<Level, Integer> counts = new EnumMap<>(Level.class);

  private Doctor(PrintStream out) {
    this.out = out;
  }

  /// Looks at this machine: MPI is started in children, each for a minute at most.
  ///
  /// @param directory where output would go
  /// @param hostfile whose hosts to look at too, or `null`
  /// @return the exit status: 0, or [#FAILURES]
  /// @throws dev.sheaf.InputException if the hostfile cannot be read
  public static int machine(Path directory, Path hostfile) {
    Doctor doctor = new Doctor(System.out);
    Machine machine = new ThisMachine(ThisMachine.LIMIT);
    Map<String, Integer> hosts = hostfile == null ? Map.of() : Hostfile.read(machine, hostfile);
    local(machine, 0).forEach(doctor::tell);
    doctor.tell(OutputDirectory.check(machine, directory));
    List<Finding> libraries = MpiLibraries.check(machine);
    libraries.forEach(doctor::tell);
    boolean works = libraries.stream().anyMatch(f -> f.level() != Level.FAILURE && started(f));
    MpiLaunchers.check(machine, works).forEach(doctor::tell);
    MpiLibraries.checkOthers(machine).forEach(doctor::tell);
    Slurm.check(machine).forEach(doctor::tell);
    Hostfile.check(machine, hosts).forEach(doctor::tell);
    return doctor.sum();
  }

  /// Looks at the hosts of a job and the links between them; rank 0 prints. Collective. Takes at
  /// most a minute for the links, and some seconds for the rest.
  ///
  /// @param directory where output would go
  /// @return the exit status: 0, or at rank 0 [#FAILURES]
  public static int ranks(Communicator world, Path directory) {
    Doctor doctor = new Doctor(System.out);
    Machine machine = new ThisMachine(ThisMachine.LIMIT);
    List<Finding> mine = new ArrayList<>();
    if (world.nodeRank() == 0) {
      mine.add(Finding.ok(MpiLibraries.SUBJECT, world.library()));
      mine.add(Finding.ok(Hosts.DIRECTORY, machine.property("user.dir")));
      mine.addAll(local(machine, world.nodeSize()));
    }
    List<Host> hosts = new ArrayList<>();
    hosts.addAll(world.gatherObjects(new Host(world.host(), mine), HOST, 0));
    hosts.removeIf(host -> host.findings().isEmpty());
    if (world.rank() == 0) {
      doctor.tell(
          Finding.ok(
              "job",
              "%d ranks on %d host%s: %s"
                  .formatted(
                      world.size(),
                      hosts.size(),
                      hosts.size() == 1 ? "" : "s",
                      Hosts.some(hosts.stream().map(Host::name).toList()))));
      Slurm.allocation(machine.environment()).ifPresent(doctor::tell);
      Hosts.fold(hosts).forEach(doctor::tell);
    }
    Finding output = OutputDirectory.shared(world, directory);
    Links.Result links = Links.measure(world);
    if (world.rank() != 0) {
      return 0;
    }
    doctor.tell(output);
    links.findings().forEach(doctor::tell);
    links.table().forEach(System.out::println);
    return doctor.sum();
  }

  /// Tells that the ranks of a launcher did not meet.
  ///
  /// @return the exit status
  public static int broken(String message) {
    new Doctor(System.out)
        .tell(Finding.failure("job", message, "try sheaf doctor on each host, without a launcher"));
    return FAILURES;
  }

  /// What one process finds without MPI.
  ///
  /// @param ranks the ranks on this host; 0 if none have been started
  private static List<Finding> local(Machine machine, int ranks) {
    List<Finding> findings = new ArrayList<>();
    findings.add(JavaChecks.jdk(machine));
    findings.add(JavaChecks.jar(machine));
    findings.add(JavaChecks.nativeAccess(Doctor.class.getModule().isNativeAccessEnabled()));
    findings.add(JavaChecks.aotCache(machine));
    findings.add(JavaChecks.system(machine));
    findings.add(Cores.check(machine, ranks));
    findings.add(Memory.shared(machine, ranks));
    findings.addAll(
        Limits.check(
            machine.text("/proc/self/limits").orElse(""),
            Files.isDirectory(Path.of("/sys/class/infiniband"))));
    findings.add(Signals.check(machine.environment()));
    try (ImageLoader loader = new ImageLoader(ImageLoader.DEFAULT_MAX_PIXELS)) {
      findings.add(JavaChecks.jpeg(loader.jpegDecoder()));
    }
    return findings;
  }

  private static boolean started(Finding library) {
    return library.text().contains("MPI_THREAD_");
  }

  private void tell(Finding finding) {
    tell(new Folded(finding, ""));
  }

  private void tell(Folded folded) {
    counts.merge(folded.finding().level(), 1, Integer::sum);
    out.println(folded.line());
  }

  private int count(Level level) {
    return counts.getOrDefault(level, 0);
  }

  private int sum() {
    int warnings = count(Level.WARNING);
    int failures = count(Level.FAILURE);
    out.printf(
        "%d ok, %d warning%s, %d failure%s%n",
        count(Level.OK), warnings, warnings == 1 ? "" : "s", failures, failures == 1 ? "" : "s");
    return failures > 0 ? FAILURES : 0;
  }
}
