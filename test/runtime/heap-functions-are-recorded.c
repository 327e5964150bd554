// Every function of the malloc family is one event under its own name, with the size that was
// asked for; reallocarray is not also a realloc, strdup and getline are their inner malloc.
// RUN: rm -f %t*.mscope
// RUN: %cc -g -O0 -fno-omit-frame-pointer %s -o %t -pthread
// RUN: %cc -O2 -I %memscope_include %S/Inputs/trace_check.c -o %t.check
// RUN: env LD_PRELOAD=%rt_lib/libmemscope_rt.so MEMSCOPE_OPTIONS=out=%t.mscope %t %s
// RUN: memscope dump %t.mscope | grep -E 'context|alloc|free|state' > %t.txt
// RUN: FileCheck %s < %t.txt
// RUN: %t.check %t.mscope | FileCheck --check-prefix=TOTAL %s
#define _GNU_SOURCE
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
int main(int argc, char **argv) {
  // CHECK: state=exited
  // CHECK-DAG: fn=malloc
  // CHECK-DAG: fn=calloc
  // CHECK-DAG: fn=realloc
  // CHECK-DAG: fn=reallocarray
  // CHECK-DAG: fn=posix_memalign
  // CHECK-DAG: fn=aligned_alloc
  // CHECK-DAG: fn=memalign
  // CHECK-DAG: fn=valloc
  // CHECK-DAG: fn=pvalloc
  // CHECK: alloc {{.*}} size=101
  free(malloc(101));
  // CHECK: alloc {{.*}} size=102
  void *p = calloc(51, 2);
  // CHECK: realloc-begin
  // CHECK-NEXT: realloc-end {{.*}} size=10300
  p = realloc(p, 10300);
  // CHECK-NEXT: realloc-begin
  // CHECK-NEXT: realloc-end {{.*}} size=104
  p = reallocarray(p, 52, 2);
  // CHECK-NEXT: free
  p = realloc(p, 0);
  // CHECK-NEXT: alloc {{.*}} size=105
  p = realloc(NULL, 105);
  free(p);
  // CHECK: alloc {{.*}} size=106
  posix_memalign(&p, 64, 106);
  free(p);
  // CHECK: alloc {{.*}} size=128
  free(aligned_alloc(64, 128));
  // CHECK: alloc {{.*}} size=108
  free(memalign(32, 108));
  // CHECK: alloc {{.*}} size=109
  free(valloc(109));
  // CHECK: alloc {{.*}} size=110
  free(pvalloc(110));
  // CHECK: alloc {{.*}} size=6
  free(strdup("hello"));
  // CHECK: alloc {{.*}} size=0
  free(malloc(0));
  // CHECK: alloc-fail size=18446744073709551615
  volatile size_t huge = SIZE_MAX;
  p = calloc(huge, 2);
  // CHECK-NEXT: alloc-fail size=9223372036854775807
  p = malloc(huge / 2);
  // CHECK-NEXT: alloc-fail size=18446744073709551615
  p = reallocarray(NULL, huge, 2);
  free(NULL);
  char *line = NULL;
  size_t n = 0;
  FILE *f = fopen(argv[1], "r");
  // CHECK: alloc {{.*}} size=120
  getline(&line, &n, f);
  fclose(f);
  free(line);
  // TOTAL: live=0 bad=0
  return 0;
}
