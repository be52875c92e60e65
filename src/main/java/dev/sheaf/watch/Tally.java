package dev.sheaf.watch;

/// How far the ranks are, as far as one of them knows.
///
/// @param items how many there are to do, in the maps that have begun
/// @param done how many of them are done
/// @param failed how many have failed
/// @param busy how many ranks have an item in hand
/// @param seconds since the first map began
public record Tally(long items, long done, long failed, int busy, double seconds) {}
