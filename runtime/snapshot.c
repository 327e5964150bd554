/* snapshot.c - fork, and let the copy look for pointers.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The copy of the process holds memory still while the program goes on. It reads all
 * private writable memory (data of the program and its libraries, stacks, thread-locals,
 * the real allocator's heap) and the live blocks of the arena, and writes one `edge` for
 * each aligned word that points into the arena, in a lane of its own, all at the time of
 * the fork; and a `canary` for each block whose canary is damaged. Nothing is judged here.
 *
 * What a stack holds below its thread's stack pointer is no longer in use. Of the calling
 * thread the pointer is known, of threads that wait in the kernel /proc tells it; the stack
 * of a thread that was running is read whole. Once main has returned, what lies below its frame
 * belongs to exit(). Registers of other threads are not seen
 * (limitation snapshot-registers).
 *
 * Between clone and exit_group the copy makes raw system calls only: locks of libc may be
 * held by threads that do not exist in it.
 */
#include "runtime/snapshot.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>

#include "runtime/asan_bridge.h"
#include "runtime/copies.h"
#include "runtime/rt_file.h"
#include "runtime/rt_fmt.h"
#include "runtime/rt_sys_linux.h"
#include "runtime/stack.h"
#include "runtime/strings.h"
#include "runtime/track.h"

#define THREADS_MAX 256u
#define PENDING_MAX 16u
#if defined(__x86_64__)
#define REGISTERS 5u /* that a function keeps for its caller, without the frame pointer */
#else
#define REGISTERS 10u
#endif
#define RED_ZONE 128u /* below the stack pointer, in use by leaf functions (x86-64 ABI) */

struct stack_top {
  uint32_t tid;
  uintptr_t sp;
};

struct snapshot {
  struct msrt_lane lane;
  struct msrt_thread *thread;
  struct stack_top tops[THREADS_MAX];
  unsigned top_count;
  uintptr_t registers[REGISTERS];
  uint32_t number;
  uint64_t edges;
};

/* One at a time in this process; the copies have their own. */
static struct snapshot state;
static _Atomic bool is_busy; /* acquire at the start, release at the end of a snapshot */
static int pending[PENDING_MAX]; /* copies whose end has not been noted */

static uint64_t parse_hex(const char **at) {
  uint64_t v = 0;
  for (;; (*at)++) {
    char c = **at;
    if (c >= '0' && c <= '9')
      v = v << 4 | (uint64_t)(c - '0');
    else if (c >= 'a' && c <= 'f')
      v = v << 4 | (uint64_t)(c - 'a' + 10);
    else
      return v;
  }
}

/* The stack pointer of a thread that waits in the kernel: the last but one number of
 * "NR 0xARG... 0xSP 0xPC"; 0 for "running". */
static uintptr_t waiting_sp(const char *tid) {
  char path[64], line[256];
  struct msrt_text text;
  msrt_text_init(&text, path, sizeof path);
  msrt_text_str(&text, "/proc/self/task/");
  msrt_text_str(&text, tid);
  msrt_text_str(&text, "/syscall");
  int fd = msrt_sys_open(path, O_RDONLY | O_CLOEXEC, 0);
  if (fd < 0)
    return 0;
  long n = msrt_sys_read(fd, line, sizeof line - 1);
  msrt_sys_close(fd);
  line[n > 0 ? n : 0] = 0;
  uintptr_t last = 0, before = 0;
  for (const char *at = line; (at = strchr(at, 'x')) != NULL;) {
    at++;
    before = last;
    last = parse_hex(&at);
  }
  return before;
}

/* Where the stacks of the other threads end. */
static void find_tops(struct snapshot *s, uint32_t own_tid) {
  char entries[4096];
  int fd = msrt_sys_open("/proc/self/task", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  s->top_count = 0;
  if (fd < 0)
    return;
  long n;
  while ((n = msrt_sys_read_dir(fd, entries, sizeof entries)) > 0)
    for (long at = 0; at < n && s->top_count < THREADS_MAX;) {
      /* struct linux_dirent64: u64 ino, s64 off, u16 reclen, u8 type, name */
      uint16_t length;
      memcpy(&length, entries + at + 16, sizeof length);
      const char *name = entries + at + 19;
      uint32_t tid = 0;
      for (const char *c = name; *c >= '0' && *c <= '9'; c++)
        tid = tid * 10 + (uint32_t)(*c - '0');
      at += length;
      uintptr_t sp = tid && tid != own_tid ? waiting_sp(name) : 0;
      if (sp)
        s->tops[s->top_count++] = (struct stack_top){tid, sp};
    }
  msrt_sys_close(fd);
}

static bool has_room(struct snapshot *s) {
  return !msrt_lane_full(&s->lane) || msrt_lane_refresh(s->thread, &s->lane);
}

/* Whether VALUE points to where blocks can be. */
static inline bool is_block_address(uintptr_t value) {
#ifdef MSRT_ASAN
  return msrt_in_arena(value);
#else
  return msrt_in_arena_blocks(value);
#endif
}

static void look_through(struct snapshot *s, uintptr_t start, uintptr_t end) {
  for (uintptr_t at = (start + 7) & ~(uintptr_t)7; at + 8 <= end; at += 8) {
    uintptr_t value = *(const uintptr_t *)at;
    if (MSRT_LIKELY(!is_block_address(value)))
      continue;
    if (!has_room(s))
      return;
    msrt_lane_put(&s->lane, MS_EV_EDGE, 0, MSRT_B_VALUE, value, at, true, 0);
    s->edges++;
  }
}

/* A private writable mapping: all of it, or what is in use of it if it is a stack. */
static void look_through_region(struct snapshot *s, uintptr_t start, uintptr_t end) {
  uint32_t tid = 0;
  for (unsigned i = 0; i < s->top_count; i++)
    if (s->tops[i].sp > start && s->tops[i].sp <= end) {
      start = s->tops[i].sp - RED_ZONE > start ? s->tops[i].sp - RED_ZONE : start;
      tid = s->tops[i].tid;
      break;
    }
  if (!has_room(s))
    return;
  msrt_lane_put(&s->lane, MS_EV_REGION, tid, MSRT_B_NUMBER, end - start, start, true, 0);
  look_through(s, start, end);
}

/* A mapping at the arena's addresses. Ours are looked through block by block; AddressSanitizer's
 * whole, with what was freed: the reader knows which blocks live. */
static void look_through_heap(struct snapshot *s, uintptr_t start, uintptr_t end) {
#ifdef MSRT_ASAN
  look_through(s, start, end);
#else
  (void)s, (void)start, (void)end;
#endif
}

/* One line of /proc/self/maps: "start-end rw-p offset dev inode path". */
static void take_mapping(struct snapshot *s, const char *line) {
  uintptr_t start = parse_hex(&line);
  if (*line++ != '-')
    return;
  uintptr_t end = parse_hex(&line);
  bool is_ours = end > (uintptr_t)&state && start < (uintptr_t)(&state + 1);
  if (strncmp(line, " rw-p", 5) != 0)
    return;
  if (msrt_in_arena(start)) {
    look_through_heap(s, start, end);
    return;
  }
#ifdef MSRT_ASAN
  if (msrt_asan_is_shadow(start))
    return;
#else
  if (msrt_arena_is_counter(start))
    return;
#endif
  if (!is_ours) {
    look_through_region(s, start, end);
    return;
  }
  /* Around what we ourselves are writing. */
  look_through_region(s, start, (uintptr_t)&state);
  look_through_region(s, (uintptr_t)(&state + 1), end);
}

static void look_through_mappings(struct snapshot *s) {
  char text[8192];
  size_t used = 0;
  int fd = msrt_sys_open("/proc/self/maps", O_RDONLY | O_CLOEXEC, 0);
  long n;
  while (fd >= 0 && (n = msrt_sys_read(fd, text + used, sizeof text - 1 - used)) > 0) {
    used += (size_t)n;
    text[used] = 0;
    char *line = text, *newline;
    while ((newline = memchr(line, '\n', (size_t)(text + used - line))) != NULL) {
      *newline = 0;
      take_mapping(s, line);
      line = newline + 1;
    }
    used = (size_t)(text + used - line);
    memmove(text, line, used);
    if (used == sizeof text - 1)
      used = 0; /* a path longer than our buffer: only its line is lost */
  }
}

#ifndef MSRT_ASAN
/* A block of the arena. The program may have taken access away from whole pages of its own. Cost: a
 * system call for each page of larger blocks, less than to read it. */
static void look_through_block(struct snapshot *s, uintptr_t start, size_t size) {
  uintptr_t end = start + size;
  for (uintptr_t at = start, next; at < end; at = next) {
    next = size < MSRT_PAGE ? end : (at & ~(uintptr_t)(MSRT_PAGE - 1)) + MSRT_PAGE;
    next = next < end ? next : end;
    if (size < MSRT_PAGE || msrt_sys_readable(at))
      look_through(s, at, next);
  }
}

static void look_behind(struct snapshot *s, const char *block, size_t size) {
  struct msrt_damage damage;
  if (size >= MSRT_PAGE && !msrt_sys_readable((uintptr_t)block + size))
    return;
  if (msrt_arena_is_damaged(block, &damage) && has_room(s))
    msrt_lane_put(&s->lane, MS_EV_CANARY, damage.offset, MSRT_B_NUMBER, damage.found,
                  (uintptr_t)block, true, 0);
}
#endif

static void look_through_arena(struct snapshot *s) {
#ifdef MSRT_ASAN
  (void)s;
#else
  uint64_t cursor = 0;
  size_t size;
  for (char *block; (block = msrt_arena_next(&cursor, &size)) != NULL;) {
    look_through_block(s, (uintptr_t)block, size);
    look_behind(s, block, size);
  }
#endif
}

/* In the copy. */
__attribute__((noreturn)) static void work(struct snapshot *s, const char *name) {
  s->thread->gate = MSRT_GATE_INTERNAL;
  if (msrt_file_share() && has_room(s)) {
    uint32_t id = msrt_string_id(&s->lane, name);
    msrt_lane_put(&s->lane, MS_EV_SNAPSHOT, id, MSRT_B_NUMBER, s->number, 0, false, 0);
    look_through(s, (uintptr_t)s->registers, (uintptr_t)(s->registers + REGISTERS));
    look_through_mappings(s);
    look_through_arena(s);
    if (has_room(s))
      msrt_lane_put(&s->lane, MS_EV_SNAPSHOT_END, s->number, MSRT_B_NUMBER, s->edges, 0, false, 0);
    msrt_lane_seal_events(&s->lane);
  }
  msrt_sys_exit_now(0);
}

static void prepare(struct snapshot *s, struct msrt_thread *t) {
  memset(&s->lane, 0, sizeof s->lane);
  s->lane.magic = MSRT_LANE_MAGIC;
  s->lane.number = msrt_thread_spare_lane_number();
  s->lane.thread = t->number;
  s->thread = t;
  s->edges = 0;
  s->number++;
  find_tops(s, t->tid);
}

/* Note the end of earlier copies; remember PID. */
static void reap_later(int pid) {
  for (unsigned i = 0; i < PENDING_MAX; i++)
    if (pending[i])
      msrt_sys_reap(pending[i], false);
  pending[state.number % PENDING_MAX] = pid; /* one that is not done after 16 others is lost */
}

/* REGISTERS and the stack from SP on are what the calling thread's callers have in use. */
MSRT_NOINLINE static void take(const char *name, bool wait, const uintptr_t *registers,
                               uintptr_t sp) {
  struct msrt_thread *t = &msrt_self;
  if (msrt_tracking.mode == MSRT_TRACK_OFF || msrt_passes(t) || !msrt_file_active() ||
      !msrt_record_wanted(t, MSRT_FRAME()) ||
      atomic_exchange_explicit(&is_busy, true, memory_order_acquire))
    return;
  uint64_t mask = msrt_sys_signals_block();
  prepare(&state, t);
  memcpy(state.registers, registers, sizeof state.registers);
  if (state.top_count == THREADS_MAX)
    state.top_count--;
  uintptr_t left = msrt_stack_left(&t->stack);
  state.tops[state.top_count++] = (struct stack_top){t->tid, (left > sp ? left : sp) + RED_ZONE};
  state.lane.last_time = msrt_clock_divide();
  if (t->lane)
    t->lane->limit = NULL; /* what we do from now on gets a later time */
  int pid = msrt_sys_clone_quietly();
  if (pid == 0)
    work(&state, name);
  if (pid > 0 && wait)
    msrt_sys_reap(pid, true);
  else if (pid > 0)
    reap_later(pid);
  msrt_sys_signals_restore(mask);
  atomic_store_explicit(&is_busy, false, memory_order_release);
}

/* Small, so that nothing has changed the registers yet that callers expect to keep. */
MSRT_NOINLINE void msrt_snapshot(const char *name, bool wait) {
  uintptr_t registers[REGISTERS];
#if defined(__x86_64__)
  __asm__ volatile("mov %%rbx, 0(%0)\n\tmov %%r12, 8(%0)\n\tmov %%r13, 16(%0)\n\t"
                   "mov %%r14, 24(%0)\n\tmov %%r15, 32(%0)"
                   :: "r"(registers) : "memory");
#else
  __asm__ volatile("stp x19, x20, [%0]\n\tstp x21, x22, [%0, 16]\n\tstp x23, x24, [%0, 32]\n\t"
                   "stp x25, x26, [%0, 48]\n\tstp x27, x28, [%0, 64]"
                   :: "r"(registers) : "memory");
#endif
  take(name, wait, registers, MSRT_FRAME() + sizeof(struct msrt_frame));
}

static void on_signal(int number) {
  (void)number;
  msrt_snapshot("signal", false);
}

void msrt_snapshot_on_signal(int number) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  if (number > 0)
    sigaction(number, &action, NULL);
}
