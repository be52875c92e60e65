import dev.sheaf.Item;
import dev.sheaf.Task;
import java.awt.image.BufferedImage;
import javax.imageio.ImageIO;

/// The mock analysis of a galaxy image: the sum of sin(v) over all samples v of its pixels.
public class SinSum implements Task {
  @Override
  public Object apply(Item item) throws Exception {
    BufferedImage image = ImageIO.read(item.path().toFile());
    double sum = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        int rgb = image.getRGB(x, y);
        sum += Math.sin(rgb >> 16 & 255) + Math.sin(rgb >> 8 & 255) + Math.sin(rgb & 255);
      }
    }
    return sum;
  }
}
