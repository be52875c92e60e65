package dev.sheaf.workload;

import dev.sheaf.FailedItem;
import dev.sheaf.Results;
import java.util.AbstractList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.RandomAccess;

/// The results of a loop, and what has failed.
final class ItemResults<R> extends AbstractList<R> implements Results<R>, RandomAccess {
  private final List<R> values;
  private final List<FailedItem> failures;

  /// @param failures by index; their place in `values` is `null`
  ItemResults(List<R> values, List<FailedItem> failures) {
    this.values = values;
    this.failures = failures;
  }

  @Override
  public List<FailedItem> failures() {
    return failures;
  }

  @Override
  public R get(int index) {
    R value = values.get(index);
    if (value == null) {
      for (FailedItem failure : failures) {
        if (failure.index() == index) {
          throw new NoSuchElementException(failure.toString());
        }
      }
    }
    return value;
  }

  @Override
  public int size() {
    return values.size();
  }
}
