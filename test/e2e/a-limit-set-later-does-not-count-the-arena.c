// Limitation follow-late-limit: a program that limits its own address space, by what it has at that moment and
// some more, gets more memory with MemScope than without it: the arena is reserved already. With track=off
// the limit is as tight as it was.
// RUN: memscope-cc -g -O0 %s -o %t
// RUN: rm -f %t*.mscope
// REQUIRES: proc
// RUN: %clang -g -O0 %s -o %t.plain
// RUN: %t.plain | FileCheck --check-prefix=TIGHT %s
// RUN: env MEMSCOPE_OPTIONS=track=off:out=%t.off.mscope %t | FileCheck --check-prefix=TIGHT %s
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.all.mscope %t | FileCheck --check-prefix=WIDE %s
// TIGHT: no room
// WIDE: all of them
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

static char *blocks[64];

static unsigned long address_space(void) {
  unsigned long pages = 0;
  FILE *f = fopen("/proc/self/statm", "r");
  if (!f || fscanf(f, "%lu", &pages) != 1)
    exit(3);
  fclose(f);
  return pages * 4096;
}

int main(void) {
  free(malloc(10));
  struct rlimit limit = {address_space() + (64 << 20), RLIM_INFINITY};
  if (setrlimit(RLIMIT_AS, &limit))
    return 2;
  for (int i = 0; i < 64; i++)
    if (!(blocks[i] = malloc(16 << 20))) {
      puts("no room");
      return 0;
    }
  puts("all of them");
  return 0;
}
