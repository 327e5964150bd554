// With guarded blocks a program's own handling of SIGSEGV is what it is without: handlers of both
// forms, sigaltstack, masks, SA_RESETHAND, SA_NODEFER, siglongjmp, signal, SIG_IGN, and death with
// the default; what it reads back is what it has installed. Accesses to guarded pages never
// reach it, not even inside its handler.
// RUN: rm -f %t*.mscope
// RUN: %cc -g -O0 -fno-builtin -fno-omit-frame-pointer -I %memscope_include -I %S/Inputs %s -o %t -L%rt_lib -lmemscope_rt -Wl,-rpath,%rt_lib -pthread
// RUN: env MEMSCOPE_OPTIONS=record=0 %t > %t.plain
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.off.mscope %t > %t.off
// RUN: env MEMSCOPE_OPTIONS=track=all:guard=1:out=%t.mscope %t > %t.guarded
// RUN: diff %t.plain %t.off
// RUN: diff %t.plain %t.guarded
// RUN: memscope dump --events %t.mscope | grep -c report | FileCheck --check-prefix=REPORTS %s
// REPORTS: {{^}}6{{$}}
// RUN: memscope findings %t.mscope | FileCheck --check-prefix=STACK %s
// STACK: used {{.*}} is written on_the_other <- main
#undef NDEBUG
#include <assert.h>
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hand_made_sites.h"

static sigjmp_buf back;
static volatile char *nowhere;
static char *page, *block;
static char other_stack[65536];
static volatile int calls;
static const char *mode = "";

static int is_blocked(int number) {
  sigset_t now;
  sigprocmask(SIG_BLOCK, NULL, &now);
  return sigismember(&now, number);
}

static int on_other_stack(void) {
  char here;
  return &here >= other_stack && &here < other_stack + sizeof other_stack;
}

static void jumps(int number) {
  printf("%s: signal %d, segv %d usr1 %d other stack %d errno %d\n", mode, number, is_blocked(SIGSEGV),
         is_blocked(SIGUSR1), on_other_stack(), errno);
  calls++;
  siglongjmp(back, 1);
}

static void repairs(int number, siginfo_t *info, void *context) {
  printf("%s: signal %d code %d at the page %d, context %d, segv %d\n", mode, number, info->si_code,
         info->si_addr == page, context != NULL, is_blocked(SIGSEGV));
  mprotect(page, 4096, PROT_READ | PROT_WRITE);
}

static void sent(int number, siginfo_t *info, void *context) {
  (void)context;
  printf("%s: signal %d code %d value %d\n", mode, number, info->si_code, info->si_value.sival_int);
}

/* Touches a guarded page where SIGSEGV is not blocked. */
static void touches(int number) {
  (void)number;
  block[48 + 16] = 1;
  printf("%s: touched\n", mode);
  mprotect(page, 4096, PROT_READ | PROT_WRITE);
}

static void install(void *function, int flags, int masked) {
  struct sigaction action, old;
  memset(&action, 0, sizeof action);
  if (flags & SA_SIGINFO)
    action.sa_sigaction = (void (*)(int, siginfo_t *, void *))function;
  else
    action.sa_handler = (void (*)(int))function;
  action.sa_flags = flags;
  if (masked)
    sigaddset(&action.sa_mask, masked);
  assert(sigaction(SIGSEGV, &action, NULL) == 0 && sigaction(SIGSEGV, NULL, &old) == 0);
  printf("%s: same handler %d flags %d mask %d\n", mode, (void *)old.sa_sigaction == function,
         (old.sa_flags & ~0x04000000) == flags, !masked || sigismember(&old.sa_mask, masked));
}

static void fault(void) {
  errno = 7;
  if (sigsetjmp(back, 1) == 0)
    *nowhere = 1;
}

static void in_child(void (*how)(void)) {
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    how();
    fflush(stdout);
    _exit(3);
  }
  int status;
  assert(waitpid(child, &status, 0) == child);
  printf("%s: signal %d exit %d\n", mode, WIFSIGNALED(status) ? WTERMSIG(status) : 0,
         WIFEXITED(status) ? WEXITSTATUS(status) : -1);
}

static void faults(void) { *nowhere = 1; }
static void raises(void) { raise(SIGSEGV); }
static void faults_twice(void) {
  fault();
  *nowhere = 2;
}
/* Without a saved mask the signal stays blocked. */
static jmp_buf plain_back;
static void jumps_plainly(int number) {
  (void)number;
  longjmp(plain_back, 1);
}
static void faults_blocked(void) {
  if (_setjmp(plain_back) == 0)
    *nowhere = 1;
  printf("%s: blocked %d\n", mode, is_blocked(SIGSEGV));
  *nowhere = 2;
}

/* The handler runs elsewhere then, and the stack of the access is found all the same. */
static __attribute__((noinline)) void on_the_other(void) {
  free(block);
  block = malloc(48);
  block[48] = 1; /* report 4 */
}

int main(void) {
  make_site(0, MS_SITE_STORE, 1);
  setvbuf(stdout, NULL, _IOLBF, 4096);
  page = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  block = malloc(48);
  volatile char *outside = block;
  (void)outside[48]; /* report 1: read; the default action is in place */
  outside[48] = 2;   /* report 2: write */
  assert(outside[48] == 2);
  free(block);
  block = malloc(48);

  stack_t stack = {.ss_sp = other_stack, .ss_size = sizeof other_stack};
  assert(sigaltstack(&stack, NULL) == 0);
  mode = "plain handler";
  install((void *)jumps, 0, SIGUSR1);
  fault();
  fault();
  block[48] = 1; /* report 3 */
  mode = "other stack";
  install((void *)jumps, SA_ONSTACK | SA_NODEFER, 0);
  fault();
  on_the_other();
  mode = "repairs";
  install((void *)repairs, SA_SIGINFO, 0);
  *page = 1;
  mprotect(page, 4096, PROT_NONE);
  mode = "sent";
  install((void *)sent, SA_SIGINFO | SA_RESTART, 0);
  union sigval value = {.sival_int = 42};
  sigqueue(getpid(), SIGSEGV, value);
  raise(SIGSEGV);
  mode = "touches";
  free(block);
  block = malloc(48);
  install((void *)touches, SA_NODEFER, 0);
  *page = 1; /* report 5, inside the handler */
  mode = "ignored";
  install((void *)SIG_IGN, 0, 0);
  raise(SIGSEGV);
  in_child(raises);
  in_child(faults);
  mode = "once";
  install((void *)jumps, SA_RESETHAND, 0);
  in_child(faults_twice);
  mode = "stays blocked";
  install((void *)jumps_plainly, 0, 0);
  in_child(faults_blocked);
  mode = "signal";
  printf("was ours %d\n", signal(SIGSEGV, jumps) == jumps_plainly);
  fault();
  mode = "default";
  printf("was ours %d\n", signal(SIGSEGV, SIG_DFL) == jumps);
  in_child(faults);
  in_child(raises);
  assert(signal(SIGSEGV, SIG_ERR) == SIG_ERR && errno == EINVAL);
  assert(sigaction(SIGKILL, &(struct sigaction){0}, NULL) == -1);
  free(block);
  block[3] = 'x'; /* report 6 */
  printf("%d calls, %c\n", calls, block[3]);
}
