/* The C peer of java/dev/sheaf/bench/PingPong.java: the same messages, batches and output. */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>

#define BATCHES 21

static int rank;
static double *sendbuf, *recvbuf;
static int count;

static void pingpong(int round) {
  (void)round;
  int other = 1 - rank;
  if (rank == 0) {
    MPI_Send(sendbuf, count, MPI_DOUBLE, other, 0, MPI_COMM_WORLD);
    MPI_Recv(sendbuf, count, MPI_DOUBLE, other, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
  } else {
    MPI_Recv(sendbuf, count, MPI_DOUBLE, other, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    MPI_Send(sendbuf, count, MPI_DOUBLE, other, 0, MPI_COMM_WORLD);
  }
}

static void bcast(int round) {
  MPI_Bcast(sendbuf, count, MPI_DOUBLE, round % 2, MPI_COMM_WORLD);
}

static void allreduce(int round) {
  (void)round;
  MPI_Allreduce(sendbuf, recvbuf, count, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
}

static void barrier(int round) {
  (void)round;
  MPI_Barrier(MPI_COMM_WORLD);
}

static int compare(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void measure(const char *name, int bytes, int messages, void (*operation)(int)) {
  int rounds = (32 << 20) / (bytes > 1 ? bytes : 1);
  rounds = rounds < 5 ? 5 : rounds > 1000 ? 1000 : rounds;
  int warm_ups = bytes <= 8 ? 20 : 4;
  double micros[BATCHES];
  count = bytes / 8;
  sendbuf = aligned_alloc(64, bytes + 64 - bytes % 64);
  recvbuf = aligned_alloc(64, bytes + 64 - bytes % 64);
  for (int i = 0; i < count; i++) {
    sendbuf[i] = recvbuf[i] = 0;
  }
  for (int batch = -warm_ups; batch < BATCHES; batch++) {
    MPI_Barrier(MPI_COMM_WORLD);
    double start = MPI_Wtime();
    for (int i = 0; i < rounds; i++) {
      operation(i);
    }
    if (batch >= 0) {
      micros[batch] = (MPI_Wtime() - start) * 1e6 / (messages * rounds);
    }
  }
  MPI_Barrier(MPI_COMM_WORLD);
  free(sendbuf);
  free(recvbuf);
  qsort(micros, BATCHES, sizeof(double), compare);
  if (rank == 0) {
    printf("C %s %d %.3f %.3f %.3f\n", name, bytes, micros[BATCHES / 2], micros[0],
           micros[BATCHES * 9 / 10]);
  }
}

int main(int argc, char **argv) {
  int provided;
  MPI_Init_thread(&argc, &argv, MPI_THREAD_SERIALIZED, &provided);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  int lengths[] = {8, 64 << 10, 1 << 20, 16 << 20};
  for (unsigned i = 0; i < sizeof(lengths) / sizeof(int); i++) {
    measure("pingpong", lengths[i], 2, pingpong);
  }
  int collective[] = {8, 1 << 20};
  for (unsigned i = 0; i < sizeof(collective) / sizeof(int); i++) {
    measure("bcast", collective[i], 1, bcast);
    measure("allreduce", collective[i], 1, allreduce);
  }
  measure("barrier", 0, 1, barrier);
  MPI_Finalize();
  return 0;
}
