// Thousands of short threads share a few lanes: the trace stays small, and nothing that a
// thread frees while it ends (destructors of thread-specific data) is lost.
// RUN: rm -f %t*.mscope
// RUN: %cc -g -O0 -fno-omit-frame-pointer %s -o %t -pthread
// RUN: %cc -O2 -I %memscope_include %S/Inputs/trace_check.c -o %t.check
// RUN: env LD_PRELOAD=%rt_lib/libmemscope_rt.so MEMSCOPE_OPTIONS=out=%t.mscope %t 5000
// RUN: %t.check %t.mscope | FileCheck %s
// CHECK: live={{[0-5]}} bad=0 gaps=0 lanes={{[0-9]}} owners={{[5-9]...}}
// CHECK-SAME: dropped=0
// RUN: %python -c "import os,sys; sys.exit(os.path.getsize(r'%t.mscope') > 3000000)"
#include <pthread.h>
#include <stdlib.h>
static pthread_key_t key;
static void *work(void *p) {
  pthread_setspecific(key, malloc(30));
  free(p);
  return malloc(20);
}
int main(int argc, char **argv) {
  pthread_key_create(&key, free);
  for (int i = atoi(argv[1]); i > 0; i -= 4) {
    pthread_t t[4];
    for (int k = 0; k < 4; k++)
      pthread_create(&t[k], NULL, work, malloc(10));
    for (int k = 0; k < 4; k++) {
      void *p;
      pthread_join(t[k], &p);
      free(p);
    }
  }
  return 0;
}
