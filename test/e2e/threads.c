// Every thread's allocations are recorded under the name that its code gives them.
// REQUIRES: plugin
// RUN: memscope-cc -g -O2 -pthread %s -o %t && memscope run -q -o %t.mscope -- %t
// RUN: memscope report --by site -w 200 %t.mscope | FileCheck %s
// RUN: memscope report --by thread -w 200 %t.mscope | FileCheck --check-prefix=THREADS %s
#include <pthread.h>
#include <stdlib.h>

enum { THREADS = 4, ROUNDS = 1000 };
static void *volatile sink;

static void *work(void *argument) {
  for (int i = 0; i < ROUNDS; i++) {
    // CHECK: {{^}}  scratch {{ *}}char[] {{ *}}{{[^ ]*}}:[[@LINE+1]]:21 {{ *}}work {{ *}}4,000 {{ *}}7{{[.0-9]*}} KiB
    char *scratch = malloc(18);
    sink = scratch;
    free(scratch);
  }
  return argument;
}

int main(void) {
  pthread_t threads[THREADS];
  for (int i = 0; i < THREADS; i++)
    pthread_create(&threads[i], NULL, work, NULL);
  for (int i = 0; i < THREADS; i++)
    pthread_join(threads[i], NULL);
  return 0;
}
// THREADS-COUNT-4: {{ }}1,000 {{ *}}1{{[.0-9]*}} KiB
