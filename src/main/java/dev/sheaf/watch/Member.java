package dev.sheaf.watch;

/// What a watch knows of a rank from the beginning.
///
/// @param host the name of its host
/// @param pid its process
/// @param jvm a number that the ranks of that process share and no others
/// @param threads its threads
/// @param nodeSize how many ranks share its node's memory
record Member(String host, long pid, long jvm, int threads, int nodeSize) {}
