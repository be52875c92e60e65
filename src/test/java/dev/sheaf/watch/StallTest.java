package dev.sheaf.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.comm.Progress;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What is told of rows that change, or don't, as a clock goes on that the test sets.
class StallTest {
  private static final long SECOND = 1_000_000_000;
  private static final int RANKS = 4;
  private static final int WORDS = Rows.words(2);

  private final Rows rows = new Rows(MemorySegment.ofArray(new long[RANKS * WORDS]), RANKS, WORDS);
  private final Notes[] notes =
      IntStream.range(0, RANKS).mapToObj(r -> new Notes(rows, r, null)).toArray(Notes[]::new);
  private final Member[] members =
      IntStream.range(0, RANKS)
          .mapToObj(r -> new Member("host" + r, 100 + r, r, 2, 1))
          .toArray(Member[]::new);
  private final View view = new View(rows, new int[] {0, 1, 2, 3}, 0);
  private final List<Integer> stopped = new ArrayList<>();
  private long now;

  private void beginMap() {
    for (Notes rank : notes) {
      rank.begin(item -> "input-" + item, 10);
    }
  }

  /// The view after so many seconds more.
  private Stall after(int seconds) {
    for (int i = 0; i < seconds; i++) {
      for (int r = 0; r < RANKS; r++) {
        if (!stopped.contains(r)) {
          rows.increment(r, Rows.BEAT);
        }
      }
      now += SECOND;
      view.look(now);
    }
    return Stall.in(view, members, 10 * SECOND, notes[0]);
  }

  private static void assertTells(String text, Stall stall) {
    assertEquals(text, stall.text());
    assertFalse(stall.hopeless());
  }

  @Test
  void namesTheItemOfTheRankThatOthersWaitFor() {
    beginMap();
    notes[1].note(0, 17);
    assertNull(after(1));
    notes[1].note(1, 18);
    for (int r : new int[] {0, 2, 3}) {
      notes[r].begin(Call.ALLREDUCE, true);
    }
    assertNull(after(9));
    assertTells(
        "stalled for 11 s: ranks 0, 2-3 wait in allreduce; "
            + "absent: rank 1 on host1 (pid 101), in item 17 (input-17) for 12 s",
        after(3));
  }

  @Test
  void ranksThatGoOnAreNoStall() {
    beginMap();
    notes[0].begin(Call.GATHERV, true);
    for (int item = 0; item < 100; item++) {
      for (int r = 1; r < RANKS; r++) {
        notes[r].note(0, item);
      }
      assertNull(after(1));
    }
    notes[2].note(0, 100);
    notes[3].note(0, 100);
    for (int item = 0; item < 10; item++) {
      notes[1].note(1, item);
      after(1);
    }
    assertEquals(
        "stalled for 110 s: rank 0 waits in gatherv; absent: "
            + "rank 2 on host2 (pid 102), in item 100 (input-100) for 10 s; "
            + "rank 3 on host3 (pid 103), in item 100 (input-100) for 10 s",
        after(1).text());
  }

  @Test
  void aCallThatReturnsIsProgress() {
    for (int i = 0; i < 30; i++) {
      for (Notes rank : notes) {
        rank.over();
        rank.begin(Call.BARRIER, true);
      }
      assertNull(after(1));
    }
    assertTells("stalled for 10 s: ranks 0-3 wait in barrier; absent: none", after(10));
  }

  @Test
  void tellsASilentRankByWhatItDidLast() {
    for (Notes rank : notes) {
      rank.begin(Call.BARRIER, true);
    }
    after(1);
    stopped.add(3);
    assertNull(after(9));
    Stall stall = after(1);
    assertEquals(
        "lost: rank 3 on host3 (pid 103), "
            + "in barrier for 10 s, then no sign of life (stopped, killed, or cut off)",
        stall.text());
    assertTrue(stall.hopeless());
  }

  /// Although the others have work enough.
  @Test
  void aSilentRankIsLostWhateverTheOthersDo() {
    beginMap();
    notes[1].note(0, 17);
    assertNull(after(1));
    stopped.add(1);
    for (int item = 20; item < 29; item++) {
      notes[2].note(0, item);
      assertNull(after(1));
    }
    assertEquals(
        "lost: rank 1 on host1 (pid 101), in item 17 (input-17) for 10 s, "
            + "then no sign of life (stopped, killed, or cut off)",
        after(1).text());
  }

  @Test
  void aRankThatHasEndedIsSilentAndNotLost() {
    notes[1].ended();
    assertNull(after(1));
    stopped.add(1);
    assertNull(after(100));
  }

  /// A stall is not told of ranks of which it is not known whether they live.
  @Test
  void doubtIsNotTold() {
    for (Notes rank : notes) {
      rank.begin(Call.BARRIER, true);
    }
    assertNull(after(4));
    stopped.add(3);
    assertNull(after(9));
    stopped.clear();
    assertTells("stalled for 13 s: ranks 0-3 wait in barrier; absent: none", after(1));
  }

  @Test
  void aShortSilenceIsNoLoss() {
    for (Notes rank : notes) {
      rank.begin(Call.BARRIER, true);
    }
    assertNull(after(1));
    stopped.add(3);
    assertNull(after(4));
    assertTells(
        "stalled for 4 s: ranks 0-2 wait in barrier; absent: rank 3 on host3 (pid 103), "
            + "in barrier for 4 s, then no sign of life (stopped, killed, or cut off)",
        Stall.in(view, members, 3 * SECOND, notes[0]));
  }

  /// What was seen before a pause of the one who looks is not counted.
  @Test
  void startsAgainAfterAPause() {
    for (Notes rank : notes) {
      rank.begin(Call.BARRIER, true);
    }
    stopped.addAll(List.of(0, 1, 2, 3));
    after(9);
    view.restart();
    assertNull(after(9));
    assertTrue(after(1).text().startsWith("lost: rank 0 on host0 "));
  }

  @Test
  void waitingForTheNextItemIsWaiting() {
    beginMap();
    for (int r = 0; r < 3; r++) {
      notes[r].note(0, Progress.NEXT);
    }
    assertTells(
        "stalled for 10 s: ranks 0-2 wait in counter; "
            + "absent: rank 3 on host3 (pid 103), in no item and no call for 10 s",
        after(11));
  }

  @Test
  void theItemsOfAnotherMapAreNumbersOnly() {
    beginMap();
    notes[1].begin(item -> "other-" + item, 10);
    notes[1].note(0, 3);
    notes[0].begin(Call.RECV, true);
    notes[2].ended();
    notes[3].ended();
    assertTells(
        "stalled for 10 s: rank 0 waits in recv; "
            + "absent: rank 1 on host1 (pid 101), in item 3 for 10 s",
        after(11));
  }

  @Test
  void aRankThatHasEndedWithoutTheCallIsHopeless() {
    for (Notes rank : notes) {
      rank.begin(Call.BCAST, true);
      rank.over();
    }
    notes[1].ended();
    for (int r : new int[] {0, 2, 3}) {
      notes[r].begin(Call.BARRIER, true);
    }
    Stall stall = after(11);
    assertTrue(stall.hopeless());
    assertEquals(
        "stalled for 10 s: ranks 0, 2-3 wait in barrier; absent: rank 1 on host1 (pid 101), ended",
        stall.text());
  }

  @Test
  void aRankThatHasEndedAfterTheCallIsNot() {
    for (Notes rank : notes) {
      rank.begin(Call.GATHERV, true);
    }
    notes[1].over();
    notes[1].ended();
    assertTells(
        "stalled for 10 s: ranks 0, 2-3 wait in gatherv; absent: rank 1 on host1 (pid 101), ended",
        after(11));
  }

  @Test
  void differentCallsAreHopeless() {
    notes[0].begin(Call.GATHERV, true);
    for (int r = 1; r < RANKS; r++) {
      notes[r].begin(Call.BARRIER, true);
    }
    Stall stall = after(11);
    assertTrue(stall.hopeless());
    assertEquals(
        "stalled for 10 s: rank 0 waits in gatherv, ranks 1-3 wait in barrier; "
            + "absent: none, but the calls differ",
        stall.text());
  }

  @Test
  void isToldAgainAfterGrowingIntervals() {
    Intervals telling = new Intervals(10);
    List<Integer> told =
        IntStream.rangeClosed(1, 100)
            .filter(second -> telling.due(second, second >= 5))
            .boxed()
            .toList();
    assertEquals(List.of(5, 15, 35, 75), told);
    assertFalse(telling.due(101, false));
    assertTrue(telling.due(102, true));
  }
}
