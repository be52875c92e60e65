package dev.sheaf.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ScalingTest {
  /// 1 to 4 ranks are two powers of two over 704 x 344 CSS pixels from (72, 76).
  @Test
  void pointsAndLawsLieByPowersOfTwo() {
    Scaling plot =
        new Scaling(
            "t",
            List.of(new Scaling.Point(1, 1, 1, 1), new Scaling.Point(2, 1, 1, 2)),
            List.of(new Scaling.Curve("law", n -> 2)),
            4);
    String svg = plot.svg();
    assertTrue(svg.contains("points=\"420,416 "), "no mark at 2 ranks\n" + svg);
    assertTrue(svg.contains("points=\"424,420 424,248\""), "no spread from 1 to 2\n" + svg);
    assertTrue(svg.contains("points=\"72,420 79.04,416.56 "), "no line of n\n" + svg);
    assertTrue(svg.contains("points=\"72,248 79.04,248 "), "no law\n" + svg);
    assertTrue(svg.contains(">law<") && svg.contains(">measured<"), svg);
    assertEquals(1600, plot.raster(2).width());
  }

  @Test
  void slowerThanOneRankIsShown() {
    List<Scaling.Point> points =
        List.of(new Scaling.Point(1, 1, 1, 1), new Scaling.Point(2, 0.3, 0.3, 0.3));
    String svg = new Scaling("t", points, List.of(), 2).svg();
    assertTrue(svg.contains(">1/4<") && svg.contains(">1/2<"), svg);
  }
}
