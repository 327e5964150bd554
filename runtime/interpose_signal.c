/* interpose_signal.c - how a program learns of and changes its handler for SIGSEGV.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * While there are guarded blocks the kernel's entry is ours (fault.c); the program sees its own.
 * Everything else goes to libc. Not at level check, where AddressSanitizer has hooks of that kind.
 */
#include <errno.h>
#include <string.h>

#include "runtime/fault.h"
#include "runtime/interpose_signal.h"
#include "runtime/real.h"
#include "runtime/record.h"

typedef void (*handler)(int);

#ifdef MSRT_STATIC
int __wrap_sigaction(int number, const struct sigaction *action, struct sigaction *old);
handler __wrap_signal(int number, handler function);
handler __wrap___sysv_signal(int number, handler function);
int __real_sigaction(int number, const struct sigaction *action, struct sigaction *old);
handler __real_signal(int number, handler function);
handler __real___sysv_signal(int number, handler function);
#define FIND(name) (__real_##name)
#else
handler __sysv_signal(int number, handler function);
static __typeof__(&sigaction) real_sigaction;
static __typeof__(&signal) real_signal, real___sysv_signal;
#define FIND(name)                   \
  (MSRT_LIKELY(real_##name != NULL) \
       ? real_##name                 \
       : (real_##name = (__typeof__(real_##name))msrt_record_find(#name)))
#endif

void msrt_signals_begin(void) { msrt_fault_watch(FIND(sigaction)); }

MSRT_EXPORT int MSRT_HOOK(sigaction)(int number, const struct sigaction *action,
                                     struct sigaction *old) {
  if (number == SIGSEGV && msrt_fault_is_watched())
    return msrt_fault_action(action, old);
  msrt_sigaction *real = FIND(sigaction);
  return real(number, action, old);
}

/* signal(SIGSEGV, FUNCTION) with what it means in FLAGS. */
static handler set_handler(handler function, int flags) {
  struct sigaction action, old;
  if (function == SIG_ERR) {
    errno = EINVAL;
    return SIG_ERR;
  }
  memset(&action, 0, sizeof action);
  action.sa_handler = function;
  action.sa_flags = flags;
  msrt_fault_action(&action, &old);
  return old.sa_handler;
}

MSRT_EXPORT handler MSRT_HOOK(signal)(int number, handler function) {
  if (number == SIGSEGV && msrt_fault_is_watched())
    return set_handler(function, SA_RESTART);
  __typeof__(&signal) real = FIND(signal);
  return real(number, function);
}

/* What signal is in a program that asks for System V. */
MSRT_EXPORT handler MSRT_HOOK(__sysv_signal)(int number, handler function) {
  if (number == SIGSEGV && msrt_fault_is_watched())
    return set_handler(function, SA_RESETHAND | SA_NODEFER);
  __typeof__(&signal) real = FIND(__sysv_signal);
  return real(number, function);
}
