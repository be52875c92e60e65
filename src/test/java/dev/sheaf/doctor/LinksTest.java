package dev.sheaf.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.doctor.Links.Link;
import dev.sheaf.doctor.Links.Pair;
import dev.sheaf.transport.Transports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinksTest {
  @TempDir Path directory;

  @Test
  void allPairsOfFewHosts() {
    assertEquals(List.of(), Links.pairs(1));
    assertEquals(List.of(new Pair(0, 1), new Pair(0, 2), new Pair(1, 2)), Links.pairs(3));
    assertEquals(120, Links.pairs(16).size());
  }

  @Test
  void aRingAndTheRootOfMany() {
    List<Pair> pairs = Links.pairs(1000);
    assertEquals(999 + 998, pairs.size());
    assertTrue(pairs.contains(new Pair(0, 999)));
    assertTrue(pairs.contains(new Pair(998, 999)));
  }

  @Test
  void slowLinksAreNamed() {
    List<Link> links = new ArrayList<>();
    links.add(new Link("a", "b", 20e-6, 1e9));
    links.add(new Link("a", "c", 25e-6, 0.9e9));
    assertEquals(
        Finding.ok("links", "2 measured, median of 8 B 25.00 us, of 4 MiB 1000 MB/s"),
        Links.judge(links));
    links.add(new Link("b", "c", 30e-6, 1.2e8));
    links.add(new Link("b", "d", 30e-3, 1e9));
    links.add(new Link("c", "d", 30e-6, 1e9));
    Finding finding = Links.judge(links);
    assertEquals(Level.WARNING, finding.level());
    assertTrue(finding.text().endsWith("; far slower: b to c, b to d"), finding.text());
  }

  @Test
  void clocks() {
    assertEquals(
        Finding.ok("clocks", "within 2.0 ms of that of a"),
        Links.judgeClocks(List.of("a", "b", "c"), new long[] {0, -2000, 1000}));
    Finding skewed = Links.judgeClocks(List.of("a", "b", "c"), new long[] {0, 0, -3_600_000_000L});
    assertEquals(Level.WARNING, skewed.level());
    assertEquals("differ from that of a: c by -3600.0 s", skewed.text());
  }

  @Test
  void ofManyLinksTheSlowestAreTold() {
    List<Link> links = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      links.add(new Link("a", "b" + i, 1e-6, 1e6 * (1000 - i)));
    }
    List<String> table = Links.table(links);
    assertEquals(122, table.size());
    assertTrue(table.get(1).contains(" b199 "), table.get(1));
    assertEquals("(the slowest 120 of 200)", table.getLast());
  }

  @Test
  void oneHostMeasuresTwoOfItsRanks() throws Exception {
    Links.Result[] results = new Links.Result[3];
    int status =
        Transports.find("local", Map.of())
            .run(
                3,
                world -> {
                  results[world.rank()] = Links.measure(world);
                  return 0;
                });
    assertEquals(0, status);
    assertEquals(2, results[0].table().size(), results[0].table().toString());
    assertEquals(List.of(), results[1].table());
    assertEquals("links", results[0].findings().getFirst().subject());
  }

  @Test
  void aDirectoryThatRanksShare() throws Exception {
    Finding[] findings = new Finding[3];
    int status =
        Transports.find("local", Map.of())
            .run(
                3,
                world -> {
                  findings[world.rank()] = OutputDirectory.shared(world, directory.resolve("out"));
                  return 0;
                });
    assertEquals(0, status);
    assertEquals(Level.OK, findings[0].level(), findings[0].text());
    assertNull(findings[1]);
    try (var entries = Files.list(directory)) {
      assertEquals(0, entries.count(), "nothing is left");
    }
  }
}
