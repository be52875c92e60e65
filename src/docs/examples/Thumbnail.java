import dev.sheaf.Item;
import dev.sheaf.Task;
import java.awt.Image;
import java.awt.image.BufferedImage;
import javax.imageio.ImageIO;

/// A grey image of 32x32 pixels: all of them make one array of shape (n, 32, 32).
public class Thumbnail implements Task {
  private static final int SIZE = 32;

  @Override
  public Object apply(Item item) throws Exception {
    Image scaled =
        ImageIO.read(item.path().toFile())
            .getScaledInstance(SIZE, SIZE, Image.SCALE_AREA_AVERAGING);
    BufferedImage grey = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_INT_RGB);
    grey.getGraphics().drawImage(scaled, 0, 0, null);
    float[][] pixels = new float[SIZE][SIZE];
    for (int y = 0; y < SIZE; y++) {
      for (int x = 0; x < SIZE; x++) {
        int rgb = grey.getRGB(x, y);
        pixels[y][x] =
            0.299f * (rgb >> 16 & 255) + 0.587f * (rgb >> 8 & 255) + 0.114f * (rgb & 255);
      }
    }
    return pixels;
  }
}
