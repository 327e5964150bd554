// The memory of a few large blocks that were freed stays, so that a program which takes and frees one all
// the time does not pay for its pages each time; that of more than 8 MiB goes back to the system. calloc
// gives zeros either way, and what is freed twice is still noticed.
// RUN: rm -f %t*.mscope
// RUN: %cc -g -O1 -fno-omit-frame-pointer -I %memscope_include -I %S/Inputs %s -o %t -L%rt_lib -lmemscope_rt -Wl,-rpath,%rt_lib
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.all.mscope %t
// RUN: env MEMSCOPE_OPTIONS=track=auto:out=%t.auto.mscope %t
#undef NDEBUG
#include <assert.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hand_made_sites.h"

enum { SIZE = 400000, PAGES = SIZE / 4096, MANY = 50 };

static long faults(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_minflt;
}

static int is_zero(const char *p) {
  for (size_t i = 0; i < SIZE; i++)
    if (p[i])
      return 0;
  return 1;
}

static int resident_pages(char *p) {
  unsigned char there[PAGES];
  int count = 0;
  if (mincore((char *)(((uintptr_t)p + 4095) & ~4095ul), (PAGES - 1) * 4096, there) == 0)
    for (int i = 0; i < PAGES - 1; i++)
      count += there[i] & 1;
  return count;
}

int main(void) {
  long before = faults();
  for (int i = 0; i < 20; i++) {
    char *p = malloc(SIZE);
    assert(in_arena(p));
    memset(p, 0xff, SIZE);
    free(p);
    p = calloc(1, SIZE);
    assert(in_arena(p) && is_zero(p));
    free(p);
  }
  assert(faults() - before < 5 * PAGES);

  static char *blocks[MANY];
  for (int round = 0; round < 2; round++) {
    for (int i = 0; i < MANY; i++) {
      blocks[i] = calloc(1, SIZE);
      assert(in_arena(blocks[i]) && is_zero(blocks[i]));
      memset(blocks[i], 0xff, SIZE);
    }
    for (int i = 0; i < MANY; i++)
      free(blocks[i]);
  }
  int pages = 0;
  for (int i = 0; i < MANY; i++)
    pages += resident_pages(blocks[i]);
  assert(pages > PAGES && pages <= (8 << 20) / 4096 + MANY);

  pid_t child = fork();
  if (child == 0) {
    free(blocks[0]); /* again */
    _exit(0);
  }
  int status;
  assert(child > 0 && waitpid(child, &status, 0) == child && WIFSIGNALED(status));
  return 0;
}
