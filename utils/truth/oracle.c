/* oracle.c - the truth about a generated program, read from its memory.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Linked into programs that truth_gen.py writes, compiled without MemScope. At each
 * checkpoint it writes to the file $TRUTH_OUT
 *
 *   cp N slot ADDRESS block ADDRESS NAME BLOCK-NUMBER [stale]
 *   cp N local FUNCTION VARIABLE block ADDRESS DEPTH BLOCK-NUMBER
 *   cp N block ADDRESS SIZE BLOCK-NUMBER
 *
 * for each slot that exists and points into a live block, for each live block, and at the end "operations N" and
 * "end". NAME and the numbers do not depend on where memory lies: two builds of one program
 * must agree on them. A slot whose block was freed under it is stale: it holds nothing,
 * even if another block now lies at that address.
 * Invariant: all memory is static; no allocation, no pointer of ours is a slot.
 */
#include "oracle.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_TYPES = 16, MAX_OFFSETS = 64, MAX_BLOCKS = 8192, MAX_SLOTS = 4096, MAX_FRAMES = 256,
       MAX_LOCALS = 24, MAX_STALE = 4096, MAX_THREADS = 16 };

struct type {
  size_t size;
  int count;
  size_t offsets[MAX_OFFSETS];
};
struct block {
  uintptr_t at;
  size_t size, count;
  int type, flags, thread;
  unsigned number;
};
struct object { /* a variable with slots, outside of blocks */
  uintptr_t at;
  int type, depth; /* depth -1: global */
  size_t count;
  const char *name;
};
struct local {
  const char *name;
  uintptr_t value;
  int stale;
};
struct frame {
  const char *function;
  int count;
  struct local locals[MAX_LOCALS];
};
struct stale {
  uintptr_t at, value;
};

static struct type types[MAX_TYPES];
static struct block blocks[MAX_BLOCKS];
static size_t block_count;
static struct object objects[MAX_SLOTS];
static size_t object_count;
static struct frame frames[MAX_FRAMES];
static int frame_count;
static struct stale stales[MAX_STALE];
static size_t stale_count;
static unsigned next_number[MAX_THREADS];
static _Thread_local int thread_number;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static char out[1 << 16];
static size_t out_used;
static int out_fd = -1;
static unsigned checkpoint_number;
static uintptr_t moving;       /* address of the block in realloc */

static void die(const char *why) {
  (void)!write(2, "oracle: ", 8);
  (void)!write(2, why, strlen(why));
  (void)!write(2, "\n", 1);
  _exit(99);
}

static void flush(void) {
  for (size_t done = 0; out_fd >= 0 && done < out_used;) {
    ssize_t n = write(out_fd, out + done, out_used - done);
    if (n <= 0)
      die("cannot write");
    done += (size_t)n;
  }
  out_used = 0;
}

__attribute__((format(printf, 1, 2))) static void say(const char *format, ...) {
  if (out_used + 512 > sizeof out)
    flush();
  va_list args;
  va_start(args, format);
  out_used += (size_t)vsnprintf(out + out_used, 512, format, args);
  va_end(args);
}

static uintptr_t read_slot(uintptr_t at) {
  return *(volatile uintptr_t *)at;
}

/* Calls VISIT for each slot that exists, until it returns non-zero. */
typedef int visitor(uintptr_t at, const struct block *in, const struct object *object,
                    size_t offset, void *context);

static int visit_range(uintptr_t at, int type, size_t count, const struct block *in,
                       const struct object *object, visitor *visit, void *context) {
  const struct type *t = &types[type];
  for (size_t i = 0; i < count; i++)
    for (int k = 0; k < t->count; k++) {
      size_t offset = i * t->size + t->offsets[k];
      if (visit(at + offset, in, object, offset, context))
        return 1;
    }
  return 0;
}

static void visit_slots(visitor *visit, void *context) {
  for (size_t i = 0; i < object_count; i++)
    if (visit_range(objects[i].at, objects[i].type, objects[i].count, NULL, &objects[i], visit,
                    context))
      return;
  for (size_t i = 0; i < block_count; i++)
    if (blocks[i].type > 0 && visit_range(blocks[i].at, blocks[i].type, blocks[i].count, &blocks[i],
                                          NULL, visit, context))
      return;
}

static struct block *block_at(uintptr_t at) {
  for (size_t i = 0; i < block_count; i++)
    if (blocks[i].at == at)
      return &blocks[i];
  return NULL;
}

/* The block that V points into; one past its end still counts if no other begins there. */
static struct block *block_of(uintptr_t v) {
  struct block *past = NULL;
  if (v < 4096)
    return NULL;
  for (size_t i = 0; i < block_count; i++) {
    if (v - blocks[i].at < blocks[i].size || v == blocks[i].at)
      return &blocks[i];
    if (v == blocks[i].at + blocks[i].size)
      past = &blocks[i];
  }
  return past;
}

static int points_into(uintptr_t v, const struct block *block) {
  return v - block->at <= block->size && block_of(v) == block;
}

/* --- what is out of date ---------------------------------------------------------------- */

static int is_stale(uintptr_t at, uintptr_t value) {
  for (size_t i = 0; i < stale_count; i++)
    if (stales[i].at == at && stales[i].value == value)
      return 1;
  return 0;
}

static void forget_stale(uintptr_t from, size_t size) {
  for (size_t i = 0; i < stale_count;)
    if (stales[i].at - from < size)
      stales[i] = stales[--stale_count];
    else
      i++;
}

static int mark_stale(uintptr_t at, const struct block *in, const struct object *object,
                      size_t offset, void *context) {
  const struct block *ended = context;
  uintptr_t value = read_slot(at);
  (void)object, (void)offset;
  if (in == ended || !points_into(value, ended) || is_stale(at, value))
    return 0;
  forget_stale(at, 1);
  if (stale_count == MAX_STALE)
    die("too many stale slots");
  stales[stale_count++] = (struct stale){at, value};
  return 0;
}

static void mark_all_stale(struct block *ended) {
  visit_slots(mark_stale, ended);
  for (int f = 0; f < frame_count; f++)
    for (int i = 0; i < frames[f].count; i++)
      if (points_into(frames[f].locals[i].value, ended))
        frames[f].locals[i].stale = 1;
}

/* --- blocks ------------------------------------------------------------------------------- */

void oracle_type(int type, size_t size, int count, const size_t *offsets) {
  if (type < 0 || type >= MAX_TYPES || count > MAX_OFFSETS)
    die("type table full");
  types[type].size = size;
  types[type].count = count;
  for (int i = 0; i < count; i++)
    types[type].offsets[i] = offsets[i];
}

void oracle_alloc(const void *block, size_t size, int type, size_t count, int flags) {
  if (!block)
    die("out of memory");
  pthread_mutex_lock(&lock);
  if (block_count == MAX_BLOCKS || block_at((uintptr_t)block))
    die("too many blocks, or two at one address");
  blocks[block_count++] = (struct block){(uintptr_t)block, size, count, type, flags, thread_number,
                                         next_number[thread_number]++};
  pthread_mutex_unlock(&lock);
}

static void remove_block(struct block *block) {
  /* Keeps the order, which decides what victim and next_ref find. */
  memmove(block, block + 1, (size_t)(&blocks[--block_count] - block) * sizeof *block);
}

void oracle_free(const void *at) {
  struct block *block = block_at((uintptr_t)at);
  if (!block)
    die("free of what is no block");
  mark_all_stale(block);
  forget_stale(block->at, block->size);
  remove_block(block);
}

void oracle_free_quick(const void *at) {
  pthread_mutex_lock(&lock);
  struct block *block = block_at((uintptr_t)at);
  if (!block)
    die("quick free of what is no block");
  remove_block(block);
  pthread_mutex_unlock(&lock);
}

void oracle_realloc_begin(const void *at) {
  struct block *block = block_at((uintptr_t)at);
  if (!block)
    die("realloc of what is no block");
  mark_all_stale(block);
  moving = block->at;
}

void oracle_realloc_end(const void *at, size_t size, size_t count) {
  struct block *block = block_at(moving);
  if (!block || !at)
    die("realloc failed");
  for (size_t i = 0; i < stale_count; i++)
    if (stales[i].at - block->at < block->size)
      stales[i].at += (uintptr_t)at - block->at;
  struct block moved = *block;
  remove_block(block);
  moved.at = (uintptr_t)at;
  moved.size = size;
  moved.count = count;
  moved.number = next_number[thread_number]++;
  blocks[block_count++] = moved;
}

/* --- slots outside of blocks, frames and their locals ------------------------------------------ */

static void add_object(const void *at, int type, int depth, size_t count, const char *name) {
  for (size_t i = 0; i < object_count; i++)
    if (objects[i].at == (uintptr_t)at && objects[i].depth == depth && depth < 0)
      return; /* a static local, told again */
  if (object_count == MAX_SLOTS)
    die("too many variables");
  forget_stale((uintptr_t)at, types[type].size * count);
  objects[object_count++] = (struct object){(uintptr_t)at, type, depth, count, name};
}

void oracle_global(const void *at, int type, size_t count, const char *name) {
  add_object(at, type, -1, count, name);
}

void oracle_slot(const void *at, int type, size_t count, const char *name) {
  add_object(at, type, frame_count, count, name);
}

void oracle_unslot(const void *at) {
  for (size_t i = object_count; i-- > 0;)
    if (objects[i].at == (uintptr_t)at && objects[i].depth == frame_count) {
      forget_stale(objects[i].at, types[objects[i].type].size * objects[i].count);
      memmove(&objects[i], &objects[i + 1], (--object_count - i) * sizeof objects[i]);
      return;
    }
  die("end of a variable that has not begun");
}

void oracle_fresh(const void *at) {
  forget_stale((uintptr_t)at, 1);
}

void oracle_enter(const char *function) {
  if (frame_count == MAX_FRAMES)
    die("too many frames");
  frames[frame_count].function = function;
  frames[frame_count++].count = 0;
}

void oracle_unwind(int depth) {
  for (size_t i = 0; i < object_count;)
    if (objects[i].depth > depth) {
      forget_stale(objects[i].at, types[objects[i].type].size * objects[i].count);
      memmove(&objects[i], &objects[i + 1], (--object_count - i) * sizeof objects[i]);
    } else {
      i++;
    }
  frame_count = depth;
}

void oracle_leave(void) {
  oracle_unwind(frame_count - 1);
}

int oracle_depth(void) {
  return frame_count;
}

static struct local *find_local(struct frame *frame, const char *name) {
  for (int i = 0; i < frame->count; i++)
    if (strcmp(frame->locals[i].name, name) == 0)
      return &frame->locals[i];
  return NULL;
}

void oracle_local(const char *name, const void *value) {
  struct frame *frame = &frames[frame_count - 1];
  struct local *local = find_local(frame, name);
  if (!local) {
    if (frame->count == MAX_LOCALS)
      die("too many locals");
    local = &frame->locals[frame->count++];
  }
  *local = (struct local){name, (uintptr_t)value, 0};
}

void oracle_unlocal(const char *name) {
  struct frame *frame = &frames[frame_count - 1];
  struct local *local = find_local(frame, name);
  if (local)
    *local = frame->locals[--frame->count];
}

/* --- what may be done next --------------------------------------------------------------- */

static int pinned(const struct block *block, const char *except) {
  for (int f = 0; f < frame_count; f++)
    for (int i = 0; i < frames[f].count; i++) {
      const struct local *local = &frames[f].locals[i];
      if (f == frame_count - 1 && except && strcmp(except, local->name) == 0)
        continue;
      if (!local->stale && points_into(local->value, block))
        return 1;
    }
  return 0;
}

int oracle_ok(const void *p, const char *except) {
  struct block *block = block_at((uintptr_t)p);
  return block && !(block->flags & ORACLE_OWNED) && !pinned(block, except);
}

int oracle_ok_owned(const void *p) {
  struct block *block = block_at((uintptr_t)p);
  return block && !pinned(block, NULL);
}

struct search {
  const struct block *block;
  uintptr_t keep, found;
};

static int is_ref(uintptr_t at, const struct block *in, const struct object *object, size_t offset,
                  void *context) {
  struct search *search = context;
  uintptr_t value = read_slot(at);
  (void)object, (void)offset;
  if ((in == search->block && !search->keep) || at == search->keep ||
      !points_into(value, search->block) || is_stale(at, value))
    return 0;
  search->found = at;
  return 1;
}

void *oracle_next_ref(const void *p, const void *keep) {
  struct search search = {block_at((uintptr_t)p), (uintptr_t)keep, 0};
  if (!search.block)
    die("references to what is no block");
  visit_slots(is_ref, &search);
  return (void *)search.found; /* the address, from an integer: made of nothing the program has */
}

void *oracle_victim(unsigned random, unsigned keep) {
  unsigned count = 0;
  for (size_t i = 0; i < block_count; i++)
    count += !(blocks[i].flags & ORACLE_OWNED);
  if (count <= keep)
    return NULL;
  unsigned which = random % count;
  for (size_t i = 0; i < block_count; i++)
    if (!(blocks[i].flags & ORACLE_OWNED) && which-- == 0)
      return (void *)blocks[i].at;
  return NULL;
}

void oracle_thread(int n) {
  thread_number = n;
}

/* --- the output ------------------------------------------------------------------------------- */

void oracle_begin(void) {
  const char *path = getenv("TRUTH_OUT");
  if (path && (out_fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)) < 0)
    die("cannot open $TRUTH_OUT");
}

const char *oracle_next_mark(void) {
  static char name[16];
  snprintf(name, sizeof name, "cp%u", ++checkpoint_number);
  return name;
}

static int print_slot(uintptr_t at, const struct block *in, const struct object *object,
                      size_t offset, void *context) {
  uintptr_t value = read_slot(at);
  const struct block *block = block_of(value);
  (void)context;
  if (!block || is_stale(at, value))
    return 0;
  say("cp %u slot %#lx block %#lx ", checkpoint_number, (unsigned long)at,
      (unsigned long)block->at);
  if (in)
    say("b%d.%u+%zu", in->thread, in->number, offset);
  else
    say("%s@%d+%zu", object->name, object->depth, offset);
  say(" %d.%u%+ld\n", block->thread, block->number, (long)(value - block->at));
  return 0;
}

void oracle_checkpoint(void) {
  visit_slots(print_slot, NULL);
  for (int f = 0; f < frame_count; f++)
    for (int i = 0; i < frames[f].count; i++) {
      const struct local *local = &frames[f].locals[i];
      const struct block *block = local->stale ? NULL : block_of(local->value);
      if (block)
        say("cp %u local %s %s block %#lx %d %d.%u\n", checkpoint_number, frames[f].function,
            local->name, (unsigned long)block->at, f, block->thread, block->number);
    }
  for (size_t i = 0; i < block_count; i++)
    say("cp %u block %#lx %zu %d.%u\n", checkpoint_number, (unsigned long)blocks[i].at, blocks[i].size,
        blocks[i].thread, blocks[i].number);
  say("cp %u live %zu\n", checkpoint_number, block_count);
  flush();
}

void oracle_operations(unsigned long count) {
  say("operations %lu\n", count);
}

void oracle_end(void) {
  say("end\n");
  flush();
  /* The addresses would keep blocks within reach of a look through memory. */
  memset(blocks, 0, sizeof blocks);
  memset(frames, 0, sizeof frames);
  memset(stales, 0, sizeof stales);
  block_count = object_count = stale_count = 0;
  frame_count = 0;
  moving = 0;
}
