import dev.sheaf.Item;
import dev.sheaf.Task;
import java.awt.image.BufferedImage;
import javax.imageio.ImageIO;

/// The median brightness of an image in each colour channel.
public class Medians implements Task {
  record Median(double red, double green, double blue) {}

  @Override
  public Object apply(Item item) throws Exception {
    BufferedImage image = ImageIO.read(item.path().toFile());
    int[] pixels = image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    return new Median(median(pixels, 16), median(pixels, 8), median(pixels, 0));
  }

  /// Of the samples at this bit, by counting.
  private static double median(int[] pixels, int shift) {
    int[] counts = new int[256];
    for (int pixel : pixels) {
      counts[pixel >> shift & 255]++;
    }
    return (at(counts, (pixels.length - 1) / 2) + at(counts, pixels.length / 2)) / 2.0;
  }

  private static int at(int[] counts, int place) {
    int value = 0;
    for (int seen = counts[0]; seen <= place; seen += counts[value]) {
      value++;
    }
    return value;
  }
}
