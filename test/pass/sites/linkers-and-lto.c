// The site tables of several modules become one, whatever the linker; it survives --gc-sections and
// LTO, and a module is not instrumented again when the link loads the plug-in too.
// RUN: split-file %s %t.d
// RUN: %clang -O1 -fPIC -fno-builtin -I%memscope_include -c %S/../Inputs/print_sites.c -o %t.rt.o
// RUN: %clang -g -O2 -ffunction-sections -Xclang -load -Xclang %memscope_pass -fpass-plugin=%memscope_pass %t.d/a.c %t.d/b.c %t.rt.o -fuse-ld=lld -o %t && %t 2>&1 | FileCheck %s
// RUN: %clang -g -O2 -ffunction-sections -Xclang -load -Xclang %memscope_pass -fpass-plugin=%memscope_pass %t.d/a.c %t.d/b.c %t.rt.o -fuse-ld=bfd -Wl,--gc-sections -o %t && %t 2>&1 | FileCheck %s
// RUN: %clang -g -O2 -ffunction-sections -Xclang -load -Xclang %memscope_pass -fpass-plugin=%memscope_pass %t.d/a.c %t.d/b.c %t.rt.o -fuse-ld=lld -Wl,--gc-sections -Wl,-z,start-stop-gc -o %t && %t 2>&1 | FileCheck %s
// RUN: %clang -g -O2 -flto -Xclang -load -Xclang %memscope_pass -fpass-plugin=%memscope_pass %t.d/a.c %t.d/b.c %t.rt.o -fuse-ld=lld -Wl,--gc-sections -o %t && %t 2>&1 | FileCheck %s
// RUN: %clang -g -O2 -flto=thin -Xclang -load -Xclang %memscope_pass -fpass-plugin=%memscope_pass %t.d/a.c %t.d/b.c %t.rt.o -fuse-ld=lld -o %t && %t 2>&1 | FileCheck %s
// RUN: %clang -g -O2 -flto=thin -Xclang -load -Xclang %memscope_pass -fpass-plugin=%memscope_pass %t.d/a.c %t.d/b.c %t.rt.o -fuse-ld=lld -Wl,--load-pass-plugin=%memscope_pass -o %t && %t 2>&1 | FileCheck %s
// RUN: %clang -g -O0 -flto -Xclang -load -Xclang %memscope_pass -fpass-plugin=%memscope_pass %t.d/a.c %t.d/b.c %t.rt.o -fuse-ld=lld -o %t && %t 2>&1 | FileCheck %s
// RUN: %clang -g -O2 -fno-pic -no-pie -Xclang -load -Xclang %memscope_pass -fpass-plugin=%memscope_pass %t.d/a.c %t.d/b.c %t.rt.o -o %t && %t 2>&1 | FileCheck %s
// CHECK: module with {{[0-9]+}} sites
// CHECK-NOT: module with
// CHECK-NOT: wild site
// CHECK: malloc(3) a (char) in main, at xalloc
// CHECK: malloc(5) gg ({{(char)?}}) in main, at xalloc
// CHECK: malloc(8) L.inlib (char) in lib, at lib
// CHECK: module gone

//--- a.c
#include <stdlib.h>
void *xalloc(size_t n);
void lib(void);
extern char *gg;
char *volatile sink;
int main(void) {
  char *a = xalloc(3);
  sink = a;
  gg = xalloc(5);
  lib();
  return 0;
}
void unused(void) { gg = xalloc(77); }

//--- b.c
#include <stdlib.h>
char *gg;
struct { char *volatile inlib; } L;
void *xalloc(size_t n) {
  void *p = malloc(n);
  if (!p)
    abort();
  return p;
}
void lib(void) { L.inlib = malloc(8); }
