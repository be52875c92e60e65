package dev.sheaf.transport.openmpi.bindings;

import dev.sheaf.comm.ElementType;
import mpi.Datatype;
import mpi.MPIException;

/// A derived type that is a run of more than 2^31-1 elements: a struct of the rest and the blocks
/// of 2^27 elements behind it. In this order its displacements, which the bindings count in `int`
/// bytes, are small.
final class LargeType implements AutoCloseable {
  private static final int BLOCK = 1 << 27;

  private final Datatype block;
  private final Datatype blocks;
  private final Datatype handle;

  LargeType(ElementType type, long count) throws MPIException {
    Datatype element = Bindings.type(type);
    int rest = (int) (count % BLOCK);
    block = Datatype.createContiguous(BLOCK, element);
    blocks = Datatype.createContiguous(Math.toIntExact(count / BLOCK), block);
    int[] lengths = {rest, 1};
    int[] displs = {0, rest * (int) type.bytes()};
    handle = Datatype.createStruct(lengths, displs, new Datatype[] {element, blocks});
    handle.commit();
  }

  Datatype handle() {
    return handle;
  }

  @Override
  public void close() throws MPIException {
    handle.free();
    blocks.free();
    block.free();
  }
}
