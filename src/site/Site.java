import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.commonmark.Extension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Heading;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.Paragraph;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;

/// The documents as a site of plain HTML: `java Site.java OUTPUT`, in the project's directory, after the
/// build. Blocks of code are marked by the words behind their fence:
///
/// - `sh run` is run, and what it prints is put under it, with the report of each run that it made;
/// - `sh check` is run;
/// - either may name commands or files that it needs: where one is missing the block is not run, and that is
///   told;
/// - `sh needs ...` is not run, for that reason;
/// - `java NAME.java` becomes a file for the blocks behind it.
///
/// The blocks of a page have a directory of their own, with a few images in `out/images`. A command that
/// fails or does not end, or a link to a file that is not there, ends it all, and there is no site.
public final class Site {
  /// Each page by its source.
  private static final Map<Path, String> PAGES = new LinkedHashMap<>();

  private static final List<Extension> TABLES = List.of(TablesExtension.create());

  private static final Path HERE = Path.of("").toAbsolutePath();

  /// A block that takes longer hangs.
  private static final long SECONDS = 120;

  private static final String STYLE =
      """
      :root { color-scheme: light dark; --ink: #1b1e23; --page: #ffffff; --soft: #5a616b;
        --line: #d5d9de; --link: #00588a; --code: #f1f4f6; }
      @media (prefers-color-scheme: dark) { :root { --ink: #e8eaed; --page: #15181c; --soft: #a9b0ba;
        --line: #3a4048; --link: #7cc4ee; --code: #22272d; } }
      * { box-sizing: border-box; }
      body { font: 16px/1.55 system-ui, sans-serif; color: var(--ink); background: var(--page);
        margin: 0 auto; max-width: 76rem; display: flex; gap: 2.5rem; padding: 1rem; }
      nav { flex: 0 0 13rem; position: sticky; top: 1rem; align-self: flex-start; }
      nav ul { list-style: none; padding: 0; margin: 0; } nav li { margin: 0.35rem 0; }
      nav [aria-current] { font-weight: 600; color: var(--ink); text-decoration: none; }
      main { flex: 1; min-width: 0; max-width: 56rem; overflow-wrap: break-word; }
      h1 { margin-top: 0; line-height: 1.2; } h2 { margin-top: 2.2rem; }
      h2, h3 { line-height: 1.25; } a { color: var(--link); }
      code { font: 0.9em ui-monospace, monospace; background: var(--code); border-radius: 3px; padding: 0 0.2em; }
      pre { background: var(--code); padding: 0.7rem 0.9rem; border-radius: 5px; overflow-x: auto; line-height: 1.4; }
      pre code { background: none; padding: 0; }
      pre.output { background: none; border: 1px solid var(--line); margin-top: -0.6rem; color: var(--soft); }
      .wide { overflow-x: auto; } table { border-collapse: collapse; }
      th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.9rem 0.3rem 0; border-bottom: 1px solid var(--line); }
      td[align=right], th[align=right] { text-align: right; }
      img { max-width: 100%; height: auto; }
      @media (max-width: 50rem) { body { display: block; } nav { position: static; margin-bottom: 1.5rem; }
        nav li { display: inline-block; margin-right: 0.9rem; } }
      """;

  private Site() {}

  public static void main(String[] args) throws Exception {
    Path to = Path.of(args[0]);
    addPages();
    delete(to);
    try {
      write(to);
    } catch (Exception e) {
      delete(to);
      throw e;
    }
    System.out.println(to.resolve("index.html"));
  }

  private static void write(Path to) throws Exception {
    Files.createDirectories(to.resolve("reports"));
    Path work = Files.createTempDirectory(HERE.resolve("target"), "site");
    try {
      run(work, "'" + HERE.resolve("run/sheaf") + "' sample images images -n 12 --quiet");
      for (Path page : PAGES.keySet()) {
        Files.writeString(to.resolve(PAGES.get(page)), html(page, work, to.resolve("reports")));
      }
    } finally {
      delete(work);
    }
    Files.writeString(to.resolve("style.css"), STYLE);
    copy(Path.of("src/docs"), to, "png");
    copy(Path.of("src/docs"), to, "svg");
    Files.createDirectories(to.resolve("examples"));
    copy(Path.of("src/docs/examples"), to.resolve("examples"), "java");
  }

  private static void addPages() {
    PAGES.put(Path.of("README.md"), "index.html");
    for (String name :
        "concepts commands own-loop library see resume cluster gpu benchmarks coming-from known-issues".split(" ")) {
      PAGES.put(Path.of("src/docs/" + name + ".md"), name + ".html");
    }
    PAGES.put(Path.of("ARCHITECTURE.md"), "architecture.html");
    PAGES.put(Path.of("CHANGELOG.md"), "changelog.html");
  }

  private static void copy(Path from, Path to, String ending) throws IOException {
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.filter(each -> each.toString().endsWith("." + ending)).toList()) {
        Files.write(to.resolve(file.getFileName()), Files.readAllBytes(file));
      }
    }
  }

  private static Node parse(Path page) throws IOException {
    return Parser.builder().extensions(TABLES).build().parse(Files.readString(page));
  }

  private static String title(Path page) throws IOException {
    return words(parse(page).getFirstChild());
  }

  private static String words(Node node) {
    StringBuilder words = new StringBuilder();
    node.accept(
        new AbstractVisitor() {
          @Override
          public void visit(Text text) {
            words.append(text.getLiteral());
          }

          @Override
          public void visit(Code code) {
            words.append(code.getLiteral());
          }
        });
    return words.toString();
  }

  private static String html(Path page, Path work, Path reports) throws Exception {
    Node document = parse(page);
    List<FencedCodeBlock> blocks = new ArrayList<>();
    document.accept(
        new AbstractVisitor() {
          @Override
          public void visit(FencedCodeBlock block) {
            blocks.add(block);
          }

          @Override
          public void visit(Link link) {
            link.setDestination(destination(page, link.getDestination()));
            visitChildren(link);
          }

          @Override
          public void visit(Image image) {
            image.setDestination(destination(page, image.getDestination()));
          }
        });
    String name = PAGES.get(page).replace(".html", "");
    Path directory = Files.createDirectories(work.resolve(name));
    for (String there : List.of("run", "src", "target", "hostfiles")) {
      Files.createSymbolicLink(directory.resolve(there), HERE.resolve(there));
    }
    Path images = Files.createDirectories(directory.resolve("out")).resolve("images");
    Files.createSymbolicLink(images, work.resolve("images"));
    for (FencedCodeBlock block : blocks) {
      List<String> info = List.of(block.getInfo().split(" "));
      if (info.getFirst().equals("java") && info.size() == 2) {
        Files.writeString(directory.resolve(info.getLast()), block.getLiteral());
      } else if (info.size() > 1 && List.of("run", "check").contains(info.get(1))) {
        work(page, block, directory, reports.resolve(name));
      }
    }
    return frame(page, render(document));
  }

  /// Runs a block where what it needs is there.
  private static void work(Path page, FencedCodeBlock block, Path directory, Path reports) throws Exception {
    String[] info = block.getInfo().split(" ");
    for (int i = 2; i < info.length; i++) {
      if (!there(info[i])) {
        System.err.printf("%s: not run, as there is no %s: %s%n", page, info[i], block.getLiteral());
        return;
      }
    }
    long before = System.currentTimeMillis();
    String printed = run(directory, block.getLiteral());
    if (info[1].equals("check")) {
      return;
    }
    Node last = block;
    if (!printed.isEmpty()) {
      FencedCodeBlock output = new FencedCodeBlock();
      output.setInfo("output");
      output.setLiteral(printed);
      block.insertAfter(output);
      last = output;
    }
    for (Path report : reports(directory, before)) {
      Files.createDirectories(reports);
      String name = report.getParent().getFileName() + ".html";
      Files.copy(report, reports.resolve(name), StandardCopyOption.REPLACE_EXISTING);
      Paragraph paragraph = new Paragraph();
      Link link = new Link("reports/" + reports.getFileName() + "/" + name, null);
      link.appendChild(new Code(directory.relativize(report).toString()));
      paragraph.appendChild(link);
      last.insertAfter(paragraph);
    }
  }

  private static boolean there(String needed) {
    return needed.startsWith("/")
        ? Files.exists(Path.of(needed))
        : Stream.of(System.getenv("PATH").split(":")).anyMatch(each -> Files.isExecutable(Path.of(each, needed)));
  }

  /// Those of runs that have ended since then.
  private static List<Path> reports(Path directory, long since) throws IOException {
    List<Path> reports = new ArrayList<>();
    try (Stream<Path> all = Files.list(directory)) {
      for (Path out : all.filter(each -> !Files.isSymbolicLink(each)).sorted().toList()) {
        Path report = out.resolve("report.html");
        if (Files.exists(report) && Files.getLastModifiedTime(report).toMillis() >= since) {
          reports.add(report);
        }
      }
    }
    return reports;
  }

  private static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static String render(Node document) {
    return HtmlRenderer.builder()
        .extensions(TABLES)
        .attributeProviderFactory(
            _ ->
                (node, tag, attributes) -> {
                  if (node instanceof Heading) {
                    attributes.put("id", anchor(words(node)));
                  } else if (node instanceof FencedCodeBlock block
                      && tag.equals("pre")
                      && block.getInfo().equals("output")) {
                    attributes.put("class", "output");
                  } else if (tag.equals("pre")) {
                    attributes.put("tabindex", "0");
                  }
                })
        .build()
        .render(document)
        .replace("<table>", "<div class=\"wide\" tabindex=\"0\"><table>")
        .replace("</table>", "</table></div>");
  }

  /// As GitHub makes them.
  private static String anchor(String words) {
    return words.toLowerCase(java.util.Locale.ROOT).replaceAll("[^\\w\\- ]", "").replace(' ', '-');
  }

  /// Where a link goes on the site.
  private static String destination(Path page, String link) {
    if (link.contains(":") || link.startsWith("#")) {
      return link;
    }
    String[] parts = link.split("#", 2);
    Path directory = page.getParent() == null ? Path.of("") : page.getParent();
    Path file = directory.resolve(parts[0]).normalize();
    String there = PAGES.get(file);
    if (there == null && Files.exists(file) && file.startsWith("src/docs")) {
      there = Path.of("src/docs").relativize(file) + (Files.isDirectory(file) ? "/" : "");
    }
    if (there == null) {
      throw new IllegalArgumentException(page + ": no such page: " + link);
    }
    return parts.length == 1 ? there : there + "#" + parts[1];
  }

  /// Runs commands, with this JVM's `java` first on the path. Open MPI may be used by root, with more ranks
  /// than cores.
  ///
  /// @return what they print
  private static String run(Path directory, String commands) throws Exception {
    Path printed = Files.createTempFile(directory, ".printed", null);
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-euc", commands)
            .directory(directory.toFile())
            .redirectOutput(printed.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    String java = System.getProperty("java.home");
    builder.environment().put("JAVA_HOME", java);
    builder.environment().put("PATH", java + "/bin:" + System.getenv("PATH"));
    for (String variable :
        "ALLOW_RUN_AS_ROOT ALLOW_RUN_AS_ROOT_CONFIRM MCA_rmaps_base_oversubscribe MCA_mpi_yield_when_idle".split(" ")) {
      builder.environment().put("OMPI_" + variable, "1");
    }
    Process shell = builder.start();
    if (!shell.waitFor(SECONDS, TimeUnit.SECONDS)) {
      shell.descendants().forEach(ProcessHandle::destroy);
      throw new IllegalStateException("no end of\n" + commands);
    }
    String output = Files.readString(printed);
    Files.delete(printed);
    if (shell.exitValue() != 0) {
      throw new IllegalStateException("exit status " + shell.exitValue() + " of\n" + commands + output);
    }
    return output;
  }

  private static String frame(Path page, String body) throws IOException {
    StringBuilder nav = new StringBuilder("<nav aria-label=\"Pages\"><ul>\n");
    for (Map.Entry<Path, String> each : PAGES.entrySet()) {
      nav.append("<li><a href=\"").append(each.getValue()).append('"');
      nav.append(each.getKey().equals(page) ? " aria-current=\"page\">" : ">");
      nav.append(title(each.getKey())).append("</a></li>\n");
    }
    nav.append("</ul></nav>");
    return """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>%s</title>
        <link rel="stylesheet" href="style.css">
        </head>
        <body>
        %s
        <main>
        %s</main>
        </body>
        </html>
        """
        .formatted(title(page), nav, body);
  }
}
