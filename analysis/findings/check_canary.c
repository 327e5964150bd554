/* check_canary.c - bytes behind a block that the program has overwritten.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The runtime laid a pattern behind the block and found it changed when the block was freed or
 * resized, or in a snapshot. That is seen and certain; which line wrote there is not known, only
 * between which moments. Bytes in front of a block belong to the slot of the one before: damage that
 * ends where another block begins may be that one's underflow, and the finding says so.
 */
#include <stdlib.h>
#include <string.h>

#include "analysis/findings/finder.h"
#include "support/grow.h"

enum {
  PLACES_MAX = 256, /* they are searched one by one */
  HOLDERS_MAX = 3,
  HOLDERS_LOOKED_AT = 64,
  NEIGHBOURS_MAX = 64, /* each looks at all live blocks */
  TOUCHES = 8 /* the next block's beginning, if it is as near as that */
};

/* A damaged block, or several of one place. */
struct overrun {
  struct ms_past_block block;
  struct ms_past_block behind; /* id 0: none begins where the damage ends */
  uint64_t event, offset, extent, bytes, count;
  uint64_t intact_event; /* of a snapshot that saw it intact; 0: none since its birth */
  ms_string_id intact_name, snapshot_name;
  bool is_snapshot, is_exit; /* where it was noticed; else in the call that ended the block */
  struct ms_slot holders[HOLDERS_MAX];
  unsigned holder_count;
};

struct canaries {
  struct ms_finder *finder;
  struct overrun *items;
  size_t count, capacity;
  struct ms_address_map known; /* id of a damaged block: index; it may be found again */
  uint32_t snapshot_lane;      /* of the snapshot that is being read */
  bool is_snapshot;
  uint64_t snapshot_event, whole_event; /* of this one; of the last one that is whole */
  ms_string_id snapshot_name, whole_name;
  unsigned neighbours;
};

static void *open_canaries(struct ms_finder *finder) {
  struct canaries *s = ms_xcalloc(1, sizeof *s);
  s->finder = finder;
  return s;
}

static void close_canaries(void *state) {
  struct canaries *s = state;
  free(s->items);
  ms_address_map_fini(&s->known);
  free(s);
}

/* The live block that begins where the damage of O ends, which is the next one in memory. */
static void find_neighbour(struct canaries *s, struct overrun *o) {
  const struct ms_slots *slots = s->finder->slots;
  uint64_t behind = o->block.addr + o->block.size + o->offset + o->extent;
  if (o->offset == 0 || s->neighbours++ >= NEIGHBOURS_MAX)
    return;
  for (uint32_t i = 0; i < ms_slots_block_count(slots); i++) {
    const struct ms_held_block *b = ms_slots_block(slots, i);
    if (b->id && !b->end_event && b->addr >= behind && b->addr - behind < TOUCHES) {
      o->behind = ms_past_block_of(b, NULL);
      return;
    }
  }
}

/* Members and globals that hold the block now, each function once: who could have written. */
static void find_holders(struct canaries *s, struct overrun *o, const struct ms_held_block *b) {
  const struct ms_trace *trace = s->finder->trace;
  unsigned looked = 0;
  for (uint32_t i = b ? b->first : MS_SLOT_NONE_INDEX; i != MS_SLOT_NONE_INDEX && looked++ < HOLDERS_LOOKED_AT;
       i = ms_slots_slot(s->finder->slots, i)->next) {
    const struct ms_slot *slot = ms_slots_slot(s->finder->slots, i);
    const struct ms_trace_site *site = ms_trace_site(trace, slot->site);
    bool is_new = *site->path && *site->func;
    for (unsigned k = 0; k < o->holder_count; k++)
      is_new &= strcmp(ms_trace_site(trace, o->holders[k].site)->path, site->path) != 0;
    if (is_new && o->holder_count < HOLDERS_MAX)
      o->holders[o->holder_count++] = *slot;
  }
}

/* The block that lies at ADDR or ended there last; *RET_LIVE is NULL if it ended. */
static bool find_block(const struct canaries *s, uint64_t addr, struct ms_past_block *ret,
                       const struct ms_held_block **ret_live) {
  const struct ms_held_block *live = ms_slots_block_at(s->finder->slots, addr);
  const struct ms_past_block *dead = ms_past_blocks_at(&s->finder->past, addr);
  *ret_live = live && live->addr == addr ? live : NULL;
  if (*ret_live)
    *ret = ms_past_block_of(live, NULL);
  else if (dead && dead->addr == addr)
    *ret = *dead;
  else
    return false;
  return true;
}

static bool is_alike(const struct overrun *a, const struct overrun *b) {
  return a->block.context == b->block.context && a->block.end_context == b->block.end_context &&
         a->block.name == b->block.name && a->offset == b->offset && a->is_snapshot == b->is_snapshot;
}

static void on_canary(struct canaries *s, const struct ms_event *e) {
  struct overrun o = {.event = e->id, .offset = e->number, .extent = e->size & MS_CANARY_EXTENT, .bytes = e->size >> 8,
                      .count = 1, .is_snapshot = s->is_snapshot && e->lane == s->snapshot_lane};
  const struct ms_held_block *live;
  uint32_t index;
  if (s->count >= PLACES_MAX || !find_block(s, e->addr, &o.block, &live) ||
      ms_address_map_find(&s->known, o.block.id, &index) || o.offset > UINT64_MAX / 4 || o.block.size > UINT64_MAX / 4)
    return;
  if (o.is_snapshot)
    o.snapshot_name = s->snapshot_name;
  if (s->whole_event > o.block.event) {
    o.intact_event = s->whole_event;
    o.intact_name = s->whole_name;
  }
  find_neighbour(s, &o);
  find_holders(s, &o, live);
  ms_address_map_put(&s->known, o.block.id, (uint32_t)s->count);
  MS_GROW(s->items, s->count, s->capacity);
  s->items[s->count++] = o;
}

/* The end of a block that is known to be damaged: there it was noticed, or in a snapshot before. */
static void on_end(struct canaries *s, const struct ms_notice *notice) {
  uint32_t index;
  if (!notice->event || !ms_address_map_find(&s->known, notice->block->id, &index))
    return;
  s->items[index].block.end_event = notice->event->id;
  s->items[index].block.end_context = notice->event->context;
}

static void on_snapshot_end(struct canaries *s) {
  s->is_snapshot = false;
  s->whole_event = s->snapshot_event;
  s->whole_name = s->snapshot_name;
}

static void notice_canaries(void *state, const struct ms_notice *notice) {
  struct canaries *s = state;
  const struct ms_event *e = notice->event;
  if (notice->kind == MS_NOTICE_END) {
    on_end(s, notice);
    return;
  }
  if (notice->kind != MS_NOTICE_OTHER)
    return;
  switch (e->kind) {
  case MS_EV_CANARY: on_canary(s, e); break;
  case MS_EV_SNAPSHOT:
    s->is_snapshot = true;
    s->snapshot_lane = e->lane;
    s->snapshot_event = e->id;
    s->snapshot_name = (ms_string_id)e->number;
    break;
  case MS_EV_SNAPSHOT_END: on_snapshot_end(s); break;
  default: break;
  }
}

/* "00", "41 42 "AB"": what lies there now. */
static char *bytes_text(const struct overrun *o) {
  static const char digits[] = "0123456789abcdef";
  char hex[3 * MS_CANARY_SHOWN + 1], text[MS_CANARY_SHOWN + 1];
  unsigned n = o->extent < MS_CANARY_SHOWN ? (unsigned)o->extent : MS_CANARY_SHOWN, printable = 0;
  for (unsigned i = 0; i < n; i++) {
    unsigned char c = (unsigned char)(o->bytes >> 8 * i);
    hex[3 * i] = ' ';
    hex[3 * i + 1] = digits[c >> 4];
    hex[3 * i + 2] = digits[c & 15];
    text[i] = c >= ' ' && c < 127 ? (char)c : '.';
    printable += text[i] == (char)c;
  }
  hex[3 * n] = text[n] = '\0';
  return ms_xasprintf("%s%s%s%s%s", hex + (n > 0), o->extent > n ? " ..." : "", printable > 1 ? " \"" : "",
                      printable > 1 ? text : "", printable > 1 ? "\"" : "");
}

static const char *plural(uint64_t n) { return n == 1 ? "" : "s"; }

static char *title_of(const struct overrun *o, const char *name, bool has_neighbour, const char *neighbour) {
  char *bytes = bytes_text(o);
  unsigned long long extent = o->extent, offset = o->offset, size = o->block.size;
  const char *more = o->extent == MS_CANARY_EXTENT ? " or more" : "";
  char *where = offset ? ms_xasprintf("%llu byte%s%s, %llu behind the end of", extent, plural(extent), more, offset)
                       : ms_xasprintf("%llu byte%s%s right behind the end of", extent, plural(extent), more);
  char *title = has_neighbour
                    ? ms_xasprintf("%llu byte%s%s between %s, which has %llu byte%s, and %s were overwritten: %s", extent,
                                   plural(extent), more, name, size, plural(size), neighbour, bytes)
                    : ms_xasprintf("%s %s, which has %llu byte%s, %s overwritten: %s", where, name, size, plural(size),
                                   extent == 1 ? "was" : "were", bytes);
  free(where);
  free(bytes);
  return title;
}

/* Where it was noticed: the call that ended the block, or a snapshot. */
static void step_noticed(struct canaries *s, const struct overrun *o, struct ms_finding *f) {
  char *text;
  if (o->is_snapshot) {
    const char *name = ms_trace_string(s->finder->trace, o->snapshot_name);
    text = strcmp(name, "exit") == 0 ? ms_xstrdup("when the program ended") : ms_xasprintf("in the snapshot \"%s\"", name);
    ms_finding_step_add(f, MS_STEP_NOTICED, o->event, 0, 0, NULL, text);
  } else {
    char *call = ms_finder_free_text(s->finder, o->block.end_context);
    text = ms_xasprintf("by %s", call);
    ms_finding_step_add(f, MS_STEP_NOTICED, o->event, o->block.end_context,
                        ms_finder_free_site(s->finder, o->block.end_context), NULL, text);
    free(call);
  }
  free(text);
}

static void report(struct canaries *s, const struct overrun *o) {
  struct ms_finder *finder = s->finder;
  struct ms_finding *f = ms_finder_add(finder, MS_FINDING_OVERFLOW_HEAP);
  ms_finding_name_block(finder, f, o->block.context, o->block.name);
  f->site = ms_finder_birth_site(finder, o->block.context);
  f->context = o->block.context;
  f->block = o->block.id;
  f->blocks = o->count;
  f->bytes = o->block.size;
  struct ms_finding other = {0};
  if (o->behind.id)
    ms_finding_name_block(finder, &other, o->behind.context, o->behind.name);
  const char *name = *f->name ? f->name : "a block";
  const char *neighbour = other.name && *other.name ? other.name : "the block behind it";
  f->title = title_of(o, name, o->behind.id != 0, neighbour);
  ms_finding_step_birth(finder, f, o->block.event, o->block.context);
  if (o->behind.id) {
    ms_finding_step_birth(finder, f, o->behind.event, o->behind.context);
    f->advice = ms_xasprintf("look for a write behind %s or before %s; guard=1 or -fmemscope=check shows its line", name,
                             neighbour);
  } else {
    f->advice = ms_xasprintf("allocate more, or write less to %s; guard=1 or -fmemscope=check shows the line", name);
  }
  if (o->intact_event) {
    char *text = ms_xasprintf("intact in the snapshot \"%s\"", ms_trace_string(finder->trace, o->intact_name));
    ms_finding_step_add(f, MS_STEP_NOTICED, o->intact_event, 0, 0, NULL, text);
    free(text);
  }
  for (unsigned i = o->holder_count; i-- > 0;)
    ms_finding_step_add(f, MS_STEP_HELD, o->holders[i].event, o->holders[i].context, o->holders[i].site,
                        ms_finder_slot_path(finder, o->holders[i].site), NULL);
  step_noticed(s, o, f);
  free(other.name);
  free(other.type);
}

static void finish_canaries(void *state) {
  struct canaries *s = state;
  for (size_t i = 0; i < s->count; i++) {
    struct overrun *same = NULL;
    for (size_t k = 0; k < i && !same; k++)
      if (s->items[k].count && is_alike(&s->items[k], &s->items[i]))
        same = &s->items[k];
    if (!same)
      continue;
    same->count++;
    s->items[i].count = 0;
  }
  for (size_t i = 0; i < s->count; i++)
    if (s->items[i].count)
      report(s, &s->items[i]);
}

const struct ms_check ms_check_canary = {open_canaries, notice_canaries, finish_canaries, close_canaries};
