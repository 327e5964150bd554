// IR that memscope-cc wrote and reads again (-emit-llvm, -save-temps) is not instrumented a
// second time.
// REQUIRES: plugin
// RUN: memscope-cc -g -O1 -S -emit-llvm %s -o %t.ll && memscope-cc -g -O1 %t.ll -o %t
// RUN: memscope dump --sites %t | FileCheck %s
// RUN: memscope-cc -g -O1 -c -emit-llvm %s -o %t.bc && memscope-cc -g -O1 %t.bc -o %t
// RUN: memscope dump --sites %t | FileCheck %s
// RUN: mkdir -p %t.d && cd %t.d && memscope-cc -g -O1 -save-temps %s -o %t
// RUN: memscope dump --sites %t | FileCheck %s
// RUN: memscope run -q -o %t.mscope -- %t && memscope report --by site -w 200 %t.mscope | FileCheck --check-prefix=REPORT %s
#include <stdlib.h>

char *only;

// CHECK: kind=store {{.*}}path="only"
// CHECK-NEXT: kind=alloc {{.*}}path="only"
// CHECK-NOT: only
// REPORT: only {{.*}} 1 {{ *}}99 B
int main(void) {
  only = malloc(99);
  return 0;
}
