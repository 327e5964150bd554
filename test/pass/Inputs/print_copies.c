/* print_copies.c - a stand-in for the runtime: prints every pointer copy that it is told of.
 *
 * malloc, calloc and realloc give out memory in the tracked arena, so that the inlined checks
 * fire; free gives nothing back. One line to stderr for each hook, with values as "null", the
 * number of the block ("#1", "#1+8") or "other":
 *   store PATH = VALUE (FIELD, src SOURCE, FLAGS) FUNCTION
 * With NO_ARENA in the environment memory comes from libc instead and no line may appear;
 * with QUIET nothing is printed.
 */
#define _GNU_SOURCE
#include "memscope/abi.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

__attribute__((tls_model("initial-exec"))) __thread struct ms_tls __memscope_tls;
const char __memscope_abi_v4 = 1;

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void __libc_free(void *);

#define ARENA_SIZE ((size_t)1 << 36)
static char *arena, *next;
static size_t sizes[1 << 20];
static char *blocks[1 << 20];
static int num_blocks;
static __thread int busy;
static int quiet, begun, state; /* state: 1 arena, 2 libc */

static void begin(void) {
  if (begun)
    return;
  begun = 1;
  quiet = getenv("QUIET") != NULL;
  if (!getenv("NO_ARENA"))
    arena = mmap((void *)MS_ARENA_BASE, ARENA_SIZE, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
  state = arena == (char *)MS_ARENA_BASE ? 1 : 2;
  next = arena;
}

uint32_t __memscope_arena = MS_ARENA_BASE >> MS_ARENA_SHIFT;

static int is_tracked(const void *p) {
  return (uintptr_t)p >> MS_ARENA_SHIFT == MS_ARENA_BASE >> MS_ARENA_SHIFT;
}

static void *give(size_t size) {
  begin();
  if (busy || state != 1)
    return __libc_malloc(size);
  char *p = __atomic_fetch_add(&next, (size + 31) & ~(size_t)15, __ATOMIC_RELAXED);
  int i = __atomic_fetch_add(&num_blocks, 1, __ATOMIC_RELAXED);
  if (i < (int)(sizeof blocks / sizeof *blocks)) {
    blocks[i] = p;
    sizes[i] = size;
  }
  ((size_t *)p)[0] = size;
  return p + 16;
}

void *malloc(size_t n) { return give(n); }
void *calloc(size_t m, size_t n) {
  begin();
  return busy || state != 1 ? __libc_calloc(m, n) : give(m * n);
}
void free(void *p) {
  if (!is_tracked(p))
    __libc_free(p);
}
void *realloc(void *p, size_t n) {
  if (p && !is_tracked(p))
    return __libc_realloc(p, n);
  char *q = give(n);
  if (p) {
    size_t old = ((size_t *)p)[-2];
    for (size_t i = 0; i < (old < n ? old : n); ++i)
      q[i] = ((char *)p)[i];
  }
  return q;
}

static const char *value(const void *v, char *text) {
  if (!v)
    return "null";
  for (int i = 0; i < num_blocks && i < 1000; ++i) {
    long d = (const char *)v - blocks[i] - 16;
    if (d >= 0 && (size_t)d < sizes[i] + 1) {
      sprintf(text, d ? "#%d+%ld" : "#%d", i + 1, d);
      return text;
    }
  }
  return is_tracked(v) ? "wild" : "other";
}

static const char *flags(const struct ms_site *s, char *text) {
  static const struct {
    unsigned bit;
    const char *name;
  } names[] = {{MS_SITE_F_SRC_DEAD, " dead"},     {MS_SITE_F_SRC_LIVE, " live"},
               {MS_SITE_F_OFFSET, " offset"},     {MS_SITE_F_ATOMIC, " atomic"},
               {MS_SITE_F_VOLATILE, " volatile"}, {MS_SITE_F_DOWN, " down"},
               {MS_SITE_F_SEVERAL, " several"}};
  *text = '\0';
  for (size_t i = 0; i < sizeof names / sizeof *names; ++i)
    if (s->flags & names[i].bit)
      strcat(text, names[i].name);
  return text;
}

#define OR(text, other) (*(text) ? (text) : (other))
static const char *source(const struct ms_site *s) {
  static const char *const slots[] = {"none", "", "", "", "", "", "", "", "", "", "", "call",
                                      "null", "address", "integer"};
  const char *text = ms_site_str(&s->src);
  return *text ? text : slots[s->src_slot < 15 ? s->src_slot : 0];
}

#define QUIETLY                                                                                    \
  int saved_errno = errno;                                                                         \
  if (quiet || busy)                                                                               \
    return;                                                                                        \
  busy = 1;                                                                                        \
  char t1[64], t2[128];                                                                            \
  (void)t1, (void)t2
#define DONE                                                                                       \
  busy = 0;                                                                                        \
  errno = saved_errno

static void note_slot(const void *slot) {
  char here;
  /* A slot on the stack: below the top of it, not far above this frame. */
  if ((const char *)slot > &here && (const char *)slot < &here + (1 << 20) &&
      ~(uintptr_t)slot > __memscope_tls.slots)
    __memscope_tls.slots = ~(uintptr_t)slot;
}

static int holds_tracked(const void *memory, uint64_t n) {
  for (uint64_t i = 0; memory && i + 8 <= n; i += 8)
    if (is_tracked(*(void *const *)((const char *)memory + i)))
      return 1;
  return 0;
}

void __memscope_store(const void *slot, const void *v, const void *old, const struct ms_site *s) {
  (void)old;
  if (is_tracked(v))
    note_slot(slot);
  QUIETLY;
  fprintf(stderr, "store %s = %s (%s, src %s,%s) %s\n", OR(ms_site_str(&s->path), "?"),
          value(v, t1), OR(ms_site_str(&s->field), "-"), source(s), flags(s, t2),
          ms_site_str(&s->func));
  DONE;
}
void __memscope_copy(const void *dst, const void *src, uint64_t n, const struct ms_site *s) {
  if (!holds_tracked(src, n) && !holds_tracked(dst, n))
    return; /* like the runtime: the pass calls this for any copy */
  note_slot(dst);
  QUIETLY;
  fprintf(stderr, "copy %s <- %s, %d bytes (%s) %s\n", OR(ms_site_str(&s->path), "?"),
          src ? OR(ms_site_str(&s->src), "?") : "fill", (int)n, OR(ms_site_str(&s->field), "-"),
          ms_site_str(&s->func));
  DONE;
}
void __memscope_bind(const void *v, const struct ms_site *s) {
  QUIETLY;
  fprintf(stderr, "bind %s = %s (src %s,%s) %s\n", OR(ms_site_str(&s->path), "?"), value(v, t1),
          source(s), flags(s, t2), ms_site_str(&s->func));
  DONE;
}
void __memscope_frame(const void *frame, const struct ms_site *s) {
  if (__memscope_tls.slots >= ~(uintptr_t)frame)
    __memscope_tls.slots = ~(uintptr_t)frame - 1;
  QUIETLY;
  fprintf(stderr, "frame ends %s:%d\n", ms_site_str(&s->func), (int)s->line);
  DONE;
}
void __memscope_scope(const void *dst, uint64_t n, const struct ms_site *s) {
  QUIETLY;
  (void)dst;
  fprintf(stderr, "scope of %s ends, %d bytes %s\n", OR(ms_site_str(&s->path), "?"), (int)n,
          ms_site_str(&s->func));
  DONE;
}
void __memscope_enter(const void *frame, const struct ms_site *s) {
  QUIETLY;
  fprintf(stderr, "enter %s%s\n", ms_site_str(&s->func), frame ? "" : " without a frame");
  DONE;
}
void __memscope_leave(const void *frame, const void *v, const struct ms_site *s) {
  QUIETLY;
  (void)frame;
  fprintf(stderr, "leave %s:%d = %s (src %s,%s)\n", ms_site_str(&s->func), (int)s->line,
          value(v, t1), source(s), flags(s, t2));
  DONE;
}
void __memscope_count(const void *field, uint64_t v, const struct ms_site *s) {
  QUIETLY;
  (void)field;
  fprintf(stderr, "count %s = %d (%s,%s) %s\n", OR(ms_site_str(&s->path), "?"), (int)v,
          OR(ms_site_str(&s->field), "-"), flags(s, t2), ms_site_str(&s->func));
  DONE;
}
void __memscope_pass(const void *v, const struct ms_site *s) {
  QUIETLY;
  fprintf(stderr, "pass %s as %d of %s (src %s,%s) %s\n", value(v, t1), s->index,
          ms_site_str(&s->callee), source(s), flags(s, t2), ms_site_str(&s->func));
  DONE;
}

static void print_records(const struct ms_site *first, const struct ms_site *last) {
  static const struct {
    unsigned bit;
    const char *name;
  } names[] = {{MS_SITE_F_P_RETURNED, " returned"}, {MS_SITE_F_P_STORED, " stored"},
               {MS_SITE_F_P_FREED, " freed"},       {MS_SITE_F_P_PASSED, " passed"},
               {MS_SITE_F_P_CONST, " const"},       {MS_SITE_F_STATIC, " static"},
               {MS_SITE_F_VARIADIC, " variadic"}};
  for (; first < last; ++first) {
    if (first->kind == MS_SITE_FUNC)
      fprintf(stderr, "func %s -> %s [%d]:", ms_site_str(&first->src), ms_site_str(&first->type),
              first->index);
    else if (first->kind == MS_SITE_PARAM)
      fprintf(stderr, "param %d %s (%s):", first->index, ms_site_str(&first->path),
              ms_site_str(&first->type));
    else
      continue;
    for (size_t i = 0; i < sizeof names / sizeof *names; ++i)
      if (first->flags & names[i].bit)
        fputs(names[i].name, stderr);
    fputc('\n', stderr);
  }
}

void __memscope_module_register(const void *handle, const struct ms_site *first,
                                const struct ms_site *last, uint64_t features) {
  (void)handle;
  begin();
  busy = 1;
  if (!quiet && getenv("RECORDS")) {
    fprintf(stderr, "module records%s%s%s\n", features & MS_MODULE_REFS ? " refs" : "",
            features & MS_MODULE_FULL ? " full" : "", features ? "" : " allocations only");
    print_records(first, last);
  }
  busy = 0;
}
void __memscope_module_unregister(const void *handle) { (void)handle; }
