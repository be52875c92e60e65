import dev.sheaf.Item;
import dev.sheaf.Task;
import java.util.stream.IntStream;

/// Mean and variance of a chunk of an array that is too large for memory: here of a million normal
/// numbers a chunk, made when they are wanted.
public class ChunkMean implements Task {
  record Chunk(long count, double mean, double variance) {}

  private final double[] chunk = new double[1_000_000]; // of this thread

  @Override
  public Object apply(Item item) {
    double sum = 0;
    for (int i = 0; i < chunk.length; i++) {
      chunk[i] = item.random().nextGaussian();
      sum += chunk[i];
    }
    double mean = sum / chunk.length;
    double squares = IntStream.range(0, chunk.length).mapToDouble(i -> chunk[i] - mean).map(d -> d * d).sum();
    return new Chunk(chunk.length, mean, squares / chunk.length);
  }
}
