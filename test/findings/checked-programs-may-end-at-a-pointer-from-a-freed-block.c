// Limitation check-first-bytes: AddressSanitizer keeps notes in the first 16 bytes of a freed block. A
// program that goes on with a pointer from there ends, where one whose pointer lies behind them finishes.
// Both times the read is reported.
// RUN: rm -f %t*.mscope
// RUN: memscope-cc -fmemscope=check -g -O0 -DBEFORE=2 %s -o %t.behind
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.behind.mscope %t.behind 2> /dev/null | FileCheck --check-prefix=GOES-ON %s
// RUN: memscope findings %t.behind.mscope | FileCheck %s
// RUN: memscope-cc -fmemscope=check -g -O0 -DBEFORE=0 %s -o %t.first
// RUN: not env MEMSCOPE_OPTIONS=track=all:out=%t.first.mscope %t.first 2> /dev/null
// RUN: memscope findings %t.first.mscope | FileCheck %s
// GOES-ON: a value of 7
#include <stdio.h>
#include <stdlib.h>
struct node {
  long before[BEFORE];
  struct node *next;
  long value;
};

int main(void) {
  struct node *first = calloc(1, sizeof *first), *second = calloc(1, sizeof *second);
  first->next = second;
  second->value = 7;
  free(first);
  // CHECK: freed-block.c:[[@LINE+1]]: error: a read of 8 bytes {{.*}} [use-after-free]
  printf("a value of %ld\n", first->next->value);
  free(second);
  return 0;
}
