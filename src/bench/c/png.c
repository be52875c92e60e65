// The limit of what reads small PNGs: zlib decompresses COUNT files DIRECTORY/0.png ... of 100x100
// grey pixels, without filters, on THREADS threads, and writes them as RGB to one file. Checks
// zlib's sum, not those of the chunks. Prints seconds.
//   gcc -O3 -pthread png.c -lz -o png; ./png DIRECTORY COUNT THREADS OUTPUT
#include <arpa/inet.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

enum { SIZE = 100, BYTES = SIZE * SIZE * 3, LONGEST = 1 << 16 };
static const char *directory;
static long count, threads;
static int output;

static void fail(const char *what, const char *why) {
  fprintf(stderr, "%s: %s\n", what, why);
  exit(1);
}

static void *work(void *argument) {
  long thread = (long)argument;
  unsigned char file[LONGEST], rows[SIZE * (SIZE + 1)], pixels[BYTES];
  char name[4096];
  z_stream stream = {0};
  if (inflateInit(&stream) != Z_OK) fail("zlib", "cannot begin");
  for (long i = thread * count / threads; i < (thread + 1) * count / threads; i++) {
    snprintf(name, sizeof name, "%s/%ld.png", directory, i);
    int in = open(name, O_RDONLY);
    if (in < 0) fail(name, "cannot be opened");
    long length = read(in, file, LONGEST);
    close(in);
    inflateReset(&stream);
    stream.next_out = rows, stream.avail_out = sizeof rows;
    uint32_t some;
    for (long at = 8; at + 12 <= length; at += 12 + some) {
      memcpy(&some, file + at, 4);
      some = ntohl(some);
      if (memcmp(file + at + 4, "IDAT", 4)) continue;
      stream.next_in = file + at + 8, stream.avail_in = some;
      if (inflate(&stream, Z_NO_FLUSH) < 0) fail(name, "cannot be decompressed");
    }
    if (stream.avail_out) fail(name, "too short");
    for (int y = 0; y < SIZE; y++) {
      if (rows[y * (SIZE + 1)]) fail(name, "has a filter");
      for (int x = 0; x < SIZE; x++) memset(pixels + 3 * (y * SIZE + x), rows[y * (SIZE + 1) + 1 + x], 3);
    }
    if (pwrite(output, pixels, BYTES, i * BYTES) != BYTES) fail(name, "its pixels cannot be written");
  }
  inflateEnd(&stream);
  return NULL;
}

int main(int words, char **word) {
  if (words != 5) fail(word[0], "DIRECTORY COUNT THREADS OUTPUT");
  directory = word[1], count = atol(word[2]), threads = atol(word[3]);
  pthread_t all[threads];
  struct timespec begin, end;
  clock_gettime(CLOCK_MONOTONIC, &begin);
  output = open(word[4], O_RDWR | O_CREAT | O_TRUNC, 0644);
  if (output < 0) fail(word[4], "cannot be made");
  for (long i = 0; i < threads; i++) pthread_create(&all[i], NULL, work, (void *)i);
  for (long i = 0; i < threads; i++) pthread_join(all[i], NULL);
  clock_gettime(CLOCK_MONOTONIC, &end);
  printf("%.6f\n", end.tv_sec - begin.tv_sec + 1e-9 * (end.tv_nsec - begin.tv_nsec));
}
