package dev.sheaf.transport.mpi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The standard ABI's constants against those of the MPI Forum's reference header (`mpi.h` of
/// mpi-forum/mpi-abi-stubs, MPI 5.0). The contract suite tries those of all three.
class AbiTest {
  @ParameterizedTest
  @CsvSource({
    "COMM_WORLD, 0x00000101",
    "COMM_SELF, 0x00000102",
    "INFO_NULL, 0x00000130",
    "ERRORS_RETURN, 0x00000143",
    "INT8_T, 0x00000240",
    "INT32_T, 0x00000250",
    "INT64_T, 0x00000258",
    "FLOAT, 0x00000210",
    "DOUBLE, 0x00000214",
    "SUM, 0x00000021",
    "MIN, 0x00000022",
    "MAX, 0x00000023"
  })
  void standardHandles(Handle handle, String value) {
    assertEquals(Integer.decode(value), handle.standard);
  }

  /// As the libraries tell them.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          'Open MPI v4.1.4, package: Debian OpenMPI' | Open MPI v4.1.4
          'Open MPI v6.0.0rc2, package: Debian OpenMPI' | Open MPI v6.0.0rc2
          'MPICH Version:\t4.0.2' | MPICH 4.0.2
          'MPICH Version:      5.0.2' | MPICH 5.0.2
          """)
  void versions(String text, String version) {
    assertEquals(version, Mpi.firstLine(text + "\nand more"));
  }

  @Test
  void standardConstants() {
    Abi abi = Abi.STANDARD;
    assertEquals(8, abi.handleBytes, "typedef struct MPI_ABI_Comm* MPI_Comm");
    // struct { int MPI_SOURCE; int MPI_TAG; int MPI_ERROR; int MPI_internal[5]; } MPI_Status
    assertEquals(0, abi.statusSource);
    assertEquals(4, abi.statusTag);
    assertEquals(1, abi.inPlace, "MPI_IN_PLACE");
    assertEquals(-1, abi.anySource, "MPI_ANY_SOURCE");
    assertEquals(-2, abi.anyTag, "MPI_ANY_TAG");
    assertEquals(-32766, Abi.UNDEFINED, "MPI_UNDEFINED");
    assertEquals(221, abi.commTypeShared, "MPI_COMM_TYPE_SHARED");
    assertEquals(1024, abi.modeNoCheck, "MPI_MODE_NOCHECK");
    assertEquals(2048, abi.threadSerialized, "MPI_THREAD_SERIALIZED");
    assertEquals(4096, abi.threadMultiple, "MPI_THREAD_MULTIPLE");
  }
}
