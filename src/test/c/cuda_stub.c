/* libcudart and libcublas for tests of the calls: "GPUs" whose memory is the host's, at addresses that
 * differ from the host's. STUB_GPUS says how many there are, STUB_FREE how many bytes are free. What a
 * GPU would refuse is refused: memory of another device, addresses outside of it, a thread that has not
 * chosen the handle's device. Everything still allocated at the end is told. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INVALID_VALUE = 1, OUT_OF_MEMORY = 2, NO_DEVICE = 100, MAX = 1024 };
#define SHIFT ((uintptr_t)1 << 50)

static struct { uintptr_t from; size_t size; int device; } blocks[MAX];
static _Thread_local int current;
static int lock, handles;

static void enter(void) { while (__atomic_exchange_n(&lock, 1, __ATOMIC_ACQUIRE)) {} }
static void leave(void) { __atomic_store_n(&lock, 0, __ATOMIC_RELEASE); }

static int devices(void) { const char *n = getenv("STUB_GPUS"); return n ? atoi(n) : 0; }

static size_t free_bytes(void) { const char *n = getenv("STUB_FREE"); return n ? strtoull(n, 0, 10) : 1ul << 30; }

/* The host's address of device memory, or 0. */
static void *host(const void *device, size_t size) {
  uintptr_t address = (uintptr_t)device - SHIFT;
  void *found = 0;
  enter();
  for (int i = 0; i < MAX; i++)
    if (blocks[i].from && blocks[i].device == current && address >= blocks[i].from &&
        address + size <= blocks[i].from + blocks[i].size)
      found = (void *)address;
  leave();
  return found;
}

__attribute__((destructor)) static void told(void) {
  int left = handles;
  for (int i = 0; i < MAX; i++) left += blocks[i].from != 0;
  if (left) fprintf(stderr, "stub: %d not freed\n", left);
}

const char *cudaGetErrorString(int status) {
  return status == NO_DEVICE ? "no CUDA-capable device is detected" : status == OUT_OF_MEMORY ? "out of memory" : "invalid argument";
}
int cudaGetDeviceCount(int *n) { *n = devices(); return *n ? 0 : NO_DEVICE; }
int cudaSetDevice(int d) { if (d < 0 || d >= devices()) return INVALID_VALUE; current = d; return 0; }
int cudaGetDeviceProperties(char *name, int d) { sprintf(name, "Stub %d", d); return 0; }
int cudaMemGetInfo(size_t *left, size_t *total) { *left = free_bytes(); *total = 1ul << 34; return 0; }
int cudaDeviceSynchronize(void) { return 0; }

int cudaMalloc(void **address, size_t size) {
  size_t used = size;
  int status = OUT_OF_MEMORY;
  enter();
  for (int i = 0; i < MAX; i++)
    if (blocks[i].from && blocks[i].device == current) used += blocks[i].size;
  for (int i = 0; i < MAX && used <= free_bytes() && status; i++)
    if (!blocks[i].from) {
      blocks[i].from = (uintptr_t)malloc(size);
      memset((void *)blocks[i].from, 0xff, size); /* NaNs */
      blocks[i].size = size;
      blocks[i].device = current;
      *address = (void *)(blocks[i].from + SHIFT);
      status = 0;
    }
  leave();
  return status;
}

int cudaFree(void *address) {
  int status = INVALID_VALUE;
  enter();
  for (int i = 0; i < MAX; i++)
    if (blocks[i].from && blocks[i].from + SHIFT == (uintptr_t)address) {
      free((void *)blocks[i].from);
      blocks[i].from = 0;
      status = 0;
    }
  leave();
  return status;
}

int cudaMemcpy(void *to, const void *from, size_t size, int kind) {
  if (kind == 1) to = host(to, size);
  else if (kind == 2) from = host(from, size);
  else return INVALID_VALUE;
  if (!to || !from) return INVALID_VALUE;
  memcpy(to, from, size);
  return 0;
}

int cublasCreate_v2(void **handle) {
  int *device = malloc(sizeof *device);
  *device = current;
  *handle = device;
  __atomic_add_fetch(&handles, 1, __ATOMIC_RELAXED);
  return 0;
}
int cublasDestroy_v2(void *handle) { free(handle); __atomic_sub_fetch(&handles, 1, __ATOMIC_RELAXED); return 0; }

/* Column by column: C (m x n) = A (m x k) B (k x n) + beta C. */
#define GEMM(NAME, T) \
  int NAME(int *handle, int ta, int tb, int m, int n, int k, const T *alpha, const T *a, int lda, const T *b, int ldb, const T *beta, T *c, int ldc) { \
    if (*handle != current || ta || tb || *alpha != 1 || lda < m || ldb < k || ldc < m) return 7; \
    a = host(a, ((size_t)(k - 1) * lda + m) * sizeof(T)); \
    b = host(b, ((size_t)(n - 1) * ldb + k) * sizeof(T)); \
    c = host(c, ((size_t)(n - 1) * ldc + m) * sizeof(T)); \
    if (!a || !b || !c) return 13; \
    for (int j = 0; j < n; j++) \
      for (int i = 0; i < m; i++) { \
        T *to = c + i + (size_t)j * ldc, sum = *beta == 0 ? 0 : *beta * *to; \
        for (int l = 0; l < k; l++) sum += a[i + (size_t)l * lda] * b[l + (size_t)j * ldb]; \
        *to = sum; \
      } \
    return 0; \
  }
GEMM(cublasSgemm_v2, float)
GEMM(cublasDgemm_v2, double)
