// A program without thread-local variables gets one object with them from MemScope (the
// site of the current call). glibc's table of such objects, which it allocates for every
// new thread (allocate_dtv), then has one entry of 16 bytes more than in the plain build;
// nothing else differs. A program that has thread-local variables shows no difference.
//
// REQUIRES: valgrind, plugin, x86_64
// RUN: %clang -O2 -g -gdwarf-4 %s -o %t.plain -pthread
// RUN: valgrind --run-libc-freeres=no --log-file=%t.log %t.plain
// RUN: memscope-cc -O2 -g -gdwarf-4 %s -o %t.memscope -pthread
// RUN: rm -rf %t.d && mkdir %t.d
// RUN: env MEMSCOPE_OPTIONS=out=%t.d/ %t.memscope
// RUN: memscope json %t.d/*.mscope > %t.json
// RUN: %python %S/Inputs/same_counts.py %t.log %t.json 48 | FileCheck %s
//
// RUN: %clang -DHAS_TLS -O2 -g -gdwarf-4 %s -o %t.plain -pthread
// RUN: valgrind --run-libc-freeres=no --log-file=%t.log %t.plain
// RUN: memscope-cc -DHAS_TLS -O2 -g -gdwarf-4 %s -o %t.memscope -pthread
// RUN: rm -rf %t.d && mkdir %t.d
// RUN: env MEMSCOPE_OPTIONS=out=%t.d/ %t.memscope
// RUN: memscope json %t.d/*.mscope > %t.json
// RUN: %python %S/Inputs/same_counts.py %t.log %t.json | FileCheck %s
// CHECK: same
#include <pthread.h>
#include <stdlib.h>

#ifdef HAS_TLS
static _Thread_local volatile int counter = 1;
#else
static volatile int counter = 1;
#endif
static pthread_barrier_t barrier;

static void *work(void *argument) {
  counter++;
  pthread_barrier_wait(&barrier); /* all live at once: no thread gets another's stack */
  return argument;
}

int main(void) {
  pthread_t ids[3];
  void *volatile block = malloc(100);
  counter++;
  pthread_barrier_init(&barrier, NULL, 3);
  for (int i = 0; i < 3; i++)
    pthread_create(&ids[i], NULL, work, NULL);
  for (int i = 0; i < 3; i++)
    pthread_join(ids[i], NULL);
  free(block);
  return 0;
}
