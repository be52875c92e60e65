package dev.sheaf.plot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sheaf.random.KeyedRandom;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CoverageTest {
  private final Coverage coverage = new Coverage(4, 3);

  private double[] covered(double... points) {
    for (int i = 0; i < points.length; i += 2) {
      int next = (i + 2) % points.length;
      coverage.edge(points[i], points[i + 1], points[next], points[next + 1]);
    }
    double[] parts = new double[12];
    coverage.take((x, y, part) -> parts[4 * y + x] = part);
    return parts;
  }

  @Test
  void partsOfPixels() {
    double[] expected = {0, 0, 0, 0, 0.25, 0.5, 0.5, 0, 0.25, 0.5, 0.5, 0};
    assertArrayEquals(expected, covered(0.5, 1.5, 3, 1.5, 3, 2.5, 0.5, 2.5), 1e-12);
    assertArrayEquals(new double[12], covered(), 0);
  }

  @Test
  void aDiagonal() {
    double[] expected = {0.5, 0, 0, 0, 1, 0.5, 0, 0, 1, 1, 0.5, 0};
    assertArrayEquals(expected, covered(0, 0, 3, 3, 0, 3), 1e-12);
  }

  @Test
  void aFlatEdgeOverManyPixels() {
    double[] expected = {0.875, 0.625, 0.375, 0.125, 0, 0, 0, 0, 0, 0, 0, 0};
    assertArrayEquals(expected, covered(0, 0, 4, 0, 0, 1), 1e-12);
  }

  @Test
  void whatIsOutsideIsLeftOut() {
    double[] all = new double[12];
    Arrays.fill(all, 1);
    assertArrayEquals(all, covered(-5, -5, 9, -5, 9, 9, -5, 9), 1e-12);
  }

  @Test
  void theAreaOfTriangles() {
    KeyedRandom random = KeyedRandom.of(1, 0);
    for (int i = 0; i < 1000; i++) {
      double[] p = new double[6];
      for (int k = 0; k < 6; k++) {
        p[k] = random.nextDouble() * (k % 2 == 0 ? 4 : 3);
      }
      double area = Math.abs((p[2] - p[0]) * (p[5] - p[1]) - (p[4] - p[0]) * (p[3] - p[1])) / 2;
      assertEquals(area, Arrays.stream(covered(p)).sum(), 1e-4);
    }
  }
}
