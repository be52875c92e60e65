package dev.sheaf;

import java.io.IOException;

/// The body of a loop, which `sheaf map` runs in parallel: a class that implements this, with a
/// constructor without parameters, in a Java source file.
///
/// ```java
/// public class Size implements dev.sheaf.Task {
///   public Object apply(dev.sheaf.Item item) throws Exception {
///     return java.nio.file.Files.size(item.path());
///   }
/// }
/// ```
///
/// Each thread of each rank has an object of its own, so it may keep buffers in fields; what one
/// item gives must depend on that item alone.
@FunctionalInterface
public interface Task extends AutoCloseable {
  /// Works on one item.
  ///
  /// @return its result: a number, a string, a boolean; an array of numbers, also with several
  ///   dimensions; a record of these; or `null`
  /// @throws Exception the item has failed, the others go on; see `--on-error`
  Object apply(Item item) throws Exception;

  /// Called when the thread has no more items.
  @Override
  default void close() throws IOException {}
}
