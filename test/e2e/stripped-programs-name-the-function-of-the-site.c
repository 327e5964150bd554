// Without a symbol table no frame of a stack has a name, but the function of a site is known.
// REQUIRES: plugin
// RUN: memscope-cc -g -O1 -Wl,-s %s -o %t && memscope run -q -o %t.mscope -- %t
// RUN: memscope findings -w 200 %t.mscope | FileCheck %s
#include <stdlib.h>

struct item { char *name; };
static struct item *volatile kept;

// CHECK: it->name was overwritten
// CHECK: allocated {{.*}} as it->name {{ *}}make_item <- …
// CHECK-NOT: ? <-
__attribute__((noinline)) static struct item *make_item(void) {
  struct item *it = malloc(sizeof *it);
  it->name = malloc(9);
  return it;
}

int main(void) {
  kept = make_item();
  kept->name = NULL;
  return 0;
}
