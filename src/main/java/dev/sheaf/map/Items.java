package dev.sheaf.map;

import java.util.function.LongFunction;

/// The items of a map, 0 to `count - 1`.
///
/// @param count how many
/// @param input an item's input as a person would name it: a file, a seed, a range of an array
/// @param replay the command line that works on that item alone; empty if there is none
public record Items(long count, LongFunction<String> input, LongFunction<String> replay) {}
