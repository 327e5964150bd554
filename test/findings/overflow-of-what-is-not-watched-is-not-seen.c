// Limitations overflow-unfollowed, overflow-far and overflow-killed: a write behind a block is not noticed
// if the block is not followed, if it misses the pattern that lies there, or if the program does not free the block
// and is killed or ends with snapshot=0. It is noticed otherwise, or if a snapshot was asked for before.
// RUN: rm -f %t*.mscope
// RUN: memscope-cc -g -O0 -I%memscope_include %s -o %t
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.near.mscope %t 4
// RUN: memscope findings %t.near.mscope | FileCheck --check-prefix=FOUND %s
// RUN: env MEMSCOPE_OPTIONS=track=off:out=%t.off.mscope %t 4
// RUN: memscope findings %t.off.mscope | FileCheck --check-prefix=NONE %s
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.far.mscope %t 104
// RUN: memscope findings %t.far.mscope | FileCheck --check-prefix=NONE %s
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.killed.mscope not --crash %t 4 kill
// RUN: memscope findings %t.killed.mscope | FileCheck --check-prefix=NONE %s
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.asked.mscope not --crash %t 4 snapshot kill
// RUN: memscope findings %t.asked.mscope | FileCheck --check-prefix=FOUND %s
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.left.mscope %t 4 leave
// RUN: memscope findings %t.left.mscope | FileCheck --check-prefix=FOUND %s
// RUN: env MEMSCOPE_OPTIONS=track=all:snapshot=0:out=%t.blind.mscope %t 4 leave
// RUN: memscope findings %t.blind.mscope | FileCheck --check-prefix=NONE %s
// FOUND: overwritten{{.*}} [overflow.heap]
// NONE-NOT: overflow
// NONE: no errors
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "memscope/memscope.h"

static char *volatile block;

int main(int argc, char **argv) {
  block = malloc(300);
  block[300 + atoi(argv[1])] = 1;
  if (argc > 3)
    memscope_snapshot("before");
  if (strcmp(argv[argc - 1], "kill") == 0)
    kill(getpid(), SIGKILL);
  if (strcmp(argv[argc - 1], "leave") == 0)
    return 0;
  free(block);
  block = NULL;
  return 0;
}
