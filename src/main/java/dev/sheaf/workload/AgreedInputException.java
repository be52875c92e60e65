package dev.sheaf.workload;

import dev.sheaf.InputException;

/// An input error that all ranks have learnt of, so that all end in good order and rank 0 tells it.
public final class AgreedInputException extends InputException {
  private static final long serialVersionUID = 1;

  AgreedInputException(String message) {
    super(message);
  }
}
