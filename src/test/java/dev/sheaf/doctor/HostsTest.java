package dev.sheaf.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.InputException;
import dev.sheaf.doctor.Hosts.Host;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Several hosts: folding, hostfiles.
class HostsTest {
  private static Host host(String name, String jdk, String jar, String cores) {
    return new Host(
        name, List.of(Finding.ok("jdk", jdk), Finding.ok("jar", jar), Finding.ok("cores", cores)));
  }

  private static List<String> lines(Host... hosts) {
    return Hosts.fold(List.of(hosts)).stream().map(Hosts.Folded::line).toList();
  }

  @Test
  void whereHostsAgreeThereIsOneLine() {
    assertEquals(
        List.of("ok      jdk: 25", "ok      jar: a", "ok      cores: 2"),
        lines(host("n1", "25", "a", "2"), host("n2", "25", "a", "2")));
  }

  @Test
  void whereTheyDifferTheyAreNamed() {
    assertEquals(
        List.of(
            "warning jdk (n1, n3): 25; it must be the same on all hosts",
            "warning jdk (n2): 26; it must be the same on all hosts",
            "failure jar (n1, n2): a; it must be the same on all hosts",
            "failure jar (n3): b; it must be the same on all hosts",
            "ok      cores (n1): 2",
            "ok      cores (n2, n3): 4"),
        lines(host("n1", "25", "a", "2"), host("n2", "26", "a", "4"), host("n3", "25", "b", "4")));
  }

  @Test
  void ofManyNamesTheFirstAreTold() {
    List<String> names = IntStream.rangeClosed(1, 9).mapToObj(i -> "n" + i).toList();
    assertEquals("n1, n2, n3, n4 and 5 more", Hosts.some(names));
  }

  @Test
  void hostfiles() {
    assertEquals(
        Map.of("node1", 2, "node2", 4, "node3", 0, "me@node4", 3),
        Hostfile.parse(
            """
            # a comment
            node1 slots=2 max_slots=4
            node2:4   # MPICH's words
              node3

            me@node4 slots=1
            me@node4 slots=2
            """));
    assertThrows(InputException.class, () -> Hostfile.parse("node1 slots=two"));
    assertThrows(InputException.class, () -> Hostfile.read(new GivenMachine(), Path.of("hosts")));
    assertThrows(
        InputException.class,
        () -> Hostfile.read(new GivenMachine().file("hosts", "# none\n"), Path.of("hosts")));
  }

  @Test
  void answersOfAHost() {
    String good = "cores 4\njdk /usr/lib/jvm/jdk-25\njar abcdef0123456789  -\n";
    assertEquals(
        Finding.ok("host n1", "10.0.0.1, 4 cores, /usr/lib/jvm/jdk-25"),
        Hostfile.judge("n1", "10.0.0.1", 4, good, "abcdef012345"));
    assertEquals(Level.WARNING, Hostfile.judge("n1", "10.0.0.1", 5, good, "abcdef012345").level());
    assertEquals(Level.FAILURE, Hostfile.judge("n1", "10.0.0.1", 0, good, "999999999999").level());
    Finding noJdk =
        Hostfile.judge("n1", "10.0.0.1", 0, "cores 4\njdk sheaf: no JDK 25 or later found\n", "");
    assertEquals(Level.FAILURE, noJdk.level());
    assertTrue(noJdk.text().contains("no JDK 25 or later found"), noJdk.text());
  }

  @Test
  void aHostThatIsNotKnown() {
    List<Finding> findings = Hostfile.check(new GivenMachine(), Map.of("no-such-host.invalid", 1));
    assertEquals(Level.FAILURE, findings.getFirst().level());
    assertEquals("no address for this name", findings.getFirst().text());
  }

  @Test
  void thisHostNeedsNoSsh() {
    GivenMachine machine =
        new GivenMachine()
            .property("java.home", "/jdk")
            .command("sh -c echo cores", 0, "cores 2\njdk /jdk\njar\n", "");
    assertEquals(
        List.of(Finding.ok("host 127.0.0.1", "127.0.0.1 (this host), 2 cores, /jdk")),
        Hostfile.check(machine, Map.of("127.0.0.1", 2)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"OMPI_MCA_plm_rsh_agent", "PRTE_MCA_plm_ssh_agent"})
  void otherHostsAreAskedBySsh(String variable) {
    GivenMachine machine =
        new GivenMachine()
            .variable(variable, "ssh -F config")
            .command("ssh -F config -o BatchMode=yes", 255, "", "Permission denied (publickey).\n");
    Finding finding = Hostfile.check(machine, Map.of("192.0.2.1", 2)).getFirst();
    assertEquals(Level.FAILURE, finding.level());
    assertEquals(
        "192.0.2.1: ssh fails: status 255: Permission denied (publickey).", finding.text());
    assertTrue(machine.ran.getFirst().contains("ConnectTimeout=5 192.0.2.1 sh -c '"));
  }
}
