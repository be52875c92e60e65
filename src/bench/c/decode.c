// The limit of what reads JPEGs: libjpeg-turbo decodes COUNT files DIRECTORY/0.jpg ... of 424x424
// pixels on THREADS threads, EPOCHS times over, and writes them to one file if it is given. Prints
// seconds.
//   gcc -O3 -pthread decode.c -lturbojpeg -o decode; ./decode DIRECTORY COUNT THREADS EPOCHS [OUTPUT]
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <turbojpeg.h>
#include <unistd.h>

enum { SIZE = 424, BYTES = SIZE * SIZE * 3, LONGEST = 1 << 20 };
static const char *directory;
static long count, threads, epochs;
static int output = -1;

static void fail(const char *what, const char *why) {
  fprintf(stderr, "%s: %s\n", what, why);
  exit(1);
}

static void *work(void *argument) {
  long thread = (long)argument;
  tjhandle decoder = tjInitDecompress();
  unsigned char *file = malloc(LONGEST), *pixels = malloc(BYTES);
  char name[4096];
  long all = count * epochs;
  for (long k = thread * all / threads; k < (thread + 1) * all / threads; k++) {
    long i = k % count;
    snprintf(name, sizeof name, "%s/%ld.jpg", directory, i);
    FILE *in = fopen(name, "rb");
    if (!in) fail(name, "cannot be opened");
    setvbuf(in, NULL, _IONBF, 0);
    size_t length = fread(file, 1, LONGEST, in);
    fclose(in);
    if (tjDecompress2(decoder, file, length, pixels, SIZE, 0, SIZE, TJPF_RGB, TJFLAG_ACCURATEDCT))
      fail(name, tjGetErrorStr2(decoder));
    if (output >= 0 && pwrite(output, pixels, BYTES, i * BYTES) != BYTES) fail(name, "its pixels cannot be written");
  }
  tjDestroy(decoder);
  return NULL;
}

int main(int words, char **word) {
  if (words != 5 && words != 6) fail(word[0], "DIRECTORY COUNT THREADS EPOCHS [OUTPUT]");
  directory = word[1], count = atol(word[2]), threads = atol(word[3]), epochs = atol(word[4]);
  pthread_t all[threads];
  struct timespec begin, end;
  clock_gettime(CLOCK_MONOTONIC, &begin);
  if (words == 6) {
    output = open(word[5], O_RDWR | O_CREAT | O_TRUNC, 0644);
    if (output < 0) fail(word[5], "cannot be made");
  }
  for (long i = 0; i < threads; i++) pthread_create(&all[i], NULL, work, (void *)i);
  for (long i = 0; i < threads; i++) pthread_join(all[i], NULL);
  clock_gettime(CLOCK_MONOTONIC, &end);
  printf("%.6f\n", end.tv_sec - begin.tv_sec + 1e-9 * (end.tv_nsec - begin.tv_nsec));
}
