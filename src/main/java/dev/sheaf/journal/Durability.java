package dev.sheaf.journal;

import java.util.Locale;

/// When what an item has written is made durable. Whatever is chosen, nothing is lost when
/// processes are killed: this is about crashes of whole machines.
public enum Durability {
  /// When the system does it.
  NONE,
  /// Every five seconds, in the background.
  BATCH,
  /// Before the item counts as done.
  ITEM;

  /// The name on the command line.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
