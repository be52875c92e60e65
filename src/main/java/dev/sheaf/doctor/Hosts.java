package dev.sheaf.doctor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Findings of several hosts, folded: one line where all agree, else one for each group of hosts
/// that does, with their names.
final class Hosts {
  /// The working directory: relative names mean the same everywhere.
  static final String DIRECTORY = "directory";

  /// Names told; the rest are counted.
  private static final int TOLD = 4;

  /// What must be the same on all hosts, and how bad it is if it is not.
  private static final Map<String, Level> SAME =
      Map.of("jar", Level.FAILURE, "jdk", Level.WARNING, MpiLibraries.SUBJECT, Level.WARNING);

  private Hosts() {}

  /// What one host has found.
  record Host(String name, List<Finding> findings) {}

  /// A finding and the hosts that it is about; none if it is about all.
  record Folded(Finding finding, String where) {
    String line() {
      return finding.line(where);
    }
  }

  static List<Folded> fold(List<Host> hosts) {
    Set<String> subjects = new LinkedHashSet<>();
    hosts.forEach(host -> host.findings.forEach(finding -> subjects.add(finding.subject())));
    List<Folded> folded = new ArrayList<>();
    for (String subject : subjects) {
      Map<Finding, List<String>> groups = new LinkedHashMap<>();
      for (Host host : hosts) {
        for (Finding finding : host.findings) {
          if (finding.subject().equals(subject)) {
            groups.computeIfAbsent(finding, _ -> new ArrayList<>()).add(host.name);
          }
        }
      }
      Level atLeast = groups.size() > 1 ? SAME.getOrDefault(subject, Level.OK) : Level.OK;
      groups.forEach((finding, names) ->
          folded.add(
              names.size() == hosts.size()
                  ? new Folded(finding, "")
                  : new Folded(differing(finding, atLeast), some(names))));
    }
    return folded;
  }

  private static Finding differing(Finding finding, Level atLeast) {
    return atLeast.compareTo(finding.level()) <= 0
        ? finding
        : new Finding(
            atLeast, finding.subject(), finding.text(), "it must be the same on all hosts");
  }

  /// The first of many names, and how many more there are.
  static String some(List<String> names) {
    return names.size() <= TOLD
        ? String.join(", ", names)
        : String.join(", ", names.subList(0, TOLD)) + " and " + (names.size() - TOLD) + " more";
  }
}
