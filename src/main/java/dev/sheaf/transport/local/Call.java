package dev.sheaf.transport.local;

import dev.sheaf.comm.ElementType;
import dev.sheaf.comm.Op;
import dev.sheaf.comm.VBuffer;
import java.lang.foreign.MemorySegment;

/// What a rank tells the others of its group about the collective call that it makes.
///
/// @param name the operation
/// @param root the root, or -1
/// @param op the reduction, or `null`
/// @param type the type of the elements, or `null`
/// @param count elements that every rank has, or bytes, or -1
/// @param send what the rank gives, or `null`
/// @param recv what the rank gets, or `null`
/// @param parts the root's memory of all ranks, or `null`
record Call(
    String name,
    int root,
    Op op,
    ElementType type,
    long count,
    MemorySegment send,
    MemorySegment recv,
    VBuffer parts) {

  static Call of(String name) {
    return new Call(name, -1, null, null, -1, null, null, null);
  }

  /// Whether both can be calls of one operation.
  boolean matches(Call other) {
    return name.equals(other.name)
        && root == other.root
        && op == other.op
        && type == other.type
        && count == other.count;
  }

  @Override
  public String toString() {
    return name
        + (op == null ? "" : " " + op)
        + (count < 0 ? "" : " of " + count)
        + (type == null ? "" : " " + type)
        + (root < 0 ? "" : " with root " + root);
  }
}
