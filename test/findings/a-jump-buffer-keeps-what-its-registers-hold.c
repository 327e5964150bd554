// Limitation snapshot-jmp-buf: whether the registers in a jmp_buf are still of use is not known. A pointer
// that was in a register at setjmp keeps its block within reach after its function has returned; once the
// buffer is cleared the block is lost.
// RUN: memscope-cc -g -O2 -fmemscope=refs %s -o %t
// RUN: rm -f %t*.mscope
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.mscope %t
// RUN: memscope findings %t.mscope | FileCheck --check-prefix=KEPT %s
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.cleared.mscope %t clear
// RUN: memscope findings %t.cleared.mscope | FileCheck --check-prefix=LOST %s
// KEPT: no errors
// LOST: error: 40 bytes are lost: in_register {{.*}}[leak.lost]
// REQUIRES: x86_64
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
static jmp_buf buffer;

__attribute__((noinline)) static int call(void) {
  char *in_register = malloc(40);
  register char *saved __asm__("r12") = in_register;
  __asm__ volatile("" : "+r"(saved));
  int again = setjmp(buffer);
  __asm__ volatile("" : "+r"(saved) : : "memory");
  return again;
}

/* Leaves nothing of CALL on the stack. */
__attribute__((noinline)) static void wipe(void) {
  char room[4096];
  memset(room, 0, sizeof room);
  __asm__ volatile("" : : "r"(room) : "memory");
}

int main(int argc, char **argv) {
  (void)argv;
  int again = call();
  wipe();
  if (argc > 1)
    memset(buffer, 0, sizeof buffer);
  return again;
}
