/* lifecycle.c - start, fork, exec and exit of the process that is recorded.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Start happens at the first event or in our constructor, whichever is first; libraries
 * allocate in their constructors, before main. A page that the kernel wipes in a forked
 * child (marker) tells child from parent without a fork handler, whatever system call made
 * the child. A vfork child shares our memory: its events belong to the parent's trace, but
 * its exit and exec are not the parent's, hence the comparisons of process ids.
 *
 * Two copies of the runtime may be in a process (an executable with the archive, a library
 * linked with the shared object). The one whose __memscope_abi_v4 wins symbol resolution
 * works; the others find an address that is not theirs and stay inert.
 */
#include "runtime/lifecycle.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "memscope/abi.h"
#include "runtime/asan_bridge.h"
#include "runtime/buffer.h"
#include "runtime/rt_crc32c.h"
#include "runtime/modules.h"
#include "runtime/real.h"
#include "runtime/record.h"
#include "runtime/rt_fmt.h"
#include "runtime/rt_options.h"
#include "runtime/rt_sys_linux.h"
#include "runtime/snapshot.h"
#include "runtime/thread.h"
#include "runtime/track.h"
#include "runtime/rt_file.h"

#define NAME_MAX_BYTES 128
#define EXE_MAX_BYTES 1024
#define ENV_MAX_BYTES (128u << 10)
#define ARGS_MAX_BYTES (32u << 10)
#define WAIT_ROUNDS 100000 /* for another thread that opens the file; about a second */

enum { PHASE_NONE, PHASE_BUSY, PHASE_DONE };
enum { MARK_FORKED = 0, MARK_OURS = 1, MARK_BUSY = 2 };

static struct {
  _Atomic int phase;      /* of reading options; release by the starter, acquire by others */
  _Atomic int file_phase; /* of opening the trace; likewise */
  _Atomic int starter;    /* thread id; an outer call of ours must not wait for itself */
  bool recorded;
  bool described;
  unsigned levels_described; /* MSRT_LEVEL_*; 0: not yet */
  bool forked; /* the next trace is a forked child's */
  struct msrt_origin origin;
  int pid;
  uint64_t fork_time; /* last fork seen coming, ticks; 0 none */
  _Atomic bool exit_logged;
  char name[NAME_MAX_BYTES];
  char exe[EXE_MAX_BYTES];
  char *args;
  size_t args_len;
} process;

static _Atomic unsigned char *marker; /* wiped in a forked child */
static _Atomic unsigned char marker_fallback = MARK_OURS;

extern const char msrt_abi_local __attribute__((visibility("hidden")));

/* Present in a process with that sanitizer. */
extern void __asan_init(void) __attribute__((weak));
extern void __tsan_init(void) __attribute__((weak));
extern void __msan_init(void) __attribute__((weak));
extern void __hwasan_init(void) __attribute__((weak));

const char *msrt_lifecycle_name(void) { return process.name; }

/* All of a file of /proc, in memory of its own; only while the process has one thread. */
static char *slurp(const char *path, size_t max, size_t *ret_len) {
  int fd = msrt_sys_open(path, O_RDONLY | O_CLOEXEC, 0);
  if (fd < 0)
    return NULL;
  char *text = msrt_sys_map_anon(max);
  size_t used = 0;
  for (long n = 1; text && n > 0 && used + 1 < max; used += n > 0 ? (size_t)n : 0)
    n = msrt_sys_read(fd, text + used, max - 1 - used);
  msrt_sys_close(fd);
  *ret_len = used;
  return text;
}

/* The value of MEMSCOPE_OPTIONS. libc's environ is not set yet if the loader's own
 * allocations come here first. */
static const char *find_options(void) {
  static const char key[] = "MEMSCOPE_OPTIONS=";
  if (environ) {
    for (char **e = environ; *e; e++)
      if (strncmp(*e, key, sizeof key - 1) == 0)
        return *e + sizeof key - 1;
    return NULL;
  }
  size_t len = 0;
  char *text = slurp("/proc/self/environ", ENV_MAX_BYTES, &len);
  for (char *e = text; e && e < text + len; e += strlen(e) + 1)
    if (strncmp(e, key, sizeof key - 1) == 0)
      return e + sizeof key - 1;
  return NULL;
}

static void find_name(void) {
  if (msrt_sys_readlink("/proc/self/exe", process.exe, sizeof process.exe - 1) <= 0) {
    const char *given = (const char *)getauxval(AT_EXECFN);
    if (given)
      memcpy(process.exe, given, strnlen(given, sizeof process.exe - 1));
  }
  const char *slash = strrchr(process.exe, '/');
  const char *base = slash ? slash + 1 : process.exe;
  memcpy(process.name, base, strnlen(base, sizeof process.name - 1));
}

/* Programs that build systems make to try something out. */
static bool is_probe(void) {
  return strcmp(process.name, "conftest") == 0 || strncmp(process.name, "cmTC_", 5) == 0;
}

static void start_process(void) {
  msrt_real_resolve();
  process.pid = msrt_sys_getpid();
  const char *chosen = &__memscope_abi_v4;
  __asm__("" : "+r"(chosen)); /* the two names look like two objects: no guessing */
  if (chosen != &msrt_abi_local)
    return; /* another copy is in charge */
  find_name();
  msrt_options_read(find_options());
  if (!msrt_options.record || is_probe())
    return;
#ifndef MSRT_ASAN
  if (__asan_init || __tsan_init || __msan_init || __hwasan_init) {
    msrt_say("a sanitizer of the compiler is in this program and owns its heap, not recording",
             NULL, NULL, NULL, NULL);
    return;
  }
#endif
  msrt_crc32c_init();
  process.args = slurp("/proc/self/cmdline", ARGS_MAX_BYTES, &process.args_len);
  marker = msrt_sys_map_anon(MSRT_PAGE);
  if (!marker || !msrt_sys_wipe_on_fork((void *)marker, MSRT_PAGE))
    marker = &marker_fallback;
  atomic_store_explicit(marker, MARK_OURS, memory_order_relaxed);
  process.recorded = true;
}

/* The first of several threads to come here runs START, the others wait for it. False: it
 * could not be waited for. */
static bool once(_Atomic int *phase, void (*start)(void)) {
  int expected = PHASE_NONE;
  if (atomic_load_explicit(phase, memory_order_acquire) == PHASE_DONE)
    return true;
  if (atomic_compare_exchange_strong(phase, &expected, PHASE_BUSY)) {
    atomic_store(&process.starter, msrt_sys_gettid());
    start();
    atomic_store_explicit(phase, PHASE_DONE, memory_order_release);
    return true;
  }
  for (int i = 0; i < WAIT_ROUNDS; i++) {
    if (atomic_load_explicit(phase, memory_order_acquire) == PHASE_DONE)
      return true;
    if (atomic_load(&process.starter) == msrt_sys_gettid())
      return false;
    msrt_sys_yield();
  }
  return false;
}

static void open_trace(void) {
  process.described = false;
  if (!msrt_file_open(&process.origin))
    process.recorded = false;
}

enum msrt_start msrt_lifecycle_start(void) {
  int saved_errno = errno;
  enum msrt_start result = MSRT_START_OK;
  if (!once(&process.phase, start_process))
    result = MSRT_START_LATER;
  else if (!process.recorded)
    result = MSRT_START_OFF;
  else {
    if (atomic_load_explicit(marker, memory_order_acquire) != MARK_OURS)
      msrt_lifecycle_forked(&msrt_self);
    if (!once(&process.file_phase, open_trace))
      result = MSRT_START_LATER;
    else if (!process.recorded)
      result = MSRT_START_OFF;
  }
  errno = saved_errno;
  return result;
}

static void put_strings(struct msrt_lane *lane, enum ms_meta_kind type, const char *key,
                        const char *value, size_t value_len) {
  uint16_t lens[2] = {(uint16_t)(key ? strlen(key) : 0), (uint16_t)value_len};
  uint32_t len = (key ? 2u + lens[0] : 0u) + 2u + lens[1];
  uint8_t *at = msrt_meta_reserve(lane, len);
  if (!at)
    return;
  if (key) {
    memcpy(at, &lens[0], 2);
    memcpy(at + 2, key, lens[0]);
    at += 2 + lens[0];
  }
  memcpy(at, &lens[1], 2);
  memcpy(at + 2, value, lens[1]);
  msrt_meta_commit(lane, type, len);
}

static void put_info(struct msrt_lane *lane, const char *key, const char *value) {
  put_strings(lane, MS_META_INFO, key, value, strlen(value));
}

/* The names of LEVELS, separated by commas. */
static void put_levels(struct msrt_lane *lane, const char *key, unsigned levels) {
  static const char *const names[] = {"alloc", "refs", "full", "check"};
  char text[32], *at = text;
  for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
    if (levels & 1u << i) {
      if (at != text)
        *at++ = ',';
      size_t len = strlen(names[i]);
      memcpy(at, names[i], len);
      at += len;
    }
  *at = 0;
  put_info(lane, key, text);
  process.levels_described |= levels;
}

/* Where followed blocks lie, now and later. */
static void put_arena(struct msrt_lane *lane) {
  char range[64];
  struct msrt_text text;
  msrt_text_init(&text, range, sizeof range);
#ifdef MSRT_ASAN
  msrt_text_hex(&text, __memscope_heap.start + MS_HEAP_MARGIN);
#else
  msrt_text_hex(&text, (uint64_t)__memscope_arena << MS_ARENA_SHIFT);
#endif
  msrt_text_str(&text, "-");
  msrt_text_hex(&text, __memscope_heap.start + __memscope_heap.size);
  put_info(lane, "arena", range);
}

static void put_tracking(struct msrt_lane *lane) {
  uint64_t features = msrt_tracking.features;
  if (!(features & MS_MODULE_REFS))
    return;
  if (msrt_tracking.mode != MSRT_TRACK_OFF)
    put_arena(lane);
  put_info(lane, "track", msrt_track_mode_name());
  if (msrt_tracking.why_off)
    put_info(lane, "track-off", msrt_tracking.why_off);
  process.levels_described = 0;
  put_levels(lane, "levels", msrt_tracking.levels);
}

void msrt_lifecycle_describe_tracking(void) {
  struct msrt_thread *t = &msrt_self;
  struct msrt_claim claim;
  if (!process.described || !msrt_claim_lane(t, MSRT_FRAME(), &claim))
    return;
  put_tracking(claim.lane);
  msrt_release_lane(t, &claim);
}

void msrt_lifecycle_describe_levels(void) {
  struct msrt_thread *t = &msrt_self;
  struct msrt_claim claim;
  unsigned others = msrt_tracking.levels & ~process.levels_described;
  if (!process.levels_described || !others || !msrt_claim_lane(t, MSRT_FRAME(), &claim))
    return;
  put_levels(claim.lane, "levels-later", others);
  msrt_release_lane(t, &claim);
}

void msrt_lifecycle_describe(struct msrt_lane *lane) {
  if (process.described)
    return;
  process.described = true;
  static char cwd[4096];
  long n = msrt_sys_getcwd(cwd, sizeof cwd);
  put_info(lane, "exe", process.exe);
  put_strings(lane, MS_META_INFO, "cwd", cwd, n > 0 ? strlen(cwd) : 0);
  const char *options = find_options();
  if (options)
    put_strings(lane, MS_META_INFO, "options", options, strnlen(options, 4000));
  put_info(lane, "runtime", MSRT_VERSION);
  put_tracking(lane);
  for (size_t at = 0; at < process.args_len;) {
    size_t len = strnlen(process.args + at, process.args_len - at);
    put_strings(lane, MS_META_ARG, NULL, process.args + at, len < 4000 ? len : 4000);
    at += len + 1;
  }
}

void msrt_lifecycle_forked(struct msrt_thread *t) {
  unsigned char expected = MARK_FORKED;
  if (atomic_compare_exchange_strong(marker, &expected, MARK_BUSY)) {
    process.origin.fork_parent = (uint32_t)process.pid;
    process.origin.fork_time = process.fork_time ? process.fork_time : msrt_ticks_after();
    process.fork_time = 0;
    process.pid = msrt_sys_getpid();
    atomic_store_explicit(&process.exit_logged, false, memory_order_relaxed);
    msrt_file_forget();
    msrt_lanes_forget();
    msrt_modules_new_file();
    atomic_store_explicit(&process.file_phase, PHASE_NONE, memory_order_relaxed);
    atomic_store_explicit(marker, MARK_OURS, memory_order_release); /* acquire in start */
  } else {
    for (int i = 0; i < WAIT_ROUNDS && atomic_load(marker) != MARK_OURS; i++)
      msrt_sys_yield();
  }
  t->lane = NULL;
  memset(t->nested, 0, sizeof t->nested);
  t->depth = 0;
  t->number = 0;
  if (t->gate != MSRT_GATE_INTERNAL)
    t->gate = MSRT_GATE_NEW;
}

static bool is_vfork_child(void) { return msrt_sys_getpid() != process.pid; }

void msrt_lifecycle_before_fork(void) {
  struct msrt_lane *lane = msrt_self.lane;
  process.fork_time = msrt_ticks_after();
  if (lane) /* what we do after the fork must have a time after it */
    lane->limit = NULL;
}

void msrt_lifecycle_after_fork(int pid) {
  msrt_record_other(MS_EV_FORK, (uint64_t)pid);
}

void msrt_lifecycle_exec(void) {
  if (process.recorded && !is_vfork_child())
    msrt_record_other(MS_EV_EXEC, 0);
}

void msrt_lifecycle_exit(int status) {
  if (!process.recorded || is_vfork_child() ||
      atomic_exchange_explicit(&process.exit_logged, true, memory_order_relaxed))
    return;
  if (msrt_options.snapshot)
    msrt_snapshot("exit", true);
  msrt_record_other(MS_EV_EXIT, (uint64_t)(status + 1));
  msrt_file_exited();
}

static void at_exit(int status, void *argument) {
  (void)argument;
  msrt_lifecycle_exit(status & 255);
}

/* Before the program's own constructors. libc functions that may allocate are called
 * here, with the gate at INTERNAL, and nowhere else. */
__attribute__((constructor(101))) static void construct(void) {
  struct msrt_thread *t = &msrt_self;
  int saved_errno = errno;
#ifdef MSRT_ASAN
  msrt_asan_begin();
#endif
  if (t->gate == MSRT_GATE_NEW)
    msrt_thread_attach(t);
  if (process.recorded) {
    uintptr_t gate = t->gate;
    t->gate = MSRT_GATE_INTERNAL;
    msrt_thread_watch_exits();
    pthread_atfork(msrt_lifecycle_before_fork, NULL, NULL);
    on_exit(at_exit, NULL);
    msrt_snapshot_on_signal((int)msrt_options.snapshot_signal);
    t->gate = gate;
  }
  errno = saved_errno;
}
