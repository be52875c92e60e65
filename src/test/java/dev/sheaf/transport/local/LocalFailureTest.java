package dev.sheaf.transport.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.InputException;
import dev.sheaf.comm.Buffer;
import dev.sheaf.comm.Communicator;
import dev.sheaf.comm.Counter;
import dev.sheaf.comm.ElementType;
import dev.sheaf.comm.Failure;
import dev.sheaf.comm.Op;
import dev.sheaf.comm.RankProgram;
import dev.sheaf.comm.SharedMemory;
import dev.sheaf.comm.VBuffer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A job ends as a whole, at once and with one message, whatever the other ranks do meanwhile.
class LocalFailureTest {
  /// Where the failing tests would hang.
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private static final VarHandle BYTES = MethodHandles.arrayElementVarHandle(byte[].class);

  private static final int RANKS = 3;

  /// The rank that fails; the others wait for it.
  private static final int FAILING = 1;

  private record Ended(int status, String message) {}

  private static Ended run(int ranks, RankProgram program) {
    PrintStream standard = System.err;
    ByteArrayOutputStream captured = new ByteArrayOutputStream();
    System.setErr(new PrintStream(captured, true, StandardCharsets.UTF_8));
    try {
      int status = assertTimeoutPreemptively(LIMIT, () -> new LocalTransport().run(ranks, program));
      return new Ended(status, captured.toString(StandardCharsets.UTF_8));
    } finally {
      System.setErr(standard);
    }
  }

  /// Every call in which a rank waits for rank 1.
  private static Map<String, Consumer<Communicator>> waits() {
    Buffer one = Buffer.of(new long[1]);
    VBuffer each = VBuffer.even(Buffer.of(new long[RANKS]), RANKS);
    Map<String, Consumer<Communicator>> waits = new LinkedHashMap<>();
    waits.put("barrier", Communicator::barrier);
    waits.put("send", comm -> comm.send(Buffer.of(new long[100_000]), FAILING, 0));
    waits.put("recv", comm -> comm.recv(Buffer.of(new long[1]), FAILING, 0));
    waits.put("probe", comm -> comm.probe(FAILING, Communicator.ANY_TAG));
    waits.put("bcast", comm -> comm.bcast(Buffer.of(new long[1]), FAILING));
    waits.put("scatterv", comm -> comm.scatterv(each, Buffer.of(new long[1]), 0));
    waits.put("gatherv", comm -> comm.gatherv(one, each, 0));
    waits.put("allgatherv", comm -> comm.allgather(1));
    waits.put("reduce", comm -> comm.reduce(one, Buffer.of(new long[1]), Op.SUM, 0));
    waits.put("allreduce", comm -> comm.allreduce(1, Op.SUM));
    waits.put("counter", Communicator::counter);
    waits.put("sharedMemory", comm -> comm.sharedMemory(8));
    waits.put("split", comm -> comm.split(0, 0));
    return waits;
  }

  /// Lets rank 1 do something once the others are parked in their call.
  private static Ended whileOthersWait(Consumer<Communicator> wait, RankProgram then) {
    AtomicReferenceArray<Thread> threads = new AtomicReferenceArray<>(RANKS);
    return run(
        RANKS,
        world -> {
          if (world.rank() != FAILING) {
            threads.set(world.rank(), Thread.currentThread());
            wait.accept(world);
            return 0;
          }
          for (int r = 0; r < RANKS; r++) {
            while (r != FAILING
                && (threads.get(r) == null || threads.get(r).getState() != Thread.State.WAITING)) {
              Thread.onSpinWait();
            }
          }
          return then.run(world);
        });
  }

  private static void assertOneMessage(Ended ended, int status, String... parts) {
    for (String part : parts) {
      assertTrue(ended.message().contains(part), part + " is not in: " + ended.message());
    }
    assertEquals(1, ended.message().split("sheaf: ", -1).length - 1, ended.message());
    assertEquals(status, ended.status(), ended.message());
  }

  @TestFactory
  Stream<DynamicTest> anExceptionFreesRanksThatWait() {
    return waits().entrySet().stream()
        .map(wait ->
            DynamicTest.dynamicTest(
                wait.getKey(),
                () -> {
                  Ended ended =
                      whileOthersWait(
                          wait.getValue(),
                          world -> {
                            throw new IllegalStateException("boom");
                          });
                  assertOneMessage(
                      ended, Failure.RANK, "rank 1 on ", "IllegalStateException: boom");
                }));
  }

  @TestFactory
  Stream<DynamicTest> anExceptionFreesRanksThatWaitLater() {
    return waits().entrySet().stream()
        .map(wait ->
            DynamicTest.dynamicTest(
                wait.getKey(),
                () -> {
                  Ended ended =
                      run(
                          RANKS,
                          world -> {
                            if (world.rank() == FAILING) {
                              throw new IllegalStateException("boom");
                            }
                            wait.getValue().accept(world);
                            return 0;
                          });
                  assertEquals(Failure.RANK, ended.status(), ended.message());
                }));
  }

  @TestFactory
  Stream<DynamicTest> aRankThatHasEndedIsNotWaitedFor() {
    return waits().entrySet().stream()
        .map(wait ->
            DynamicTest.dynamicTest(
                wait.getKey(),
                () -> {
                  Ended ended = whileOthersWait(wait.getValue(), world -> 0);
                  assertOneMessage(ended, Failure.RANK, "waits in ", "but rank 1 has ended");
                }));
  }

  @Test
  void theMessageNamesTheCallAndBothRanks() {
    Ended ended =
        run(
            2,
            world -> {
              if (world.rank() == 0) {
                world.barrier();
              }
              return 0;
            });
    assertOneMessage(ended, Failure.RANK, "rank 0 waits in barrier, but rank 1 has ended");
  }

  @Test
  void waitingForAnyMessageEndsWhenAllOthersHaveEnded() {
    Ended ended =
        run(
            RANKS,
            world -> {
              if (world.rank() == 0) {
                world.recv(Buffer.of(new long[1]), Communicator.ANY_SOURCE, 4);
              }
              return 0;
            });
    assertOneMessage(ended, Failure.RANK, "rank 0 waits in recv from any rank with tag 4");
  }

  @Test
  void whatARankSentBeforeItEndedArrives() {
    Ended ended =
        run(
            2,
            world -> {
              long[] data = {world.rank()};
              if (world.rank() == 1) {
                world.send(Buffer.of(data), 0, 0);
              } else {
                world.recv(Buffer.of(data), 1, 0);
              }
              return (int) data[0];
            });
    assertEquals(new Ended(1, ""), ended);
  }

  @Test
  void abortEndsAllWithItsStatus() {
    Ended ended =
        whileOthersWait(
            Communicator::barrier,
            world -> {
              throw world.abort("no more disk", 17);
            });
    assertOneMessage(ended, 17, "rank 1 on ", "no more disk");
  }

  @Test
  void anyThreadMayAbort() {
    Ended ended =
        run(
            2,
            world -> {
              if (world.rank() == 1) {
                Thread aborting =
                    Thread.ofPlatform()
                        .uncaughtExceptionHandler((thread, e) -> {})
                        .start(() -> world.abort("from a thread", 4));
                // Two ranks that both wait already are a deadlock, which is told first.
                aborting.join();
              }
              world.recv(Buffer.of(new long[1]), 1 - world.rank(), 0);
              return 0;
            });
    assertEquals(4, ended.status(), ended.message());
  }

  @Test
  void anInputErrorIsOneLine() {
    Ended ended =
        whileOthersWait(
            Communicator::barrier,
            world -> {
              throw new InputException("--seeds: no seeds");
            });
    assertOneMessage(ended, Failure.INPUT, "--seeds: no seeds");
    assertEquals(1, ended.message().lines().count(), ended.message());
  }

  @Test
  void errorsEndTheJobToo() {
    assertOneMessage(
        whileOthersWait(
            Communicator::barrier,
            world -> {
              throw new LinkageError("as if");
            }),
        Failure.RANK,
        "LinkageError: as if");
    assertOneMessage(
        whileOthersWait(Communicator::barrier, world -> endless(1)),
        Failure.RANK,
        "StackOverflowError");
  }

  @Test
  void wantOfMemoryIsOneLine() {
    OutOfMemoryError error = new OutOfMemoryError("Java heap space");
    assertToldAsWantOfMemory(
        "",
        world -> {
          throw error;
        });
    assertToldAsWantOfMemory(
        "item 7 ended: ",
        world -> {
          throw new IllegalStateException("item 7 ended", error);
        });
  }

  private static void assertToldAsWantOfMemory(String what, RankProgram program) {
    Ended ended = whileOthersWait(Communicator::barrier, program);
    assertOneMessage(
        ended,
        Failure.RANK,
        "): " + what + "out of memory: Java heap space; Java may take ",
        "SHEAF_JAVA_OPTS=-Xmx8g");
    assertEquals(1, ended.message().lines().count(), ended.message());
  }

  @SuppressWarnings("InfiniteRecursion")
  private static int endless(int n) {
    return endless(n + 1) + 1;
  }

  @Test
  void ranksThatComputeDoNotHoldUpTheEnd() {
    AtomicBoolean stop = new AtomicBoolean();
    Ended ended =
        run(
            2,
            world -> {
              if (world.rank() == 1) {
                throw new IllegalStateException("boom");
              }
              while (!stop.get()) {
                Thread.onSpinWait();
              }
              return 0;
            });
    stop.set(true);
    assertOneMessage(ended, Failure.RANK, "boom");
  }

  @Test
  void ranksThatWaitElsewhereAreInterrupted() throws InterruptedException {
    CountDownLatch never = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    Ended ended =
        run(
            2,
            world -> {
              if (world.rank() == 1) {
                throw new IllegalStateException("boom");
              }
              try {
                never.await();
              } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
              }
              return 0;
            });
    assertOneMessage(ended, Failure.RANK, "boom");
    interrupted.await();
  }

  @Test
  void theCounterEndsRanksThatLoopOverIt() throws InterruptedException {
    CountDownLatch left = new CountDownLatch(1);
    Ended ended =
        run(
            2,
            world -> {
              Counter counter = world.counter();
              if (world.rank() == 1) {
                throw new IllegalStateException("boom");
              }
              try {
                while (true) {
                  counter.getAndAdd(1);
                }
              } finally {
                left.countDown();
              }
            });
    assertOneMessage(ended, Failure.RANK, "boom");
    left.await();
  }

  @Test
  void closingResourcesOnTheWayOutHidesNoException() {
    Ended ended =
        run(
            2,
            world -> {
              try (Counter counter = world.counter();
                  SharedMemory memory = world.sharedMemory(8);
                  Communicator part = world.split(0, 0)) {
                if (world.rank() == 1) {
                  throw new IllegalStateException("boom");
                }
                memory.segment().fill((byte) counter.getAndAdd(1));
                part.recv(Buffer.of(new long[1]), 1, 0);
              }
              return 0;
            });
    assertOneMessage(ended, Failure.RANK, "rank 1 on ", "boom");
  }

  @Test
  void anInterruptDoesNotEndAWait() {
    Ended ended =
        whileOthersWait(
            comm -> {
              comm.barrier();
              assertTrue(Thread.currentThread().isInterrupted());
            },
            world -> {
              Thread.getAllStackTraces().keySet().stream()
                  .filter(thread -> thread.getName().matches("rank-[02]"))
                  .forEach(Thread::interrupt);
              world.barrier();
              return 0;
            });
    assertEquals(new Ended(0, ""), ended);
  }

  @Test
  void ranksThatWaitForEachOtherAreTold() {
    assertOneMessage(
        run(
            2,
            world -> {
              world.recv(Buffer.of(new long[1]), 1 - world.rank(), 6);
              return 0;
            }),
        Failure.RANK,
        "deadlock",
        "rank 0 waits in recv from rank 1 with tag 6",
        "rank 1 waits in recv from rank 0 with tag 6");
    assertOneMessage(
        run(
            2,
            world -> {
              world.send(Buffer.of(new long[100_000]), 1 - world.rank(), 6);
              return 0;
            }),
        Failure.RANK,
        "deadlock",
        "rank 0 waits in send to rank 1");
    assertOneMessage(
        run(
            1,
            world -> {
              world.recv(Buffer.of(new long[1]), 0, 6);
              return 0;
            }),
        Failure.RANK,
        "for itself");
  }

  @Test
  void differentCollectivesAreTold() {
    assertOneMessage(
        run(
            2,
            world -> {
              world.bcast(Buffer.of(new long[3]), world.rank());
              return 0;
            }),
        Failure.RANK,
        "rank 0 calls bcast of 3 INT64 with root 0",
        "rank 1 calls bcast of 3 INT64 with root 1");
    assertOneMessage(
        run(
            2,
            world -> {
              if (world.rank() == 0) {
                world.barrier();
              } else {
                world.allreduce(1, Op.SUM);
              }
              return 0;
            }),
        Failure.RANK,
        "rank 0 calls barrier",
        "rank 1 calls allreduce SUM of 1 INT64");
    assertOneMessage(
        run(
            2,
            world -> {
              VBuffer parts = world.rank() == 0 ? VBuffer.of(Buffer.of(1L, 2L, 3L), 1, 2) : null;
              world.scatterv(parts, Buffer.of(new long[1]), 0);
              return 0;
            }),
        Failure.RANK,
        "scatterv: the root has 2 INT64 for rank 1");
  }

  /// Without care for it, the JVM crashes here: rank 0 is in the call when the job fails, leaves
  /// it, and frees the memory that rank 1 still copies from.
  @ParameterizedTest
  @ValueSource(strings = {"send", "bcast"})
  void memoryIsNotFreedWhileAnotherRankCopiesFromIt(String call) {
    byte[] copy = new byte[400 << 20];
    CountDownLatch left = new CountDownLatch(RANKS);
    Ended ended =
        run(
            RANKS,
            world -> {
              try (Arena arena = Arena.ofConfined();
                  Communicator pair = world.split(world.rank() / 2, 0)) {
                if (world.rank() == 2) {
                  while ((byte) BYTES.getVolatile(copy, 0) == 0) {
                    Thread.onSpinWait();
                  }
                  throw new IllegalStateException("boom");
                }
                Buffer data = Buffer.of(copy);
                if (pair.rank() == 0) {
                  data = Buffer.allocate(arena, ElementType.INT8, copy.length);
                  data.segment().fill((byte) 1);
                }
                if (call.equals("bcast")) {
                  pair.bcast(data, 0);
                } else if (pair.rank() == 0) {
                  pair.send(data, 1, 0);
                } else {
                  pair.recv(data, 0, 0);
                }
                world.barrier();
              } finally {
                left.countDown();
              }
              return 0;
            });
    assertOneMessage(ended, Failure.RANK, "boom");
    assertTimeoutPreemptively(LIMIT, () -> left.await());
  }

  @Test
  void jobsInOneJvmAreIndependent() throws InterruptedException {
    CountDownLatch failed = new CountDownLatch(1);
    int[] status = {-1};
    Thread other =
        Thread.ofPlatform()
            .start(() ->
                status[0] =
                    new LocalTransport()
                        .run(
                            2,
                            world -> {
                              failed.await();
                              return (int) world.allreduce(1, Op.SUM);
                            }));
    Ended ended =
        run(
            2,
            world -> {
              throw new IllegalStateException("boom");
            });
    assertFalse(ended.message().isEmpty());
    failed.countDown();
    other.join();
    assertEquals(2, status[0]);
  }
}
