package dev.sheaf.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CoresTest {
  private static GivenMachine machine(String online, String allowed) {
    return new GivenMachine()
        .file("/sys/devices/system/cpu/online", online + "\n")
        .file(
            "/proc/self/status",
            "Name:\tjava\nUid:\t0\t0\t0\t0\nCpus_allowed:\tff\nCpus_allowed_list:\t%s\n"
                .formatted(allowed));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"0|1", "0-7|8", "0-3,8|5", "0,2,4-5|4", "''|0"})
  void lists(String list, int count) {
    assertEquals(count, Cores.count(list));
  }

  @Test
  void allAreAllowed() {
    assertEquals(Finding.ok("cores", "8 of 8"), Cores.check(machine("0-7", "0-7"), 0));
    assertEquals(Finding.ok("cores", "8 of 8, for 8 ranks"), Cores.check(machine("0-7", "0-7"), 8));
  }

  @Test
  void quotaOfVersion2IsTheLeastOfAllLevels() {
    GivenMachine machine =
        machine("0-63", "0-63")
            .file("/proc/self/cgroup", "0::/system.slice/slurmd/job_7\n")
            .file("/sys/fs/cgroup/system.slice/slurmd/job_7/cpu.max", "max 100000\n")
            .file("/sys/fs/cgroup/system.slice/slurmd/cpu.max", "250000 100000\n")
            .file("/sys/fs/cgroup/system.slice/cpu.max", "800000 100000\n");
    assertEquals(Finding.ok("cores", "3 of 64, cgroup quota of 2.50"), Cores.check(machine, 0));
  }

  @Test
  void quotaOfVersion1() {
    GivenMachine machine =
        machine("0-3", "0-3")
            .file("/proc/self/cgroup", "5:memory:/docker/abc\n3:cpu,cpuacct:/docker/abc\n0::/\n")
            .file("/sys/fs/cgroup/cpu/docker/abc/cpu.cfs_quota_us", "-1\n")
            .file("/sys/fs/cgroup/cpu/docker/abc/cpu.cfs_period_us", "100000\n");
    assertEquals(Finding.ok("cores", "4 of 4"), Cores.check(machine, 0));
    // Within a container the path is that of the host: the group is at the root.
    machine
        .file("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "150000\n")
        .file("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n");
    assertEquals(Finding.ok("cores", "2 of 4, cgroup quota of 1.50"), Cores.check(machine, 0));
  }

  @Test
  void moreRanksThanCores() {
    Finding finding = Cores.check(machine("0-3", "0-3"), 5);
    assertEquals(Level.WARNING, finding.level());
    assertEquals(
        "4 of 4, for 5 ranks: waiting ranks take the cores of working ones", finding.text());
  }

  @Test
  void boundToOneCore() {
    GivenMachine machine = machine("0-3", "2").variable("OMPI_COMM_WORLD_RANK", "0");
    Finding finding = Cores.check(machine, 2);
    assertEquals(Level.WARNING, finding.level());
    assertTrue(finding.cure().contains("--bind-to none"), finding.cure());
    assertEquals(Finding.ok("cores", "1 of 4, affinity to 1"), Cores.check(machine("0-3", "2"), 0));
  }
}
