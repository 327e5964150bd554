// Hooks called on an alternate signal stack, on a coroutine's stack that is unmapped
// afterwards, and with rubbish in the frame pointer: never a fault, frames as far as they are.
// RUN: rm -f %t*.mscope
// RUN: %cc -g -O0 -fno-omit-frame-pointer %s -o %t -pthread
// RUN: %cc -O2 -I %memscope_include %S/Inputs/trace_check.c -o %t.check
// RUN: env LD_PRELOAD=%rt_lib/libmemscope_rt.so MEMSCOPE_OPTIONS=out=%t.mscope %t
// RUN: %t.check %t.mscope | FileCheck %s
// CHECK: bad=0 gaps=0
// CHECK-SAME: dropped=0
#define _GNU_SOURCE
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <ucontext.h>
static ucontext_t back, co;
static void leaf(int n) {
  if (n)
    return leaf(n - 1), (void)0;
  free(malloc(60));
}
static void body(void) { leaf(3); }
static void handler(int s) {
  (void)s;
  leaf(5);
}
int main(void) {
  for (int i = 0; i < 200; i++) {
    size_t size = 65536 + 4096 * (size_t)(i % 7);
    char *stack = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    getcontext(&co);
    co.uc_stack.ss_sp = stack;
    co.uc_stack.ss_size = size;
    co.uc_link = &back;
    makecontext(&co, body, 0);
    swapcontext(&back, &co);
    munmap(stack, size);
  }
  static char alt[65536];
  stack_t ss = {.ss_sp = alt, .ss_size = sizeof alt};
  sigaltstack(&ss, NULL);
  struct sigaction sa = {.sa_handler = handler, .sa_flags = SA_ONSTACK};
  sigaction(SIGUSR1, &sa, NULL);
  raise(SIGUSR1);
#if defined(__x86_64__)
  static const unsigned long rubbish[] = {0, 1, 8, 0x10, 0xdeadbeef, ~0ul, 0x8000000000000000ul};
  for (unsigned i = 0; i < sizeof rubbish / sizeof *rubbish; i++) {
    void *p;
    __asm__ volatile("push %%rbp; push %%rbp; mov %1, %%rbp; call malloc; pop %%rbp; pop %%rbp"
                     : "=a"(p) : "r"(rubbish[i]), "D"(64L)
                     : "rcx", "rdx", "rsi", "r8", "r9", "r10", "r11", "memory", "cc");
    free(p);
  }
  unsigned long own = (unsigned long)__builtin_frame_address(0);
  for (long d = -4096; d < 4096; d += 8) { /* addresses on the stack that are no frames */
    void *p;
    __asm__ volatile("push %%rbp; push %%rbp; mov %1, %%rbp; call malloc; pop %%rbp; pop %%rbp"
                     : "=a"(p) : "r"(own + d), "D"(64L)
                     : "rcx", "rdx", "rsi", "r8", "r9", "r10", "r11", "memory", "cc");
    free(p);
  }
#endif
  return 0;
}
