package dev.sheaf.plot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class HistogramTest {
  /// The plot's area is 704 x 344 CSS pixels from (72, 76); 105 % of the largest count is its
  /// height.
  private static final Histogram HISTOGRAM =
      new Histogram(
          "a < b & c",
          "value [unit]",
          "images",
          new Bins(-0.5, 1, 4),
          List.of(
              new Histogram.Series("red", new long[] {0, 100, 0, 0}),
              new Histogram.Series("green", new long[] {0, 0, 50, 0}),
              new Histogram.Series("blue", new long[] {0, 100, 50, 0})),
          false);

  private static List<Element> elements(Document svg, String name) {
    NodeList nodes = svg.getElementsByTagName(name);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      elements.add((Element) nodes.item(i));
    }
    return elements;
  }

  @Test
  void svgHasTitleLabelsTicksLegendAndSeries() throws Exception {
    Document svg =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(HISTOGRAM.svg())));
    List<String> texts = elements(svg, "text").stream().map(Element::getTextContent).toList();
    assertEquals(
        List.of(
            "a < b & c",
            "red",
            "green",
            "blue",
            "0",
            "20",
            "40",
            "60",
            "80",
            "100",
            "0",
            "1",
            "2",
            "3",
            "value [unit]",
            "images"),
        texts);
    List<Element> areas = elements(svg, "polygon");
    assertEquals(3, areas.size());
    assertEquals(
        "72,420 72,420 248,420 248,92.38 424,92.38 424,420 600,420 600,420 776,420 776,420",
        areas.getFirst().getAttribute("points"));
    Set<String> styles = new HashSet<>();
    Set<String> dashes = new HashSet<>();
    for (Element line : elements(svg, "polyline")) {
      if (line.getAttribute("points").split(" ").length == 10) {
        styles.add(line.getAttribute("stroke"));
        dashes.add(line.getAttribute("stroke-dasharray"));
      }
    }
    assertEquals(Set.of("#d55e00", "#009e73", "#0072b2"), styles);
    assertEquals(Set.of("", "8 4", "2 3"), dashes);
  }

  /// The colour at a point in CSS pixels.
  private static int pixel(Drawing.Raster raster, double x, double y) {
    int column = (int) (2 * x);
    int row = (int) (2 * y);
    int at = 3 * (row * raster.width() + column);
    byte[] rgb = raster.rgb();
    return ((rgb[at] & 0xff) << 16) | ((rgb[at + 1] & 0xff) << 8) | (rgb[at + 2] & 0xff);
  }

  @Test
  void pixelsShowTheSame() {
    Drawing.Raster raster = HISTOGRAM.raster(2);
    assertEquals(1600, raster.width());
    assertEquals(960, raster.height());
    assertEquals(0xffffff, pixel(raster, 0, 0));
    assertEquals(0xffffff, pixel(raster, 160, 300)); // the empty bin
    assertEquals(0xd4d5d3, pixel(raster, 336, 300)); // blue at 15 % on red at 15 % on white
    assertEquals(0xb5611b, pixel(raster, 248, 98)); // the red line, under blue at 15 %
    assertEquals(0xb8dde2, pixel(raster, 512, 300)); // blue on green
    assertEquals(0xffffff, pixel(raster, 512, 150)); // above them
    assertEquals(0x404040, pixel(raster, 72, 200));
    assertEquals(0xe4e4e4, pixel(raster, 200, 354.4));
    assertArrayEquals(raster.rgb(), HISTOGRAM.raster(2).rgb());
  }

  @Test
  void textIsThere() {
    Drawing.Raster raster = HISTOGRAM.raster(2);
    int dark = 0;
    for (double x = 72; x < 150; x += 0.5) {
      for (double y = 18; y < 38; y += 0.5) {
        dark += (pixel(raster, x, y) & 0xff) < 128 ? 1 : 0;
      }
    }
    assertTrue(dark > 300 && dark < 1500, dark + " dark pixels in the title");
  }

  @Test
  void atMostSixSeries() {
    List<Histogram.Series> seven =
        Collections.nCopies(Histogram.MOST_SERIES + 1, HISTOGRAM.series().getFirst());
    assertEquals(6, Histogram.MOST_SERIES);
    assertThrows(
        IllegalArgumentException.class,
        () -> new Histogram("", "", "", HISTOGRAM.bins(), seven, false));
  }

  /// From a half, at the bottom, 420, to twice the most, 100,000, at the top, 76: a decade is 344 /
  /// log10(400,000) = 61.41 pixels high.
  @Test
  void aLogarithmicAxisHasPowersOfTen() {
    Histogram.Series one = new Histogram.Series("", new long[] {100_000, 0, 1, 10});
    String svg = new Histogram("", "", "", HISTOGRAM.bins(), List.of(one), true).svg();
    assertTrue(svg.contains(">100k<") && svg.contains(">1<"), svg);
    assertTrue(svg.contains("72,94.49 248,94.49 248,420 424,420 424,401.51 600,401.51"), svg);
    assertFalse(svg.contains("72,53 108,53"), "a legend without a name");
  }
}
