package dev.sheaf.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The checks of one process.
class LocalChecksTest {
  private static final String LIMITS =
      """
      Limit                     Soft Limit           Hard Limit           Units
      Max cpu time              unlimited            unlimited            seconds
      Max stack size            8388608              unlimited            bytes
      Max core file size        0                    unlimited            bytes
      Max processes             96365                96365                processes
      Max open files            20000                20000                files
      Max locked memory         8388608              8388608              bytes
      """;

  @TempDir Path directory;

  private static List<String> lines(List<Finding> findings) {
    return findings.stream()
        .map(finding -> finding.level().label() + " " + finding.subject())
        .toList();
  }

  @Test
  void limitsThatAreEnough() {
    assertEquals(
        List.of(
            Finding.ok(
                "limits",
                "open files 20000, processes 96365, stack 8192 KiB, locked memory 8192 KiB, core"
                    + " off")),
        Limits.check(LIMITS, false));
  }

  @Test
  void lockedMemoryMattersToInfiniBand() {
    assertEquals(List.of("warning locked memory", "ok limits"), lines(Limits.check(LIMITS, true)));
    assertEquals(
        List.of("ok limits"),
        lines(
            Limits.check(
                LIMITS.replace(
                    "Max locked memory         8388608  ", "Max locked memory unlimited"),
                true)));
  }

  @Test
  void limitsThatAreTooSmall() {
    String small =
        LIMITS
            .replace("Max open files            20000", "Max open files            256")
            .replace("Max processes             96365", "Max processes             100")
            .replace("Max stack size            8388608", "Max stack size            65536");
    assertEquals(
        List.of("warning open files", "warning processes", "warning stack", "ok limits"),
        lines(Limits.check(small, false)));
  }

  @ParameterizedTest
  @CsvSource({
    "FAILURE, 64, 4, 0",
    "WARNING, 64, 64, 0",
    "WARNING, 64, 4, 2",
    "OK, 2048, 2000, 0",
    "WARNING, 2048, 100, 0"
  })
  void sharedMemory(Level level, long total, long free, int ranks) {
    GivenMachine machine = new GivenMachine().space("/dev/shm", total << 20, free << 20);
    assertEquals(level, Memory.shared(machine, ranks).level());
  }

  @Test
  void noSharedMemory() {
    assertEquals(Level.FAILURE, Memory.shared(new GivenMachine(), 0).level());
  }

  @Test
  void signals() {
    assertEquals(Level.OK, Signals.check(Map.of()).level());
    assertEquals(Level.OK, Signals.check(Map.of("UCX_ERROR_SIGNALS", "")).level());
    assertEquals(
        Level.FAILURE, Signals.check(Map.of("UCX_ERROR_SIGNALS", "SIGILL,SIGSEGV")).level());
  }

  @Test
  void aotCache() {
    GivenMachine machine = new GivenMachine().file("/proc/self/cmdline", "java\0-jar\0x.jar\0");
    assertEquals(Level.WARNING, JavaChecks.aotCache(machine).level());
    machine.file("/proc/self/cmdline", "java\0-XX:AOTCache=run/../target/x.aot\0-jar\0x.jar\0");
    machine.property("java.vm.info", "mixed mode");
    assertTrue(JavaChecks.aotCache(machine).text().contains("does not fit"));
    machine.property("java.vm.info", "mixed mode, sharing");
    assertEquals(Finding.ok("AOT cache", "in use: target/x.aot"), JavaChecks.aotCache(machine));
  }

  @Test
  void jarHasAChecksum() throws Exception {
    Path jar = directory.resolve("x.jar");
    Files.writeString(jar, "abc");
    GivenMachine machine = new GivenMachine().property("java.class.path", jar.toString());
    assertEquals(
        jar + ", SHA-256 ba7816bf8f01…", JavaChecks.jar(machine).text(), "FIPS 180-4's example");
    machine.property("java.class.path", directory.resolve("y.jar").toString());
    assertEquals(Level.FAILURE, JavaChecks.jar(machine).level());
    machine.property("java.class.path", "target/classes:x.jar");
    assertEquals(Level.OK, JavaChecks.jar(machine).level());
  }

  @Test
  void otherFindings() {
    assertEquals(Level.WARNING, JavaChecks.nativeAccess(false).level());
    assertEquals(Level.OK, JavaChecks.nativeAccess(true).level());
    assertEquals(Level.WARNING, JavaChecks.jpeg("ImageIO").level());
    assertEquals(Level.OK, JavaChecks.jpeg("libjpeg-turbo (libturbojpeg.so.0)").level());
  }

  @Test
  void output() throws Exception {
    Machine machine = new GivenMachine();
    assertEquals(Level.OK, OutputDirectory.check(machine, directory.resolve("a/b")).level());
    Path file = Files.writeString(directory.resolve("file"), "");
    Finding finding = OutputDirectory.check(machine, file.resolve("out"));
    assertEquals(Level.FAILURE, finding.level());
    try (var entries = Files.list(directory)) {
      assertEquals(List.of(file), entries.toList(), "nothing is left");
    }
  }
}
