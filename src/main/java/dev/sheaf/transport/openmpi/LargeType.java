package dev.sheaf.transport.openmpi;

import dev.sheaf.comm.ElementType;

/// A derived type that is a run of more than 2^31-1 elements: a struct of the rest and the blocks
/// of 2^27 elements behind it. In this order its displacements, which the bindings count in `int`
/// bytes, are small.
final class LargeType implements AutoCloseable {
  private static final int BLOCK = 1 << 27;

  private final Object block;
  private final Object blocks;
  private final Object handle;

  LargeType(ElementType type, long count) {
    Object element = Bindings.type(type);
    int rest = (int) (count % BLOCK);
    try {
      block = (Object) Bindings.Types.CONTIGUOUS.invokeExact(BLOCK, element);
      blocks =
          (Object) Bindings.Types.CONTIGUOUS.invokeExact(Math.toIntExact(count / BLOCK), block);
      int[] lengths = {rest, 1};
      int[] displs = {0, rest * (int) type.bytes()};
      handle =
          (Object)
              Bindings.Types.STRUCT.invokeExact(lengths, displs, Bindings.types(element, blocks));
      Bindings.Types.COMMIT.invokeExact(handle);
    } catch (Throwable e) {
      throw OpenMpiCommunicator.unchecked(e);
    }
  }

  Object handle() {
    return handle;
  }

  @Override
  public void close() {
    try {
      Bindings.Types.FREE_TYPE.invokeExact(handle);
      Bindings.Types.FREE_TYPE.invokeExact(blocks);
      Bindings.Types.FREE_TYPE.invokeExact(block);
    } catch (Throwable e) {
      throw OpenMpiCommunicator.unchecked(e);
    }
  }
}
