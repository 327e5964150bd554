// Limitations overflow-guard-kernel and overflow-guard-blocked: the kernel itself does not touch a
// guarded page, so read() fails where it would have overrun the block; and with SIGSEGV blocked an
// access ends the program.
// RUN: rm -f %t*.mscope
// RUN: %cc -g -O0 -fno-builtin -fno-omit-frame-pointer -I %memscope_include -I %S/Inputs %s -o %t -L%rt_lib -lmemscope_rt -Wl,-rpath,%rt_lib
// RUN: env MEMSCOPE_OPTIONS=track=all:out=%t.plain.mscope %t 64
// RUN: env MEMSCOPE_OPTIONS=track=all:guard=1:out=%t.mscope not %t 64 | FileCheck %s
// CHECK: Bad address
// RUN: env MEMSCOPE_OPTIONS=track=all:guard=1:out=%t.blocked.mscope not --crash %t 48 blocked
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "hand_made_sites.h"

int main(int argc, char **argv) {
  make_site(0, MS_SITE_STORE, 1);
  volatile char *block = malloc(48);
  size_t size = (size_t)atoi(argv[1]);
  int ends[2];
  char bytes[64] = {0};
  if (pipe(ends) != 0 || write(ends[1], bytes, sizeof bytes) != sizeof bytes)
    return 2;
  if (read(ends[0], (char *)block, size) != (ssize_t)size) {
    puts(strerror(errno));
    return 1;
  }
  if (argc > 2) {
    struct rlimit none = {0, 0};
    sigset_t segv;
    setrlimit(RLIMIT_CORE, &none);
    sigemptyset(&segv);
    sigaddset(&segv, SIGSEGV);
    sigprocmask(SIG_BLOCK, &segv, NULL);
    block[48] = 1;
  }
  return 0;
}
