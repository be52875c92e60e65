import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.commonmark.Extension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Heading;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;

/// The documents as a site of plain HTML: `java Site.java OUTPUT`, in the project's directory, after the
/// build. Blocks of code marked `sh run` are run, page by page, in a directory of their own, and what they
/// print is put under them; a command that fails, or a link to a file that is not there, ends it.
public final class Site {
  /// Each page by its source.
  private static final Map<Path, String> PAGES = new LinkedHashMap<>();

  private static final List<Extension> TABLES = List.of(TablesExtension.create());

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
      img { max-width: 100%; }
      @media (max-width: 50rem) { body { display: block; } nav { position: static; margin-bottom: 1.5rem; }
        nav li { display: inline-block; margin-right: 0.9rem; } }
      """;

  private Site() {}

  public static void main(String[] args) throws Exception {
    Path to = Path.of(args[0]);
    addPages();
    Files.createDirectories(to);
    for (Path page : PAGES.keySet()) {
      Files.writeString(to.resolve(PAGES.get(page)), html(page));
    }
    Files.writeString(to.resolve("style.css"), STYLE);
    copy(Path.of("src/docs"), to, "png");
    Files.createDirectories(to.resolve("examples"));
    copy(Path.of("src/docs/examples"), to.resolve("examples"), "java");
    System.out.println(to.resolve("index.html"));
  }

  private static void addPages() {
    PAGES.put(Path.of("README.md"), "index.html");
    for (String name :
        "commands own-loop library see resume cluster gpu benchmarks coming-from known-issues".split(" ")) {
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
          public void visit(org.commonmark.node.Code code) {
            words.append(code.getLiteral());
          }
        });
    return words.toString();
  }

  private static String html(Path page) throws Exception {
    Node document = parse(page);
    Path work = Files.createTempDirectory("sheaf-site");
    for (String name : List.of("run", "src", "target")) {
      Files.createSymbolicLink(work.resolve(name), Path.of(name).toAbsolutePath());
    }
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
    for (FencedCodeBlock block : blocks) {
      if (block.getInfo().equals("sh run")) {
        FencedCodeBlock output = new FencedCodeBlock();
        output.setInfo("output");
        output.setLiteral(run(work, block.getLiteral()));
        if (!output.getLiteral().isEmpty()) {
          block.insertAfter(output);
        }
      }
    }
    try (Stream<Path> all = Files.walk(work)) {
      for (Path file : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
    return frame(page, render(document));
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

  /// Runs a block of commands.
  ///
  /// @return what it prints
  private static String run(Path directory, String commands) throws Exception {
    Process shell =
        new ProcessBuilder("bash", "-euc", commands)
            .directory(directory.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String output = new String(shell.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    if (shell.waitFor() != 0) {
      throw new IllegalStateException("exit status " + shell.exitValue() + " of\n" + commands);
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
