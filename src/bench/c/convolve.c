/* The tutorial's convolution in C: for each filter a pass over the image by T threads, which computes
 * the wanted places only, by the operations of SciPy's convolve2d in their order. Reads image and
 * filters from .npy files of float64 (data at byte 128), writes the last result without a header, and
 * prints the median seconds of an iteration over all filters.
 * usage: convolve IMAGE.npy ROWS COLUMNS FILTERS.npy COUNT ROWS COLUMNS STRIDE T ITERATIONS OUTPUT */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { OFFSET = 128 };

static long height, width, out_height, out_width, stride, threads;
static long filter_height, filter_width;
static const double *image, *filter;
static double *out;

static double *load(const char *path, long n) {
  double *data = aligned_alloc(4096, (n * 8 + 4095) & ~4095L);
  FILE *file = fopen(path, "rb");
  if (!file || fseek(file, OFFSET, SEEK_SET) || fread(data, 8, n, file) != (size_t)n) exit(2);
  fclose(file);
  return data;
}

static double edge(long y, long x) {
  double sum = 0;
  for (long j = 0; j < filter_height; j++)
    for (long k = 0; k < filter_width; k++) {
      long row = y - j, column = x - k;
      double pixel = 0;
      if (row >= 0 && row < height && column >= 0 && column < width) pixel = image[row * width + column];
      sum += pixel * filter[j * filter_width + k];
    }
  return sum;
}

static void *work(void *argument) {
  long t = (long)argument;
  for (long i = out_height * t / threads; i < out_height * (t + 1) / threads; i++)
    for (long l = 0; l < out_width; l++) {
      long y = i * stride, x = l * stride;
      double sum = 0;
      if (y < filter_height - 1 || x < filter_width - 1 || y >= height || x >= width)
        sum = edge(y, x);
      else if (filter_height == 4 && filter_width == 4) /* unrolled by the compiler */
        for (int j = 0; j < 4; j++)
          for (int k = 0; k < 4; k++) sum += image[(y - j) * width + x - k] * filter[j * 4 + k];
      else
        for (long j = 0; j < filter_height; j++)
          for (long k = 0; k < filter_width; k++)
            sum += image[(y - j) * width + x - k] * filter[j * filter_width + k];
      out[i * out_width + l] = sum;
    }
  return 0;
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

static int compare(const void *a, const void *b) {
  double d = *(const double *)a - *(const double *)b;
  return (d > 0) - (d < 0);
}

int main(int argc, char **argv) {
  if (argc != 12) return 2;
  height = atol(argv[2]), width = atol(argv[3]);
  long count = atol(argv[5]);
  filter_height = atol(argv[6]), filter_width = atol(argv[7]);
  stride = atol(argv[8]), threads = atol(argv[9]);
  long iterations = atol(argv[10]);
  out_height = (height + filter_height - 1 + stride - 1) / stride;
  out_width = (width + filter_width - 1 + stride - 1) / stride;
  image = load(argv[1], height * width);
  double *filters = load(argv[4], count * filter_height * filter_width);
  double *all = calloc(count * out_height * out_width, 8), seconds[iterations];
  for (long i = 0; i < iterations; i++) {
    double begin = now();
    for (long f = 0; f < count; f++) {
      filter = filters + f * filter_height * filter_width;
      out = all + f * out_height * out_width;
      pthread_t thread[64];
      for (long t = 0; t < threads; t++) pthread_create(thread + t, 0, work, (void *)t);
      for (long t = 0; t < threads; t++) pthread_join(thread[t], 0);
    }
    seconds[i] = now() - begin;
  }
  FILE *file = fopen(argv[11], "wb");
  fwrite(all, 8, count * out_height * out_width, file);
  fclose(file);
  qsort(seconds, iterations, sizeof *seconds, compare);
  printf("%.6f\n", seconds[iterations / 2]);
  return 0;
}
