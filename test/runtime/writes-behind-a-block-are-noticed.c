// A program that uses all of what malloc_usable_size promises, whatever the size and the alignment,
// resizes in place and elsewhere, forks and has threads, damages no canary. One that writes behind
// a block has an event at its free, at its realloc (before the block moves or becomes another),
// or in the snapshot at exit; the distance and the bytes are exact. A canary that was copied along is damaged.
// RUN: rm -rf %t.d && mkdir %t.d
// RUN: %cc -g -O0 -fno-builtin -fno-omit-frame-pointer -I %memscope_include -I %S/Inputs %s -o %t -L%rt_lib -lmemscope_rt -Wl,-rpath,%rt_lib -pthread
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.d/ %t fine
// RUN: cat %t.d/*.mscope > %t.all && ls %t.d | wc -l | FileCheck --check-prefix=FILES %s
// RUN: %python -c "import glob,subprocess; print(sum(subprocess.run(['memscope','dump','--events',f],capture_output=True,text=True).stdout.count(' canary ') for f in glob.glob('%t.d/*.mscope')), 'damaged')" | FileCheck --check-prefix=FINE %s
// FILES: 2
// FINE: {{^}}0 damaged
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.mscope %t damage
// RUN: memscope dump --events %t.mscope | grep -v region | FileCheck %s
#undef NDEBUG
#include <assert.h>
#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hand_made_sites.h"
#include "memscope/memscope.h"

static void fill(void *block) { memset(block, 0x5a, malloc_usable_size(block)); }

static void *use_all(void *arg) {
  unsigned seed = (unsigned)(uintptr_t)arg;
  char *kept[64] = {0};
  for (unsigned i = 0; i < 20000; i++) {
    unsigned k = (seed = seed * 1103515245 + 12345) >> 16 & 63, n = seed >> 8 & 1023;
    if (kept[k] && n & 1) {
      kept[k] = realloc(kept[k], n + 1); /* often in place */
    } else {
      free(kept[k]);
      kept[k] = n & 2 ? calloc(1, n) : n & 4 ? memalign(16u << (n & 7), n) : malloc(n);
    }
    assert(kept[k]);
    fill(kept[k]);
  }
  return NULL; /* 64 blocks stay for the snapshot */
}

static void fine(void) {
  for (size_t n = 0; n < 1 << 21; n = n < 600 ? n + 1 : n * 9 / 8) {
    char *p = malloc(n), *q = aligned_alloc(4096, (n + 4095) & ~(size_t)4095);
    fill(p);
    fill(q);
    p = realloc(p, n + 1);
    fill(p);
    p = realloc(p, n / 2 + 1);
    fill(p);
    free(p);
    free(q);
  }
  pthread_t threads[3];
  for (uintptr_t i = 0; i < 3; i++)
    pthread_create(&threads[i], NULL, use_all, (void *)(i + 1));
  for (unsigned i = 0; i < 8; i++)
    memscope_snapshot("while they work"); /* may fall into the middle of a malloc */
  use_all((void *)9);
  pid_t child = fork();
  if (child == 0) {
    use_all((void *)10);
    exit(0);
  }
  int status;
  assert(waitpid(child, &status, 0) == child && status == 0);
  for (unsigned i = 0; i < 3; i++)
    pthread_join(threads[i], NULL);
}

static void *overrun(void *arg) {
  char *p = malloc(10);
  p[10] = *(char *)arg;
  free(p);
  return NULL;
}

static char *kept;

static void damage(void) {
  // CHECK: alloc [[A:0x[0-9a-f]+]] size=24
  // CHECK: free [[A]]
  // CHECK-NEXT: canary [[A]] 0 value=1{{$}}
  char *p = malloc(24);
  p[24] = 0;
  free(p);
  // CHECK: alloc [[B:0x[0-9a-f]+]] size=5
  // CHECK: free [[B]]
  // CHECK-NEXT: canary [[B]] 2 value=4276738{{$}}
  p = malloc(5);
  memcpy(p + 7, "BA", 2); /* 0x414202 */
  free(p);
  // CHECK: alloc [[C:0x[0-9a-f]+]] size=100
  // CHECK: realloc-begin [[C]]
  // CHECK: canary [[C]] 11 value=257 lane={{[1-9]}}
  // CHECK: realloc-end [[C]] size=101
  // CHECK-NOT: canary
  p = malloc(100);
  p[111] = 1;
  p = realloc(p, 101);
  memset(p, 1, 101);
  // CHECK: realloc-begin [[C]]
  // CHECK: canary [[C]] 0 value=514 lane={{[1-9]}}
  // CHECK: realloc-end [[D:0x[0-9a-f]+]] size=9000
  // CHECK-NOT: canary
  // CHECK: free [[D]]
  p[101] = 2, p[102] = 0;
  p = realloc(p, 9000);
  free(p);
  // CHECK: free [[E:0x[0-9a-f]+]]
  // CHECK-NEXT: canary [[E]] 0
  char *one = malloc(16), *two = malloc(16);
  memcpy(two, one, 24);
  free(two);
  free(one);
  // CHECK: thread
  // CHECK: free [[F:0x[0-9a-f]+]]
  // CHECK-NEXT: canary [[F]] 0 value=1793{{.*}} lane=
  pthread_t thread;
  pthread_create(&thread, NULL, overrun, "\7");
  pthread_join(thread, NULL);
  // CHECK: alloc [[G:0x[0-9a-f]+]] size=40
  // CHECK: snapshot "exit"
  // CHECK: canary [[G]] 0 value=65281 lane=
  // CHECK: snapshot-end
  kept = malloc(40);
  kept[40] = -1;
}

int main(int argc, char **argv) {
  (void)argc;
  make_site(0, MS_SITE_STORE, 1);
  if (strcmp(argv[1], "fine") == 0)
    fine();
  else
    damage();
}
