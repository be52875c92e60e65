/* For ranks that share cores: what waits sleeps a little rather than to spin by sched_yield, as MPI
   does, by which the kernel's scheduler gives the others little of the core. By LD_PRELOAD. */
#include <time.h>

int sched_yield(void) {
  struct timespec pause = {0, 20000};
  return nanosleep(&pause, NULL);
}
