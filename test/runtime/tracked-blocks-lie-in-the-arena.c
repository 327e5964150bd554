// With track=all every allocation function gives out blocks of the arena, which behave like
// any other: alignment, contents over realloc, zeros from calloc, many threads, fork. The
// first blocks of a site are followed under auto, later ones are not all; off follows none.
// RUN: rm -f %t*.mscope
// RUN: %cc -g -O1 -fno-omit-frame-pointer -I %memscope_include -I %S/Inputs %s -o %t -L%rt_lib -lmemscope_rt -Wl,-rpath,%rt_lib -pthread
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.all.mscope %t all
// RUN: env MEMSCOPE_OPTIONS=track=auto:out=%t.auto.mscope %t auto
// RUN: env MEMSCOPE_OPTIONS=out=%t.default.mscope %t auto
// RUN: env MEMSCOPE_OPTIONS=track=off:out=%t.off.mscope %t off
// RUN: env MEMSCOPE_OPTIONS=track=all:arena=1M:out=%t.limit.mscope %t limit
// RUN: env MEMSCOPE_OPTIONS=track=most:out=%t.bad.mscope %t auto 2>&1 | FileCheck --check-prefix=BAD %s
// RUN: memscope dump %t.all.mscope | FileCheck %s
// RUN: memscope dump %t.off.mscope | FileCheck --check-prefix=OFF %s
// BAD: memscope: MEMSCOPE_OPTIONS: track=most: ignored, expected all, auto or off
// CHECK-DAG: info "arena" value="0x400000000000-0x500000000000"
// CHECK-DAG: info "track" value="all"
// CHECK-DAG: info "levels" value="full"
// OFF-NOT: "arena"
// OFF: info "track" value="off"
#undef NDEBUG
#include <assert.h>
#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hand_made_sites.h"

static void family(void) {
  for (size_t n = 0; n < 5000; n += 7) {
    char *p = malloc(n);
    assert(in_arena(p) && (uintptr_t)p % 16 == 0 && malloc_usable_size(p) == n);
    memset(p, (int)n, n);
    free(p);
    char *z = calloc(1, n);
    assert(in_arena(z));
    for (size_t i = 0; i < n; i++)
      assert(z[i] == 0);
    free(z);
  }
  for (size_t align = 16; align <= 1 << 16; align *= 2) {
    void *p, *q = aligned_alloc(align, 3 * align), *r = memalign(align, 5);
    assert(posix_memalign(&p, align, 100) == 0);
    assert(in_arena(p) && in_arena(q) && in_arena(r));
    assert(((uintptr_t)p | (uintptr_t)q | (uintptr_t)r) % align == 0);
    free(p);
    free(q);
    free(r);
  }
  void *bad = (void *)1;
  assert(posix_memalign(&bad, 24, 8) != 0 && bad == (void *)1);
  assert(malloc(SIZE_MAX - 100) == NULL && calloc(SIZE_MAX / 2, 3) == NULL);
  char *s = strdup("a copy");
  assert(in_arena(s) && strcmp(s, "a copy") == 0);
  free(s);
  char *big = malloc(40 << 20);
  assert(in_arena(big));
  big[(40 << 20) - 1] = 1;
  free(big);
  big = calloc(40 << 20, 1);
  assert(big[(40 << 20) - 1] == 0 && big[0] == 0);
  free(big);
  assert(realloc(malloc(8), 0) == NULL);
}

static void *churn(void *seed) {
  unsigned r = (unsigned)(uintptr_t)seed;
  struct {
    unsigned char *p;
    size_t n;
    unsigned char mark;
  } held[64] = {0};
  for (int i = 0; i < 100000; i++) {
    r = r * 1664525 + 1013904223;
    unsigned k = r >> 8 & 63;
    size_t n = (r >> 14) % 3000;
    for (size_t j = 0; j < held[k].n; j += 97)
      assert(held[k].p[j] == held[k].mark);
    if (r & 1 && held[k].p) {
      held[k].p = realloc(held[k].p, n + 1);
      for (size_t j = 0; j < (n < held[k].n ? n : held[k].n); j += 97)
        assert(held[k].p[j] == held[k].mark);
    } else {
      free(held[k].p);
      held[k].p = malloc(n + 1);
    }
    held[k].mark = (unsigned char)r;
    held[k].n = n;
    memset(held[k].p, held[k].mark, n);
  }
  for (int k = 0; k < 64; k++)
    free(held[k].p);
  return NULL;
}

int main(int argc, char **argv) {
  if (strcmp(argv[1], "all") == 0) {
    family();
    pthread_t threads[4];
    for (uintptr_t i = 0; i < 4; i++)
      assert(pthread_create(&threads[i], NULL, churn, (void *)(i + 1)) == 0);
    for (int i = 0; i < 4; i++)
      pthread_join(threads[i], NULL);
    char *kept = strdup("kept");
    pid_t child = fork();
    if (child == 0) {
      assert(in_arena(kept) && strcmp(kept, "kept") == 0);
      kept = realloc(kept, 1000);
      free(kept);
      churn((void *)9);
      _exit(0);
    }
    int status;
    waitpid(child, &status, 0);
    assert(status == 0);
    assert(strcmp(kept, "kept") == 0);
    free(kept);
    return 0;
  }
  int followed = 0, late = 0;
  for (int i = 0; i < 20000; i++) {
    void *p = malloc(200);
    followed += in_arena(p);
    late += i > 10000 && in_arena(p);
    if (strcmp(argv[1], "limit") != 0)
      free(p);
    else
      memset(p, 1, 200);
  }
  if (strcmp(argv[1], "auto") == 0)
    assert(followed > 256 && followed < 1500 && late > 5);
  if (strcmp(argv[1], "off") == 0)
    assert(followed == 0);
  if (strcmp(argv[1], "limit") == 0)
    assert(followed > 3000 && followed < 6000);
  return argc != 2;
}
