// With track=auto most blocks of a busy place are not followed. What became of those that were, and
// live, is inferred for the others: where they were lost, how many, and that it is inferred. A place whose
// followed blocks are all within reach accuses nobody.
// RUN: memscope-cc -g -O1 %s -o %t
// RUN: memscope run -q -O track=auto -o %t.mscope -- %t
// RUN: memscope findings --width=200 --color=never %t.mscope | FileCheck %s
// RUN: memscope findings --json %t.mscope | %python -c "import json, sys; print([(f['kind'], f['_source'], f['_rule'], f['limited'], 2000 < f['memory']['blocks'] < 2900) for f in json.load(sys.stdin)['findings'] if f['_rule']])" | FileCheck --check-prefix=JSON %s
// RUN: memscope-cc -g -O1 -DFIXED %s -o %t.fixed
// RUN: memscope run -q -O track=auto -o %t.fixed.mscope -- %t.fixed
// RUN: memscope findings --color=never %t.fixed.mscope | FileCheck --check-prefix=NONE %s
// JSON: [('leak.lost', 'inferred', 'tracked-siblings', True, True)]
// NONE: no errors, no warnings
#include <stdlib.h>

static char *volatile current;
static char *kept[2000];

static __attribute__((noinline)) void replace(void) {
#ifdef FIXED
  free(current);
#endif
  // CHECK: error: about 2{{[0-9]+}} more blocks with {{[0-9]+}} bytes, not followed, are probably lost, too: current was overwritten
  // CHECK: lost {{.*}}followed.c:[[@LINE+3]]:{{[0-9]+ +}}current was overwritten
  // CHECK: inferred by the rule tracked-siblings: {{[0-9]+}} for, {{[01]}} against
  // CHECK: limit these blocks were not followed (track=auto)
  current = malloc(24);
}

int main(void) {
  for (int i = 0; i < 2000; i++)
    kept[i] = calloc(1, 16);
  for (int i = 0; i < 3000; i++)
    replace();
#ifdef FIXED
  free(current);
  current = 0;
#endif
  return kept[7] == 0;
}
