// Every shared object announces its own table, before its constructors run, and takes it back at
// dlclose.
// RUN: split-file %s %t.d
// RUN: %clang -O1 -fPIC -fno-builtin -I%memscope_include -c %S/../Inputs/print_sites.c -o %t.rt.o
// RUN: %clang -g -O2 -fPIC -shared -Xclang -load -Xclang %memscope_pass -fpass-plugin=%memscope_pass %t.d/lib.c -o %t.so
// RUN: %clang -g -O2 -Xclang -load -Xclang %memscope_pass -fpass-plugin=%memscope_pass %t.d/main.c %t.rt.o -rdynamic -ldl -o %t
// RUN: %t %t.so 2>&1 | FileCheck %s
// CHECK: module with
// CHECK: module with
// CHECK-NOT: wild
// CHECK: malloc(21) early (char) in ctor, at ctor
// CHECK: malloc(22) in_lib (char) in work, at work
// CHECK: module gone
// CHECK: malloc(23) p (char) in main, at main
// CHECK: module gone

//--- lib.c
#include <stdlib.h>
char *early, *in_lib;
__attribute__((constructor)) static void ctor(void) { early = malloc(21); }
void work(void) { in_lib = malloc(22); }

//--- main.c
#include <dlfcn.h>
#include <stdlib.h>
char *volatile sink;
int main(int argc, char **argv) {
  void *lib = dlopen(argv[1], RTLD_NOW);
  ((void (*)(void))dlsym(lib, "work"))();
  dlclose(lib);
  char *p = malloc(23);
  sink = p;
  return 0;
}
