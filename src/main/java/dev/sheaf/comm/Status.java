package dev.sheaf.comm;

/// What is known of a received or probed message (`MPI_Status`).
///
/// @param source the sender's rank
/// @param tag the message's tag
/// @param bytes the message's length in bytes
public record Status(int source, int tag, long bytes) {
  /// The message's length in elements of the given type (`MPI_Get_count`).
  ///
  /// @throws IllegalStateException if the length is not a whole number of elements
  public long count(ElementType type) {
    if (bytes % type.bytes() != 0) {
      throw new IllegalStateException(
          "message of " + bytes + " bytes is not a whole number of " + type + " elements");
    }
    return bytes / type.bytes();
  }
}
