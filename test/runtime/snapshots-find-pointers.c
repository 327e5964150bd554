// A snapshot has one edge for each pointer to a tracked block: in globals, thread-locals, the
// stack of this and of a waiting thread, other blocks, memory from mmap; none for what lies
// below a stack pointer. One is taken at exit, on a signal and on request; the program does
// not hear of the process that does it.
// RUN: rm -f %t*.mscope
// RUN: %cc -g -O0 -fno-omit-frame-pointer -I %memscope_include -I %S/Inputs %s -o %t -L%rt_lib -lmemscope_rt -Wl,-rpath,%rt_lib -pthread
// RUN: env MEMSCOPE_OPTIONS=track=all:snapshot_signal=10:out=%t.mscope %t > %t.out
// RUN: memscope dump %t.mscope > %t.txt
// RUN: cat %t.out %t.txt | FileCheck %s
// RUN: env MEMSCOPE_OPTIONS=track=all:snapshot=0:snapshot_signal=10:out=%t.none.mscope %t > %t.out
// RUN: memscope dump %t.none.mscope | FileCheck --check-prefix=NONE %s
// NONE-NOT: snapshot "exit"
#undef NDEBUG
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hand_made_sites.h"
#include "memscope/memscope.h"

static void *global;
static __thread void *local_to_thread;
static int gate[2];
static volatile int is_there;

static void *waits(void *block) {
  void *volatile held = block;
  is_there = 1;
  char c;
  assert(read(gate[0], &c, 1) == 1);
  return held;
}

static __attribute__((noinline)) void leave_stale(void **block) {
  void *volatile deep[512];
  for (int i = 0; i < 512; i++)
    deep[i] = *block;
}

int main(void) {
  void **chain = calloc(2, sizeof *chain), **page = mmap(NULL, 4096, 3, 0x22, -1, 0);
  global = calloc(1, 100);
  local_to_thread = calloc(1, 101);
  chain[1] = calloc(1, 102);
  page[7] = calloc(1, 103);
  void *lost = calloc(1, 104);
  printf("global %p = %p\n", (void *)&global, global);
  printf("tls %p = %p\n", (void *)&local_to_thread, local_to_thread);
  printf("chain %p = %p\n", (void *)&chain[1], chain[1]);
  printf("mapped %p = %p\n", (void *)&page[7], page[7]);
  printf("lost %p\n", lost);
  fflush(stdout);
  assert(pipe(gate) == 0);
  pthread_t thread;
  assert(pthread_create(&thread, NULL, waits, chain) == 0);
  while (!is_there)
    usleep(1000);
  usleep(20000);
  leave_stale(&lost);
  lost = NULL;
  memscope_snapshot("first");
  raise(SIGUSR1);
  assert(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD);
  usleep(200000);
  assert(write(gate[1], "x", 1) == 1);
  assert(pthread_join(thread, NULL) == 0);
  global = NULL;
  return 0;
}
// CHECK: global [[G:0x[0-9a-f]+]] = [[GB:0x4[0-9a-f]+]]
// CHECK: tls [[T:0x[0-9a-f]+]] = [[TB:0x4[0-9a-f]+]]
// CHECK: chain [[C:0x[0-9a-f]+]] = [[CB:0x4[0-9a-f]+]]
// CHECK: mapped [[M:0x[0-9a-f]+]] = [[MB:0x4[0-9a-f]+]]
// CHECK: lost [[L:0x4[0-9a-f]+]]
// CHECK: snapshot "first" value=1
// CHECK-NOT: edge {{.*}}value=[[L]]
// CHECK-DAG: edge [[G]] value=[[GB]]
// CHECK-DAG: edge [[T]] value=[[TB]]
// CHECK-DAG: edge [[M]] value=[[MB]]
// CHECK-DAG: edge [[C]] value=[[CB]]
// CHECK-DAG: region {{0x7f[0-9a-f]+}} {{[1-9][0-9]*}} size=
// CHECK: snapshot-end 1 value=
// CHECK: snapshot "signal" value=2
// CHECK: snapshot-end 2 value=
// CHECK: snapshot "exit" value=3
// CHECK-NOT: edge {{.*}}value=[[GB]]
// CHECK: snapshot-end 3 value=
// CHECK: exit status=0
