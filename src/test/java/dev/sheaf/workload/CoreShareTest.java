package dev.sheaf.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sheaf.transport.local.LocalTransport;
import java.util.BitSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CoreShareTest {
  /// What each of the ranks may run on, and the share of the first.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "8 | 0-7 0-7      | 4", // not bound
        "4 | 0-3 4-7      | 4", // each to its own cores
        "4 | 0-1,8-9 2-3,10-11 | 4",
        "4 | 0-3 0-3 4-7 4-7 | 2", // two to a socket
        "4 | 0-3 0-7      | 2",
        "1 | 0 1          | 1",
        "2 | 0-1 0-1 0-1  | 1", // more ranks than cores
        "6 | 0-5 0-5 0-5  | 2",
        "2 | 0-7 0-7      | 1", // a quota of two cores for both
      })
  void ofTheFirstRank(int available, String lists, int share) {
    BitSet[] allowed = Stream.of(lists.split(" ")).map(CoreShare::cpus).toArray(BitSet[]::new);
    assertEquals(share, CoreShare.share(available, allowed, 0));
  }

  @Test
  void unknown() {
    assertEquals(2, CoreShare.share(4, new BitSet[] {new BitSet(), new BitSet()}, 0));
  }

  @Test
  void ofEmbeddedRanks() {
    int cores = Runtime.getRuntime().availableProcessors();
    new LocalTransport()
        .run(
            2,
            world -> {
              assertEquals(Math.max(1, cores / 2), CoreShare.of(world));
              return 0;
            });
  }
}
