import dev.sheaf.Item;
import dev.sheaf.Task;

/// Pi from random points in a square, seed by seed.
public class Pi implements Task {
  private static final int TRIALS = 500_000;

  @Override
  public Object apply(Item item) {
    int inside = 0;
    for (int i = 0; i < TRIALS; i++) {
      double x = item.random().nextDouble();
      double y = item.random().nextDouble();
      if (x * x + y * y < 1) {
        inside++;
      }
    }
    return 4.0 * inside / TRIALS;
  }
}
