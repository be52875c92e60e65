package dev.sheaf.array;

import dev.sheaf.InputException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/// The arrays of a `.npz` file: a ZIP archive of `.npy` files (`numpy.savez`,
/// `numpy.savez_compressed`). The archive's directory is read here, not by [java.util.zip.ZipFile],
/// as that doesn't tell where in the file a member lies: what is stored can be read in place, by
/// many at once.
///
/// ZIP: <https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT>, with ZIP64.
public final class Npz {
  private static final int END = 0x0605_4b50;
  private static final int END_BYTES = 22;
  private static final int END64 = 0x0606_4b50;
  private static final int END64_BYTES = 56;
  private static final int LOCATOR64_BYTES = 20;
  private static final int ENTRY = 0x0201_4b50;
  private static final int ENTRY_BYTES = 46;
  private static final int LOCAL = 0x0403_4b50;
  private static final int LOCAL_BYTES = 30;
  private static final int MOST_COMMENT = 0xffff;
  private static final int MOST_DIRECTORY = 1 << 28;
  private static final int EXTRA64 = 1;
  private static final long IN_EXTRA = 0xffff_ffffL;
  private static final int STORED = 0;
  private static final int DEFLATED = 8;
  private static final int BUFFER = 1 << 18;

  /// A member.
  ///
  /// @param name without `.npy`
  /// @param stored whether its bytes stand in the file as they are
  /// @param offset where in the file they begin
  /// @param size how many they are, unpacked
  /// @param packed how many they are in the file
  public record Member(String name, boolean stored, long offset, long size, long packed, int crc) {}

  private final Path file;
  private final FileChannel channel;

  private Npz(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /// The array of a name; if that is empty, the only one.
  ///
  /// @throws InputException if it is not there, or the file is none such or cut off
  public static Member find(Path file, String name) {
    try (FileChannel channel = FileChannel.open(file)) {
      List<Member> members = new Npz(file, channel).members();
      List<String> names = members.stream().map(Member::name).toList();
      if (name.isEmpty() && members.size() != 1) {
        throw new InputException(
            "%s: has %d arrays; give %s:NAME, of %s"
                .formatted(file, members.size(), file, String.join(", ", names)));
      }
      return members.stream()
          .filter(member -> name.isEmpty() || member.name.equals(name))
          .findFirst()
          .orElseThrow(() ->
              new InputException(
                  "%s: no array '%s'; it has %s".formatted(file, name, String.join(", ", names))));
    } catch (EOFException e) {
      throw new InputException(file + ": truncated; copy or save it again", e);
    } catch (IOException e) {
      throw FileErrors.input(file, "can't be read", e);
    }
  }

  /// Unpacks a member and checks it.
  ///
  /// @param to takes the bytes
  /// @throws InputException if it is damaged or cut off
  public static void unpack(Path file, Member member, OutputFile to) {
    Inflater inflater = new Inflater(true);
    try (FileChannel channel = FileChannel.open(file).position(member.offset);
        InputStream in =
            new InflaterInputStream(Channels.newInputStream(channel), inflater, BUFFER)) {
      CRC32 crc = new CRC32();
      byte[] buffer = new byte[BUFFER];
      long done = 0;
      for (int some = in.read(buffer); some >= 0; some = in.read(buffer)) {
        crc.update(buffer, 0, some);
        if (done + some > member.size) {
          break;
        }
        to.write(ByteBuffer.wrap(buffer, 0, some), done);
        done += some;
      }
      if (done != member.size || (int) crc.getValue() != member.crc) {
        throw damaged(file, member, null);
      }
    } catch (EOFException | java.util.zip.ZipException e) {
      throw damaged(file, member, e);
    } catch (IOException e) {
      throw FileErrors.input(file, "can't be read", e);
    } finally {
      inflater.end();
    }
  }

  private static InputException damaged(Path file, Member member, IOException e) {
    return new InputException(
        "%s: '%s' is damaged or cut off; copy or save it again".formatted(file, member.name), e);
  }

  // ---- the directory ----

  private List<Member> members() throws IOException {
    ByteBuffer end = end();
    int entries = Short.toUnsignedInt(end.getShort(10));
    long bytes = Integer.toUnsignedLong(end.getInt(12));
    long begin = Integer.toUnsignedLong(end.getInt(16));
    if (entries == 0xffff || bytes == IN_EXTRA || begin == IN_EXTRA) {
      long locator = channel.size() - end.remaining() - LOCATOR64_BYTES;
      ByteBuffer end64 = read(read(locator, LOCATOR64_BYTES).getLong(8), END64_BYTES);
      if (end64.getInt(0) != END64) {
        throw notNpz();
      }
      bytes = end64.getLong(40);
      begin = end64.getLong(48);
    }
    if (bytes < 0 || begin < 0 || bytes > channel.size() - begin) {
      throw new EOFException();
    }
    if (bytes > MOST_DIRECTORY) {
      throw notNpz();
    }
    ByteBuffer directory = read(begin, (int) bytes);
    List<Member> members = new ArrayList<>();
    for (int at = 0; at + ENTRY_BYTES <= directory.limit(); ) {
      if (directory.getInt(at) != ENTRY) {
        throw notNpz();
      }
      int name = Short.toUnsignedInt(directory.getShort(at + 28));
      int extra = Short.toUnsignedInt(directory.getShort(at + 30));
      int comment = Short.toUnsignedInt(directory.getShort(at + 32));
      int next = at + ENTRY_BYTES + name + extra + comment;
      if (next > directory.limit()) {
        throw new EOFException();
      }
      String path =
          StandardCharsets.UTF_8.decode(directory.slice(at + ENTRY_BYTES, name)).toString();
      if (path.endsWith(".npy")) {
        members.add(
            member(
                path.substring(0, path.length() - ".npy".length()),
                directory.slice(at, ENTRY_BYTES).order(ByteOrder.LITTLE_ENDIAN),
                directory.slice(at + ENTRY_BYTES + name, extra).order(ByteOrder.LITTLE_ENDIAN)));
      }
      at = next;
    }
    return members;
  }

  /// The end record: behind it stands a comment, most often none.
  private ByteBuffer end() throws IOException {
    int bytes = (int) Math.min(channel.size(), END_BYTES + MOST_COMMENT);
    ByteBuffer tail = read(channel.size() - bytes, bytes);
    for (int at = bytes - END_BYTES; at >= 0; at--) {
      if (tail.getInt(at) == END
          && Short.toUnsignedInt(tail.getShort(at + 20)) == bytes - at - END_BYTES) {
        return tail.slice(at, bytes - at).order(ByteOrder.LITTLE_ENDIAN);
      }
    }
    if (bytes >= Integer.BYTES && read(0, Integer.BYTES).getInt(0) == LOCAL) {
      throw new EOFException();
    }
    throw notNpz();
  }

  private Member member(String name, ByteBuffer entry, ByteBuffer extra) throws IOException {
    int method = Short.toUnsignedInt(entry.getShort(10));
    if ((method != STORED && method != DEFLATED) || (entry.getShort(8) & 1) != 0) {
      throw new InputException(
          "%s: '%s' is encrypted or packed by a method other than deflate; save it again with numpy.savez"
              .formatted(file, name));
    }
    long packed = Integer.toUnsignedLong(entry.getInt(20));
    long size = Integer.toUnsignedLong(entry.getInt(24));
    long local = Integer.toUnsignedLong(entry.getInt(42));
    while (extra.remaining() >= 4) {
      int id = Short.toUnsignedInt(extra.getShort());
      int length = Short.toUnsignedInt(extra.getShort());
      if (length > extra.remaining()) {
        throw notNpz();
      }
      int next = extra.position() + length;
      if (id == EXTRA64) {
        size = large(size, extra);
        packed = large(packed, extra);
        local = large(local, extra);
      }
      extra.position(next);
    }
    ByteBuffer header = read(local, LOCAL_BYTES);
    if (header.getInt(0) != LOCAL) {
      throw notNpz();
    }
    long offset =
        local
            + LOCAL_BYTES
            + Short.toUnsignedInt(header.getShort(26))
            + Short.toUnsignedInt(header.getShort(28));
    if (size < 0 || packed < 0 || packed > channel.size() - offset) {
      throw new EOFException();
    }
    return new Member(name, method == STORED, offset, size, packed, entry.getInt(16));
  }

  /// A number that stands in the extra field if it is too large for its own.
  private long large(long value, ByteBuffer extra) {
    if (value == IN_EXTRA && extra.remaining() < Long.BYTES) {
      throw notNpz();
    }
    return value == IN_EXTRA ? extra.getLong() : value;
  }

  private ByteBuffer read(long position, int bytes) throws IOException {
    if (position < 0) {
      throw new EOFException();
    }
    ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new EOFException();
      }
    }
    return buffer.flip();
  }

  private InputException notNpz() {
    return new InputException(file + ": not an .npz file; save the arrays with numpy.savez");
  }
}
