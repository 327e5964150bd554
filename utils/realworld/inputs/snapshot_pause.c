/* snapshot_pause.c - how long a program with many live blocks stands still for a snapshot.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Allocates BLOCKS (1,000,000) blocks of 64 bytes that lie in lists, then in turns forks, with the
 * bare system call, and calls memscope_snapshot(), ROUNDS (11) times with a second between, and
 * prints the medians and the longest. Without MemScope the second is nothing.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "memscope/memscope.h"

struct node {
  struct node *next;
  char text[56];
};
static struct node *lists[1000];

static double milliseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int by_value(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

static void print(const char *what, double *times, int count) {
  qsort(times, (size_t)count, sizeof *times, by_value);
  printf("%-9s median %6.2f ms, longest %6.2f ms\n", what, times[count / 2], times[count - 1]);
}

int main(int argc, char **argv) {
  int blocks = argc > 1 ? atoi(argv[1]) : 1000000, rounds = argc > 2 ? atoi(argv[2]) : 11;
  double *forks = calloc((size_t)rounds, sizeof *forks), *snapshots = calloc((size_t)rounds, sizeof *snapshots);
  for (int i = 0; i < blocks; i++) {
    struct node *n = malloc(sizeof *n);
    n->text[0] = (char)i;
    n->next = lists[i % 1000];
    lists[i % 1000] = n;
  }
  for (int i = 0; i < rounds; i++) {
    double before = milliseconds();
    long child = syscall(SYS_clone, (long)SIGCHLD, 0L, 0L, 0L, 0L);
    if (child == 0)
      _exit(0);
    forks[i] = milliseconds() - before;
    waitpid((pid_t)child, NULL, 0);
    sleep(1);
    before = milliseconds();
    memscope_snapshot("pause");
    snapshots[i] = milliseconds() - before;
    sleep(1);
  }
  print("fork", forks, rounds);
  print("snapshot", snapshots, rounds);
  return 0;
}
