/* fuzz_main.c - mutates seed files and feeds them to a fuzz target.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 *   fuzz_X --mutations N [--seed S] [--first I] FILE...   N mutants of the seeds in turn
 *   fuzz_X --truncate-all FILE...                         every prefix of every seed
 *   fuzz_X FILE...                                        each file as it is
 *
 * Mutant I depends on S and I only, so `--first I --mutations 1` repeats one. A case that
 * takes more than a second of processor time is a failure (the machine may be busy with other
 * things); one that takes 30 seconds is killed. --keep DIR writes each input to DIR/case-NUMBER.
 */
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "fuzz.h"

#define ROOM (1u << 20)

struct seed {
  const char *path;
  unsigned char *data;
  size_t len;
};

static char current[256]; /* the case under way, for the message of a crash */
static char path[64];
static const char *keep_dir;
static unsigned long accepted, refused;
static double slowest;

/* However the sanitizers end the process, the case is named. */
void __sanitizer_set_death_callback(void (*callback)(void)) __attribute__((weak));

static void name_case(void) {
  if (write(2, current, strlen(current)) < 0)
    _exit(1);
}

static void on_crash(int number) {
  name_case();
  if (path[0] && number != SIGALRM)
    unlink(path);
  signal(number, SIG_DFL);
  raise(number);
}

const char *fuzz_file(const unsigned char *data, size_t len) {
  int fd;
  if (!path[0]) {
    snprintf(path, sizeof path, "%s/memscope-fuzz.XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    fd = mkstemp(path);
  } else {
    fd = open(path, O_WRONLY | O_TRUNC);
  }
  if (fd < 0 || write(fd, data, len) != (ssize_t)len) {
    perror(path);
    exit(4);
  }
  close(fd);
  return path;
}

static uint64_t state;

static uint64_t rnd(void) { /* splitmix64 */
  uint64_t z = state += 0x9e3779b97f4a7c15u;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
  z = (z ^ z >> 27) * 0x94d049bb133111ebu;
  return z ^ z >> 31;
}

static size_t below(size_t n) { return n ? (size_t)(rnd() % n) : 0; }

/* Most of a seed is padding; mutations should hit what is in use. */
static size_t place(const unsigned char *data, size_t len) {
  size_t at = below(len);
  for (int i = 0; i < 16 && at < len && data[at] == 0; i++)
    at = below(len);
  return at;
}

static const uint64_t interesting[] = {0, 1, 2, 7, 8, 16, 63, 64, 127, 128, 255, 256, 4095, 4096, 4097, 32767,
                                       32768, 65535, 65536, 1u << 24, INT32_MAX, 1u << 31, UINT32_MAX,
                                       (uint64_t)UINT32_MAX + 1, INT64_MAX, UINT64_C(1) << 63, UINT64_MAX};

static size_t mutate(unsigned char *data, size_t len) {
  for (size_t rounds = 1 + below(6); rounds; rounds--) {
    size_t at = place(data, len), words = 0, n;
    static const size_t widths[] = {1, 2, 4, 8};
    size_t width = widths[below(4)];
    uint64_t value = interesting[below(sizeof interesting / sizeof interesting[0])];
    while (fuzz_words[words])
      words++;
    switch (len ? below(10) : 6) {
    case 0: data[at] ^= (unsigned char)(1u << below(8)); break;
    case 1: data[at] = (unsigned char)rnd(); break;
    case 2:
    case 3:
      at &= ~(width - 1);
      if (at + width <= len)
        memcpy(data + at, &value, width);
      break;
    case 4: /* add a little */
      at &= ~(width - 1);
      if (at + width <= len) {
        memcpy(&value, data + at, width);
        value += below(65) - 32;
        memcpy(data + at, &value, width);
      }
      break;
    case 5: /* copy a piece of it elsewhere */
      n = 1 + below(below(4) ? 64 : 4096);
      if (n <= len)
        memmove(data + below(len - n + 1), data + below(len - n + 1), n);
      break;
    case 6: /* insert a word */
      if (words) {
        const char *word = fuzz_words[below(words)];
        n = strlen(word);
        if (len + n <= ROOM) {
          memmove(data + at + n, data + at, len - at);
          memcpy(data + at, word, n);
          len += n;
        }
      }
      break;
    case 7: /* take a piece out, or a page */
      n = below(2) ? 1 + below(32) : 4096;
      if (at + n <= len && (words || n == 4096)) {
        memmove(data + at, data + at + n, len - at - n);
        len -= n;
      }
      break;
    case 8: len = below(4) ? len : below(len + 1); break;
    case 9: /* repeat a page or a piece */
      n = words ? 1 + below(80) : 4096;
      at = words ? at : at / 4096 * 4096;
      if (at + n <= len && len + n <= ROOM) {
        memmove(data + at + n, data + at, len - at);
        len += n;
      }
      break;
    }
  }
  return len;
}

static void run(const unsigned char *data, size_t len, const char *fmt, const char *seed, uint64_t number) {
  struct timespec begin, end;
  snprintf(current, sizeof current, fmt, seed, (unsigned long long)number);
  if (keep_dir) {
    char name[4096];
    snprintf(name, sizeof name, "%s/case-%llu", keep_dir, (unsigned long long)number);
    FILE *keep = fopen(name, "wb");
    if (!keep || fwrite(data, 1, len, keep) != len || fclose(keep) != 0) {
      perror(name);
      exit(4);
    }
  }
  alarm(30);
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begin);
  /* A copy of exact size, so that a byte too far is seen. */
  unsigned char *copy = malloc(len ? len : 1);
  memcpy(copy, data, len);
  bool is_accepted = fuzz_one(copy, len);
  free(copy);
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
  accepted += is_accepted;
  refused += !is_accepted;
  double took = (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) * 1e-9;
  if (took > slowest)
    slowest = took;
  if (took > 1) {
    fprintf(stderr, "took %.1f s\n", took);
    abort();
  }
}

static struct seed load(const char *name) {
  struct seed seed = {name, malloc(ROOM), 0};
  FILE *file = fopen(name, "rb");
  if (!file) {
    perror(name);
    exit(4);
  }
  seed.len = fread(seed.data, 1, ROOM, file);
  fclose(file);
  return seed;
}

int main(int argc, char **argv) {
  unsigned long mutations = 0, first = 0, cases = 0;
  uint64_t base = 1;
  bool truncates = false;
  struct seed seeds[256];
  size_t count = 0;
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "--truncate-all") == 0)
      truncates = true;
    else if (strcmp(argv[i], "--mutations") == 0 && i + 1 < argc)
      mutations = strtoul(argv[++i], NULL, 10);
    else if (strcmp(argv[i], "--seed") == 0 && i + 1 < argc)
      base = strtoul(argv[++i], NULL, 10);
    else if (strcmp(argv[i], "--first") == 0 && i + 1 < argc)
      first = strtoul(argv[++i], NULL, 10);
    else if (strcmp(argv[i], "--keep") == 0 && i + 1 < argc)
      keep_dir = argv[++i];
    else if (count < 256)
      seeds[count++] = load(argv[i]);
  }
  if (!count) {
    fprintf(stderr, "usage: %s [--truncate-all] [--mutations N] [--seed S] [--first I] [--keep DIR] FILE...\n", argv[0]);
    return 2;
  }
  if (__sanitizer_set_death_callback) {
    __sanitizer_set_death_callback(name_case);
  } else {
    signal(SIGSEGV, on_crash);
    signal(SIGBUS, on_crash);
  }
  signal(SIGABRT, on_crash);
  signal(SIGALRM, on_crash);
  for (size_t i = 0; i < count && !mutations && !truncates; i++, cases++)
    run(seeds[i].data, seeds[i].len, "case: %s as it is (%llu)\n", seeds[i].path, 0);
  for (size_t i = 0; i < count && truncates; i++)
    for (size_t len = 0; len <= seeds[i].len; len++, cases++)
      run(seeds[i].data, len, "case: %s cut to %llu bytes\n", seeds[i].path, len);
  unsigned char *data = malloc(2 * ROOM);
  for (unsigned long i = first; i < first + mutations; i++, cases++) {
    const struct seed *seed = &seeds[i % count];
    state = base * 0x100000001b3u ^ i * 0x9e3779b97f4a7c15u;
    memcpy(data, seed->data, seed->len);
    size_t len = mutate(data, seed->len);
    fuzz_repair(data, len, rnd());
    run(data, len, "case: mutant of %s, --first %llu --mutations 1\n", seed->path, i);
  }
  const char *name = strrchr(argv[0], '/');
  printf("%s: %lu cases: %lu read, %lu refused, none crashed, slowest %.0f ms\n", name ? name + 1 : argv[0],
         cases, accepted, refused, slowest * 1e3);
  free(data);
  for (size_t i = 0; i < count; i++)
    free(seeds[i].data);
  if (path[0])
    unlink(path);
  return 0;
}
