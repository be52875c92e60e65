package dev.sheaf.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.Program;
import dev.sheaf.World;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Programs of the user's as commands. From a jar: `LibraryIT`.
class ProgramCommandTest {
  @TempDir private Path directory;

  /// A command.
  @Command(name = "tenth", description = "Divide by ten.")
  public static final class Tenth implements Program {
    @Option(names = "--from", required = true, paramLabel = "N")
    private int from;

    @Override
    public void run(World world) {
      var tenths = world.map(4, i -> 120 / (i - from));
      if (world.isRoot()) {
        System.out.println(tenths);
      }
    }
  }

  /// One without a name.
  public static final class Nameless implements Program {
    @Override
    public void run(World world) {}
  }

  /// One whose name is taken.
  @Command(name = "load")
  public static final class Load implements Program {
    @Override
    public void run(World world) {}
  }

  /// One with an option that all commands have.
  @Command(name = "own")
  public static final class Own implements Program {
    @Option(names = "--ranks")
    private int ranks;

    @Override
    public void run(World world) {
      System.out.println(ranks);
    }
  }

  private Cli run(Class<?> program, String... words) throws IOException {
    Path services = Files.createDirectories(directory.resolve("META-INF/services"));
    Files.writeString(services.resolve(Program.class.getName()), program.getName());
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    try (URLClassLoader more = new URLClassLoader(new URL[] {url()}, loader)) {
      Thread.currentThread().setContextClassLoader(more);
      return Cli.run(words);
    } finally {
      Thread.currentThread().setContextClassLoader(loader);
    }
  }

  private URL url() throws MalformedURLException {
    return directory.toUri().toURL();
  }

  @Test
  void runsWithItsOptionsAndThoseOfAll() throws IOException {
    Cli cli = run(Tenth.class, "tenth", "--from", "-2", "--ranks", "2", "--quiet");
    assertEquals("[60, 40, 30, 24]\n", cli.out(), cli.err());
    assertEquals(0, cli.status());
  }

  @Test
  void aFailedItemEndsTheRunOrNot() throws IOException {
    Cli cli = run(Tenth.class, "tenth", "--from", "0", "--ranks", "1", "--threads", "1", "--quiet");
    assertEquals(1, cli.status());
    assertEquals("", cli.out());
    assertTrue(cli.err().contains("sheaf tenth: item 0 (0) failed on rank 0, "), cli.err());
    assertTrue(cli.err().contains("3 not run after the first failure"), cli.err());
    cli = run(Tenth.class, "tenth", "--from", "3", "--ranks", "1", "--threads", "1", "--quiet");
    assertEquals(1, cli.status()); // though the last item has failed
    assertEquals("", cli.out());
    cli = run(Tenth.class, "tenth", "--from", "3", "--on-error", "continue", "--ranks", "2");
    assertEquals(3, cli.status()); // it prints a result that there is not
    assertTrue(cli.err().contains("NoSuchElementException: item 3 (3) failed on rank "), cli.err());
  }

  @Test
  void aMistakeInItsWordsIsALine() throws IOException {
    Cli cli = run(Tenth.class, "tenth");
    assertEquals(2, cli.status());
    assertTrue(cli.err().startsWith("sheaf tenth: Missing required option: '--from=N'"), cli.err());
  }

  @Test
  void whatCannotBeACommandIsTold() throws IOException {
    for (Class<?> program : new Class<?>[] {Nameless.class, Load.class, Own.class}) {
      Cli cli = run(program, "mine");
      assertEquals(2, cli.status());
      assertTrue(cli.err().startsWith("sheaf: " + program.getName() + ": "), cli.err());
      assertEquals(1, cli.err().lines().count(), cli.err());
    }
  }
}
