"""truth_helpers.py - the functions that every generated program has, as templates.

SPDX-License-Identifier: MIT OR Apache-2.0

@J is the number of a type, @-expressions are filled in by expand(). Comments of the form
"expect: move" in the label functions are what truth_gen.py writes to the JSON file.
"""

PRELUDE = """\
#define _GNU_SOURCE
#include "memscope/memscope.h"
#include "oracle.h"
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef void *volatile __attribute__((may_alias)) any_slot;
static unsigned long ops;
static unsigned random_state = @SEED * 2654435761u + 88675123u;
static unsigned rnd(void) {
  random_state ^= random_state << 13;
  random_state ^= random_state >> 17;
  random_state ^= random_state << 5;
  return random_state >> 3;
}
#define OL(x) oracle_local(#x, x)
/* As an interpreter copies its values: all of its stores are at one place of the source. */
#define COPY_UNION(type, to, from, value, tag) \\
  {                                            \\
    type *to_ = (to);                          \\
    const type *from_ = (from);                \\
    to_->value = from_->value;                 \\
    to_->tag = from_->tag;                     \\
  }
static unsigned checkpoints;
static void checkpoint(void) {
  if (checkpoints == @CHECKPOINTS)
    return;
  checkpoints++;
  memscope_mark(oracle_next_mark());
  oracle_checkpoint();
}
static void drop_refs(void *block, void *keep) {
  any_slot *slot;
  while ((slot = oracle_next_ref(block, keep))) {
    *slot = NULL;
    ops++;
  }
}
static void *get_memory(size_t n, size_t size, int type) {
  void *p = calloc(n, size);
  oracle_alloc(p, n * size, type, n, 0);
  return p;
}
static char *dup(const char *s) {
  char *copy = strdup(s);
  oracle_alloc(copy, strlen(copy) + 1, 0, 1, 0);
  return copy;
}
static char *text(unsigned n) {
  char *s = malloc(n + 1);
  oracle_alloc(s, n + 1, 0, 1, 0);
  memset(s, 'x', n);
  s[n] = 0;
  return s;
}
static int null_last(const void *a, const void *b) {
  return !*(void *const *)a - !*(void *const *)b;
}
static char *step(char *s) { return s && *s ? s + 1 : s; }
"""

GLOBALS = """\
static char *gs0, *gs1, *gs2;
static void *gv0, *gv1;
void *gv2;
static void *stale0, *stale1;
struct pair { struct t0 *a; char *s; };
static struct pair pair, pairs[2];
static struct pair make_pair(struct t0 *a, char *s) { return (struct pair){a, s}; }
static struct t0 *first_of(struct pair p) { return p.a; }
static void grow_text(size_t more) {
  if (!oracle_ok(gs0, NULL))
    return;
  drop_refs(gs0, &gs0);
  oracle_realloc_begin(gs0);
  gs0 = realloc(gs0, more + 1);
  gs0[more] = 0;
  oracle_realloc_end(gs0, more + 1, 1);
  oracle_fresh(&gs0);
}
"""

TYPE_GLOBALS = """\
static struct t@J *g@J_0;
struct t@J *g@J_1, *a@J[@ARRAY];
static struct t@J *g@J_2, s@J;
static struct t@J **gr@J;
static struct in@J *gi@J;
static struct t@J **vec@J, *pool@J;
static unsigned vn@J, vc@J, pn@J;
"""

TYPE_HELPERS = """\
static void put_t@J(struct t@J **out, struct t@J *p) { *out = p; }
static struct t@J *same_t@J(struct t@J *p) { return p; }
static struct t@J *find_t@J(unsigned n) {
  for (int i = 0; i < @ARRAY; i++)
    if (a@J[i] && n-- % 2 == 0)
      return a@J[i];
  return g@J_1;
}
static void init_t@J(struct t@J *p) {
@INIT
}
static struct t@J *new_t@J(unsigned how) {
  struct t@J *p;
  if (how % 4 == 0) {
    p = get_memory(1, sizeof *p, T@J);
    return p;
  }
  p = malloc(sizeof *p);
  oracle_alloc(p, sizeof *p, T@J, 1, 0);
  if (how % 4 == 1)
    memset(p, 0, sizeof *p);
  else if (how % 4 == 2)
    *p = s@J;
  else
    init_t@J(p);
  return p;
}
static struct t@J with_t@J(struct t@J s, unsigned how) {
  oracle_enter("with_t@J");
  oracle_slot(&s, T@J, 1, "with_t@J.s");
  @CHANGE
  if (how % 16 == 0)
    @BY_VALUE_CHECKPOINT
  oracle_leave();
  return s;
}
static void spread_t@J(int n, ...) {
  va_list args;
  va_start(args, n);
  for (int i = 0; i < n; i++)
    a@J[i] = va_arg(args, struct t@J *);
  va_end(args);
}
static void vec_push_t@J(struct t@J *p) {
  if (vn@J == vc@J) {
    unsigned room = vc@J ? 2 * vc@J : 2;
    if (room > 32)
      return;
    if (!vec@J) {
      vec@J = calloc(room, sizeof *vec@J);
      oracle_alloc(vec@J, room * sizeof *vec@J, TP, room, ORACLE_OWNED);
    } else {
      if (!oracle_ok_owned(vec@J))
        return;
      drop_refs(vec@J, &vec@J);
      oracle_realloc_begin(vec@J);
      vec@J = realloc(vec@J, room * sizeof *vec@J);
      for (unsigned i = vc@J; i < room; i++)
        vec@J[i] = NULL;
      oracle_realloc_end(vec@J, room * sizeof *vec@J, room);
      oracle_fresh(&vec@J);
      ops += vn@J + 1;
    }
    vc@J = room;
  }
  vec@J[vn@J++] = p;
  ops++;
}
static void vec_insert_t@J(struct t@J *p, unsigned at) {
  if (vn@J == vc@J)
    return;
  at %= vn@J + 1;
  memmove(&vec@J[at + 1], &vec@J[at], (vn@J - at) * sizeof *vec@J);
  vec@J[at] = p;
  ops += vn@J++ - at;
}
static void vec_remove_t@J(unsigned at) {
  if (!vn@J)
    return;
  at %= vn@J--;
  for (unsigned i = at; i < vn@J; i++)
    vec@J[i] = vec@J[i + 1];
  ops += vn@J - at;
}
static void vec_trim_t@J(void) {
  if (!vn@J || !oracle_ok_owned(vec@J))
    return;
  drop_refs(vec@J, &vec@J);
  oracle_realloc_begin(vec@J);
  vec@J = realloc(vec@J, vn@J * sizeof *vec@J);
  oracle_realloc_end(vec@J, vn@J * sizeof *vec@J, vn@J);
  oracle_fresh(&vec@J);
  vc@J = vn@J;
}
static void pool_resize_t@J(unsigned n) {
  if (pool@J && !oracle_ok_owned(pool@J))
    return;
  if (!n) {
    if (pool@J) {
      drop_refs(pool@J, &pool@J);
      oracle_free(pool@J);
      free(pool@J);
      pool@J = NULL;
      oracle_fresh(&pool@J);
    }
  } else if (!pool@J) {
    pool@J = calloc(n, sizeof *pool@J);
    oracle_alloc(pool@J, n * sizeof *pool@J, T@J, n, ORACLE_OWNED);
  } else {
    drop_refs(pool@J, &pool@J);
    oracle_realloc_begin(pool@J);
    pool@J = realloc(pool@J, n * sizeof *pool@J);
    if (n > pn@J)
      memset(pool@J + pn@J, 0, (n - pn@J) * sizeof *pool@J);
    oracle_realloc_end(pool@J, n * sizeof *pool@J, n);
    oracle_fresh(&pool@J);
  }
  pn@J = n;
  ops++;
}
"""

JUMP = """\
static jmp_buf landing;
static void jump_t@J(struct t@J *p, unsigned depth) {
  struct t@J *held = p;
  oracle_enter("jump_t@J");
  oracle_slot(&held, TP, 1, "jump_t@J.held");
  OL(p);
  if (depth == 1)
    checkpoint();
  if (depth == 0)
    longjmp(landing, 1);
  jump_t@J(held->@LINK, depth - 1);
  oracle_leave();
}
static void catch_jump(void) {
  oracle_enter("catch_jump");
  int depth = oracle_depth();
  struct t@J *made = new_t@J(0);
  OL(made);
  g@J_0 = made;
  made->@LINK = made;
  if (!setjmp(landing))
    jump_t@J(g@J_0, 2);
  oracle_unwind(depth);
  memset(landing, 0, sizeof landing); /* registers lie in it, which may hold pointers */
  ops += 6;
  checkpoint();
  oracle_leave();
}
"""

SWEEP = """\
static void sweep(unsigned keep) {
  void *p;
  for (int i = 0; i < 200 && (p = oracle_victim(rnd(), keep)); i++)
    if (oracle_ok(p, NULL)) {
      drop_refs(p, NULL);
      oracle_free(p);
      free(p);
    }
}
"""

THREADS = """\
struct job { struct job *next; char *text; void *about; };
struct worker { struct job *head; int number; };
static struct worker workers[2];
static struct job *queue[8];
static unsigned queued, taken;
static pthread_mutex_t queue_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t queue_changed = PTHREAD_COND_INITIALIZER;
static _Thread_local struct job *current;
static struct job *new_job(struct job *next, unsigned n) {
  struct job *j = malloc(sizeof *j);
  oracle_alloc(j, sizeof *j, TJOB, 1, 0);
  j->next = next;
  j->text = text(n % 20 + 2);
  j->about = j->text + n % 3;
  return j;
}
static void drop_job(struct job *j) {
  oracle_free_quick(j->text);
  free(j->text);
  oracle_free_quick(j);
  free(j);
}
static void finish(struct worker *w, struct job **last) {
  struct job *held = *last;
  oracle_thread(w->number);
  if (w->number == 2)
    pthread_exit(held);
}
static void *produce(void *arg) {
  struct worker *w = arg;
  oracle_thread(w->number);
  for (unsigned i = 0; i < @JOBS; i++) {
    current = new_job(w->head, i);
    w->head = current;
    if (i % 3 == 1) {
      struct job *out = w->head;
      w->head = out->next;
      out->next = NULL;
      current = w->head;
      pthread_mutex_lock(&queue_lock);
      while (queued - taken == 8)
        pthread_cond_wait(&queue_changed, &queue_lock);
      queue[queued++ % 8] = out;
      pthread_cond_signal(&queue_changed);
      pthread_mutex_unlock(&queue_lock);
    }
  }
  struct job *last = w->head;
  finish(w, &last);
  return last;
}
static void *consume(void *arg) {
  struct worker *w = arg;
  oracle_thread(w->number);
  for (unsigned i = 0; i < @JOBS / 3; i++) {
    pthread_mutex_lock(&queue_lock);
    while (queued == taken)
      pthread_cond_wait(&queue_changed, &queue_lock);
    struct job *in = queue[taken % 8];
    queue[taken++ % 8] = NULL;
    pthread_cond_signal(&queue_changed);
    pthread_mutex_unlock(&queue_lock);
    in->next = w->head;
    w->head = in;
    if (i % 2) {
      struct job *rest = in->next;
      w->head = rest;
      drop_job(in);
    }
  }
  struct job *last = w->head;
  finish(w, &last);
  return NULL;
}
static void run_threads(void) {
  pthread_t thread[2];
  for (int i = 0; i < 2; i++) {
    workers[i].number = i + 1;
    pthread_create(&thread[i], NULL, i ? consume : produce, &workers[i]);
  }
  void *result = NULL;
  oracle_slot(&result, TP, 1, "run_threads.result");
  for (int i = 0; i < 2; i++)
    pthread_join(thread[i], i ? NULL : &result);
  ops += 12 * @JOBS;
  gv0 = result;
  checkpoint();
  oracle_unslot(&result);
}
"""

HIDDEN = """\
static void hide(void) {
  struct t0 *p = new_t0(0);
  g0_0 = NULL;
  struct t0 **at = &g0_0;
  __asm__ volatile("mov %1, (%0)" : : "r"(at), "r"(p) : "memory");
  checkpoint();
}
"""

LABELS = {
    "move_local": """\
static void label_move_local(void) {
  struct t@J *a = new_t@J(rnd());
  g@J_0 = a; /* expect: move */
  ops += 2;
}
""",
    "borrow_local": """\
static void label_borrow_local(void) {
  struct t@J *a = new_t@J(rnd());
  g@J_0 = a; /* expect: borrow */
  if (rnd() % 2)
    a->@SLOT = NULL;
  g@J_1 = a; /* expect: move */
  ops += 3;
}
""",
    "move_field": """\
static void label_move_field(void) {
  struct t@K *h = new_t@K(0);
  h->@FIELD = new_t@J(rnd());
  oracle_fresh(&h->@FIELD); /* so that it is in memory */
  g@K_0 = h; /* expect: borrow */
  g@J_1 = h->@FIELD; /* expect: move */
  h->@FIELD = NULL;
  ops += 4;
}
""",
    "borrow_field": """\
static void label_borrow_field(void) {
  struct t@K *h = new_t@K(0);
  h->@FIELD = new_t@J(rnd());
  oracle_fresh(&h->@FIELD); /* so that it is in memory */
  g@K_1 = h; /* expect: borrow */
  g@J_2 = h->@FIELD; /* expect: borrow */
  ops += 4;
}
""",
    "push": """\
static void label_push(void) {
  struct t@J *old = new_t@J(0);
  g@J_2 = old; /* expect: move */
  struct t@J *n = new_t@J(0);
  n->@LINK = g@J_2; /* expect: move */
  g@J_2 = n; /* expect: move */
  ops += 5;
}
""",
    "clone_assign": """\
static void label_clone_assign(void) {
  struct t@K *n = malloc(sizeof *n); /* expect: clone */
  oracle_alloc(n, sizeof *n, T@K, 1, 0);
  struct t@K *of = new_t@K(0);
  of->@FIELD = new_t@J(rnd());
  *n = *of;
  g@K_0 = n; /* expect: move */
  g@K_1 = of; /* expect: move */
  ops += 5;
}
""",
    "clone_memcpy": """\
static void label_clone_memcpy(void) {
  struct t@K *of = new_t@K(0);
  of->@FIELD = new_t@J(rnd());
  struct t@K *n = malloc(sizeof *n); /* expect: clone */
  oracle_alloc(n, sizeof *n, T@K, 1, 0);
  memcpy(n, of, sizeof *n);
  g@K_1 = n; /* expect: move */
  g@K_0 = of; /* expect: move */
  ops += 5;
}
""",
    "clone_string": """\
static void label_clone_string(void) {
  char *of = text(9);
  gs1 = of; /* expect: borrow */
  gs2 = strdup(of); /* expect: clone at full */
  oracle_alloc(gs2, strlen(gs2) + 1, 0, 1, 0);
  ops += 3;
}
""",
}


def expand(text, **values):
    """TEXT with @NAME replaced; the longest names first."""
    for name in sorted(values, key=len, reverse=True):
        text = text.replace("@" + name, str(values[name]))
    return text
