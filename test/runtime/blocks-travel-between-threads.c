// No block is handed out twice while threads allocate, pass blocks to each other, free what others
// allocated and end, with handlers that allocate in between, and children forked in the middle.
// RUN: rm -f %t.mscope*
// RUN: %cc -g -O1 -fno-omit-frame-pointer -I %memscope_include -I %S/Inputs %s -o %t -L%rt_lib -lmemscope_rt -Wl,-rpath,%rt_lib -pthread
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.mscope %t
// RUN: memscope findings %t.mscope | FileCheck %s
// CHECK-NOT: invalid
// CHECK-NOT: double
#undef NDEBUG
#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hand_made_sites.h"

#define PLACES 512u
#define THREADS 4
#define LIVES 4 /* threads that follow each other */
#define ROUNDS 6000

struct block {
  size_t size;
  unsigned char tag;
};
static _Atomic(struct block *) places[PLACES];

static void check(struct block *b) {
  unsigned char *bytes = (unsigned char *)(b + 1);
  for (size_t i = 0; i < b->size; i++)
    assert(bytes[i] == b->tag);
}

static void give_up(struct block *b) {
  if (!b)
    return;
  check(b);
  memset(b + 1, 0xee, b->size);
  free(b);
}

static void churn(unsigned seed, int rounds) {
  for (int i = 0; i < rounds; i++) {
    seed = seed * 1103515245u + 12345u;
    size_t size = seed >> 16 & (seed & 64 ? 1023 : 63);
    struct block *b = malloc(sizeof *b + size);
    assert(in_arena(b));
    b->size = size;
    b->tag = (unsigned char)seed;
    memset(b + 1, b->tag, size);
    unsigned place = (seed >> 8) % PLACES;
    give_up(atomic_exchange(&places[place], b));
  }
}

static void *work(void *argument) {
  churn((unsigned)(uintptr_t)argument, ROUNDS);
  return NULL;
}

static void on_signal(int number) {
  (void)number;
  static unsigned seed = 77;
  churn(seed++, 3);
  if (seed % 20 == 0) {
    pid_t child = fork();
    if (child == 0) { /* goes on in the middle of what was interrupted, for a while */
      signal(SIGALRM, SIG_IGN);
      alarm(0);
      churn(5, 500);
      _exit(0);
    }
    int status;
    assert(waitpid(child, &status, 0) == child && status == 0);
  }
}

int main(void) {
  make_site(0, MS_SITE_STORE, 10);
  struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
  sigaction(SIGALRM, &action, NULL);
  for (int life = 0; life < LIVES; life++) {
    pthread_t threads[THREADS];
    for (uintptr_t i = 0; i < THREADS; i++)
      assert(pthread_create(&threads[i], NULL, work, (void *)(i * 1000 + (uintptr_t)life)) == 0);
    for (int i = 0; i < 20; i++) {
      usleep(500);
      pthread_kill(threads[i % THREADS], SIGALRM);
    }
    for (int i = 0; i < THREADS; i++)
      pthread_join(threads[i], NULL);
  }
  for (unsigned i = 0; i < PLACES; i++)
    give_up(atomic_exchange(&places[i], NULL));
  return 0;
}
