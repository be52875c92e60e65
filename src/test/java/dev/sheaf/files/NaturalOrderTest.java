package dev.sheaf.files;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NaturalOrderTest {
  /// In order; each pair of neighbours shows one rule.
  private static final List<String> ORDERED =
      List.of(
          "",
          "-1.jpg",
          "0.jpg",
          "01.jpg",
          "1.jpg",
          "2.jpg",
          "10.jpg",
          "10a.jpg",
          "99999999999999999999998.jpg",
          "99999999999999999999999.jpg",
          "A.jpg",
          "a",
          "a/9.jpg",
          "a/10.jpg",
          "a/b.jpg",
          "a-1/1.jpg",
          "a.jpg",
          "a1b2.jpg",
          "a1b10.jpg",
          "a01b11.jpg",
          "a2b1.jpg",
          "aa.jpg",
          "b",
          "\u00e9.jpg",
          "\u0661.jpg");

  @Test
  void anyShuffleComesBackInOrder() {
    for (int seed = 0; seed < 100; seed++) {
      List<String> shuffled = new ArrayList<>(ORDERED);
      Collections.shuffle(shuffled, new Random(seed));
      assertEquals(ORDERED, NaturalOrder.sorted(shuffled, name -> name));
    }
  }

  @Test
  void sortsAShuffledDirectory() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      names.add(i + ".jpg");
    }
    List<String> shuffled = new ArrayList<>(names);
    Collections.shuffle(shuffled, new Random(1));
    assertEquals(names, NaturalOrder.sorted(shuffled, name -> name));
  }
}
