/// Reductions whose result, to the last bit, depends on the data alone: not on how the data is cut
/// into pieces for ranks and threads, nor on the width of the machine's vectors.
///
/// The elements are cut into fixed blocks by their index. A block is reduced in a fixed order by
/// [dev.sheaf.reduce.BlockMoments], and the blocks are combined over a
/// [dev.sheaf.reduce.FixedTree]. What counts values, [dev.sheaf.reduce.QuantileSketch] and
/// [dev.sheaf.reduce.BinCounts], may be added up in any order.
package dev.sheaf.reduce;
