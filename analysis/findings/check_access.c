/* check_access.c - reads and writes of memory that is not there to be used.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * AddressSanitizer has seen the access (level check), or a guarded page has (guard=N); the trace says whose block or variable it was about
 * (object, report). Here it gets the block's name, its story, and the slots that held the pointer
 * at that moment: one of the accessing function is what it went through. Bad frees are
 * check_free.c's, which knows them from the free itself.
 */
#include <stdlib.h>
#include <string.h>

#include "analysis/findings/finder.h"
#include "support/grow.h"

enum {
  ACCESSES_MAX = 256, /* places; they are searched one by one */
  THREADS_MAX = 64,   /* whose last object is remembered */
  HOLDERS_MAX = 8,
  HOLDERS_LOOKED_AT = 256
};

/* What the next report of a thread is about. */
struct object {
  uint64_t addr, size;
  ms_string_id name;
  uint32_t thread;
  bool is_valid;
};

/* An access, or several from one place. */
struct access {
  unsigned code;
  bool is_write, has_block;
  uint64_t addr, size, event, count;
  ms_context_id context;
  struct object object;
  struct ms_past_block block; /* end_event 0: it lives */
  struct ms_slot holders[HOLDERS_MAX]; /* the latest first */
  unsigned holder_count;
};

struct accesses {
  struct ms_finder *finder;
  struct object objects[THREADS_MAX];
  struct access *items;
  size_t count, capacity;
};

static void *open_accesses(struct ms_finder *finder) {
  struct accesses *s = ms_xcalloc(1, sizeof *s);
  s->finder = finder;
  return s;
}

static void close_accesses(void *state) {
  struct accesses *s = state;
  free(s->items);
  free(s);
}

/* What check_free.c finds without AddressSanitizer's help. */
static bool is_bad_free(unsigned code) {
  return code == MS_REPORT_DOUBLE_FREE || code == MS_REPORT_BAD_FREE || code == MS_REPORT_DEALLOC_MISMATCH;
}

static bool is_same_place(const struct ms_trace *trace, ms_context_id a, ms_context_id b) {
  const struct ms_trace_context *x = ms_trace_context(trace, a), *y = ms_trace_context(trace, b);
  return a == b || (x->frame_count && y->frame_count && x->frames[0].module == y->frames[0].module &&
                    x->frames[0].offset == y->frames[0].offset);
}

/* The slots that hold the block with ID; blocks that have ended are only found by looking. */
static void find_holders(const struct accesses *s, struct access *a) {
  const struct ms_slots *slots = s->finder->slots;
  const struct ms_held_block *b = NULL;
  for (uint32_t i = 0; i < ms_slots_block_count(slots) && !b; i++)
    if (ms_slots_block(slots, i)->id == a->block.id)
      b = ms_slots_block(slots, i);
  unsigned looked = 0;
  for (uint32_t i = b ? b->first : MS_SLOT_NONE_INDEX;
       i != MS_SLOT_NONE_INDEX && looked++ < HOLDERS_LOOKED_AT && a->holder_count < HOLDERS_MAX;
       i = ms_slots_slot(slots, i)->next)
    if (*ms_trace_site(s->finder->trace, ms_slots_slot(slots, i)->site)->path)
      a->holders[a->holder_count++] = *ms_slots_slot(slots, i);
}

static void find_block(const struct accesses *s, struct access *a) {
  uint64_t addr = a->object.is_valid ? a->object.addr : a->addr;
  const struct ms_held_block *live = ms_slots_block_at(s->finder->slots, addr);
  const struct ms_past_block *dead = ms_past_blocks_at(&s->finder->past, addr);
  if (live && addr - live->addr < (live->size ? live->size : 1))
    a->block = ms_past_block_of(live, NULL);
  else if (dead)
    a->block = *dead;
  else
    return;
  a->has_block = true;
  find_holders(s, a);
}

static void on_report(struct accesses *s, const struct ms_event *e) {
  struct object *object = &s->objects[e->thread % THREADS_MAX];
  struct access a = {.code = e->size & MS_REPORT_CODE, .is_write = e->size & MS_REPORT_WRITE,
                     .size = e->size >> MS_REPORT_SIZE_SHIFT, .addr = e->addr, .event = e->id, .count = 1,
                     .context = e->context};
  if (object->thread == e->thread)
    a.object = *object;
  object->is_valid = false;
  if (is_bad_free(a.code))
    return;
  for (size_t i = 0; i < s->count; i++)
    if (s->items[i].code == a.code && s->items[i].is_write == a.is_write &&
        is_same_place(s->finder->trace, s->items[i].context, a.context)) {
      s->items[i].count++;
      return;
    }
  if (s->count >= ACCESSES_MAX)
    return;
  if (!a.object.is_valid || !a.object.name)
    find_block(s, &a);
  MS_GROW(s->items, s->count, s->capacity);
  s->items[s->count++] = a;
}

static void notice_accesses(void *state, const struct ms_notice *notice) {
  struct accesses *s = state;
  const struct ms_event *e = notice->event;
  if (notice->kind != MS_NOTICE_OTHER)
    return;
  if (e->kind == MS_EV_OBJECT)
    s->objects[e->thread % THREADS_MAX] = (struct object){.addr = e->addr, .size = e->size, .is_valid = true,
                                                          .name = (ms_string_id)e->number, .thread = e->thread};
  else if (e->kind == MS_EV_REPORT)
    on_report(s, e);
}

static enum ms_finding_kind kind_of(const struct access *a) {
  switch (a->code) {
  case MS_REPORT_HEAP_USE_AFTER_FREE: return MS_FINDING_USE_AFTER_FREE;
  case MS_REPORT_USE_AFTER_RETURN:
  case MS_REPORT_USE_AFTER_SCOPE: return MS_FINDING_USE_AFTER_SCOPE;
  case MS_REPORT_HEAP_OVERFLOW:
  case MS_REPORT_CONTAINER_OVERFLOW: return MS_FINDING_OVERFLOW_HEAP;
  case MS_REPORT_STACK_OVERFLOW:
  case MS_REPORT_STACK_UNDERFLOW:
  case MS_REPORT_DYNAMIC_STACK_OVERFLOW: return MS_FINDING_OVERFLOW_STACK;
  case MS_REPORT_GLOBAL_OVERFLOW: return MS_FINDING_OVERFLOW_GLOBAL;
  default: return MS_FINDING_BAD_ACCESS;
  }
}

/* The function and line that made the access, or NULL. */
static const struct ms_symbol *symbol_of(const struct accesses *s, const struct access *a) {
  const struct ms_trace_context *c = ms_trace_context(s->finder->trace, a->context);
  size_t count = 0;
  return c->frame_count ? ms_symbols_lookup(ms_run_symbols(s->finder->run, s->finder->trace), &c->frames[0], &count)
                        : NULL;
}

/* The slot of the accessing function that held the pointer, else the latest; NULL. */
static const struct ms_slot *slot_used(const struct accesses *s, const struct access *a) {
  const struct ms_symbol *symbol = symbol_of(s, a);
  const char *function = symbol ? symbol->function : "";
  for (unsigned i = 0; i < a->holder_count; i++)
    if (strcmp(ms_trace_site(s->finder->trace, a->holders[i].site)->func, function) == 0)
      return &a->holders[i];
  return a->holder_count ? &a->holders[0] : NULL;
}

/* "3 bytes before": where the access leaves what lies at START. The address of a report is that of
 * the first byte that is out of bounds. */
static char *place_text(const struct access *a, uint64_t start, uint64_t size) {
  unsigned long long n = a->addr < start ? start - a->addr : a->addr - start;
  if (a->addr < start)
    return ms_xasprintf("%llu byte%s before the start of", n, n == 1 ? "" : "s");
  if (n < size)
    return ms_xasprintf("at byte %llu of", n);
  n -= size;
  return n ? ms_xasprintf("%llu byte%s behind the end of", n, n == 1 ? "" : "s") : ms_xstrdup("runs past the end of");
}

/* "a write of 8 bytes", "a read" where the size is not known. */
static char *deed_text(const struct access *a) {
  unsigned long long n = a->size;
  const char *noun = a->is_write ? "write" : "read";
  return n == 0 ? ms_xasprintf("a %s", noun) : ms_xasprintf("a %s of %llu byte%s", noun, n, n == 1 ? "" : "s");
}

static void tell_block(struct accesses *s, const struct access *a, struct ms_finding *f) {
  struct ms_finder *finder = s->finder;
  const struct ms_past_block *b = &a->block;
  const struct ms_slot *used = slot_used(s, a);
  const char *through = used ? ms_finder_slot_path(finder, used->site) : NULL;
  ms_finding_name_block(finder, f, b->context, b->name);
  f->block = b->id;
  f->bytes = b->size;
  ms_finding_step_birth(finder, f, b->event, b->context);
  for (unsigned i = a->holder_count; i-- > 0;)
    if (&a->holders[i] != used && a->holders[i].where != MS_IN_VARIABLE)
      ms_finding_step_add(f, MS_STEP_COPIED, a->holders[i].event, a->holders[i].context, a->holders[i].site,
                          ms_finder_slot_path(finder, a->holders[i].site), "gets the pointer");
  if (b->end_event)
    ms_finding_step_free(finder, f, MS_STEP_FREED, b->end_event, b->end_context);
  if (used)
    ms_finding_step_add(f, MS_STEP_HELD, used->event, used->context, used->site, through, "holds the pointer");
  char *deed = deed_text(a), *place = place_text(a, b->addr, b->size);
  unsigned long long size = b->size, offset = a->addr - b->addr;
  const char *name = *f->name ? f->name : "the block";
  if (f->kind == MS_FINDING_USE_AFTER_FREE) {
    char *call = b->end_event ? ms_finder_free_text(finder, b->end_context) : ms_xstrdup("it was freed");
    f->title = ms_xasprintf("%s at byte %llu of %s comes after %s", deed, offset, name, call);
    f->advice = ms_xasprintf("do not use %s once its block is freed; set it to NULL then", through ? through : "a pointer");
    free(call);
  } else {
    f->title = ms_xasprintf("%s %s %s, which has %llu byte%s", deed, place, name, size, size == 1 ? "" : "s");
    f->advice = ms_xstrdup("allocate more, or keep the access within what was allocated");
  }
  free(deed);
  free(place);
}

/* A variable, or memory that nobody knows. */
static void tell_variable(struct accesses *s, const struct access *a, struct ms_finding *f) {
  const char *name = a->object.name ? ms_trace_string(s->finder->trace, a->object.name) : "";
  char *deed = deed_text(a);
  f->name = ms_xstrdup(name);
  f->type = ms_xstrdup("");
  f->bytes = a->object.is_valid ? a->object.size : a->size;
  if (!*name) {
    f->title = ms_xasprintf("%s where no block and no variable is known", deed);
  } else if (f->kind == MS_FINDING_USE_AFTER_SCOPE) {
    f->title = ms_xasprintf("%s in %s comes after its scope has ended", deed, name);
    f->advice = ms_xasprintf("declare %s where it lives long enough, or do not keep its address", name);
  } else {
    char *place = place_text(a, a->object.addr, a->object.size);
    f->title = ms_xasprintf("%s %s %s, which has %llu byte%s", deed, place, name, (unsigned long long)a->object.size,
                            a->object.size == 1 ? "" : "s");
    f->advice = ms_xasprintf("keep the access within %s, or make it larger", name);
    free(place);
  }
  free(deed);
}

static void report(struct accesses *s, const struct access *a) {
  struct ms_finding *f = ms_finder_add(s->finder, kind_of(a));
  f->context = a->context;
  f->blocks = a->count;
  if (a->has_block)
    tell_block(s, a, f);
  else
    tell_variable(s, a, f);
  ms_finding_step_add(f, MS_STEP_USED, a->event, a->context, 0, NULL, a->is_write ? "is written" : "is read");
}

/* A read whose size is not known comes from a guarded page. Before a pointer is stored there, what is
 * overwritten is read. */
static bool may_precede(const struct access *read, const struct access *write) {
  return !read->is_write && write->is_write && read->size == 0 && write->size == 0;
}

/* One line of the source often makes several accesses. */
static bool is_same_line(const struct accesses *s, const struct access *a, const struct access *b) {
  if (kind_of(a) != kind_of(b) || (a->is_write != b->is_write && !may_precede(a, b)) || a->block.id != b->block.id ||
      a->object.name != b->object.name)
    return false;
  const struct ms_symbol *x = symbol_of(s, a), *y = symbol_of(s, b);
  return x && y && x->line && x->line == y->line && strcmp(x->file, y->file) == 0;
}

static void finish_accesses(void *state) {
  struct accesses *s = state;
  for (size_t i = 0; i < s->count; i++) {
    struct access *same = NULL;
    for (size_t k = 0; k < i && !same; k++)
      if (s->items[k].count && is_same_line(s, &s->items[k], &s->items[i]))
        same = &s->items[k];
    if (!same)
      continue;
    if (same->is_write == s->items[i].is_write) {
      same->count += s->items[i].count;
    } else { /* one byte was read, of a word that is written */
      uint64_t word = same->addr & ~7ull, end = same->object.addr + same->object.size;
      same->is_write = true;
      same->addr = word < end && same->addr >= end ? end : word;
    }
    s->items[i].count = 0;
  }
  for (size_t i = 0; i < s->count; i++)
    if (s->items[i].count)
      report(s, &s->items[i]);
}

const struct ms_check ms_check_access = {open_accesses, notice_accesses, finish_accesses, close_accesses};
