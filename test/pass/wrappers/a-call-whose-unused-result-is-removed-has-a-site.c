// The optimiser makes a function whose result nobody uses return nothing and replaces its
// calls; they keep their sites, or the function's allocations would be named by whatever
// was called before.
// RUN: %clang -g -O2 -S -emit-llvm -fpass-plugin=%memscope_pass %s -o - | FileCheck %s
#include <stdlib.h>
#include <string.h>
struct item { struct item *next; char *name; };
struct item *head;
static __attribute__((noinline)) struct item *push(const char *name) {
  struct item *it = malloc(sizeof *it);
  it->name = strdup(name);
  it->next = head;
  head = it;
  return it;
}
void fill(void) {
  push("one");
  push("two");
}
// CHECK-LABEL: define {{.*}}@fill(
// CHECK: store volatile ptr {{.*}}@memscope.sites
// CHECK: call {{.*}}void @push
// CHECK: store volatile ptr {{.*}}@memscope.sites
// CHECK: call {{.*}}void @push
