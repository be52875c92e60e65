/* The sum of the float64 data of a .npy file, by T threads: the least that a pass over it costs.
 * Maps the file, or reads it into a buffer that stays in the second-level cache; prints the median
 * seconds of 21 passes.
 * usage: sum FILE T mmap|read */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { OFFSET = 128, BUFFER = 256 << 10, LANES = 32, PASSES = 21 };

static const char *file;
static int mapped;

struct part {
  long from, to;
  double sum;
};

static double sum(const double *x, long n) {
  double lanes[LANES] = {0}, total = 0;
  long i = 0;
  for (; i + LANES <= n; i += LANES)
    for (int k = 0; k < LANES; k++) lanes[k] += x[i + k];
  for (int k = 0; k < LANES; k++) total += lanes[k];
  for (; i < n; i++) total += x[i];
  return total;
}

static void *work(void *argument) {
  struct part *part = argument;
  int fd = open(file, O_RDONLY);
  if (mapped) {
    long begin = OFFSET + part->from * 8, page = begin & ~4095L, end = OFFSET + part->to * 8;
    char *map = mmap(0, end - page, PROT_READ, MAP_SHARED | MAP_POPULATE, fd, page);
    part->sum = sum((double *)(map + (begin - page)), part->to - part->from);
    munmap(map, end - page);
  } else {
    double *buffer = aligned_alloc(4096, BUFFER);
    for (long i = part->from; i < part->to;) {
      long want = (part->to - i) * 8 < BUFFER ? (part->to - i) * 8 : BUFFER;
      long got = pread(fd, buffer, want, OFFSET + i * 8);
      part->sum += sum(buffer, got / 8);
      i += got / 8;
    }
    free(buffer);
  }
  close(fd);
  return 0;
}

static double pass(long n, int threads) {
  pthread_t thread[64];
  struct part part[64] = {{0}};
  struct timespec begin, end;
  clock_gettime(CLOCK_MONOTONIC, &begin);
  for (int t = 0; t < threads; t++) {
    part[t].from = n * t / threads;
    part[t].to = n * (t + 1) / threads;
    pthread_create(thread + t, 0, work, part + t);
  }
  double total = 0;
  for (int t = 0; t < threads; t++) {
    pthread_join(thread[t], 0);
    total += part[t].sum;
  }
  clock_gettime(CLOCK_MONOTONIC, &end);
  fprintf(stderr, "sum %.17g\n", total);
  return end.tv_sec - begin.tv_sec + 1e-9 * (end.tv_nsec - begin.tv_nsec);
}

static int compare(const void *a, const void *b) {
  double d = *(const double *)a - *(const double *)b;
  return (d > 0) - (d < 0);
}

int main(int argc, char **argv) {
  file = argv[1];
  int threads = argc > 2 ? atoi(argv[2]) : 1;
  mapped = argc > 3 && !strcmp(argv[3], "mmap");
  struct stat st;
  stat(file, &st);
  double seconds[PASSES];
  for (int i = 0; i < PASSES; i++) seconds[i] = pass((st.st_size - OFFSET) / 8, threads);
  qsort(seconds, PASSES, sizeof *seconds, compare);
  printf("%.6f\n", seconds[PASSES / 2]);
  return 0;
}
