// In optimised code at level refs a block that is handed straight to a function is in a register of that
// one next. Where it is dropped is known to the compiler; that is inferred, and said to be. `memscope run` takes
// it from the binary into the trace; without either the line of the call is all there is.
// RUN: memscope-cc -g -O2 %s -o %t
// RUN: rm -f %t.raw.mscope && env MEMSCOPE_OPTIONS=track=all:out=%t.raw.mscope %t
// RUN: memscope findings --width=200 --color=never %t.raw.mscope | FileCheck --check-prefixes=CHECK,KNOWN %s
// RUN: memscope run -q -O track=all -o %t.mscope -- %t
// RUN: cp %t.raw.mscope %t.alone.mscope && rm %t
// RUN: memscope findings --width=200 --color=never %t.mscope | FileCheck --check-prefixes=CHECK,KNOWN %s
// RUN: memscope findings --json %t.mscope | %python -c "import json, sys; print([(s['_source'], s['place']['line'], s['slot']) for f in json.load(sys.stdin)['findings'] for s in f['steps'] if s['role'] == 'lost'])" | FileCheck --check-prefix=JSON %s
// RUN: memscope dump --sites %t.mscope | FileCheck --check-prefix=DROP %s
// RUN: memscope findings --width=200 --color=never %t.alone.mscope | FileCheck --check-prefixes=CHECK,UNKNOWN %s
// DROP: kind=drop slot=param {{.*}}function="push" {{.*}}path="text"
#include <stdlib.h>
#include <string.h>

static char *queue[2];
static unsigned used;

__attribute__((noinline)) void push(char *text) {
  __asm__ volatile("" : : "r"(text) : "memory");
  if (used == 2)
    return;
  queue[used++] = text;
  // KNOWN-DAG: lost {{.*}}binary.c:[[@LINE+2]] {{.*}}the function that it was handed to dropped it
  // JSON: [('inferred', [[@LINE+1]], 'text')]
}

int main(void) {
  for (int i = 0; i < 3; i++)
    // UNKNOWN-DAG: lost {{.*}}binary.c:[[@LINE+1]]:{{.*}}was never stored
    push(strdup("job"));
  // CHECK-DAG: where it was lost is inferred
  for (unsigned i = 0; i < used; i++) {
    free(queue[i]);
    queue[i] = NULL;
  }
  return 0;
}
