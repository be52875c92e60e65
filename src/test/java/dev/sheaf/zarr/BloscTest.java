package dev.sheaf.zarr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

/// Buffers that C-Blosc 1.21 has packed: `make.py` beside them says how, and what a record of
/// `blosc.bin` is.
class BloscTest {
  /// A buffer.
  ///
  /// @param name says how it was packed
  /// @param size its bytes when unpacked
  /// @param sum their CRC-32
  private record Case(String name, int size, long sum, byte[] packed) {
    byte[] unpacked(int room) throws IOException {
      byte[] to = new byte[room];
      int length = Blosc.decode(new Bytes(packed, 0, packed.length), to);
      return Arrays.copyOf(to, length);
    }
  }

  private static List<Case> cases() throws IOException {
    ByteBuffer all =
        ByteBuffer.wrap(Files.readAllBytes(Path.of("src/test/resources/dev/sheaf/zarr/blosc.bin")))
            .order(ByteOrder.LITTLE_ENDIAN);
    List<Case> cases = new ArrayList<>();
    while (all.hasRemaining()) {
      String name = new String(bytes(all), StandardCharsets.US_ASCII);
      cases.add(new Case(name, all.getInt(), all.getLong(), bytes(all)));
    }
    return cases;
  }

  private static byte[] bytes(ByteBuffer all) {
    byte[] bytes = new byte[all.getInt()];
    all.get(bytes);
    return bytes;
  }

  @Test
  void unpacksWhatCBloscHasPacked() throws IOException {
    for (Case each : cases()) {
      byte[] plain = each.unpacked(each.size);
      assertEquals(each.size, plain.length, each.name);
      CRC32 sum = new CRC32();
      sum.update(plain);
      assertEquals(each.sum, sum.getValue(), each.name);
    }
    assertEquals(
        "[blosclz, lz4, lz4hc, snappy, zlib, zstd]",
        cases().stream()
            .map(each -> each.name.substring(0, each.name.indexOf('-')))
            .collect(Collectors.toCollection(java.util.TreeSet::new))
            .toString());
  }

  @Test
  void aShorterTargetIsNotOverrun() throws IOException {
    for (Case each : cases()) {
      assertThrows(IOException.class, () -> each.unpacked(each.size - 1), each.name);
    }
  }

  /// Whatever is wrong with it, it ends, and with an exception that the reader tells as damage.
  @Test
  void damagedBuffersEnd() throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    int refused = 0;
    for (Case each : cases()) {
      byte[] packed = each.packed.clone();
      for (int i = 0; i < 3; i++) {
        packed[random.nextInt(packed.length)] ^= (byte) (1 + random.nextInt(255));
      }
      try {
        new Case(each.name, each.size, each.sum, packed).unpacked(each.size);
      } catch (IOException | RuntimeException _) {
        refused++;
      }
      byte[] cut = Arrays.copyOf(each.packed, random.nextInt(each.packed.length));
      Case shorter = new Case(each.name, each.size, each.sum, cut);
      assertEquals(
          "cut short",
          assertThrows(IOException.class, () -> shorter.unpacked(each.size)).getMessage());
    }
    assertTrue(refused > 100, "refused " + refused);
  }

  /// No room is made for what a header says before it is looked at.
  @Test
  void headersThatSayTooMuch() throws IOException {
    Case first = cases().getFirst();
    byte[] packed = first.packed.clone();
    Arrays.fill(packed, 4, 12, Byte.MAX_VALUE);
    Case huge = new Case(first.name, first.size, first.sum, packed);
    assertEquals(
        "it has 2139062143 bytes when unpacked",
        assertThrows(IOException.class, () -> huge.unpacked(first.size)).getMessage());
  }
}
