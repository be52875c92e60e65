package dev.sheaf.doctor;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A machine of recorded texts.
final class GivenMachine implements Machine {
  private final Map<String, String> environment = new HashMap<>();
  private final Map<String, String> properties = new HashMap<>();
  private final Map<String, String> files = new HashMap<>();
  private final Map<String, Space> spaces = new HashMap<>();
  private final Map<String, Ran> commands = new HashMap<>();

  /// The command lines that were run.
  final List<String> ran = new ArrayList<>();

  GivenMachine variable(String name, String value) {
    environment.put(name, value);
    return this;
  }

  GivenMachine property(String name, String value) {
    properties.put(name, value);
    return this;
  }

  GivenMachine file(String name, String content) {
    files.put(name, content);
    return this;
  }

  GivenMachine space(String directory, long total, long free) {
    spaces.put(directory, new Space("tmpfs", total, free));
    return this;
  }

  /// What comes of the command lines that contain these words; the command is on the path.
  GivenMachine command(String words, int status, String out, String err) {
    commands.put(words, new Ran(status, out, err));
    return this;
  }

  @Override
  public Map<String, String> environment() {
    return environment;
  }

  @Override
  public String property(String name) {
    return properties.getOrDefault(name, "");
  }

  @Override
  public Optional<String> text(String file) {
    return Optional.ofNullable(files.get(file));
  }

  @Override
  public Optional<Space> space(Path directory) {
    return Optional.ofNullable(spaces.get(directory.toString()));
  }

  @Override
  public Optional<Path> command(String name) {
    return commands.keySet().stream().anyMatch(words -> words.startsWith("/bin/" + name + " "))
        ? Optional.of(Path.of("/bin", name))
        : Optional.empty();
  }

  @Override
  public Ran run(Map<String, String> changes, List<String> words) {
    String line = String.join(" ", words);
    ran.add(line);
    return commands.entrySet().stream()
        .filter(entry -> line.contains(entry.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(new Ran(127, "", line + ": not found"));
  }

  @Override
  public List<String> java(Class<?> main, List<String> arguments) {
    List<String> words = new ArrayList<>(List.of("java", main.getSimpleName()));
    words.addAll(arguments);
    return words;
  }
}
