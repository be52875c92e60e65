package dev.sheaf.transport.mpi;

/// A predefined MPI handle, in each ABI: the data symbol whose address it is in Open MPI, the `int`
/// in MPICH's family, the small number in the standard ABI (sources: see [Abi]).
enum Handle {
  COMM_WORLD("ompi_mpi_comm_world", 0x44000000, 0x101),
  COMM_SELF("ompi_mpi_comm_self", 0x44000001, 0x102),
  INFO_NULL("ompi_mpi_info_null", 0x1c000000, 0x130),
  ERRORS_RETURN("ompi_mpi_errors_return", 0x54000001, 0x143),
  INT8_T("ompi_mpi_int8_t", 0x4c000137, 0x240),
  INT32_T("ompi_mpi_int32_t", 0x4c000439, 0x250),
  INT64_T("ompi_mpi_int64_t", 0x4c00083a, 0x258),
  FLOAT("ompi_mpi_float", 0x4c00040a, 0x210),
  DOUBLE("ompi_mpi_double", 0x4c00080b, 0x214),
  SUM("ompi_mpi_op_sum", 0x58000003, 0x21),
  MIN("ompi_mpi_op_min", 0x58000002, 0x22),
  MAX("ompi_mpi_op_max", 0x58000001, 0x23);

  final String openMpi;
  final int mpich;
  final int standard;

  Handle(String openMpi, int mpich, int standard) {
    this.openMpi = openMpi;
    this.mpich = mpich;
    this.standard = standard;
  }
}
