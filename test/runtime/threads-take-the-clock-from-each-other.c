// Threads that hand blocks to each other in bursts of all lengths: whoever frees one, and whoever gets
// the same address again, is recorded after the one before, although most events do without a
// reading of the clock. Out of order, an allocation would meet a live block, and a free none.
// RUN: rm -f %t*.mscope
// RUN: %cc -g -O2 -fno-omit-frame-pointer -pthread %s -o %t -L%rt_lib -lmemscope_rt -Wl,-rpath,%rt_lib
// RUN: env MEMSCOPE_OPTIONS=out=%t.mscope %t
// RUN: memscope json %t.mscope | FileCheck %s
// CHECK-DAG: "unknown_frees":{{ ?}}0{{[,}]?$}}
// CHECK-DAG: "replaced":{{ ?}}0{{[,}]?$}}
#undef NDEBUG
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

enum { THREADS = 4, TURNS = 400, BURST = 100, QUEUE = 64 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static void *queue[QUEUE];
static unsigned used;

/* Exchange BLOCK for another one, or for none. */
static void *exchange(void *block, unsigned random) {
  pthread_mutex_lock(&lock);
  void *other = NULL;
  if (used == QUEUE || (used && random % 2)) {
    other = queue[random % used];
    queue[random % used] = block;
  } else {
    queue[used++] = block;
  }
  pthread_mutex_unlock(&lock);
  return other;
}

static void *work(void *seed) {
  unsigned random = (unsigned)(size_t)seed;
  for (int turn = 0; turn < TURNS; turn++) {
    random = random * 1103515245u + 12345u;
    unsigned burst = 1 + (random >> 16) % (turn % 4 ? 3 : BURST);
    for (unsigned i = 0; i < burst; i++) {
      random = random * 1103515245u + 12345u;
      /* Beyond what a thread keeps for itself: another gets the address next. */
      char *block = malloc(2000 + (random >> 16) % 2 * 16);
      *(volatile char *)block = 1;
      free(i % 2 ? block : exchange(block, random >> 17));
    }
  }
  return NULL;
}

int main(void) {
  pthread_t threads[THREADS];
  for (size_t i = 0; i < THREADS; i++)
    assert(pthread_create(&threads[i], NULL, work, (void *)(i + 1)) == 0);
  for (int i = 0; i < THREADS; i++)
    pthread_join(threads[i], NULL);
  while (used)
    free(queue[--used]);
  return 0;
}
