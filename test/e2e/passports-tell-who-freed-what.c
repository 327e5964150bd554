// Blocks that cross into and out of code that MemScope did not compile (here libc) have a passport: who
// allocated them, to whom they were handed, who freed them. Others have none.
// RUN: memscope-cc -g -O1 -fmemscope=full %s -o %t
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.mscope %t
// RUN: memscope passports %t.mscope | FileCheck %s
// RUN: memscope passports --status=foreign %t.mscope | FileCheck --check-prefix=FOREIGN %s
#define _GNU_SOURCE
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int compare(const void *a, const void *b) { return strcmp(a, b); }
static void at_home(char *block) { *block = 1; }
static void (*through)(char *) = at_home;

int main(void) {
  void *root = NULL;
  char *key = malloc(3000);
  memcpy(key, "key", 4);
  tsearch(key, &root, compare);
  tdelete(key, &root, compare);
  char *line = NULL;
  FILE *stream = open_memstream(&line, &(size_t){0});
  fputs("text", stream);
  fclose(stream);
  char *domestic = malloc(7000);
  at_home(domestic);
  through(domestic);
  free(domestic);
  free(line);
  free(key);
}
// CHECK: of {{[0-9]+}} tracked blocks crossed
// CHECK-NOT: domestic
// CHECK-DAG: lent 1 block, 3,000 B key (handed to other code, freed by this program)
// CHECK-DAG: handed to tsearch (argument 1) main, passports-tell-who-freed-what.c:21
// CHECK-DAG: handed to tdelete (argument 1) main, passports-tell-who-freed-what.c:22
// CHECK-DAG: received {{.*}} (allocated by other code, freed by this program)
// CHECK-DAG: foreign {{.*}} (allocated and freed by other code)
// FOREIGN-NOT: lent
// FOREIGN: foreign
// FOREIGN: allocated by {{.*}} in libc.so.6, called from main
// FOREIGN: freed by {{.*}} in libc.so.6
