/* interpose_process.c - fork, exec, exit and dlclose, as far as they are events.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Nothing depends on these hooks for safety (a forked child is recognised by its wiped
 * pages, a chunk is in the file already when a process ends); they add the events and
 * their times. vfork cannot be wrapped, it returns twice. The execl family is left out:
 * its arguments would have to be copied, and a trace without an exec event loses nothing.
 */
#include <stddef.h>
#include <sys/types.h>

#include "runtime/lifecycle.h"
#include "runtime/modules.h"
#include "runtime/real.h"
#include "runtime/record.h"

#ifdef MSRT_STATIC
#define DECLARE(name, result, parameters)                \
  result __real_##name parameters;                       \
  result __wrap_##name parameters;
#define FIND(name) (__real_##name)
#else
#ifdef MSRT_ASAN /* what AddressSanitizer intercepts goes on to it */
#define DECLARE(name, result, parameters)                             \
  result name parameters;                                             \
  result ___interceptor_##name parameters __attribute__((weak));      \
  static result(*real_##name) parameters;                             \
  __attribute__((constructor(101))) static void prefer_##name(void) { \
    real_##name = ___interceptor_##name;                              \
  }
#else
#define DECLARE(name, result, parameters) \
  result name parameters;                 \
  static result(*real_##name) parameters;
#endif
#define FIND(name)                                                      \
  (MSRT_LIKELY(real_##name != NULL)                                     \
       ? real_##name                                                    \
       : (real_##name = (__typeof__(real_##name))msrt_record_find(#name)))
#endif

#define FORK(name)                              \
  DECLARE(name, pid_t, (void))                  \
  MSRT_EXPORT pid_t MSRT_HOOK(name)(void) {     \
    __typeof__(&MSRT_HOOK(name)) real = FIND(name); \
    msrt_lifecycle_before_fork();               \
    pid_t pid = real();                         \
    if (pid > 0)                                \
      msrt_lifecycle_after_fork(pid);           \
    return pid;                                 \
  }
FORK(fork)
FORK(_Fork)

#define EXIT(name)                                                  \
  DECLARE(name, void, (int status))                                 \
  __attribute__((noreturn)) MSRT_EXPORT void MSRT_HOOK(name)(int status) { \
    void (*real)(int) = FIND(name);                                 \
    msrt_lifecycle_exit(status & 255);                              \
    real(status);                                                   \
    __builtin_unreachable();                                        \
  }
EXIT(_exit)
EXIT(_Exit)
EXIT(quick_exit)

#define EXEC(name, parameters, arguments)         \
  DECLARE(name, int, parameters)                  \
  MSRT_EXPORT int MSRT_HOOK(name) parameters {    \
    __typeof__(&MSRT_HOOK(name)) real = FIND(name); \
    msrt_lifecycle_exec();                        \
    return real arguments;                        \
  }
EXEC(execve, (const char *path, char *const argv[], char *const envp[]), (path, argv, envp))
EXEC(execv, (const char *path, char *const argv[]), (path, argv))
EXEC(execvp, (const char *file, char *const argv[]), (file, argv))
EXEC(execvpe, (const char *file, char *const argv[], char *const envp[]), (file, argv, envp))
EXEC(fexecve, (int fd, char *const argv[], char *const envp[]), (fd, argv, envp))

#ifndef MSRT_STATIC
DECLARE(dlclose, int, (void *handle))
/* Addresses of an unloaded object may come to mean something else. */
MSRT_EXPORT int dlclose(void *handle) {
  int (*real)(void *) = FIND(dlclose);
  int result = real(handle);
  if (result == 0) {
    msrt_modules_recheck();
    msrt_lanes_flush();
  }
  return result;
}
#endif
