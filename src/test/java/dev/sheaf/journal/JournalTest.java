package dev.sheaf.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sheaf.InputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  private static final Entry.Header HEADER =
      new Entry.Header(0x5eed, 2, 3, "node1", "8c5a", 1234, 4, false, 1_700_000_000_000L);

  private static final Entry.MapBegun MAP = new Entry.MapBegun(0, 5, -7, "", false);

  private static final List<List<Entry>> RECORDS =
      List.of(
          List.of(MAP),
          List.of(done(0, 3, "three")),
          List.of(done(0, 1, ""), done(0, 4, "four"), done(0, 0, "zero")),
          List.of(
              new Entry.Failed(0, 2, 1, 10, 20, "b.jpg", 3, "no such file", "sheaf load b.jpg")),
          List.of(new Entry.Named(0, 3, "c.jpg"), new Entry.Named(0, 1, "a.jpg")),
          List.of(new Entry.Flushed(300, 5_000_000_000L)),
          List.of(new Entry.MapBegun(1, 9, 12, "images.npy.1", true)),
          List.of(done(1, 8, "eight")),
          List.of(
              new Entry.Committed("images.npy", ".images.npy.1.part", new Entry.Stamp(7, 8), "42")),
          List.of(new Entry.Ended(false, 6_000_000_000L)));

  @TempDir Path directory;
  private Path file;

  /// Where each record ends, the header first.
  private final List<Integer> ends = new ArrayList<>();

  private byte[] whole;

  private static Entry.Done done(int map, long item, String value) {
    return new Entry.Done(
        map, item, 1, 100, 1_000_000, new Entry.Stamp(500, 600), value.getBytes(UTF_8));
  }

  /// When a host goes down so do its ranks; otherwise an item may have killed its rank.
  @Test
  void whoWentDownWithItsHostDidNotDieOfAnItem() throws IOException {
    Path other = directory.resolve("0002-00004.journal");
    try (JournalWriter writer = JournalWriter.create(other, HEADER)) {
      writer.append(MAP);
    }
    InFlight.create(RunPaths.inFlight(other), 1).begin(0, 0, 4);
    Map<Map<String, String>, Set<Long>> expected =
        Map.of(
            Map.of("node1", "8c5a"), Set.of(4L),
            Map.of("node1", "another"), Set.of(),
            Map.of("node2", "another"), Set.of(4L));
    for (var each : expected.entrySet()) {
      Past past = new Past(0x5eed, 0, 1, each.getKey(), null);
      past.read(other, Long.MAX_VALUE);
      assertEquals(each.getValue(), past.of(MAP).deaths.keySet());
    }
  }

  /// What the items of a record have gathered can't be told apart: it must not count twice.
  @Test
  void aRecordOfItemsOfWhichOneIsDoneDoesNotCount() throws IOException {
    Path other = directory.resolve("0003-00000.journal");
    try (JournalWriter writer = JournalWriter.create(other, HEADER)) {
      writer.append(MAP);
      writer.append(List.of(done(0, 3, ""), done(0, 0, "of both")));
      writer.append(List.of(done(0, 1, ""), done(0, 3, "of both")));
      writer.append(done(0, 4, ""));
    }
    Past past = new Past(0x5eed, 0, 1, null, null);
    past.read(other, Long.MAX_VALUE);
    assertEquals(BitSet.valueOf(new long[] {0b11001}), past.of(MAP).done);
    assertEquals("of both", new String(past.of(MAP).mine.get(0L).value(), UTF_8));
  }

  @BeforeEach
  void write() throws IOException {
    file = directory.resolve("0002-00003.journal");
    try (JournalWriter writer = JournalWriter.create(file, HEADER)) {
      ends.add((int) writer.bytes());
      for (List<Entry> record : RECORDS) {
        writer.append(record);
        ends.add((int) writer.bytes());
      }
    }
    whole = Files.readAllBytes(file);
  }

  /// The records of a file with these bytes.
  private List<Entry> read(byte[] bytes, boolean right) throws IOException {
    Files.write(file, bytes);
    List<Entry> entries = new ArrayList<>();
    JournalReader.Reading reading = JournalReader.read(file, Long.MAX_VALUE, entries::add);
    assertEquals(right, reading.problem() == null, () -> "problem: " + reading.problem());
    assertTrue(reading.bytes() <= bytes.length);
    return entries;
  }

  /// As text: arrays of records are equal only if they are the same.
  private static List<String> text(List<Entry> entries) {
    return entries.stream()
        .map(entry ->
            entry instanceof Entry.Done d ? d + new String(d.value(), UTF_8) : entry.toString())
        .map(text -> text.replaceAll("\\[B@[0-9a-f]+", ""))
        .toList();
  }

  /// The entries of the first records.
  private static List<Entry> first(int records) {
    return RECORDS.subList(0, records).stream().flatMap(List::stream).toList();
  }

  private static void assertFirst(int records, List<Entry> entries, String what) {
    assertEquals(text(first(records)), text(entries), what);
  }

  @Test
  void whatIsWrittenIsRead() throws IOException {
    List<Entry> entries = new ArrayList<>();
    JournalReader.Reading reading = JournalReader.read(file, Long.MAX_VALUE, entries::add);
    assertEquals(new JournalReader.Reading(HEADER, whole.length, null), reading);
    assertFirst(RECORDS.size(), entries, "all");
    assertEquals(whole.length, ends.getLast());
  }

  @Test
  void ofATruncatedFileTheWholeRecordsAreRead() throws IOException {
    for (int length = 0; length < whole.length; length++) {
      int bytes = length;
      long records = ends.stream().filter(end -> end <= bytes).count();
      boolean clean = length == 0 || ends.contains(length);
      List<Entry> entries = read(Arrays.copyOf(whole, length), clean);
      assertFirst((int) Math.max(0, records - 1), entries, "first " + length + " bytes");
    }
  }

  @Test
  void zerosBehindTheRecordsAreNone() throws IOException {
    for (int end : ends) {
      List<Entry> entries = read(Arrays.copyOf(Arrays.copyOf(whole, end), end + 4096), false);
      assertFirst(ends.indexOf(end), entries, "zeros from byte " + end);
    }
  }

  @Test
  void aLimitIsKept() throws IOException {
    List<Entry> entries = new ArrayList<>();
    assertNull(JournalReader.read(file, ends.get(4), entries::add).problem());
    assertFirst(4, entries, "limit");
    entries.clear();
    assertNotNull(JournalReader.read(file, ends.get(4) + 5, entries::add).problem());
    assertFirst(4, entries, "limit within a record");
  }

  @Test
  void aFlippedBitEndsTheReadingThere() throws IOException {
    for (int bit = 0; bit < 8 * whole.length; bit++) {
      byte[] bytes = whole.clone();
      bytes[bit / 8] ^= (byte) (1 << bit % 8);
      int at = bit / 8;
      int before = (int) ends.stream().filter(end -> end <= at).count();
      assertFirst(Math.max(0, before - 1), read(bytes, false), "bit " + bit);
    }
  }

  @Test
  void recordsInAnotherOrderEndTheReading() throws IOException {
    for (int i = 0; i < ends.size(); i++) {
      for (int j = i + 1; j < ends.size(); j++) {
        List<byte[]> records = records();
        byte[] first = records.get(i);
        records.set(i, records.get(j));
        records.set(j, first);
        assertFirst(Math.max(0, i - 1), read(join(records), false), i + " and " + j);
      }
    }
  }

  @Test
  void aRepeatedOrMissingRecordEndsTheReading() throws IOException {
    for (int i = 0; i < ends.size(); i++) {
      List<byte[]> records = records();
      records.add(i, records.get(i));
      assertFirst(i, read(join(records), false), "twice " + i);
      if (i < ends.size() - 1) {
        records = records();
        records.remove(i);
        assertFirst(Math.max(0, i - 1), read(join(records), false), "without " + i);
      }
    }
  }

  @Test
  void recordsOfAnotherJournalDoNotCount() throws IOException {
    Path other = directory.resolve("other.journal");
    Entry.Header header = new Entry.Header(0x5eed, 2, 4, "node1", "8c5a", 1234, 4, false, 0);
    int first;
    try (JournalWriter writer = JournalWriter.create(other, header)) {
      first = (int) writer.bytes();
      RECORDS.forEach(writer::append);
    }
    byte[] theirs = Files.readAllBytes(other);
    for (int i = 0; i < RECORDS.size(); i++) {
      byte[] bytes = Arrays.copyOf(whole, ends.get(i) + theirs.length - first);
      System.arraycopy(theirs, first, bytes, ends.get(i), theirs.length - first);
      assertFirst(i, read(bytes, false), "behind " + i);
    }
  }

  /// Seeded: a failure tells which.
  @Test
  void anyBytesAreReadWithoutHarm() throws IOException {
    for (int seed = 0; seed < 500; seed++) {
      Random random = new Random(seed);
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      for (int piece = random.nextInt(6); piece >= 0; piece--) {
        int from = random.nextInt(whole.length);
        bytes.write(whole, from, random.nextInt(whole.length - from));
        byte[] noise = new byte[random.nextInt(40)];
        random.nextBytes(noise);
        bytes.write(noise, 0, noise.length);
      }
      Files.write(file, bytes.toByteArray());
      List<Entry> entries = new ArrayList<>();
      JournalReader.read(file, Long.MAX_VALUE, entries::add);
      int records = 0;
      while (records < RECORDS.size() && first(records).size() < entries.size()) {
        records++;
      }
      assertFirst(records, entries, "seed " + seed);
    }
  }

  @Test
  void aJournalIsNeverContinuedByAnotherAttempt() {
    InputException e = assertThrows(InputException.class, () -> JournalWriter.create(file, HEADER));
    assertTrue(e.getMessage().startsWith(file.toString()), e.getMessage());
  }

  @Test
  void theDirectoryListsJournalsInOrder() throws IOException {
    Path run = directory.resolve("run");
    assertEquals(List.of(), RunPaths.list(run));
    Files.createDirectories(RunPaths.journals(run));
    List<Path> expected =
        List.of(
            RunPaths.journal(run, 1, 0),
            RunPaths.journal(run, 1, 12),
            RunPaths.journal(run, 2, 0),
            RunPaths.journal(run, 11, 3));
    for (Path each : expected.reversed()) {
      Files.createFile(each);
      Files.createFile(RunPaths.inFlight(each));
    }
    Files.createFile(RunPaths.journals(run).resolve("lock"));
    assertEquals(expected, RunPaths.list(run));
  }

  private List<byte[]> records() {
    List<byte[]> records = new ArrayList<>();
    int from = 0;
    for (int end : ends) {
      records.add(Arrays.copyOfRange(whole, from, end));
      from = end;
    }
    return records;
  }

  private static byte[] join(List<byte[]> records) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    records.forEach(all::writeBytes);
    return all.toByteArray();
  }
}
