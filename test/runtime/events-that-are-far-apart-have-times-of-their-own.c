// The clock is read less often the faster events come: once in 128 of a burst, but at least once in 8
// where they are milliseconds apart, also after a burst.
// RUN: rm -f %t*.mscope
// RUN: %cc -g -O1 -fno-omit-frame-pointer %s -o %t -L%rt_lib -lmemscope_rt -Wl,-rpath,%rt_lib
// RUN: env MEMSCOPE_OPTIONS=out=%t.mscope %t
// RUN: memscope dump --events %t.mscope | grep ' alloc .* size=48' | cut -d ' ' -f 1 | uniq | wc -l | FileCheck %s --check-prefix=SLOW
// RUN: memscope dump --events %t.mscope | grep ' alloc .* size=32' | cut -d ' ' -f 1 | uniq | wc -l | FileCheck %s --check-prefix=FAST
// Of 256, the first up to 128 of which may still have the burst's time.
// SLOW: {{^ *(1[6-9]|[2-9][0-9]|[12][0-9][0-9])$}}
// Of 12,800.
// FAST: {{^ *(1[0-9][0-9]|[2-9][0-9][0-9])$}}
#include <stdlib.h>
#include <time.h>

static void *volatile block; /* keeps the calls */

int main(void) {
  for (int i = 0; i < 12800; i++)
    free(block = malloc(32));
  for (int i = 0; i < 256; i++) {
    nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    free(block = malloc(48));
  }
  return 0;
}
