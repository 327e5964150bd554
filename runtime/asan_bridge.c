/* asan_bridge.c - AddressSanitizer's reports become events.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * compiler-rt calls back at the end of each report, on the thread that made the access, and
 * tells through its public interface what it was (sanitizer/asan_interface.h). The frame of
 * its own function that found out is where our walk of the stack begins, so frame 0 is the
 * access, or the call of the library function that made it.
 *
 * The program goes on after a report (halt_on_error=0), and the reports that compiler-rt
 * repeats for one place it leaves out itself. What ASAN_OPTIONS says comes after the
 * defaults here.
 */
#include "runtime/asan_bridge.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "runtime/copies.h"
#include "runtime/hooks.h"
#include "runtime/real.h"
#include "runtime/record.h"
#include "runtime/rt_sys_linux.h"
#include "runtime/strings.h"
#include "runtime/tracked_arena.h"

#define VARIABLE_MAX 128

/* compiler-rt's public interface, as far as it is used here. */
void __asan_set_error_report_callback(void (*callback)(const char *text));
void *__asan_get_report_bp(void);
void *__asan_get_report_address(void);
int __asan_get_report_access_type(void); /* 1: write */
size_t __asan_get_report_access_size(void);
const char *__asan_get_report_description(void);
const char *__asan_locate_address(void *address, char *name, size_t name_size,
                                  void **ret_start, size_t *ret_size);
void __asan_get_shadow_mapping(size_t *ret_scale, size_t *ret_offset);

const char *__asan_default_options(void);
/* Called before anything of the program runs: nothing of ours is ready. Leaks are found by
 * MemScope itself, and slots on the stack must lie there to end with their frame. */
__attribute__((visibility("default"))) const char *__asan_default_options(void) {
  return "halt_on_error=0:detect_leaks=0:allocator_may_return_null=1:"
         "detect_stack_use_after_return=0";
}

static const struct {
  const char *text;
  enum ms_report_code code;
} descriptions[] = {
#define MS_REPORT(value, NAME, text) {text, MS_REPORT_##NAME},
#include "memscope/records.def"
};

/* The code of what compiler-rt calls "heap-use-after-free", or "memcpy-param-overlap"; 0: a
 * kind that we do not know. */
static unsigned code_of(const char *description) {
  size_t length = strlen(description);
  for (unsigned i = 0; i < sizeof descriptions / sizeof *descriptions; i++) {
    size_t n = strlen(descriptions[i].text);
    if (n <= length && strcmp(description + length - n, descriptions[i].text) == 0)
      return descriptions[i].code;
  }
  return 0;
}

/* What the report is about: the block, the global or the local variable (with its name). */
static void put_object(struct msrt_lane *lane, void *address) {
  char name[VARIABLE_MAX];
  void *start = NULL;
  size_t size = 0;
  name[0] = '\0';
  __asan_locate_address(address, name, sizeof name, &start, &size);
  name[sizeof name - 1] = '\0';
  if (start)
    msrt_lane_put(lane, MS_EV_OBJECT, name[0] ? msrt_string_id(lane, name) : 0, MSRT_B_NUMBER,
                  size, (uintptr_t)start, true, msrt_lane_delta(lane, true));
}

bool msrt_asan_is_there;

static void on_report(const char *text) {
  (void)text;
  struct msrt_thread *t = &msrt_self;
  const uintptr_t own_fp = MSRT_FRAME();
  int saved_errno = errno;
  struct msrt_claim claim;
  if (msrt_is_recorded(t, own_fp) && msrt_claim_lane(t, own_fp, &claim)) {
    uintptr_t frame = (uintptr_t)__asan_get_report_bp();
    uintptr_t address = (uintptr_t)__asan_get_report_address();
    uint64_t what = code_of(__asan_get_report_description());
    what |= __asan_get_report_access_type() ? MS_REPORT_WRITE : 0;
    what |= (uint64_t)__asan_get_report_access_size() << MS_REPORT_SIZE_SHIFT;
    if (address)
      put_object(claim.lane, (void *)address);
    if (!msrt_lane_full(claim.lane) || msrt_lane_refresh(t, claim.lane)) {
      struct msrt_sites none = {NULL, NULL};
      uint32_t context =
          msrt_record_context(t, claim.lane, frame ? frame : own_fp, MS_FN_NONE, none).id;
      msrt_lane_put(claim.lane, MS_EV_REPORT, context, MSRT_B_NUMBER, what, address, true,
                    msrt_lane_delta(claim.lane, true));
    }
    msrt_release_lane(t, &claim);
  }
  errno = saved_errno;
}

bool msrt_asan_is_shadow(uintptr_t address) {
  size_t scale, offset;
  __asan_get_shadow_mapping(&scale, &offset);
  uintptr_t end = ((uintptr_t)1 << (47 - scale)) + offset;
  return address + MSRT_PAGE >= offset && address < end; /* its first page is a little before */
}

/* One mapping of /proc/self/maps, "start-end perm offset dev inode path", or false. */
static bool parse_mapping(const char *line, uintptr_t *start, uintptr_t *end) {
  uintptr_t v[2] = {0, 0};
  for (unsigned i = 0; i < 2; i++, line++)
    for (; *line != '-' && *line != ' '; line++) {
      char c = *line;
      if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
        return false;
      v[i] = v[i] << 4 | (uintptr_t)(c <= '9' ? c - '0' : c - 'a' + 10);
    }
  *start = v[0];
  *end = v[1];
  return true;
}

struct run {
  uintptr_t start, end; /* of mappings that touch each other */
};

/* Adds a mapping to the run; true if the run that ends here holds BLOCK. */
static bool extend(struct run *run, uintptr_t start, uintptr_t end, uintptr_t block) {
  if (start != run->end) {
    if (block >= run->start && block < run->end)
      return true;
    run->start = start;
  }
  run->end = end;
  return false;
}

/* The reserved addresses around BLOCK: what is mapped without a gap. That may be a little more
 * than the heap, which does no harm: what lies there is never a block. */
static void find_heap(uintptr_t block) {
  char text[4096];
  size_t used = 0;
  long n;
  struct run run = {0, 0};
  bool found = false;
  int fd = msrt_sys_open("/proc/self/maps", O_RDONLY | O_CLOEXEC, 0);
  while (fd >= 0 && !found && (n = msrt_sys_read(fd, text + used, sizeof text - 1 - used)) > 0) {
    used += (size_t)n;
    text[used] = 0;
    char *line = text, *newline;
    uintptr_t start, end;
    while (!found && (newline = memchr(line, '\n', (size_t)(text + used - line))) != NULL) {
      if (parse_mapping(line, &start, &end))
        found = extend(&run, start, end, block);
      line = newline + 1;
    }
    used = (size_t)(text + used - line);
    memmove(text, line, used);
    if (used == sizeof text - 1)
      used = 0;
  }
  if (fd >= 0)
    msrt_sys_close(fd);
  if (found || (block >= run.start && block < run.end))
    __memscope_heap = (struct ms_heap_range){run.start - MS_HEAP_MARGIN,
                                             run.end - run.start + MS_HEAP_MARGIN};
}

void msrt_asan_begin(void) {
  if (msrt_asan_is_there)
    return;
  __asan_set_error_report_callback(on_report);
  void *block = ___interceptor_malloc(1);
  if (!msrt_in_arena((uintptr_t)block))
    find_heap((uintptr_t)block);
  ___interceptor_free(block);
  msrt_asan_is_there = true;
}

/* AddressSanitizer's own versions do not ask malloc for their result. */
#define DUPLICATE(name, parameters, arguments)                            \
  char *___interceptor_##name parameters;                                 \
  char *name parameters;                                                  \
  MSRT_EXPORT char *name parameters {                                     \
    struct msrt_thread *t = &msrt_self;                                   \
    char *block = ___interceptor_##name arguments;                        \
    if (block && msrt_is_recorded(t, MSRT_FRAME()))                                          \
      msrt_record_slow(t, MSRT_FRAME(), MS_EV_ALLOC, MS_FN_MALLOC, strlen(block) + 1, \
                       (uintptr_t)block);                                 \
    return block;                                                         \
  }
DUPLICATE(strdup, (const char *s), (s))
DUPLICATE(__strdup, (const char *s), (s))
DUPLICATE(strndup, (const char *s, size_t n), (s, n))
DUPLICATE(__strndup, (const char *s, size_t n), (s, n))
