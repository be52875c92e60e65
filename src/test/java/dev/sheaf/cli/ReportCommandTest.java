package dev.sheaf.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class ReportCommandTest {
  @TempDir Path directory;

  private Path out() {
    return directory.resolve("out");
  }

  private String report() throws IOException {
    Cli cli = Cli.run("report", out().toString());
    assertEquals(0, cli.status(), cli.err());
    assertEquals(out().resolve("report.html").toString(), cli.out().strip());
    return Files.readString(out().resolve("report.html"));
  }

  /// The page is XML, but for the elements of its head that need no end, and for images.
  private static Document parse(String html) throws Exception {
    String xml =
        html.substring(html.indexOf("<body>"))
            .replace("</html>", "")
            .replaceAll("<br>", "<br/>")
            .replaceAll("(<img [^>]*)>", "$1/>");
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(xml)));
  }

  private static int count(String text, String part) {
    return text.split(java.util.regex.Pattern.quote(part), -1).length - 1;
  }

  @Test
  void oneFileWithTheItemsOfEachRank() throws Exception {
    Cli.run(("pi --seeds 0..19 --trials 1000 --ranks 3 --threads 1 --out " + out()).split(" "));
    Files.writeString(out().resolve("plot.svg"), "<svg/>");
    String html = report();
    parse(html);
    for (int item = 0; item < 20; item++) {
      assertEquals(
          1, count(html, "<title>item %1$d (seed %1$d), ".formatted(item)), "item " + item);
      assertTrue(count(html, "<td>seed " + item + "</td>") <= 1, "item " + item);
    }
    for (int rank = 0; rank < 3; rank++) {
      assertTrue(html.contains(">rank " + rank + "</text>"), html);
    }
    assertEquals(10, count(html, "<td>seed "), "slowest items");
    assertTrue(html.contains("20: 20 done, 0 failed"), html);
    assertTrue(
        html.contains("<h2>Phases</h2>\n<pre>3 ranks x 1 thread, local, block\nphase"), html);
    assertTrue(html.contains("\ncompute  "), html);
    assertTrue(html.contains("<pre>cd " + System.getProperty("user.dir") + "\nsheaf pi --seeds"));
    assertTrue(html.contains("alt=\"the plot plot.svg\" src=\"data:image/svg+xml;base64,PHN2Zy8+"));
    assertFalse(html.contains("http"), "something from elsewhere");
    assertFalse(html.contains("<script"), html);
    assertTrue(html.contains("prefers-color-scheme: dark") && html.contains("width=device-width"));
  }

  @Test
  void noTableOfRanksWithoutRecordsOfItems() throws Exception {
    Cli.run(("noise -n 4 --size 20x20 --quiet --out " + directory).split(" "));
    String words = "batches " + directory + "/noise --batch 2 --ranks 2 --out " + out();
    assertEquals(0, Cli.run(words.split(" ")).status());
    String html = report();
    assertTrue(html.contains("kept no record of single items"), html);
    assertFalse(html.contains("<h2>Ranks</h2>"), html);
  }

  @Test
  void failuresByCauseEscaped() throws Exception {
    Path jobs = Files.writeString(directory.resolve("jobs"), "true\nexit 3 # <&>\nexit 3 # <&>\n");
    Cli.run("jobs", jobs.toString(), "--on-error", "continue", "--out", out().toString());
    String html = report();
    parse(html);
    assertTrue(html.contains("<h2>Failures</h2>"), html);
    assertTrue(html.contains("&lt;&amp;&gt;") && !html.contains("<&>"), html);
    assertEquals(2, count(html, ": exit 3 # &lt;&amp;&gt;), "), html);
    assertEquals(2, count(html, ", failed</title>"), html);
  }

  @Test
  void theCommandToRunItAgainIsOneForAShell() throws Exception {
    Path jobs = Files.writeString(directory.resolve("my jobs"), "true\n");
    Cli.run("jobs", jobs.toString(), "--out", out().toString());
    String html = report();
    assertTrue(html.contains("\nsheaf jobs '" + jobs + "' --out "), html);
  }

  /// More ranks than rows and more items than are drawn one by one.
  @Test
  void aLargeRunIsNoLargePage() throws Exception {
    Cli run =
        Cli.run(
            ("pi --seeds 0..49999 --trials 1 --ranks 100 --threads 1 --schedule cyclic --out "
                    + out())
                .split(" "));
    assertEquals(0, run.status(), run.err());
    String html = report();
    parse(html);
    assertTrue(html.length() < 1_000_000, html.length() + " characters");
    assertTrue(html.contains(">0 to 1</text>") && html.contains(">98 to 99</text>"), "rows");
    assertTrue(html.contains("50,000: 50,000 done"), "items");
    assertTrue(html.contains("And 36 more"), "ranks");
    assertEquals(10, count(html, "<td>seed "), "slowest items");
  }

  @Test
  void withoutARunItIsOneLine() {
    Cli cli = Cli.run("report", directory.toString());
    assertEquals(2, cli.status());
    assertTrue(cli.err().contains("no run.json there"), cli.err());
    assertEquals(1, cli.err().lines().count(), cli.err());
  }
}
