// What held a block before the fork is not known in the child's trace. So it says nothing there that a slot
// of the child, which went through a list, let go of the block.
// RUN: memscope-cc -g -O0 -fmemscope=refs %s -o %t && rm -f %t.x.mscope %t.x.2.mscope
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.x.mscope %t
// RUN: memscope findings --color=never %t.x.2.mscope | FileCheck %s
// CHECK: error: {{.*}} blocks are lost: own was overwritten [leak.lost]
// CHECK-NOT: leak.possible
// CHECK: 1 error
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
struct node {
  struct node *next;
  long value[3];
};
static struct node *list;
static char *own;
static long sum(void) {
  long total = 0;
  for (struct node *n = list; n; n = n->next)
    total += n->value[0];
  return total;
}
int main(void) {
  for (int i = 0; i < 20; i++) {
    struct node *n = calloc(1, sizeof *n);
    n->next = list;
    list = n;
  }
  pid_t child = fork();
  if (child == 0) {
    for (int i = 0; i < 10; i++)
      own = malloc(24);
    exit(sum() != 0);
  }
  int status = 1;
  waitpid(child, &status, 0);
  return status != 0;
}
