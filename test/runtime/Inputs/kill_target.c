/* kill_target.c - threads that allocate until they are killed, and count what they have done
 * in a file that survives: kill_target COUNTERS
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

struct counter { _Atomic uint64_t tid, done; };
static struct counter *counters;
static void *_Atomic exchange[256]; /* blocks move between the threads */

static void *work(void *argument) {
  struct counter *mine = argument;
  uint64_t seed = (uintptr_t)argument;
  mine->tid = (uint64_t)syscall(SYS_gettid);
  for (;;) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    void *fresh = malloc(seed >> 40 & 1023);
    mine->done++;
    void *old = __atomic_exchange_n((void **)&exchange[seed >> 56], fresh, __ATOMIC_ACQ_REL);
    if (old) {
      free(old);
      mine->done++;
    }
  }
  return NULL;
}

int main(int argc, char **argv) {
  (void)argc;
  int fd = open(argv[1], O_RDWR | O_CREAT | O_TRUNC, 0666);
  if (fd < 0 || ftruncate(fd, 4096) != 0)
    return 1;
  counters = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  pthread_t t;
  for (int i = 1; i < 4; i++)
    pthread_create(&t, NULL, work, &counters[i]);
  write(1, "go\n", 3);
  for (;;)
    pause();
}
