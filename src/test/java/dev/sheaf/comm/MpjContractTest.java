package dev.sheaf.comm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.comm.Contract.Check;
import dev.sheaf.comm.Contract.State;
import dev.sheaf.comm.Contract.Verdict;
import dev.sheaf.testing.Mpj;
import dev.sheaf.testing.Shell;
import dev.sheaf.transport.Transports;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The contract on the transport `mpj`.
class MpjContractTest {
  /// Of the messages of 3 GiB, which all go the same way in pieces, the one from rank to rank.
  private static boolean chosen(Check check) {
    return !check.name().startsWith("3 GiB") || check.name().contains("send, recv");
  }

  @ParameterizedTest(name = "{0} threads")
  @ValueSource(ints = {1, 2, 3, 4, 7})
  void threads(int ranks) {
    Mpj.need();
    List<Check> checks = Contract.checks(ranks).stream().filter(MpjContractTest::chosen).toList();
    List<String> failed = new CopyOnWriteArrayList<>();
    int status =
        assertTimeoutPreemptively(
            Duration.ofMinutes(5),
            () ->
                Transports.find("mpj", Map.of())
                    .run(
                        ranks,
                        world -> {
                          for (Check check : checks) {
                            Verdict verdict = Contract.run(world, check);
                            if (world.rank() == 0 && verdict.state() == State.FAILED) {
                              failed.add(check.name() + ": " + verdict.reason());
                            }
                          }
                          return 0;
                        }));
    assertEquals(0, status, "exit status");
    assertEquals(List.of(), failed);
  }

  @ParameterizedTest(name = "{0} processes")
  @ValueSource(ints = {1, 3})
  void processes(int ranks) {
    Shell run =
        Shell.run(Map.of(), Mpj.processes(ranks, ContractMain.class).toArray(String[]::new));
    assertEquals(0, run.status(), run.toString());
    assertTrue(run.out().contains(" niodev)"), run.toString());
    assertTrue(run.out().contains(" 0 failed"), run.toString());
    assertEquals(
        Contract.checks(ranks).size(),
        run.out().lines().filter(line -> line.startsWith("ok ")).count(),
        run.toString());
  }
}
