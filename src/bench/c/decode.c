// The limit of `sheaf load`: libjpeg-turbo decodes COUNT files DIRECTORY/0.jpg ... of 424x424 pixels
// on THREADS threads, each into one buffer of its own; nothing is kept or written. Prints seconds.
//   gcc -O3 -pthread decode.c -lturbojpeg -o decode; ./decode DIRECTORY COUNT THREADS
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <turbojpeg.h>

enum { SIZE = 424, LONGEST = 1 << 20 };
static const char *directory;
static long count, threads;

static void fail(const char *what, const char *why) {
  fprintf(stderr, "%s: %s\n", what, why);
  exit(1);
}

static void *work(void *argument) {
  long thread = (long)argument;
  tjhandle decoder = tjInitDecompress();
  unsigned char *file = malloc(LONGEST), *pixels = malloc(SIZE * SIZE * 3);
  char name[4096];
  for (long i = thread * count / threads; i < (thread + 1) * count / threads; i++) {
    snprintf(name, sizeof name, "%s/%ld.jpg", directory, i);
    FILE *in = fopen(name, "rb");
    if (!in) fail(name, "cannot be opened");
    setvbuf(in, NULL, _IONBF, 0);
    size_t length = fread(file, 1, LONGEST, in);
    fclose(in);
    if (tjDecompress2(decoder, file, length, pixels, SIZE, 0, SIZE, TJPF_RGB, TJFLAG_ACCURATEDCT))
      fail(name, tjGetErrorStr2(decoder));
  }
  tjDestroy(decoder);
  return NULL;
}

int main(int words, char **word) {
  if (words != 4) fail(word[0], "DIRECTORY COUNT THREADS");
  directory = word[1], count = atol(word[2]), threads = atol(word[3]);
  pthread_t all[threads];
  struct timespec begin, end;
  clock_gettime(CLOCK_MONOTONIC, &begin);
  for (long i = 0; i < threads; i++) pthread_create(&all[i], NULL, work, (void *)i);
  for (long i = 0; i < threads; i++) pthread_join(all[i], NULL);
  clock_gettime(CLOCK_MONOTONIC, &end);
  printf("%.6f\n", end.tv_sec - begin.tv_sec + 1e-9 * (end.tv_nsec - begin.tv_nsec));
}
