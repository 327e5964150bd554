/* biography.c - see biography.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The first replay finds the blocks, the second collects what happens to those that are
 * shown: memory grows with the matches, and with what is shown of them. Of a life with very
 * many steps the first and the last STEPS_KEPT are kept.
 */
#include "analysis/summary/biography.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/findings/past_blocks.h"
#include "analysis/model/address_map.h"
#include "analysis/summary/block_query.h"
#include "analysis/summary/holders.h"
#include "analysis/summary/stacks.h"
#include "support/grow.h"

enum { STEPS_KEPT = 200 };

/* A life being collected; the last steps go round in a ring. */
struct life {
  uint64_t id;
  struct ms_report_life *report;
  struct ms_report_step *first, *last;
  size_t first_count, first_capacity;
  uint64_t last_count;
};

struct ms_biography {
  struct ms_block_query query;
  struct ms_run *run;
  struct ms_slots *slots;
  struct ms_trace *trace;
  struct ms_report *memory; /* strings and stacks */
  double tick;
  struct ms_address_map matches; /* ids; the value is 1 once it has ended before the event asked for */
  struct life *lives;
  size_t life_count;
  struct ms_report_biography report;
  struct ms_report_holder **holder_arrays;
  size_t array_count, array_capacity;
  struct ms_past_blocks past;
  struct ms_address_map seen; /* sites at which blocks were born or stored */
  struct ms_event object; /* what the next report of its thread is about; id 0: none */
};

static double seconds(const struct ms_biography *b, uint64_t ticks) { return b->tick > 0 ? (double)ticks * b->tick : -1; }

/* -- first replay: which blocks ----------------------------------------------------------- */

static void on_match(void *user, const struct ms_notice *n) {
  struct ms_biography *b = user;
  uint32_t known;
  if (n->kind == MS_NOTICE_BEGIN)
    ms_address_map_put(&b->seen, ms_trace_context(b->trace, n->block->context)->name_site, 0);
  else if (n->kind == MS_NOTICE_HOLD || n->kind == MS_NOTICE_BIND)
    ms_address_map_put(&b->seen, n->site, 0);
  if (ms_block_query_matches(&b->query, b->trace, n))
    ms_address_map_put(&b->matches, n->block->id, 0);
  else if (n->kind == MS_NOTICE_END && b->query.event && n->event && n->event->id <= b->query.event &&
           ms_address_map_find(&b->matches, n->block->id, &known))
    ms_address_map_remove(&b->matches, n->block->id); /* it was not the one at that event */
}

/* For a name that no block has: up to three that are like it. */
static void find_near(struct ms_biography *b) {
  struct ms_report_biography *r = &b->report;
  uint64_t site = 0;
  for (unsigned wanted = 2; wanted > 0; wanted--, site = 0)
    for (uint32_t value; ms_address_map_ceil(&b->seen, &site, &value); site++)
      for (int is_field = 1; is_field >= 0; is_field--) {
        const struct ms_trace_site *s = ms_trace_site(b->trace, (ms_site_id)site);
        const char *name = is_field ? s->field : s->path;
        bool is_new = ms_block_query_likeness(&b->query, s, is_field) == wanted;
        for (size_t i = 0; i < r->near_count && is_new; i++)
          is_new = strcmp(r->near[i], name) != 0;
        if (is_new && r->near_count < MS_NEAR_NAMES)
          r->near[r->near_count++] = ms_report_string(b->memory, name);
      }
}

static int compare_ids(const void *a, const void *b) {
  const struct life *x = a, *y = b;
  return x->id < y->id ? -1 : x->id > y->id;
}

static void choose(struct ms_biography *b, uint64_t id, size_t limit) {
  for (size_t i = 0; i < b->life_count; i++)
    if (b->lives[i].id == id)
      return;
  if (b->life_count < limit)
    b->lives[b->life_count++] = (struct life){.id = id};
}

/* Picks the blocks to be shown: lost ones, live ones, others. */
static void choose_all(struct ms_biography *b, size_t limit) {
  if (limit > b->matches.count)
    limit = b->matches.count;
  b->lives = ms_xcalloc(limit + 1, sizeof *b->lives);
  bool shows_all = limit == b->matches.count;
  for (int want_lost = 1; want_lost >= 0 && !shows_all; want_lost--)
    for (uint32_t i = 0; i < ms_slots_block_count(b->slots); i++) {
      const struct ms_held_block *block = ms_slots_block(b->slots, i);
      uint32_t known;
      if (block->id && !block->end_event && (block->lost != NULL) == want_lost &&
          ms_address_map_find(&b->matches, block->id, &known))
        choose(b, block->id, limit);
    }
  uint64_t id = 0;
  for (uint32_t value; b->life_count < limit && ms_address_map_ceil(&b->matches, &id, &value); id++) {
    if (shows_all)
      b->lives[b->life_count++] = (struct life){.id = id};
    else
      choose(b, id, limit);
  }
  if (b->life_count > 1)
    qsort(b->lives, b->life_count, sizeof *b->lives, compare_ids);
}

/* -- second replay: what happens to them -------------------------------------------------- */

static struct life *find_life(struct ms_biography *b, const struct ms_held_block *block) {
  struct life key = {.id = block ? block->id : 0};
  return b->life_count ? bsearch(&key, b->lives, b->life_count, sizeof *b->lives, compare_ids) : NULL;
}

static struct ms_report_step *add_step(struct ms_biography *b, struct life *life, const struct ms_notice *n,
                                       enum ms_step_kind kind) {
  struct ms_report_step *step;
  if (life->first_count < STEPS_KEPT) {
    MS_GROW(life->first, life->first_count, life->first_capacity);
    step = &life->first[life->first_count++];
  } else {
    if (!life->last)
      life->last = ms_xcalloc(STEPS_KEPT, sizeof *life->last);
    step = &life->last[life->last_count++ % STEPS_KEPT];
  }
  *step = (struct ms_report_step){.kind = kind, .site = ms_report_site_of(b->trace, n->site),
                                  .callee = ms_trace_site(b->trace, n->site)->callee, .text = "", .label = "",
                                  .source = "", .rule = "", .from = "", .why = ""};
  if (n->event) {
    step->event = n->event->id;
    step->time = seconds(b, n->event->time);
    step->thread = n->event->thread;
  }
  if (n->slot) {
    step->slot = ms_report_holder_of(b->trace, b->slots, n->slot, b->tick);
    step->has_slot = true;
  }
  return step;
}

/* The step that began with the copy at EVENT, if it is still kept. */
static struct ms_report_step *find_step(struct life *life, uint64_t event) {
  uint64_t kept = life->last_count < STEPS_KEPT ? life->last_count : STEPS_KEPT;
  for (uint64_t i = 1; i <= kept; i++) {
    struct ms_report_step *step = &life->last[(life->last_count - i) % STEPS_KEPT];
    if (step->event == event && step->kind == MS_STEP_HELD)
      return step;
  }
  for (size_t i = life->first_count; i-- > 0;)
    if (life->first[i].event == event && life->first[i].kind == MS_STEP_HELD)
      return &life->first[i];
  return NULL;
}

static struct ms_report_stack stack_of(struct ms_biography *b, ms_context_id id) {
  struct ms_report_stack stack = {0};
  struct ms_model_context context = {.trace = b->trace, .id = id};
  if (ms_trace_context(b->trace, id)->frame_count)
    ms_stack_resolve(b->memory, b->run, &context, &stack);
  return stack;
}

/* Fills in what BLOCK is now: at its end, or at the end of the trace. */
static void describe(struct ms_biography *b, struct life *life, const struct ms_held_block *block) {
  struct ms_report_life *r = life->report;
  char buffer[256];
  const struct ms_trace_context *birth = ms_trace_context(b->trace, block->context);
  struct ms_report_holder *holders = ms_xcalloc((size_t)block->slot_count + 1, sizeof *holders);
  size_t count = 0;
  for (uint32_t i = block->first; i != MS_SLOT_NONE_INDEX; i = ms_slots_slot(b->slots, i)->next)
    holders[count++] = ms_report_holder_of(b->trace, b->slots, ms_slots_slot(b->slots, i), b->tick);
  MS_GROW(b->holder_arrays, b->array_count, b->array_capacity);
  b->holder_arrays[b->array_count++] = holders;
  struct ms_report_held *h = &r->block;
  uint64_t end_event = h->end_event;
  double end_time = h->end_time;
  struct ms_report_site end_site = end_event ? h->end_site : ms_report_site_of(b->trace, 0);
  *h = (struct ms_report_held){
      .site = ms_report_site_of(b->trace, birth->name_site),
      .name = ms_report_string(b->memory, ms_held_name(b->trace, block, buffer, sizeof buffer)),
      .id = block->id, .address = block->addr, .size = block->size, .event = block->event, .end_event = end_event,
      .clone_of = block->clone_of, .time = seconds(b, block->time), .end_time = end_time, .end_site = end_site,
      .was_held = block->was_held, .holders = holders, .holder_count = count};
  if (block->lost)
    h->lost = ms_report_vanished_of(b->trace, block->lost, b->tick);
  r->predecessor = block->predecessor;
  r->successor = block->successor;
  r->thread = block->thread;
}

static void on_begin(struct ms_biography *b, struct life *life, const struct ms_notice *n) {
  const struct ms_trace_context *context = ms_trace_context(b->trace, n->block->context);
  describe(b, life, n->block);
  life->report->birth_stack = stack_of(b, n->block->context);
  life->report->birth_callee = *ms_trace_site(b->trace, context->call_site)->callee
                                   ? ms_trace_site(b->trace, context->call_site)->callee
                                   : ms_alloc_fn_name(context->fn);
}

static void on_end(struct ms_biography *b, struct life *life, const struct ms_notice *n) {
  struct ms_report_life *r = life->report;
  if (!n->event)
    return;
  r->block.end_event = n->event->id;
  r->block.end_time = seconds(b, n->event->time);
  r->block.end_site = ms_report_site_of(b->trace, n->site);
  r->end_stack = stack_of(b, n->event->context);
  const char *callee = ms_trace_site(b->trace, n->site)->callee;
  r->end_callee = *callee ? callee : ms_alloc_fn_name(ms_trace_context(b->trace, n->event->context)->fn);
  r->end_thread = n->event->thread;
  if (n->slot) {
    r->freed_through = ms_report_holder_of(b->trace, b->slots, n->slot, b->tick);
    r->has_freed_through = true;
  }
  describe(b, life, n->block);
  r->block.holder_count = 0; /* those that still point at it in the end are described again */
  r->block.lost.event = 0;
}

static void on_copy(struct ms_biography *b, struct life *life, const struct ms_copy *copy) {
  struct ms_report_step *step = find_step(life, copy->event);
  if (!step)
    return;
  step->label = ms_copy_label_name(copy->label);
  step->source = ms_fact_source_name(copy->source);
  step->rule = ms_copy_rule_name(copy->rule);
  const struct ms_trace_site *from = ms_trace_site(b->trace, copy->source_site);
  step->from = *from->path ? from->path : ms_trace_site(b->trace, copy->site)->src;
  step->from_event = copy->source_event;
}

/* The life of the block that begins at ADDR, or began there and ended; if it is shown. */
static struct life *life_at(struct ms_biography *b, uint64_t addr) {
  const struct ms_held_block *live = ms_slots_block_at(b->slots, addr);
  const struct ms_past_block *past = ms_past_blocks_at(&b->past, addr);
  struct ms_held_block block = {.id = live && live->addr == addr ? live->id : past && past->addr == addr ? past->id : 0};
  return find_life(b, &block);
}

/* What was done to a block, behind it, or to what had been it. */
static void on_misuse(struct ms_biography *b, const struct ms_notice *n) {
  const struct ms_event *e = n->event;
  if (e->kind == MS_EV_OBJECT)
    b->object = *e;
  bool is_report = e->kind == MS_EV_REPORT && b->object.thread == e->thread && b->object.id;
  uint64_t addr = e->kind == MS_EV_CANARY ? e->addr : is_report ? b->object.addr : 0;
  struct life *life = addr ? life_at(b, addr) : NULL;
  if (!life)
    return;
  struct ms_report_step *step =
      add_step(b, life, n, e->kind == MS_EV_CANARY ? MS_STEP_OVERRUN : MS_STEP_MISUSED);
  char *text;
  if (is_report) {
    struct ms_report_stack stack = stack_of(b, e->context);
    if (stack.count) {
      step->site.function = stack.frames[0].function;
      step->site.file = stack.frames[0].file;
      step->site.line = stack.frames[0].line;
    }
    text = ms_xasprintf("%s (%s)", e->size & MS_REPORT_WRITE ? "written" : "read",
                        ms_report_code_name(e->size & MS_REPORT_CODE));
    b->object.id = 0;
  } else {
    step->number = e->size & MS_CANARY_EXTENT;
    text = ms_xasprintf("%llu byte%s written, %llu behind its end", (unsigned long long)step->number,
                        step->number == 1 ? "" : "s", (unsigned long long)e->number);
  }
  step->text = ms_report_string(b->memory, text);
  free(text);
}

static void on_notice(void *user, const struct ms_notice *n) {
  struct ms_biography *b = user;
  struct life *life = find_life(b, n->block);
  struct ms_report_step *step;
  ms_past_blocks_take(&b->past, n);
  if (n->kind == MS_NOTICE_OTHER)
    on_misuse(b, n);
  if (!life)
    return;
  switch (n->kind) {
  case MS_NOTICE_BEGIN: on_begin(b, life, n); break;
  case MS_NOTICE_END: on_end(b, life, n); break;
  case MS_NOTICE_HOLD: (void)add_step(b, life, n, MS_STEP_HELD); break;
  case MS_NOTICE_BIND: (void)add_step(b, life, n, MS_STEP_BOUND); break;
  case MS_NOTICE_RELEASE:
    step = add_step(b, life, n, MS_STEP_RELEASED);
    step->why = ms_slot_end_name(n->why);
    break;
  case MS_NOTICE_COPY: on_copy(b, life, n->copy); break;
  case MS_NOTICE_PASS: (void)add_step(b, life, n, MS_STEP_PASSED); break;
  case MS_NOTICE_LEAVE: (void)add_step(b, life, n, MS_STEP_RETURNED); break;
  case MS_NOTICE_COUNT:
    step = add_step(b, life, n, MS_STEP_COUNTED);
    step->number = n->event->size;
    break;
  case MS_NOTICE_NAME:
    step = add_step(b, life, n, MS_STEP_NAMED);
    step->text = n->event ? ms_trace_string(b->trace, (ms_string_id)n->event->number)
                          : ms_trace_string(b->trace, n->block->name);
    step->number = strcmp(step->text, MS_NAME_IGNORE) == 0;
    break;
  case MS_NOTICE_CLONE:
    step = add_step(b, life, n, MS_STEP_CLONED);
    step->number = n->block->clone_of;
    step->rule = ms_copy_rule_name(n->block->clone_rule);
    break;
  case MS_NOTICE_MUTE: (void)add_step(b, life, n, MS_STEP_MUTED); break;
  default: break;
  }
}

/* Puts the kept steps of LIFE in a row. */
static void finish_life(struct life *life) {
  struct ms_report_life *r = life->report;
  size_t kept = life->last_count < STEPS_KEPT ? (size_t)life->last_count : STEPS_KEPT;
  r->omitted = life->last_count - kept;
  r->omitted_at = life->first_count;
  r->steps = ms_xcalloc(life->first_count + kept + 1, sizeof *r->steps);
  if (life->first_count)
    memcpy(r->steps, life->first, life->first_count * sizeof *r->steps);
  r->step_count = life->first_count;
  for (size_t i = 0; i < kept; i++)
    r->steps[r->step_count++] = life->last[(life->last_count - kept + i) % STEPS_KEPT];
  free(life->first);
  free(life->last);
}

/* -- both --------------------------------------------------------------------------------- */

static enum ms_status replay(struct ms_biography *b, const char *path, ms_slots_observer *observer,
                             struct ms_error *err) {
  MS_TRY(ms_run_prepare(path, &b->run, err));
  b->trace = ms_run_trace(b->run);
  b->slots = ms_run_slots(b->run, observer, b);
  ms_run_replay(b->run);
  return MS_OK;
}

enum ms_status ms_biography_collect(const char *path, const char *query, size_t limit,
                                    struct ms_biography **ret_biography, struct ms_error *err) {
  struct ms_biography *b = ms_xcalloc(1, sizeof *b);
  enum ms_status status = ms_block_query_parse(query, &b->query, err);
  if (status == MS_OK)
    status = replay(b, path, on_match, err);
  if (status != MS_OK)
    goto fail;
  choose_all(b, limit);
  double hz = ms_trace_tick_hz(b->trace);
  b->tick = hz > 0 ? 1 / hz : 0;
  b->memory = ms_report_new();
  b->report = (struct ms_report_biography){.query = query, .matches = b->matches.count,
                                           .is_recorded = ms_slots_is_recorded(b->slots),
                                           .lives = ms_xcalloc(b->life_count + 1, sizeof *b->report.lives),
                                           .life_count = b->life_count};
  for (size_t i = 0; i < b->life_count; i++) {
    b->lives[i].report = &b->report.lives[i];
    b->report.lives[i].birth_callee = b->report.lives[i].end_callee = "";
  }
  b->report.asked = b->query.kind == MS_QUERY_NAME   ? MS_ASKED_NAME
                    : b->query.kind == MS_QUERY_LINE ? MS_ASKED_LINE
                                                     : MS_ASKED_ADDRESS;
  if (!b->matches.count)
    find_near(b);
  ms_run_close(b->run);
  b->run = NULL;
  status = replay(b, path, on_notice, err);
  if (status != MS_OK)
    goto fail;
  for (uint32_t i = 0; i < ms_slots_block_count(b->slots); i++) {
    const struct ms_held_block *block = ms_slots_block(b->slots, i);
    struct life *life = block->id ? find_life(b, block) : NULL;
    if (life)
      describe(b, life, block);
    if (life && block->is_inherited)
      life->report->birth_callee = "the parent process";
  }
  for (size_t i = 0; i < b->life_count; i++)
    finish_life(&b->lives[i]);
  *ret_biography = b;
  return MS_OK;
fail:
  ms_biography_free(b);
  return status;
}

const struct ms_report_biography *ms_biography_report(const struct ms_biography *b) { return &b->report; }

const struct ms_trace *ms_biography_trace(const struct ms_biography *b) { return b->trace; }

void ms_biography_free(struct ms_biography *b) {
  if (!b)
    return;
  for (size_t i = 0; b->report.lives && i < b->report.life_count; i++)
    free(b->report.lives[i].steps);
  for (size_t i = 0; i < b->array_count; i++)
    free(b->holder_arrays[i]);
  free(b->holder_arrays);
  free(b->report.lives);
  free(b->lives);
  ms_address_map_fini(&b->matches);
  ms_past_blocks_fini(&b->past);
  ms_address_map_fini(&b->seen);
  if (b->memory)
    ms_report_free(b->memory);
  ms_run_close(b->run);
  free(b);
}
