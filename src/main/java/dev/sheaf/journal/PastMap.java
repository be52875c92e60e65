package dev.sheaf.journal;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// What earlier attempts have done of a map.
final class PastMap {
  final Entry.MapBegun map;
  final BitSet done = new BitSet();

  /// The records of this rank's block of the items, by item.
  final Map<Long, PastItem> mine = new HashMap<>();

  /// The hosts of ranks that died with an item in hand, by item.
  final Map<Long, List<String>> deaths = new HashMap<>();

  private final long from;
  private final long to;

  /// @param from the first item whose record is kept
  /// @param to the item after the last of these
  PastMap(Entry.MapBegun map, long from, long to) {
    this.map = map;
    this.from = from;
    this.to = to;
  }

  /// Adds the items of a record. The first record of an item counts; one that tells of others too,
  /// with what all of them have gathered, does not then.
  void add(List<PastItem> record) {
    if (record.stream().anyMatch(each -> done.get((int) each.item()))) {
      return;
    }
    for (PastItem each : record) {
      done.set((int) each.item());
      if (each.item() >= from && each.item() < to) {
        mine.put(each.item(), each);
      }
    }
  }

  /// The same of these items alone.
  PastMap only(BitSet items) {
    PastMap only = new PastMap(map, from, to);
    only.done.or(done);
    only.done.and(items);
    items.stream()
        .mapToObj(item -> mine.get((long) item))
        .filter(Objects::nonNull)
        .forEach(each -> only.mine.put(each.item(), each));
    deaths.forEach((item, hosts) -> {
      if (items.get((int) (long) item)) {
        only.deaths.put(item, hosts);
      }
    });
    return only;
  }

  void died(long item, String host) {
    deaths.computeIfAbsent(item, _ -> new ArrayList<>()).add(host);
  }

  /// A number that two ranks have in common only if they know of the same items.
  long checksum() {
    return 31 * map.hashCode() + done.hashCode() + 17L * deaths.hashCode();
  }
}
