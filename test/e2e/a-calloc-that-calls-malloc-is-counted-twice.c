// Limitation rec-calloc-through-plt: an allocator below whose calloc calls malloc through the PLT calls ours,
// so that each such block is counted twice; one whose calloc calls its own is counted once.
// RUN: split-file %s %t.d && cd %t.d
// RUN: %clang -O0 -fno-builtin -shared -fPIC -DOWN=own_malloc allocator.c -o libonce.so
// RUN: %clang -O0 -fno-builtin -shared -fPIC -DOWN=malloc allocator.c -o libtwice.so
// RUN: memscope-cc -g -O0 program.c -L. -lonce -Wl,-rpath,%t.d -o once
// RUN: memscope run -q -O track=off -o once.mscope -- ./once
// RUN: memscope dump --events once.mscope | grep -c "alloc 0x.* size=120 " | FileCheck --check-prefix=ONCE %s
// RUN: memscope-cc -g -O0 program.c -L. -ltwice -Wl,-rpath,%t.d -o twice
// RUN: memscope run -q -O track=off -o twice.mscope -- ./twice
// RUN: memscope dump --events twice.mscope | grep -c "alloc 0x.* size=120 " | FileCheck --check-prefix=TWICE %s
// ONCE: {{^}}1{{$}}
// TWICE: {{^}}2{{$}}

//--- program.c
#include <stdlib.h>
int main(void) {
  char *block = calloc(3, 40);
  return block[119];
}
//--- allocator.c
#include <stddef.h>
#include <string.h>
static _Alignas(4096) char heap[1 << 24];
static size_t used;
static void *take(size_t alignment, size_t size) {
  size_t at = (used + 16 + alignment - 1) / alignment * alignment;
  if (at + size > sizeof heap)
    return NULL;
  used = (at + size + 15) & ~(size_t)15;
  memcpy(heap + at - sizeof size, &size, sizeof size);
  return heap + at;
}
static void *own_malloc(size_t size) { return take(16, size); }
void *malloc(size_t size) { return own_malloc(size); }
void free(void *p) { (void)p; }
void *calloc(size_t n, size_t size) { return OWN(n * size); }
void *memalign(size_t alignment, size_t size) { return take(alignment < 16 ? 16 : alignment, size); }
void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }
int posix_memalign(void **ret, size_t alignment, size_t size) { return !(*ret = memalign(alignment, size)); }
size_t malloc_usable_size(void *p) { return p ? ((size_t *)p)[-1] : 0; }
void *realloc(void *p, size_t size) {
  void *q = own_malloc(size);
  if (p && q) {
    size_t old = malloc_usable_size(p);
    memcpy(q, p, old < size ? old : size);
  }
  return q;
}
