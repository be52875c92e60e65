/* A library with the standard ABI of MPI 5.0, as far as transport mpi needs it, on top of Open MPI:
   it takes the standard's constants and large counts and gives Open MPI its own. No library of Debian
   12 has that ABI. The constants are those of the MPI Forum's reference header (mpi.h of
   mpi-forum/mpi-abi-stubs). With NO_SHARED_MEMORY in the environment it is like MPICH 5.0 over UCX,
   where no ranks share memory. */
#include <mpi.h>
#include <stdint.h>
#include <stdlib.h>

#define IS(handle, value) ((intptr_t)(handle) == (value))

static MPI_Comm comm_of(MPI_Comm c) {
  return IS(c, 0x101) ? MPI_COMM_WORLD : IS(c, 0x102) ? MPI_COMM_SELF : c;
}

static MPI_Datatype type_of(MPI_Datatype t) {
  return IS(t, 0x240)   ? MPI_INT8_T
         : IS(t, 0x250) ? MPI_INT32_T
         : IS(t, 0x258) ? MPI_INT64_T
         : IS(t, 0x210) ? MPI_FLOAT
         : IS(t, 0x214) ? MPI_DOUBLE
                        : MPI_DATATYPE_NULL;
}

static MPI_Op op_of(MPI_Op o) {
  return IS(o, 0x21) ? MPI_SUM : IS(o, 0x22) ? MPI_MIN : IS(o, 0x23) ? MPI_MAX : MPI_OP_NULL;
}

static MPI_Info info_of(MPI_Info i) { return IS(i, 0x130) ? MPI_INFO_NULL : i; }

static MPI_Errhandler errhandler_of(MPI_Errhandler e) {
  return IS(e, 0x143) ? MPI_ERRORS_RETURN : e;
}

static int tag_of(int tag) { return tag == -2 ? MPI_ANY_TAG : tag; }

static int source_of(int source) { return source == -1 ? MPI_ANY_SOURCE : source; }

/* Open MPI's status begins as the standard's and is shorter. */
static MPI_Status *status_of(void *status) { return status; }

static int *ints(MPI_Comm comm, const MPI_Count *values) {
  int size;
  PMPI_Comm_size(comm_of(comm), &size);
  int *narrow = malloc(size * sizeof(int));
  for (int i = 0; i < size; i++) {
    narrow[i] = (int)values[i];
  }
  return narrow;
}

int MPI_Abi_get_version(int *major, int *minor) {
  *major = 1;
  *minor = 0;
  return MPI_SUCCESS;
}

int MPI_Init_thread(int *argc, char ***argv, int required, int *provided) {
  int level = required / 1024; /* 0, 1024, 2048, 4096 */
  int code = PMPI_Init_thread(argc, argv, level == 4 ? MPI_THREAD_MULTIPLE : level, &level);
  *provided = level == MPI_THREAD_MULTIPLE ? 4096 : level * 1024;
  return code;
}

int MPI_Abort(MPI_Comm c, int code) { return PMPI_Abort(comm_of(c), code); }
int MPI_Comm_rank(MPI_Comm c, int *rank) { return PMPI_Comm_rank(comm_of(c), rank); }
int MPI_Comm_size(MPI_Comm c, int *size) { return PMPI_Comm_size(comm_of(c), size); }
int MPI_Comm_dup(MPI_Comm c, MPI_Comm *out) { return PMPI_Comm_dup(comm_of(c), out); }
int MPI_Barrier(MPI_Comm c) { return PMPI_Barrier(comm_of(c)); }

int MPI_Comm_split(MPI_Comm c, int colour, int key, MPI_Comm *out) {
  return PMPI_Comm_split(comm_of(c), colour == -32766 ? MPI_UNDEFINED : colour, key, out);
}

int MPI_Comm_split_type(MPI_Comm c, int type, int key, MPI_Info info, MPI_Comm *out) {
  if (getenv("NO_SHARED_MEMORY")) {
    int rank;
    PMPI_Comm_rank(comm_of(c), &rank);
    return PMPI_Comm_split(comm_of(c), rank, 0, out);
  }
  return PMPI_Comm_split_type(comm_of(c), type == 221 ? MPI_COMM_TYPE_SHARED : MPI_UNDEFINED, key,
                              info_of(info), out);
}

int MPI_Comm_set_errhandler(MPI_Comm c, MPI_Errhandler e) {
  return PMPI_Comm_set_errhandler(comm_of(c), errhandler_of(e));
}

int MPI_Send_c(const void *buf, MPI_Count n, MPI_Datatype t, int dest, int tag, MPI_Comm c) {
  return PMPI_Send(buf, (int)n, type_of(t), dest, tag, comm_of(c));
}

int MPI_Recv_c(void *buf, MPI_Count n, MPI_Datatype t, int source, int tag, MPI_Comm c, void *s) {
  return PMPI_Recv(buf, (int)n, type_of(t), source_of(source), tag_of(tag), comm_of(c),
                   status_of(s));
}

int MPI_Probe(int source, int tag, MPI_Comm c, MPI_Status *s) {
  return PMPI_Probe(source_of(source), tag_of(tag), comm_of(c), s);
}

int MPI_Iprobe(int source, int tag, MPI_Comm c, int *flag, MPI_Status *s) {
  return PMPI_Iprobe(source_of(source), tag_of(tag), comm_of(c), flag, s);
}

int MPI_Get_elements_c(const void *s, MPI_Datatype t, MPI_Count *n) {
  return PMPI_Get_elements_x(s, type_of(t), n);
}

int MPI_Bcast_c(void *buf, MPI_Count n, MPI_Datatype t, int root, MPI_Comm c) {
  return PMPI_Bcast(buf, (int)n, type_of(t), root, comm_of(c));
}

int MPI_Reduce_c(const void *in, void *out, MPI_Count n, MPI_Datatype t, MPI_Op o, int root,
                 MPI_Comm c) {
  return PMPI_Reduce(in, out, (int)n, type_of(t), op_of(o), root, comm_of(c));
}

int MPI_Allreduce_c(const void *in, void *out, MPI_Count n, MPI_Datatype t, MPI_Op o, MPI_Comm c) {
  void *from = IS(in, 1) ? MPI_IN_PLACE : (void *)in;
  return PMPI_Allreduce(from, out, (int)n, type_of(t), op_of(o), comm_of(c));
}

int MPI_Scatterv_c(const void *in, const MPI_Count *counts, const MPI_Aint *displs, MPI_Datatype t,
                   void *out, MPI_Count n, MPI_Datatype u, int root, MPI_Comm c) {
  int rank;
  PMPI_Comm_rank(comm_of(c), &rank);
  if (rank != root) {
    return PMPI_Scatterv(NULL, NULL, NULL, type_of(t), out, (int)n, type_of(u), root, comm_of(c));
  }
  int *ns = ints(c, counts), *ds = ints(c, (const MPI_Count *)displs);
  int code = PMPI_Scatterv(in, ns, ds, type_of(t), IS(out, 1) ? MPI_IN_PLACE : out, (int)n,
                           type_of(u), root, comm_of(c));
  free(ns);
  free(ds);
  return code;
}

int MPI_Gatherv_c(const void *in, MPI_Count n, MPI_Datatype t, void *out, const MPI_Count *counts,
                  const MPI_Aint *displs, MPI_Datatype u, int root, MPI_Comm c) {
  int rank;
  PMPI_Comm_rank(comm_of(c), &rank);
  if (rank != root) {
    return PMPI_Gatherv(in, (int)n, type_of(t), NULL, NULL, NULL, type_of(u), root, comm_of(c));
  }
  int *ns = ints(c, counts), *ds = ints(c, (const MPI_Count *)displs);
  int code = PMPI_Gatherv(IS(in, 1) ? MPI_IN_PLACE : in, (int)n, type_of(t), out, ns, ds,
                          type_of(u), root, comm_of(c));
  free(ns);
  free(ds);
  return code;
}

int MPI_Allgatherv_c(const void *in, MPI_Count n, MPI_Datatype t, void *out,
                     const MPI_Count *counts, const MPI_Aint *displs, MPI_Datatype u, MPI_Comm c) {
  int *ns = ints(c, counts), *ds = ints(c, (const MPI_Count *)displs);
  int code = PMPI_Allgatherv(IS(in, 1) ? MPI_IN_PLACE : in, (int)n, type_of(t), out, ns, ds,
                             type_of(u), comm_of(c));
  free(ns);
  free(ds);
  return code;
}

int MPI_Win_allocate_shared(MPI_Aint size, int unit, MPI_Info info, MPI_Comm c, void *base,
                            MPI_Win *win) {
  int ranks;
  PMPI_Comm_size(comm_of(c), &ranks);
  if (ranks > 1 && getenv("NO_SHARED_MEMORY")) {
    return MPI_ERR_OTHER;
  }
  return PMPI_Win_allocate_shared(size, unit, info_of(info), comm_of(c), base, win);
}

int MPI_Win_set_errhandler(MPI_Win win, MPI_Errhandler e) {
  return PMPI_Win_set_errhandler(win, errhandler_of(e));
}

int MPI_Win_lock_all(int assertion, MPI_Win win) {
  return PMPI_Win_lock_all(assertion == 1024 ? MPI_MODE_NOCHECK : assertion, win);
}
