package dev.sheaf.transport.mpi;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.sheaf.InputException;
import dev.sheaf.comm.ElementType;
import dev.sheaf.comm.Op;
import dev.sheaf.foreign.NativeFunction;
import dev.sheaf.foreign.NativeLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Locale;

/// An MPI library: its functions, its constants, its handles. Handles and addresses are `long`s.
///
/// Functions with a count are MPI 4's large-count ones (`MPI_Send_c` for `MPI_Send`) where the
/// library has them; [#largeCounts] tells.
final class Mpi {
  private final NativeLibrary library;
  private final long int8;
  private final long int32;
  private final long int64;
  private final long float32;
  private final long float64;

  /// What the ABI tables know.
  final Abi abi;

  /// Whether counts and displacements are 64-bit (`MPI_Count`, `MPI_Aint`); else `int`.
  final boolean largeCounts;

  /// Whether calls that wait for other ranks leave the core to them: then they are the non-blocking
  /// ones (`MPI_Ibcast` for `MPI_Bcast`), which take one argument more, a request, and
  /// [MpiCommunicator] waits for that. All ranks must do the same, as MPI doesn't match a blocking
  /// collective call with a non-blocking one.
  final boolean yielding;

  /// The library's name and version on one line.
  final String version;

  final NativeFunction initThread = function("MPI_Init_thread");
  final NativeFunction finish = function("MPI_Finalize");
  final NativeFunction abort = function("MPI_Abort");
  final NativeFunction errorString = function("MPI_Error_string");
  final NativeFunction processorName = function("MPI_Get_processor_name");
  final NativeFunction commRank = function("MPI_Comm_rank");
  final NativeFunction commSize = function("MPI_Comm_size");
  final NativeFunction commDup = function(yielding ? "MPI_Comm_idup" : "MPI_Comm_dup");
  final NativeFunction commSplit = function("MPI_Comm_split");
  final NativeFunction commSplitType = function("MPI_Comm_split_type");
  final NativeFunction commFree = function("MPI_Comm_free");
  final NativeFunction commSetErrhandler = function("MPI_Comm_set_errhandler");
  final NativeFunction barrier = function(waiting("Barrier"));
  final NativeFunction send = counted(waiting("Send"));
  final NativeFunction recv = counted(waiting("Recv"));
  final NativeFunction isend = counted("MPI_Isend");
  final NativeFunction test = function("MPI_Test");
  final NativeFunction wait = function("MPI_Wait");
  final NativeFunction probe = function("MPI_Probe");
  final NativeFunction iprobe = function("MPI_Iprobe");
  final NativeFunction getElements =
      function(largeCounts ? "MPI_Get_elements_c" : "MPI_Get_elements_x");
  final NativeFunction bcast = counted(waiting("Bcast"));
  final NativeFunction scatterv = counted(waiting("Scatterv"));
  final NativeFunction gatherv = counted(waiting("Gatherv"));
  final NativeFunction allgatherv = counted(waiting("Allgatherv"));
  final NativeFunction reduce = counted(waiting("Reduce"));
  final NativeFunction allreduce = counted(waiting("Allreduce"));
  final NativeFunction typeContiguous = function("MPI_Type_contiguous");
  final NativeFunction typeCreateStruct = function("MPI_Type_create_struct");
  final NativeFunction typeCommit = function("MPI_Type_commit");
  final NativeFunction typeFree = function("MPI_Type_free");
  final NativeFunction winAllocateShared = function("MPI_Win_allocate_shared");
  final NativeFunction winSharedQuery = function("MPI_Win_shared_query");
  final NativeFunction winSetErrhandler = function("MPI_Win_set_errhandler");
  final NativeFunction winLockAll = function("MPI_Win_lock_all");
  final NativeFunction winUnlockAll = function("MPI_Win_unlock_all");
  final NativeFunction winSync = function("MPI_Win_sync");
  final NativeFunction winFree = function("MPI_Win_free");

  /// Finds out which ABI the library has. Both questions may be asked before `MPI_Init`.
  ///
  /// @throws InputException if it is none that we know
  Mpi(NativeLibrary library) {
    this(library, false);
  }

  private Mpi(NativeLibrary library, boolean yielding) {
    this.library = library;
    this.yielding = yielding;
    largeCounts = library.has("MPI_Send_c");
    super();
    String text = libraryVersion();
    abi = abi(text);
    version = firstLine(text);
    int8 = handle(Handle.INT8_T);
    int32 = handle(Handle.INT32_T);
    int64 = handle(Handle.INT64_T);
    float32 = handle(Handle.FLOAT);
    float64 = handle(Handle.DOUBLE);
  }

  /// The same library, with calls that leave the core to others while they wait.
  Mpi yielding() {
    return new Mpi(library, true);
  }

  /// The datatype of an element.
  long type(ElementType type) {
    return switch (type) {
      case INT8 -> int8;
      case INT32 -> int32;
      case INT64 -> int64;
      case FLOAT32 -> float32;
      case FLOAT64 -> float64;
    };
  }

  /// The handle of a reduction.
  long op(Op op) {
    return handle(
        switch (op) {
          case SUM -> Handle.SUM;
          case MIN -> Handle.MIN;
          case MAX -> Handle.MAX;
        });
  }

  /// A predefined handle.
  long handle(Handle name) {
    return switch (abi) {
      case OPEN_MPI -> library.find(name.openMpi).address();
      case MPICH -> name.mpich;
      case STANDARD -> name.standard;
    };
  }

  /// A handle that MPI has written to memory.
  long getHandle(MemorySegment memory) {
    return abi.handleBytes == 8 ? memory.get(JAVA_LONG, 0) : memory.get(JAVA_INT, 0);
  }

  /// Writes a handle to memory for MPI to read.
  void setHandle(MemorySegment memory, long handle) {
    if (abi.handleBytes == 8) {
      memory.set(JAVA_LONG, 0, handle);
    } else {
      memory.set(JAVA_INT, 0, (int) handle);
    }
  }

  /// MPI's text for an error code, on one line.
  String errorText(int code) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocate(Abi.MAX_STRING);
      MemorySegment length = arena.allocate(JAVA_INT);
      if ((int) errorString.call(code, text.address(), length.address()) != 0) {
        return "error " + code;
      }
      return String.join("; ", text.getString(0).strip().split("\\s*\\R\\s*"));
    }
  }

  /// The name of this host.
  String host() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocate(Abi.MAX_STRING);
      MemorySegment length = arena.allocate(JAVA_INT);
      processorName.call(text.address(), length.address());
      return text.getString(0);
    }
  }

  private String libraryVersion() {
    if (!library.has("MPI_Get_library_version")) {
      throw new InputException(library.name() + ": is no MPI library (of MPI 3 or later)");
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocate(Abi.MAX_STRING);
      MemorySegment length = arena.allocate(JAVA_INT);
      function("MPI_Get_library_version").call(text.address(), length.address());
      return text.getString(0).strip();
    }
  }

  /// A library with the standard ABI says so; one that has the function but another ABI gives -1.
  private Abi abi(String text) {
    if (library.has("MPI_Abi_get_version")) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment major = arena.allocate(JAVA_INT);
        MemorySegment minor = arena.allocate(JAVA_INT);
        function("MPI_Abi_get_version").call(major.address(), minor.address());
        if (major.get(JAVA_INT, 0) >= 1) {
          return Abi.STANDARD;
        }
      }
    }
    if (text.startsWith("Open MPI")) {
      return Abi.OPEN_MPI;
    }
    for (String member : new String[] {"MPICH", "Intel(R) MPI", "MVAPICH"}) {
      if (text.contains(member)) {
        return Abi.MPICH;
      }
    }
    throw new InputException(
        library.name()
            + ": neither Open MPI, nor of MPICH's family, nor of the standard ABI: "
            + firstLine(text));
  }

  /// Of `Open MPI v4.1.4, package: ...` what stands before the comma, of `MPICH Version: 4.2.1`,
  /// with a tab or spaces, `MPICH 4.2.1`.
  static String firstLine(String text) {
    int end = text.indexOf('\n');
    String line = end < 0 ? text : text.substring(0, end);
    int comma = line.indexOf(',');
    return (comma < 0 ? line : line.substring(0, comma)).replaceFirst(" Version:\\s+", " ").strip();
  }

  private NativeFunction function(String name) {
    return new NativeFunction(name, library);
  }

  private NativeFunction counted(String name) {
    return function(largeCounts ? name + "_c" : name);
  }

  private String waiting(String name) {
    return yielding ? "MPI_I" + name.toLowerCase(Locale.ROOT) : "MPI_" + name;
  }
}
