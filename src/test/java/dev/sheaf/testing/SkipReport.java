package dev.sheaf.testing;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/// Tells at the end of a test run what was skipped and why: a line a reason, with the classes and
/// how many of their tests it kept from running (a class as a whole counts as one).
public final class SkipReport implements TestExecutionListener {
  private final SortedMap<String, SortedMap<String, Integer>> reasons = new TreeMap<>();

  @Override
  public void executionSkipped(TestIdentifier test, String reason) {
    add(test, reason);
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    if (result.getStatus() == TestExecutionResult.Status.ABORTED) {
      String reason = result.getThrowable().map(Throwable::getMessage).orElse("no reason given");
      add(test, reason.replace("Assumption failed: ", ""));
    }
  }

  private synchronized void add(TestIdentifier test, String reason) {
    reasons.computeIfAbsent(reason, _ -> new TreeMap<>()).merge(nameOf(test), 1, Integer::sum);
  }

  private static String nameOf(TestIdentifier test) {
    String name =
        switch (test.getSource().orElse(null)) {
          case ClassSource type -> type.getClassName();
          case MethodSource method -> method.getClassName();
          case null, default -> test.getDisplayName();
        };
    return name.substring(name.lastIndexOf('.') + 1);
  }

  @Override
  public void testPlanExecutionFinished(TestPlan plan) {
    reasons.forEach((reason, tests) -> {
      int count = tests.values().stream().mapToInt(Integer::intValue).sum();
      System.out.println("SKIPPED " + count + ": " + reason + ": " + names(tests));
    });
  }

  private static String names(Map<String, Integer> tests) {
    return tests.entrySet().stream()
        .map(entry -> entry.getKey() + (entry.getValue() > 1 ? " " + entry.getValue() : ""))
        .collect(Collectors.joining(", "));
  }
}
