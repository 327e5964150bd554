// All slots on a thread's stack and in its TLS end with the thread, also after pthread_exit; a hook
// on a signal stack, wherever that lies, ends none.
// RUN: rm -f %t*.mscope
// RUN: %cc -g -O0 -fno-omit-frame-pointer -I %memscope_include -I %S/Inputs %s -o %t -L%rt_lib -lmemscope_rt -Wl,-rpath,%rt_lib -pthread
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.mscope %t > %t.out
// RUN: memscope dump %t.mscope > %t.txt
// RUN: cat %t.out %t.txt | FileCheck %s
#undef NDEBUG
#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "hand_made_sites.h"
#include "memscope/memscope.h"

static __thread void *volatile in_tls;
static void *block;
static void *handler_holds;

static void handler(int sig) {
  (void)sig;
  handler_holds = block;
  __memscope_store(&handler_holds, block, NULL, make_site(1, MS_SITE_STORE, 10));
}

static void *run(void *signal_stack) {
  void *volatile local = block;
  __memscope_store((void *)&local, block, NULL, make_site(2, MS_SITE_STORE, 11));
  in_tls = block;
  __memscope_store((void *)&in_tls, block, NULL, make_site(3, MS_SITE_STORE, 12));
  printf("local %p tls %p\n", (void *)&local, (void *)&in_tls);
  fflush(stdout);
  stack_t stack = {.ss_sp = signal_stack, .ss_size = 1 << 16};
  assert(sigaltstack(&stack, NULL) == 0);
  raise(SIGUSR1);
  assert(__memscope_tls.slots == ~(uintptr_t)&local);
  pthread_exit(NULL);
}

int main(void) {
  // The main stack is above all others: a handler that runs there has a higher frame address.
  char main_stack_part[1 << 16];
  struct sigaction action = {.sa_handler = handler, .sa_flags = SA_ONSTACK};
  sigaction(SIGUSR1, &action, NULL);
  block = malloc(8);
  printf("block %p\n", block);
  pthread_t thread;
  pthread_create(&thread, NULL, run, main_stack_part);
  pthread_join(thread, NULL);
  memscope_mark("joined");
  free(block);
  return 0;
}
// CHECK: block [[B:0x4[0-9a-f]*]]
// CHECK: local [[L:0x[0-9a-f]*]] tls [[T:0x[0-9a-f]*]]
// CHECK: store [[L]] value=[[B]]
// CHECK: store [[T]] value=[[B]]
// CHECK-NOT: clear
// CHECK: store {{.*}} value=[[B]]
// CHECK: clear [[L]] size={{[0-9]+}} lane=
// CHECK: thread-end
// CHECK: mark "joined"
