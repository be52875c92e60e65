package dev.sheaf.doctor;

import dev.sheaf.InputException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// The hosts of a hostfile, as `mpirun` will meet them: by their names, over ssh without a
/// password, each with a JDK and the same jar. Sixteen at a time; a host that does not answer takes
/// a few seconds.
final class Hostfile {
  private static final String SUBJECT = "host ";
  private static final int AT_A_TIME = 16;

  /// Of Open MPI 5 and of 4: what it starts programs on other hosts with.
  private static final String AGENT = "PRTE_MCA_plm_ssh_agent";

  private static final String AGENT_4 = "OMPI_MCA_plm_rsh_agent";

  private Hostfile() {}

  /// The hosts and their slots, 0 where none are told; in the words of Open MPI (`node1 slots=2`)
  /// or MPICH (`node1:2`).
  static Map<String, Integer> parse(String text) {
    Map<String, Integer> hosts = new LinkedHashMap<>();
    for (String line : text.split("\n", -1)) {
      String[] words = line.replaceFirst("#.*", "").strip().split("\\s+", -1);
      if (words[0].isEmpty()) {
        continue;
      }
      String[] name = words[0].split(":", 2);
      int slots = name.length == 2 ? number(line, name[1]) : 0;
      for (String word : words) {
        if (word.startsWith("slots=")) {
          slots = number(line, word.substring("slots=".length()));
        }
      }
      hosts.merge(name[0], slots, Integer::sum);
    }
    return hosts;
  }

  private static int number(String line, String word) {
    try {
      return Integer.parseInt(word);
    } catch (NumberFormatException e) {
      throw new InputException("--hostfile: '" + line.strip() + "': not a number: " + word, e);
    }
  }

  /// @throws InputException if the file cannot be read or names no host
  static Map<String, Integer> read(Machine machine, Path file) {
    Optional<String> text = machine.text(file.toString());
    Map<String, Integer> hosts =
        parse(
            text.orElseThrow(() -> new InputException("--hostfile " + file + ": cannot be read")));
    if (hosts.isEmpty()) {
      throw new InputException("--hostfile " + file + ": names no host");
    }
    return hosts;
  }

  static List<Finding> check(Machine machine, Map<String, Integer> hosts) {
    List<Finding> findings = new ArrayList<>();
    try (ExecutorService executor = Executors.newFixedThreadPool(AT_A_TIME)) {
      List<Future<Finding>> checks = new ArrayList<>();
      hosts.forEach(
          (host, slots) -> checks.add(executor.submit(() -> check(machine, host, slots))));
      for (Future<Finding> check : checks) {
        findings.add(check.get());
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return findings;
  }

  private static Finding check(Machine machine, String host, int slots) {
    InetAddress address;
    boolean here;
    try {
      address = InetAddress.getByName(host.substring(host.indexOf('@') + 1));
      here = address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
    } catch (IOException e) {
      return Finding.failure(
          SUBJECT + host,
          "no address for this name",
          "correct the hostfile, or add the host to /etc/hosts or DNS");
    }
    List<String> words = new ArrayList<>();
    if (!here) {
      Map<String, String> environment = machine.environment();
      String agent = environment.getOrDefault(AGENT, environment.getOrDefault(AGENT_4, "ssh"));
      words.addAll(List.of(agent.strip().split("\\s+", -1)));
      words.addAll(List.of("-o", "BatchMode=yes", "-o", "ConnectTimeout=5", host));
      words.add("sh -c '" + questions(machine) + "'");
    } else {
      words.addAll(List.of("sh", "-c", questions(machine)));
    }
    Machine.Ran ran = machine.run(Map.of(), words);
    String where = address.getHostAddress() + (here ? " (this host)" : "");
    if (ran.status() != 0) {
      return Finding.failure(
          SUBJECT + host,
          where + ": ssh fails: " + Probe.failure(ran),
          "this must work without a password: ssh -o BatchMode=yes " + host + " true");
    }
    return judge(host, where, slots, ran.out(), ownChecksum(machine));
  }

  /// Asked of each host: its cores, its JDK, its jar.
  private static String questions(Machine machine) {
    Optional<Path> jar = JavaChecks.jarFile(machine);
    String find =
        jar.map(file -> "\"" + file.resolve("../../run/find-jdk").normalize() + "\"")
            .orElse("ls -d \"" + machine.property("java.home") + "\"");
    return "echo cores $(nproc); echo jdk $("
        + find
        + " 2>&1); echo jar $("
        + jar.map(file -> "sha256sum \"" + file + "\"").orElse("true")
        + " 2>&1)";
  }

  private static String ownChecksum(Machine machine) {
    Optional<Path> jar = JavaChecks.jarFile(machine);
    try {
      return jar.isEmpty() ? "" : JavaChecks.sha256(jar.get());
    } catch (IOException e) {
      return "";
    }
  }

  /// @param answers what a host has told
  /// @param checksum the first digits of this host's jar; empty if it runs from classes
  static Finding judge(String host, String address, int slots, String answers, String checksum) {
    String subject = SUBJECT + host;
    String jdk = answer(answers, "jdk");
    if (!jdk.startsWith("/") || jdk.contains(": ")) {
      return Finding.failure(
          subject,
          address + ": " + jdk,
          "install a JDK 25 there, or share this one and Sheaf at the same path");
    }
    String jar = answer(answers, "jar");
    if (!jar.startsWith(checksum)) {
      return Finding.failure(
          subject,
          address + ": another jar, or none: " + jar,
          "install the same one there, at the same path, or share it");
    }
    String cores = answer(answers, "cores");
    String text = "%s, %s cores, %s".formatted(address, cores, jdk);
    return cores.matches("\\d+") && slots > Integer.parseInt(cores)
        ? Finding.warning(
            subject, text + ", but " + slots + " slots", "give it as many slots as cores")
        : Finding.ok(subject, text);
  }

  private static String answer(String answers, String question) {
    return answers
        .lines()
        .filter(line -> line.startsWith(question + " "))
        .map(line -> line.substring(question.length() + 1).strip())
        .findFirst()
        .orElse("no answer");
  }
}
