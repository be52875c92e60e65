package dev.sheaf.journal;

import java.nio.file.Path;

/// An item that an earlier attempt has done. Its result, if it is long, stays in the journal until
/// it is asked for: a rank may have more of them than memory.
public final class PastItem {
  /// Longer results stay in the journal.
  private static final int SHORT = 1 << 12;

  private final Entry.Done record;
  private final Path journal;
  private final OpenJournals open;
  private final long at;
  private final int length;

  /// @param end of the entry in the journal; the result is the last of it
  PastItem(Entry.Done record, Path journal, OpenJournals open, long end) {
    length = record.value().length;
    at = end - length;
    this.journal = journal;
    this.open = open;
    this.record = length <= SHORT ? record : record.without();
  }

  /// Which item.
  public long item() {
    return record.item();
  }

  /// The item's own file, as it was before it was read.
  Entry.Stamp stamp() {
    return record.stamp();
  }

  /// The encoded result.
  ///
  /// @throws dev.sheaf.InputException if the journal can't be read any more
  public byte[] value() {
    return length <= SHORT ? record.value() : open.read(journal, at, length);
  }
}
