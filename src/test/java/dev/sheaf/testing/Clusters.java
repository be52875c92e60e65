package dev.sheaf.testing;

import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/// Three hosts for each of the tests that run side by side, because they mostly wait. A test class
/// registers them, and each test has a parameter of type [Cluster]:
///
/// ```
/// @RegisterExtension static final Clusters HOSTS = Clusters.hosts();
///
/// @Test
/// @Execution(ExecutionMode.CONCURRENT)
/// void aTest(Cluster hosts) {
/// ```
///
/// As many are brought up as tests run at a time (`junit-platform.properties`).
public final class Clusters implements BeforeAllCallback, ParameterResolver {
  private static final Clusters HOSTS = new Clusters(Cluster.HOSTS, Cluster.hosts());
  private static final Clusters SLURM = new Clusters(Cluster.SLURM, Cluster.slurm());

  private final String script;
  private final Cluster first;
  private final AtomicInteger made = new AtomicInteger(1);
  private final Deque<Cluster> free = new ConcurrentLinkedDeque<>();

  private Clusters(String script, Cluster first) {
    this.script = script;
    this.first = first;
    free.push(first);
  }

  /// As [Cluster#hosts]. Skips the class where there can be none.
  public static Clusters hosts() {
    return HOSTS;
  }

  /// As [Cluster#slurm]. Skips the class where there can be none.
  public static Clusters slurm() {
    return SLURM;
  }

  /// Here, as a test can't be skipped for want of a parameter.
  @Override
  public void beforeAll(ExtensionContext context) {
    first.need();
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Cluster.class;
  }

  @Override
  public Cluster resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Cluster next = free.poll();
    Cluster cluster = next == null ? new Cluster(script, made.getAndIncrement()) : next;
    cluster.begin(context);
    context
        .getStore(Namespace.create(Clusters.class))
        .put(
            cluster,
            (AutoCloseable) // at the end of the test
                () -> {
                  cluster.mend();
                  free.push(cluster);
                });
    return cluster;
  }
}
