package dev.sheaf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.testing.MpiLauncher;
import dev.sheaf.testing.Mpj;
import dev.sheaf.testing.Needs;
import dev.sheaf.testing.Page;
import dev.sheaf.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The packed jar as others use it, as the page about the library says. Its commands: `DocsIT`.
class LibraryIT {
  private static final Path HERE = Path.of("").toAbsolutePath();

  private static final String JAR = HERE.resolve("target/sheaf.jar").toString();

  private static final String VERSION = "0.1.0";

  /// With the plugins that this build uses, so that they are there without a network.
  private static String pom(String dependency) {
    return """
    <project xmlns="http://maven.apache.org/POM/4.0.0">
      <modelVersion>4.0.0</modelVersion>
      <groupId>example</groupId>
      <artifactId>terms</artifactId>
      <version>1</version>
      <properties>
        <maven.compiler.release>25</maven.compiler.release>
        <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
      </properties>
      <dependencies>
        %s
      </dependencies>
      <build>
        <plugins>
          <plugin>
            <artifactId>maven-resources-plugin</artifactId>
            <version>3.5.0</version>
          </plugin>
          <plugin>
            <artifactId>maven-compiler-plugin</artifactId>
            <version>3.15.0</version>
          </plugin>
        </plugins>
      </build>
    </project>
    """
        .formatted(dependency);
  }

  private final Page page = Page.read(Path.of("src/docs/library.md"));

  @TempDir private Path directory;

  /// Runs commands in the directory, with this JVM's `java` first on the path.
  private Shell shell(String commands) {
    Path java = Path.of(System.getProperty("java.home"));
    return Shell.run(
        Map.of("JAVA_HOME", java.toString(), "PATH", java + "/bin:" + System.getenv("PATH")),
        "sh",
        "-euc",
        "cd '" + directory + "'; trap 'find . -type l -delete' EXIT\n" + commands);
  }

  @Test
  void aMavenProjectCompilesAndRuns() throws IOException {
    Needs.command("mvn", "maven");
    Path repository = Path.of(System.getProperty("user.home"), ".m2", "repository");
    Needs.that(Files.isDirectory(repository), "needs Maven's local repository in ~/.m2");
    // The plugins of this machine, and beside them what `make install` would put there.
    Path mine = Files.createDirectories(directory.resolve("repository"));
    try (Stream<Path> groups = Files.list(repository)) {
      for (Path group : groups.filter(each -> !each.endsWith("dev")).toList()) {
        Files.createSymbolicLink(mine.resolve(group.getFileName()), group);
      }
    }
    Path sheaf = Files.createDirectories(mine.resolve("dev/sheaf/sheaf/" + VERSION));
    Files.copy(HERE.resolve("pom.xml"), sheaf.resolve("sheaf-" + VERSION + ".pom"));
    Files.copy(HERE.resolve("target/sheaf.jar"), sheaf.resolve("sheaf-" + VERSION + ".jar"));

    Files.writeString(directory.resolve("pom.xml"), pom(page.block("xml", 0)));
    Path source = Files.createDirectories(directory.resolve("src/main/java"));
    Files.writeString(source.resolve("Terms.java"), page.block("java", 1));
    Shell run =
        shell(
            """
            mvn -B -o -q -Dmaven.repo.local=repository compile >&2
            java --enable-native-access=ALL-UNNAMED -cp target/classes:repository/dev/sheaf/sheaf/%s/sheaf-%s.jar Terms --ranks 2
            """
                .formatted(VERSION, VERSION));
    assertEquals(0, run.status(), run.toString());
    assertTrue(run.out().startsWith("3.14158"), run.toString());
  }

  /// A module `example` of a loop, compiled into `out`.
  private void module() throws IOException {
    Path source = Files.createDirectories(directory.resolve("src/example"));
    Files.writeString(
        directory.resolve("src/module-info.java"), "module example { requires dev.sheaf; }");
    Files.writeString(
        source.resolve("Terms.java"),
        """
        package example;

        class Terms {
          public static void main(String[] args) {
            System.exit(dev.sheaf.Sheaf.run(args, world -> {
              var halves = world.map(4, k -> k / 2.0);
              if (world.isRoot()) {
                System.out.println(halves.stream().toList());
              }
            }));
          }
        }
        """);
    Shell run =
        shell("javac -p %s -d out src/module-info.java src/example/Terms.java".formatted(JAR));
    assertEquals(0, run.status(), run.toString());
  }

  /// The module has the API, and nothing else can be used.
  @Test
  void aModuleSeesTheApiAlone() throws IOException {
    module();
    Files.writeString(
        directory.resolve("src/example/Inside.java"),
        "package example; class Inside { dev.sheaf.map.Schedule s; }");
    Shell run =
        shell(
            """
            java --enable-native-access=dev.sheaf -p %s:out -m example/example.Terms --ranks 3
            ! javac -p %s -d other src/module-info.java src/example/Inside.java 2>&1
            """
                .formatted(JAR, JAR));
    assertEquals(0, run.status(), run.toString());
    assertTrue(run.out().startsWith("[0.0, 0.5, 1.0, 1.5]\n"), run.toString());
    assertTrue(
        run.out().contains("package dev.sheaf.map is declared in module dev.sheaf"),
        run.toString());
  }

  /// Other libraries are called by it, or call it, from outside of all modules.
  @Test
  void aModuleHasTheTransportsOfOtherLibraries() throws IOException {
    MpiLauncher.needJavaBindings();
    MpiLauncher.MPICH.need();
    Mpj.need();
    module();
    Map<String, String> starts =
        Map.of(
            "mpj", "", "openmpi", "'mpirun.openmpi -n 1 env'", "mpi", "'mpiexec.hydra -n 2 env'");
    for (Map.Entry<String, String> start : starts.entrySet()) {
      Shell run =
          shell(
              """
              export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
              export SHEAF_MPI_JAR=%s
              start=%s
              $start java --enable-native-access=dev.sheaf -p %s:out -m example/example.Terms --transport %s
              """
                  .formatted(
                      HERE.resolve("target/mpi.jar"), start.getValue(), JAR, start.getKey()));
      assertEquals(0, run.status(), run.toString());
      assertTrue(run.out().startsWith("[0.0, 0.5, 1.0, 1.5]\n"), run.toString());
    }
  }
}
