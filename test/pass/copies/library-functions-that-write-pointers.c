// Library functions that store a pointer through an argument are one store after the call; sorting
// an array is a copy of it onto itself after the call; a null argument stores nothing.
// RUN: %clang -O1 -fPIC -fno-builtin -I%memscope_include -c %S/../Inputs/print_copies.c -o %t.rt.o
// RUN: %clang -g -Xclang -load -Xclang %memscope_pass -fpass-plugin=%memscope_pass -mllvm -memscope-level=refs -O0 %s %t.rt.o -o %t.0 && %t.0 2>&1 | FileCheck %s
// RUN: %clang -g -Xclang -load -Xclang %memscope_pass -fpass-plugin=%memscope_pass -mllvm -memscope-level=refs -O2 %s %t.rt.o -o %t.2 && %t.2 2>&1 | FileCheck %s
// RUN: %clang -g -Xclang -load -Xclang %memscope_pass -fpass-plugin=%memscope_pass -mllvm -memscope-level=refs -O2 -fno-builtin %s %t.rt.o -o %t.3 && %t.3 2>&1 | FileCheck %s
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
struct parser { char *at; } P;
char *tab[2], *out;
static int compare(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}
int main(void) {
  char *text = strdup("12,b,c");
  P.at = text;
  // CHECK: store P.at = #1 (struct parser.at, src text,
  if (strtol(text, &P.at, 10) != 12)
    abort();
  // CHECK: store P.at = #1+2 (struct parser.at, src strtol,) main
  char **nowhere = NULL;
  __asm__("" : "+r"(nowhere));
  strtol(text, nowhere, 10);
  strtol(text, NULL, 10);
  // CHECK-NOT: src strtol
  strsep(&P.at, ",");
  // CHECK: store P.at = #1+3 (struct parser.at, src strsep,) main
  tab[0] = strdup("z");
  tab[1] = strdup("a");
  // CHECK: store tab[0] = #2
  // CHECK: store tab[1] = #3
  qsort(tab, 2, sizeof *tab, compare);
  // CHECK: copy tab <- qsort, 16 bytes
  if (asprintf(&out, "%d", 5) < 0)
    return 1;
  // CHECK: store out = #{{[0-9]+}} (-, src asprintf,) main
  memcpy(&P.at, &tab[0], sizeof P.at);
  // CHECK: {{copy P.at <- tab\[0\], 8 bytes|store P.at = #3 .*src tab\[0\]}}
  return 0;
}
