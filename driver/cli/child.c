/* child.c - see child.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A ^C on the terminal goes to the whole foreground group, so the child has it already;
 * only a signal that somebody sent to us alone is passed on. We stay alive for both: the
 * child decides what the signal means, and the summary comes after it.
 *
 * Whether exec worked is learned through a pipe that a successful exec closes.
 */
#include "driver/cli/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static const int passed_on[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
enum { PASSED_ON = sizeof passed_on / sizeof *passed_on };

static volatile sig_atomic_t child_pid;

static void pass_on(int signal, siginfo_t *info, void *context) {
  (void)context;
  int saved = errno;
  if (info->si_code <= 0 && child_pid > 0) /* sent by a process, not by the terminal */
    kill((pid_t)child_pid, signal);
  errno = saved;
}

static _Noreturn void exec_child(char *const *argv, const sigset_t *mask, const struct sigaction *old, int pipe_end) {
  for (int i = 0; i < PASSED_ON; i++)
    sigaction(passed_on[i], &old[i], NULL);
  sigprocmask(SIG_SETMASK, mask, NULL);
  execvp(argv[0], argv);
  int error = errno;
  ssize_t n = write(pipe_end, &error, sizeof error);
  (void)n;
  _exit(127);
}

enum ms_status ms_child_run(char *const *argv, pid_t *ret_pid, int *ret_status, int *ret_errno, struct ms_error *err) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0)
    return ms_error_errno(err, *ret_errno = errno, "cannot create a pipe");
  /* Signals wait until there is a child to pass them to. */
  sigset_t block, mask;
  sigemptyset(&block);
  struct sigaction old[PASSED_ON], action = {.sa_sigaction = pass_on, .sa_flags = SA_SIGINFO | SA_RESTART};
  for (int i = 0; i < PASSED_ON; i++)
    sigaddset(&block, passed_on[i]);
  sigprocmask(SIG_BLOCK, &block, &mask);
  for (int i = 0; i < PASSED_ON; i++) {
    sigaction(passed_on[i], NULL, &old[i]);
    if (old[i].sa_handler != SIG_IGN) /* nohup stays nohup */
      sigaction(passed_on[i], &action, NULL);
  }
  pid_t pid = fork();
  if (pid == 0)
    exec_child(argv, &mask, old, ends[1]);
  int fork_error = errno;
  child_pid = pid;
  sigprocmask(SIG_SETMASK, &mask, NULL);
  close(ends[1]);
  int exec_error = 0;
  ssize_t n = 0;
  if (pid > 0)
    do
      n = read(ends[0], &exec_error, sizeof exec_error);
    while (n < 0 && errno == EINTR);
  close(ends[0]);
  int status = 0;
  while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
    ;
  child_pid = 0;
  if (pid < 0)
    return ms_error_errno(err, *ret_errno = fork_error, "cannot start a process");
  if (n == sizeof exec_error)
    return ms_error_errno(err, *ret_errno = exec_error, "cannot run %s", argv[0]);
  *ret_pid = pid;
  *ret_status = status;
  return MS_OK;
}

_Noreturn void ms_child_end_like(int status) {
  if (WIFEXITED(status))
    exit(WEXITSTATUS(status));
  int signal_number = WTERMSIG(status);
  struct rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none); /* the core that matters is the program's */
  signal(signal_number, SIG_DFL);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, signal_number);
  sigprocmask(SIG_UNBLOCK, &set, NULL);
  raise(signal_number);
  exit(128 + signal_number);
}
