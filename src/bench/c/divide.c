/* The quotients of the float64 data of two .npy files, by T threads: what reading, dividing and writing
 * cost at least. Reads into buffers that stay in the second-level cache, divides and writes blocks;
 * prints the seconds.
 * usage: divide A.npy B.npy OUTPUT.npy T */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { OFFSET = 128, BLOCK = 16384 };

static int a, b, out;

struct part {
  long from, to;
};

static void *work(void *argument) {
  struct part *part = argument;
  double *x = aligned_alloc(4096, BLOCK * 8), *y = aligned_alloc(4096, BLOCK * 8);
  for (long i = part->from; i < part->to; i += BLOCK) {
    long n = part->to - i < BLOCK ? part->to - i : BLOCK;
    if (pread(a, x, n * 8, OFFSET + i * 8) != n * 8 || pread(b, y, n * 8, OFFSET + i * 8) != n * 8) exit(2);
    for (long j = 0; j < n; j++) x[j] /= y[j];
    if (pwrite(out, x, n * 8, OFFSET + i * 8) != n * 8) exit(2);
  }
  free(x);
  free(y);
  return 0;
}

int main(int argc, char **argv) {
  if (argc != 5) return 2;
  int threads = atoi(argv[4]);
  struct timespec begin, end;
  clock_gettime(CLOCK_MONOTONIC, &begin);
  a = open(argv[1], O_RDONLY), b = open(argv[2], O_RDONLY);
  unlink(argv[3]);
  out = open(argv[3], O_WRONLY | O_CREAT, 0666);
  struct stat st;
  char head[OFFSET];
  if (fstat(a, &st) || pread(a, head, OFFSET, 0) != OFFSET || pwrite(out, head, OFFSET, 0) != OFFSET) return 2;
  long n = (st.st_size - OFFSET) / 8;
  pthread_t thread[64];
  struct part part[64];
  for (int t = 0; t < threads; t++) {
    part[t].from = n * t / threads;
    part[t].to = n * (t + 1) / threads;
    pthread_create(thread + t, 0, work, part + t);
  }
  for (int t = 0; t < threads; t++) pthread_join(thread[t], 0);
  close(out);
  clock_gettime(CLOCK_MONOTONIC, &end);
  printf("%.6f\n", end.tv_sec - begin.tv_sec + 1e-9 * (end.tv_nsec - begin.tv_nsec));
  return 0;
}
