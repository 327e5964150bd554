// Memory that is copied is looked through four words at a time: a pointer in any of them is found,
// wherever the copy begins and ends, also one that is overwritten with none.
// RUN: rm -f %t*.mscope
// RUN: memscope-cc -g -O1 -fmemscope=refs %s -o %t && env MEMSCOPE_OPTIONS=track=all:out=%t.mscope %t
// RUN: memscope dump --events %t.mscope > %t.txt
// RUN: grep -c ' store ' %t.txt | FileCheck --check-prefix=STORES %s
// Copies of 1 to 19 words, from word 0 and from word 1, with the pointer in each of their words: 380.
// It is stored, copied, cleared, and cleared where it was stored.
// STORES: {{^}}1520{{$}}
#include <stdlib.h>
#include <string.h>

enum { WORDS = 19 };
static void *from[WORDS + 1], *to[WORDS + 1];
static volatile int none;

int main(void) {
  void *block = malloc(10);
  for (int first = 0; first < 2; first++)
    for (int words = 1; words <= WORDS; words++)
      for (int at = 0; at < words; at++) {
        from[first + at] = block;
        memcpy(to + first, from + first, sizeof *to * (size_t)(words + none));
        memset(to + first, 0, sizeof *to * (size_t)(words + none));
        from[first + at] = NULL;
      }
  free(block);
  return 0;
}
