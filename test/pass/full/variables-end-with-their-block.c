// At level full a variable stops to hold its pointer where its block ends, at every optimisation level;
// not where the function returns from there, for that ends it. After a longjmp the function that called
// setjmp says that it goes on.
// RUN: %clang -O1 -fPIC -fno-builtin -I%memscope_include -c %S/../Inputs/print_copies.c -o %t.rt.o
// RUN: %clang -g -fno-omit-frame-pointer -Xclang -load -Xclang %memscope_pass -fpass-plugin=%memscope_pass -mllvm -memscope-level=full -O0 %s %t.rt.o -o %t.0 && %t.0 2>&1 | FileCheck %s
// RUN: %clang -g -fno-omit-frame-pointer -Xclang -load -Xclang %memscope_pass -fpass-plugin=%memscope_pass -mllvm -memscope-level=full -O1 %s %t.rt.o -o %t.1 && %t.1 2>&1 | FileCheck %s
// RUN: %clang -g -fno-omit-frame-pointer -Xclang -load -Xclang %memscope_pass -fpass-plugin=%memscope_pass -mllvm -memscope-level=full -O2 %s %t.rt.o -o %t.2 && %t.2 2>&1 | FileCheck %s
#include <setjmp.h>
#include <stdlib.h>
static void *global;
static jmp_buf landing;
volatile int two = 2;
void *search(void) {
  for (int i = 0; i < two; i++) {
    void *p = global;
    if (i == 1)
      return p;
  }
  return NULL;
}
int main(void) {
  // CHECK: enter main
  global = malloc(8);
  // CHECK-NEXT: store global = #1
  {
    void *inner = global;
    // CHECK-NEXT: bind inner = #1 (src global,) main
    two += inner == NULL;
  }
  // CHECK-NEXT: bind inner = null (src none,) main
  if (search() == NULL)
    return 1;
  // CHECK-NEXT: enter search
  // CHECK-NEXT: bind p = #1 (src global,) search
  // CHECK-NEXT: bind p = null (src none,) search
  // CHECK-NEXT: bind p = #1 (src global,) search
  // CHECK-NEXT: leave search:[[@LINE-20]] = #1 (src p, dead)
  volatile int jumps = 0;
  if (!setjmp(landing)) {
    void *lost = global;
    jumps++;
    longjmp(landing, lost != NULL);
  }
  // CHECK-NEXT: bind ? = null (src none,) main
  // CHECK-NEXT: bind lost = #1 (src global,) main
  // CHECK-NEXT: bind ? = null (src none,) main
  return jumps != 1;
  // CHECK-NEXT: leave main:{{[0-9]+}} = null
}
