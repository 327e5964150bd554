/* measure.c - run a command and write down what it used.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 *   measure RESULT-FILE COMMAND [ARGUMENT...]
 *
 * Writes one line "status user-s system-s wall-s peak-rss-KiB" to RESULT-FILE. User and
 * system time and the peak include descendants that were waited for.
 *
 * This is not done in Python because the kernel counts what a process occupied before
 * its exec as its own peak: every small program would show the size of Python.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds(struct timeval t) { return (double)t.tv_sec + (double)t.tv_usec / 1e6; }

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
  if (argc < 3) {
    fprintf(stderr, "usage: measure RESULT-FILE COMMAND [ARGUMENT...]\n");
    return 2;
  }
  double start = now();
  pid_t pid = fork();
  if (pid == 0) {
    execvp(argv[2], argv + 2);
    fprintf(stderr, "measure: error: %s: %s\n", argv[2], strerror(errno));
    _exit(127);
  }
  int status = 0;
  struct rusage used;
  while (pid > 0 && wait4(pid, &status, 0, &used) < 0 && errno == EINTR)
    ;
  double end = now();
  FILE *out = pid > 0 ? fopen(argv[1], "w") : NULL;
  if (!out) {
    fprintf(stderr, "measure: error: %s: %s\n", argv[1], strerror(errno));
    return 4;
  }
  int code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  fprintf(out, "%d %.6f %.6f %.6f %ld\n", code, seconds(used.ru_utime), seconds(used.ru_stime),
          end - start, used.ru_maxrss);
  return fclose(out) ? 4 : 0;
}
