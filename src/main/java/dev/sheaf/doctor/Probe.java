package dev.sheaf.doctor;

import dev.sheaf.InputException;
import dev.sheaf.comm.Transport;
import dev.sheaf.transport.Transports;
import java.util.Map;
import java.util.Optional;

/// What might hang or kill a process: opening and starting MPI libraries. A child of the doctor
/// runs it, and answers in lines that begin with [#MARK], as libraries print lines of their own.
final class Probe {
  /// Before each line of an answer.
  static final String MARK = "sheaf-probe:";

  /// Lists the libraries of a transport.
  static final String LIBRARIES = "libraries";

  /// Starts one of them.
  static final String LIBRARY = "library";

  /// Meets the other ranks of a launcher.
  static final String WORLD = "world";

  private Probe() {}

  /// Arguments: [#LIBRARIES] and a transport; or [#LIBRARY], a transport and a library; or
  /// [#WORLD].
  public static void main(String[] args) {
    int status = 0;
    try {
      Map<String, String> environment = System.getenv();
      switch (args[0]) {
        case LIBRARIES ->
            transport(args[1])
                .libraries(environment)
                .forEach((library, error) -> answer(library + "\t" + error));
        case LIBRARY -> answer(transport(args[1]).probe(args[2]));
        default ->
            status =
                Transports.find(null, environment)
                    .run(
                        0,
                        world -> {
                          world.barrier();
                          if (world.rank() == 0) {
                            answer(world.size() + " ranks: " + world.library());
                          }
                          return 0;
                        });
      }
    } catch (InputException e) {
      System.err.println(MARK + e.getMessage());
      status = 2;
    } catch (Throwable e) { // a library that is none: anything may be missing in it
      System.err.println(MARK + e);
      status = 3;
    }
    System.exit(status);
  }

  private static Transport transport(String name) {
    return Transports.find(name, Map.of());
  }

  private static void answer(String line) {
    System.out.println(MARK + line);
  }

  /// The first line of an answer in what a child has printed.
  static Optional<String> answerIn(String output) {
    return output
        .lines()
        .filter(line -> line.startsWith(MARK))
        .map(line -> line.substring(MARK.length()))
        .findFirst();
  }

  /// In a few words, why a child gave no answer: its own, else the first that was printed.
  static String failure(Machine.Ran ran) {
    Optional<String> own = answerIn(ran.err());
    if (own.isPresent()) {
      return own.get();
    }
    int signal = ran.status() - 128;
    String how =
        ran.status() == Machine.Ran.LATE
            ? "does not end: stopped after a minute"
            : signal > 0 && signal <= 64 ? "ended by signal " + signal : "status " + ran.status();
    return (ran.err() + "\n" + ran.out())
        .lines()
        .map(String::strip)
        .filter(line -> line.chars().anyMatch(Character::isLetter))
        .findFirst()
        .map(line -> how + ": " + line)
        .orElse(how);
  }
}
