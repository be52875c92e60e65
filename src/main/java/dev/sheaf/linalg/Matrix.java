package dev.sheaf.linalg;

import java.lang.foreign.MemorySegment;

/// A matrix in memory, row by row, in the machine's byte order.
///
/// @param memory from its first number on; off-heap
/// @param stride numbers from the begin of a row to that of the next, at least 1
public record Matrix(MemorySegment memory, int stride) {}
