package dev.sheaf.transport.mpi;

/// What a C compiler would take from a library's `mpi.h`, apart from the handles (see [Handle]).
///
/// Sources: `mpi.h` of Open MPI 4.1 and of MPICH 4.0 (the ABI that MPICH, Intel MPI, MVAPICH and
/// Cray MPICH share); MPI 5.0, chapter 20 "Application Binary Interface" for the standard one.
enum Abi {
  /// Open MPI: a handle is the address of a data symbol.
  OPEN_MPI(8, 0, 4, 1, -1, -1, 0, 1, 2, 3),

  /// MPICH and its family: a handle is an `int`.
  MPICH(4, 8, 12, -1, -2, -1, 1, 1024, 2, 3),

  /// The standard ABI of MPI 5.0: a handle is a pointer with a small value.
  STANDARD(8, 0, 4, 1, -1, -2, 221, 1024, 2048, 4096);

  /// `MPI_UNDEFINED`, the same in all.
  static final int UNDEFINED = -32766;

  /// More than `sizeof(MPI_Status)`: 24, 20 and 32 bytes.
  static final int STATUS_BYTES = 64;

  /// As much as the largest of `MPI_MAX_LIBRARY_VERSION_STRING`, `MPI_MAX_ERROR_STRING` and
  /// `MPI_MAX_PROCESSOR_NAME`.
  static final int MAX_STRING = 8192;

  /// The size of a handle.
  final int handleBytes;

  /// The offset of `MPI_SOURCE` in `MPI_Status`.
  final int statusSource;

  /// The offset of `MPI_TAG` in `MPI_Status`.
  final int statusTag;

  /// `MPI_IN_PLACE`.
  final long inPlace;

  /// `MPI_ANY_SOURCE`.
  final int anySource;

  /// `MPI_ANY_TAG`.
  final int anyTag;

  /// `MPI_COMM_TYPE_SHARED`.
  final int commTypeShared;

  /// `MPI_MODE_NOCHECK`.
  final int modeNoCheck;

  /// `MPI_THREAD_SERIALIZED`.
  final int threadSerialized;

  /// `MPI_THREAD_MULTIPLE`.
  final int threadMultiple;

  Abi(
      int handleBytes,
      int statusSource,
      int statusTag,
      long inPlace,
      int anySource,
      int anyTag,
      int commTypeShared,
      int modeNoCheck,
      int threadSerialized,
      int threadMultiple) {
    this.handleBytes = handleBytes;
    this.statusSource = statusSource;
    this.statusTag = statusTag;
    this.inPlace = inPlace;
    this.anySource = anySource;
    this.anyTag = anyTag;
    this.commTypeShared = commTypeShared;
    this.modeNoCheck = modeNoCheck;
    this.threadSerialized = threadSerialized;
    this.threadMultiple = threadMultiple;
  }

  /// What it is called.
  String label() {
    return switch (this) {
      case OPEN_MPI -> "ABI of Open MPI";
      case MPICH -> "ABI of MPICH";
      case STANDARD -> "standard ABI of MPI 5";
    };
  }
}
