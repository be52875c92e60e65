package dev.sheaf.comm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sheaf.comm.Contract.Check;
import dev.sheaf.comm.Contract.State;
import dev.sheaf.comm.Contract.Verdict;
import dev.sheaf.transport.Transports;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// The contract on the transport `local`.
class LocalContractTest {
  @TestFactory
  Stream<DynamicContainer> holds() {
    return IntStream.of(1, 2, 3, 4, 7)
        .mapToObj(size ->
            DynamicContainer.dynamicContainer(
                size + " ranks",
                Contract.checks(size).stream()
                    .map(
                        check -> DynamicTest.dynamicTest(check.name(), () -> holds(size, check)))));
  }

  private static void holds(int size, Check check) {
    AtomicReference<Verdict> verdict = new AtomicReference<>();
    Transport local = Transports.find(Transports.LOCAL, System.getenv());
    int status =
        assertTimeoutPreemptively(
            Duration.ofMinutes(5),
            () ->
                local.run(
                    size,
                    world -> {
                      verdict.set(Contract.run(world, check));
                      return 0;
                    }));
    assertEquals(0, status, "exit status");
    assumeTrue(verdict.get().state() != State.SKIPPED, verdict.get().reason());
    assertEquals(State.OK, verdict.get().state(), verdict.get().reason());
  }
}
