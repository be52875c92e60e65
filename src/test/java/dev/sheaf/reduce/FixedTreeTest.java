package dev.sheaf.reduce;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class FixedTreeTest {
  private static String combined(int from, int to) {
    FixedTree<String> tree = new FixedTree<>((a, b) -> "(" + a + " " + b + ")");
    for (int leaf = from; leaf < to; leaf++) {
      tree.add(Integer.toString(leaf));
    }
    return tree.result("nothing");
  }

  @Test
  void splitsAtTheLargestPowerOfTwo() {
    assertEquals("nothing", combined(0, 0));
    assertEquals("0", combined(0, 1));
    assertEquals("((0 1) 2)", combined(0, 3));
    assertEquals("((0 1) (2 3))", combined(0, 4));
    assertEquals("(((0 1) (2 3)) ((4 5) 6))", combined(0, 7));
    assertEquals("((((0 1) (2 3)) ((4 5) (6 7))) 8)", combined(0, 9));
  }

  @Test
  void runsCombinedElsewhereMakeTheSameTree() {
    for (int leaves = 1; leaves <= 130; leaves++) {
      for (int run = 1; run <= 256; run *= 2) {
        FixedTree<String> tree = new FixedTree<>((a, b) -> "(" + a + " " + b + ")");
        for (int from = 0; from < leaves; from += run) {
          tree.add(combined(from, Math.min(from + run, leaves)));
        }
        assertEquals(combined(0, leaves), tree.result("nothing"), leaves + " by " + run);
      }
    }
  }

  @Test
  void theResultMayBeAskedForInBetween() {
    FixedTree<String> tree = new FixedTree<>((a, b) -> "(" + a + " " + b + ")");
    for (int leaf = 0; leaf < 20; leaf++) {
      tree.add(Integer.toString(leaf));
      assertEquals(combined(0, leaf + 1), tree.result("nothing"));
    }
  }
}
