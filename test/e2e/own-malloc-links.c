// A program that defines malloc itself links and runs as it does without MemScope; its own
// malloc does the work.
// REQUIRES: plugin
// RUN: memscope-cc -g -O1 %s -o %t && memscope run -q -o %t.mscope -- %t | FileCheck %s
#include <stddef.h>
#include <stdio.h>
#include <string.h>

static char pool[1 << 20] __attribute__((aligned(16)));
static size_t used, calls;

void *malloc(size_t n) {
  void *p = pool + used;
  used += (n + 15) & ~(size_t)15;
  calls++;
  return used <= sizeof pool ? p : NULL;
}
void free(void *p) { (void)p; }
void *calloc(size_t n, size_t size) { return memset(malloc(n * size), 0, n * size); }
void *realloc(void *p, size_t n) {
  void *q = malloc(n);
  return q && p ? memmove(q, p, n) : q;
}

int main(void) {
  char *volatile p = malloc(100);
  // CHECK: own malloc: yes
  printf("own malloc: %s\n", p >= pool && p < pool + sizeof pool && calls ? "yes" : "no");
  return 0;
}
