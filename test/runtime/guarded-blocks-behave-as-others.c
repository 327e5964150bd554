// Guarded blocks are aligned, zeroed where they have to be, keep their contents over realloc and fork,
// and are used by many threads; a program that stays within them has no report and no canary event. Of
// one that does not, each access is recorded once with what was read or written, and the
// program reads what it would have read. A block that was freed twice ends the program as ever.
// RUN: rm -rf %t.d && mkdir %t.d
// RUN: %cc -g -O0 -fno-builtin -fno-omit-frame-pointer -I %memscope_include -I %S/Inputs %s -o %t -L%rt_lib -lmemscope_rt -Wl,-rpath,%rt_lib -pthread
// RUN: env MEMSCOPE_OPTIONS=track=all:guard=1:out=%t.d/ %t fine
// RUN: env MEMSCOPE_OPTIONS=track=all:guard=7:out=%t.d/ %t fine
// RUN: env MEMSCOPE_OPTIONS=track=auto:guard=3:out=%t.d/ %t fine
// RUN: %python -c "import glob,subprocess; print(sum(w in subprocess.run(['memscope','dump','--events',f],capture_output=True,text=True).stdout for f in glob.glob('%t.d/*.mscope') for w in (' canary ', ' report ')), 'bad')" | FileCheck --check-prefix=FINE %s
// FINE: {{^}}0 bad
// RUN: env MEMSCOPE_OPTIONS=track=all:guard=1:out=%t.mscope %t bad
// RUN: memscope dump --events %t.mscope | grep -v region | FileCheck %s
// RUN: env MEMSCOPE_OPTIONS=track=all:guard=1:out=%t.twice.mscope not --crash %t twice
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

static void *use_all(void *arg) {
  unsigned seed = (unsigned)(uintptr_t)arg;
  unsigned char *kept[32] = {0};
  size_t sizes[32];
  for (unsigned i = 0; i < 6000; i++) {
    unsigned k = (seed = seed * 1103515245 + 12345) >> 16 & 31, n = seed >> 8 & 8191;
    if (kept[k] && n & 1) {
      unsigned char *p = realloc(kept[k], n);
      assert(p[0] == (unsigned char)k && p[(sizes[k] < n ? sizes[k] : n) - 1] == (unsigned char)k);
      kept[k] = p;
    } else {
      free(kept[k]);
      n |= 2;
      kept[k] = n & 8 ? calloc(1, n) : n & 4 ? memalign(16u << (n >> 4 & 7), n) : malloc(n);
      assert(kept[k] && (n & 8 || !(n & 4) || (uintptr_t)kept[k] % (16u << (n >> 4 & 7)) == 0));
      for (unsigned j = 0; n & 8 && j < n; j++)
        assert(kept[k][j] == 0);
    }
    assert((uintptr_t)kept[k] % 16 == 0 && malloc_usable_size(kept[k]) >= n);
    memset(kept[k], (int)k, n);
    sizes[k] = n;
  }
  return NULL;
}

static void fine(void) {
  pthread_t threads[3];
  for (uintptr_t i = 0; i < 3; i++)
    assert(pthread_create(&threads[i], NULL, use_all, (void *)(i + 1)) == 0);
  memscope_snapshot("while they work");
  use_all((void *)9);
  char *inherited = strdup("inherited");
  pid_t child = fork();
  if (child == 0) {
    assert(strcmp(inherited, "inherited") == 0);
    inherited = realloc(inherited, 5000);
    assert(strcmp(inherited, "inherited") == 0);
    free(inherited);
    use_all((void *)10);
    exit(0);
  }
  int status;
  assert(waitpid(child, &status, 0) == child && status == 0);
  assert(strcmp(inherited, "inherited") == 0);
  for (unsigned i = 0; i < 3; i++)
    pthread_join(threads[i], NULL);
  assert(malloc_usable_size(malloc(0)) < 32 && malloc(28672) && malloc(28673) && malloc(40 << 20));
  assert((uintptr_t)aligned_alloc(8192, 8192) % 8192 == 0);
}

static void bad(void) {
  // CHECK: alloc [[A:0x54a[0-9a-f]+|0x[0-9a-f]+]] size=64
  // CHECK-NEXT: object [[A]] "" size=64
  // CHECK-NEXT: report {{0x[0-9a-f]+}} value=2 ctx=
  // CHECK-NEXT: object [[A]] "" size=64
  // CHECK-NEXT: report {{0x[0-9a-f]+}} value=130 ctx=
  // CHECK-NEXT: free [[A]]
  volatile char *p = malloc(64);
  assert(p[64] == 0 && p[65] == 0);
  p[64] = 1;
  p[70] = 2;
  assert(p[64] == 1);
  free((void *)p);
  // CHECK: alloc [[B:0x[0-9a-f]+]] size=100
  // CHECK: free [[B]]
  // CHECK-NEXT: canary [[B]] 3 value=2305
  // CHECK-NEXT: object [[B]] "" size=100
  // CHECK-NEXT: report {{0x[0-9a-f]+}} value=1 ctx=
  // CHECK-NEXT: object [[B]] "" size=100
  // CHECK-NEXT: report {{0x[0-9a-f]+}} value=129 ctx=
  p = malloc(100);
  p[7] = 7;
  p[103] = 9;
  free((void *)p);
  assert(p[7] == 7);
  p[8] = 8;
  assert(p[8] == 8 && p[7] == 7);
  // CHECK: alloc [[C:0x[0-9a-f]+]] size=32
  // CHECK: realloc-begin [[C]]
  // CHECK-NEXT: realloc-end [[D:0x[0-9a-f]+]] size=33
  // CHECK-NEXT: object [[C]] "" size=32
  // CHECK-NEXT: report [[C]] value=1
  // CHECK-NOT: report
  // CHECK: snapshot "exit"
  // CHECK: canary [[D]] 1 value=1025
  p = malloc(32);
  p[0] = 'c';
  char *q = realloc((void *)p, 33);
  assert(p[0] == 'c' && q[0] == 'c');
  q[34] = 4;
  for (int i = 0; i < 3000; i++) /* slots are used again, and are closed again */
    free(malloc(50));
}

int main(int argc, char **argv) {
  make_site(0, MS_SITE_STORE, 1);
  if (argc > 1 && strcmp(argv[1], "fine") == 0) {
    fine();
  } else if (argc > 1 && strcmp(argv[1], "bad") == 0) {
    bad();
  } else {
    void *p = malloc(20);
    free(p);
    free(p);
  }
}
