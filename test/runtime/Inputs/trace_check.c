/* trace_check.c - replay a trace and say whether its events make sense.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * usage: trace_check TRACE [CONFIRMED]
 * Merges the lanes by time and follows every address: an allocation of a live address or a
 * free of a dead one is "bad". CONFIRMED is the file in which kill_target.c counts what it
 * has seen returned; each thread's events must be as many, or one more. A decoder of its
 * own, so that a mistake shared by writer and reader shows.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "memscope/trace_format.h"

struct event { uint64_t time, address, a, b; uint32_t lane, order; unsigned char kind; };
struct chunk { struct ms_chunk_header *h; size_t room; };
struct counter { uint64_t tid, done; };

static struct event *events;
static size_t count, capacity;
static struct chunk chunks[1 << 20];
static size_t chunk_count;

static int by_lane(const void *a, const void *b) {
  const struct ms_chunk_header *x = ((const struct chunk *)a)->h, *y = ((const struct chunk *)b)->h;
  return x->lane != y->lane ? (x->lane < y->lane ? -1 : 1) : (x->seq > y->seq) - (x->seq < y->seq);
}

static int ends(int kind) { return kind == MS_EV_FREE || kind == MS_EV_REALLOC_BEGIN; }
static int begins(int kind) { return kind == MS_EV_ALLOC || kind == MS_EV_REALLOC_END; }

static int by_time(const void *a, const void *b) {
  const struct event *x = a, *y = b;
  if (x->time != y->time)
    return x->time < y->time ? -1 : 1;
  if (x->lane == y->lane)
    return x->order < y->order ? -1 : 1;
  return begins(x->kind) - begins(y->kind);
}

static uint64_t field(const unsigned char **p, unsigned header, int n) {
  unsigned len = MS_EVENT_LEN(MS_EVENT_LEN_CODE(header, n));
  uint64_t v = 0;
  memcpy(&v, *p, len);
  *p += len;
  return v;
}

static void decode(const struct chunk *c) {
  const unsigned char *p = (const unsigned char *)(c->h + 1);
  const unsigned char *end = p + (c->h->flags & MS_CHUNK_F_SEALED ? c->h->used : c->room - 64);
  uint64_t time = c->h->base_time, rotated = c->h->base_addr >> 3 | c->h->base_addr << 61;
  while (p + 2 <= end) {
    unsigned header = p[0] | p[1] << 8;
    if (!header)
      return;
    p += 2;
    if (count == capacity)
      events = realloc(events, (capacity = capacity ? 2 * capacity : 65536) * sizeof *events);
    struct event *e = &events[count];
    e->kind = MS_EVENT_KIND(header);
    e->a = field(&p, header, 0);
    e->b = field(&p, header, 1);
    uint64_t z = field(&p, header, 2);
    e->address = 0;
    if (begins(e->kind) || ends(e->kind)) {
      rotated += z >> 1 ^ -(z & 1);
      e->address = rotated << 3 | rotated >> 61;
    }
    time += field(&p, header, 3);
    e->time = time;
    e->lane = c->h->lane;
    e->order = (uint32_t)count++;
  }
}

/* Live addresses: open addressing, 0 free, 1 deleted. */
static uint64_t *table;
static size_t mask;
static size_t slot(uint64_t a, int insert) {
  size_t i = (a * 0x9e3779b97f4a7c15u >> 20) & mask, hole = SIZE_MAX;
  for (; table[i] && table[i] != a; i = (i + 1) & mask)
    if (table[i] == 1 && hole == SIZE_MAX)
      hole = i;
  return insert && table[i] != a && hole != SIZE_MAX ? hole : i;
}

/* The first few bad events, to say how far each is from its address' next event: where the clocks of two
 * processors differ, that is a small distance in time. */
static const struct event *odd[8];
static unsigned odd_count;

static void note(const struct event *e, int bad) {
  for (unsigned i = 0; i < odd_count; i++)
    if (odd[i] && odd[i]->address == e->address) {
      fprintf(stderr, "%lx: kind %u in lane %u, then kind %u in lane %u, %lu ticks later\n", e->address,
              odd[i]->kind, odd[i]->lane, e->kind, e->lane, e->time - odd[i]->time);
      odd[i] = NULL;
    }
  if (bad && odd_count < sizeof odd / sizeof *odd)
    odd[odd_count++] = e;
}

int main(int argc, char **argv) {
  struct stat st;
  int fd = open(argv[1], O_RDONLY);
  if (fd < 0 || fstat(fd, &st) != 0 || st.st_size < 4096)
    return puts("no trace"), 3;
  unsigned char *file = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
  const struct ms_trace_header *head = (const struct ms_trace_header *)file;
  if (memcmp(head->magic, MS_TRACE_MAGIC, 8) != 0)
    return puts("not a trace"), 3;
  for (size_t at = 4096; at + 64 <= (size_t)st.st_size;) {
    struct ms_chunk_header *h = (struct ms_chunk_header *)(file + at);
    if (h->magic != MS_CHUNK_MAGIC) {
      at += 4096;
      continue;
    }
    size_t room = (size_t)st.st_size - at;
    if (h->kind == MS_CHUNK_EVENTS)
      chunks[chunk_count++] = (struct chunk){h, h->size < room ? h->size : room};
    at += h->size;
  }
  qsort(chunks, chunk_count, sizeof *chunks, by_lane);
  unsigned gaps = 0, lanes = 0;
  for (size_t i = 0; i < chunk_count; i++) {
    int first = i == 0 || chunks[i].h->lane != chunks[i - 1].h->lane;
    lanes += first;
    gaps += chunks[i].h->seq != (first ? 0 : chunks[i - 1].h->seq + 1);
    decode(&chunks[i]);
  }

  static uint64_t done_by[1 << 16], tid_of[1 << 16];
  static uint32_t owner[1 << 16];
  uint64_t kinds[16] = {0}, bytes = 0, bad = 0, live = 0, threads = 0;
  for (size_t i = 0; i < count; i++) { /* per lane, in order: who did how much */
    struct event *e = &events[i];
    if (e->kind == MS_EV_THREAD) {
      owner[e->lane & 65535] = (uint32_t)e->a & 65535;
      tid_of[e->a & 65535] = e->b;
    } else if (begins(e->kind) || e->kind == MS_EV_FREE) {
      done_by[owner[e->lane & 65535]]++;
    }
  }
  qsort(events, count, sizeof *events, by_time);
  for (mask = 1024; mask < 2 * count + 16; mask *= 2)
    ;
  table = calloc(mask--, sizeof *table);
  for (size_t i = 0; i < count; i++) {
    struct event *e = &events[i];
    kinds[e->kind]++;
    if (begins(e->kind)) {
      size_t s = slot(e->address, 1);
      note(e, table[s] == e->address);
      bad += table[s] == e->address;
      live += table[s] != e->address;
      table[s] = e->address;
      bytes += e->b;
    } else if (ends(e->kind)) {
      size_t s = slot(e->address, 0);
      note(e, table[s] != e->address);
      bad += table[s] != e->address;
      live -= table[s] == e->address;
      if (table[s])
        table[s] = 1;
    }
    threads += e->kind == MS_EV_THREAD;
  }
  printf("allocs=%lu frees=%lu bytes=%lu live=%lu bad=%lu gaps=%u lanes=%u owners=%lu exec=%lu "
         "fork=%lu exit=%lu state=%u dropped=%lu stop=%u\n",
         kinds[MS_EV_ALLOC] + kinds[MS_EV_REALLOC_END], kinds[MS_EV_FREE] + kinds[MS_EV_REALLOC_BEGIN],
         bytes, live, bad, gaps, lanes, threads, kinds[MS_EV_EXEC], kinds[MS_EV_FORK],
         kinds[MS_EV_EXIT], head->state, (unsigned long)head->dropped, head->stop_reason);
  if (argc < 3)
    return bad || gaps;
  int cfd = open(argv[2], O_RDONLY);
  struct counter confirmed[64] = {{0, 0}};
  if (cfd < 0 || read(cfd, confirmed, sizeof confirmed) < 0)
    return puts("no counters"), 3;
  int wrong = 0;
  for (int i = 0; i < 64; i++) {
    if (!confirmed[i].tid)
      continue;
    uint64_t traced = 0;
    for (size_t n = 0; n < 1 << 16; n++)
      if (tid_of[n] == confirmed[i].tid)
        traced = done_by[n];
    if (traced < confirmed[i].done || traced > confirmed[i].done + 1) {
      printf("thread %lu: confirmed %lu traced %lu\n", confirmed[i].tid, confirmed[i].done, traced);
      wrong = 1;
    }
  }
  return bad || gaps || wrong;
}
