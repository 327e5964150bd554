/* passports.c - see passports.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "analysis/ownership/passports.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/model/address_map.h"
#include "support/grow.h"
#include "support/index.h"

enum { PENDING_MAX = 32, THREADS_MAX = 64 };

/* A live block that has crossed. */
struct traveller {
  uint64_t id;
  ms_site_id handed[MS_HANDED_MAX];
  uint64_t times[MS_HANDED_MAX], more;
  uint32_t handed_count, next_free;
};

/* Passed through a pointer: to whom will be known at the next event of the thread. */
struct pending {
  uint64_t block;
  ms_site_id site;
  uint32_t thread;
};

struct way {
  ms_site_id born, first_handed, freed;
  ms_context_id birth, end; /* examples; end 0: it did not, or nobody knows how */
  bool has_end;
  struct ms_report_passport row;
};

struct ms_passports {
  struct ms_run *run;
  struct ms_trace *trace;
  struct ms_slots *slots;
  struct ms_index functions; /* names that FUNC records have */
  const char **names;
  uint32_t name_count, name_capacity;
  struct traveller *travellers;
  uint32_t traveller_count, traveller_capacity, free_list;
  struct ms_address_map by_block;
  struct pending pending[PENDING_MAX];
  uint32_t pending_count;
  struct way *ways;
  uint32_t way_count, way_capacity;
  struct ms_index way_index;
  struct ms_report_passport *rows;
  uint64_t blocks;
  bool has_calls;
};

static void learn_functions(struct ms_passports *p) {
  for (ms_site_id id = 1; id <= ms_trace_site_count(p->trace); id++) {
    const struct ms_trace_site *site = ms_trace_site(p->trace, id);
    if (site->kind != MS_SITE_FUNC || !*site->func)
      continue;
    ms_index_add(&p->functions, ms_hash_bytes(site->func, strlen(site->func)), p->name_count);
    MS_GROW(p->names, p->name_count, p->name_capacity);
    p->names[p->name_count++] = site->func;
  }
}

static bool is_known(const struct ms_passports *p, const char *function) {
  struct ms_index_cursor c = ms_index_start(&p->functions, ms_hash_bytes(function, strlen(function)));
  for (uint32_t i; ms_index_next(&p->functions, &c, &i);)
    if (strcmp(p->names[i], function) == 0)
      return true;
  return false;
}

static struct traveller *traveller(struct ms_passports *p, uint64_t id, bool make) {
  uint32_t i;
  if (ms_address_map_find(&p->by_block, id, &i))
    return &p->travellers[i];
  if (!make)
    return NULL;
  if (p->free_list) {
    i = p->free_list - 1;
    p->free_list = p->travellers[i].next_free;
  } else {
    MS_GROW(p->travellers, p->traveller_count, p->traveller_capacity);
    i = p->traveller_count++;
  }
  p->travellers[i] = (struct traveller){.id = id};
  ms_address_map_put(&p->by_block, id, i);
  return &p->travellers[i];
}

static void hand_over(struct ms_passports *p, uint64_t block, ms_site_id site) {
  struct traveller *t = traveller(p, block, true);
  for (uint32_t i = 0; i < t->handed_count; i++)
    if (t->handed[i] == site) {
      t->times[i]++;
      return;
    }
  if (t->handed_count == MS_HANDED_MAX) {
    t->more++;
    return;
  }
  t->handed[t->handed_count] = site;
  t->times[t->handed_count++] = 1;
}

/* What THREAD handed over through pointers: IS_ENTERED, to a function that is not foreign. */
static void settle(struct ms_passports *p, uint32_t thread, bool is_entered) {
  uint32_t kept = 0;
  for (uint32_t i = 0; i < p->pending_count; i++) {
    struct pending waiting = p->pending[i];
    if (waiting.thread != thread)
      p->pending[kept++] = waiting;
    else if (!is_entered)
      hand_over(p, waiting.block, waiting.site);
  }
  p->pending_count = kept;
}

static void on_pass(struct ms_passports *p, const struct ms_notice *n) {
  const struct ms_trace_site *site = ms_trace_site(p->trace, n->site);
  bool is_indirect = site->flags & MS_SITE_F_INDIRECT || !*site->callee;
  p->has_calls = true;
  if (!is_indirect) {
    if (!is_known(p, site->callee))
      hand_over(p, n->block->id, n->site);
    return;
  }
  if (p->pending_count == PENDING_MAX) {
    struct pending oldest = p->pending[0];
    memmove(p->pending, p->pending + 1, (PENDING_MAX - 1) * sizeof p->pending[0]);
    p->pending_count--;
    hand_over(p, oldest.block, oldest.site);
  }
  p->pending[p->pending_count++] = (struct pending){n->block->id, n->site, n->event->thread};
}

/* Whether code that MemScope did not compile called the allocator: getline does, strdup is one. */
static bool is_foreign(const struct ms_passports *p, ms_context_id id) {
  ms_site_id call = ms_trace_context(p->trace, id)->call_site;
  return id && (!call || ms_trace_site(p->trace, call)->kind == MS_SITE_OUT);
}

static const char *status_of(bool born_foreign, bool has_end, bool end_foreign) {
  if (!has_end)
    return born_foreign ? "waiting" : "kept";
  if (born_foreign)
    return end_foreign ? "foreign" : "received";
  return end_foreign ? "given" : "lent";
}

static struct ms_report_border border(struct ms_passports *p, ms_context_id id, ms_site_id at) {
  const struct ms_trace_context *c = ms_trace_context(p->trace, id);
  const struct ms_trace_site *site = ms_trace_site(p->trace, at);
  struct ms_report_border b = {.path = site->path, .type = site->type, .function = site->func, .file = site->file,
                               .line = site->line, .is_foreign = is_foreign(p, id), .by = "", .module = ""};
  if (!b.is_foreign || !c->frame_count)
    return b;
  size_t count;
  b.by = ms_symbols_lookup(ms_run_symbols(p->run, p->trace), &c->frames[0], &count)->function;
  b.module = ms_trace_module(p->trace, c->frames[0].module)->path;
  return b;
}

static struct way *way_of(struct ms_passports *p, const struct way *key, const char *status) {
  uint64_t parts[4] = {key->born, key->first_handed, key->freed, (uintptr_t)status};
  uint64_t hash = ms_hash_bytes(parts, sizeof parts);
  struct ms_index_cursor c = ms_index_start(&p->way_index, hash);
  for (uint32_t i; ms_index_next(&p->way_index, &c, &i);) {
    struct way *w = &p->ways[i];
    if (w->born == key->born && w->first_handed == key->first_handed && w->freed == key->freed && w->row.status == status)
      return w;
  }
  ms_index_add(&p->way_index, hash, p->way_count);
  MS_GROW(p->ways, p->way_count, p->way_capacity);
  p->ways[p->way_count] = *key;
  p->ways[p->way_count].row = (struct ms_report_passport){.status = status};
  return &p->ways[p->way_count++];
}

static void add_handed(struct ms_passports *p, struct ms_report_passport *row, const struct traveller *t) {
  for (uint32_t i = 0; i < t->handed_count; i++) {
    const struct ms_trace_site *site = ms_trace_site(p->trace, t->handed[i]);
    size_t k = 0;
    while (k < row->handed_count && (row->handed[k].callee != site->callee || row->handed[k].line != site->line ||
                                     row->handed[k].file != site->file || row->handed[k].argument != site->index))
      k++;
    if (k == MS_HANDED_MAX) {
      row->handed_more += t->times[i];
      continue;
    }
    if (k == row->handed_count)
      row->handed[row->handed_count++] =
          (struct ms_report_handed){site->callee, site->func, site->file, site->line, site->index, 0};
    row->handed[k].count += t->times[i];
  }
  row->handed_more += t->more;
}

/* The journey of BLOCK is over by E, or (NULL) the trace is. */
static void arrive(struct ms_passports *p, const struct ms_held_block *block, const struct ms_event *e) {
  bool has_end = e != NULL;
  struct traveller *t = traveller(p, block->id, false);
  bool born_foreign = is_foreign(p, block->context) && !block->is_inherited;
  bool end_foreign = has_end && is_foreign(p, e->context);
  if (t || (block->is_tracked && (born_foreign || end_foreign))) {
    const struct ms_trace_context *end = ms_trace_context(p->trace, has_end ? e->context : 0);
    struct way key = {.born = ms_trace_context(p->trace, block->context)->name_site,
                      .first_handed = t && t->handed_count ? t->handed[0] : 0,
                      .freed = !has_end ? 0 : end->call_site ? end->call_site : end->name_site,
                      .birth = block->context, .end = has_end ? e->context : 0, .has_end = has_end};
    struct way *w = way_of(p, &key, status_of(born_foreign, has_end, end_foreign));
    if (!w->row.count++) {
      w->row.block = block->id;
      w->row.event = block->event;
      w->row.end_event = has_end ? e->id : 0;
    }
    w->row.bytes += block->size;
    if (t)
      add_handed(p, &w->row, t);
  }
  if (!t)
    return;
  ms_address_map_remove(&p->by_block, block->id);
  t->next_free = p->free_list;
  p->free_list = (uint32_t)(t - p->travellers) + 1;
}

static void on_notice(void *user, const struct ms_notice *n) {
  struct ms_passports *p = user;
  if (n->event && n->kind != MS_NOTICE_PASS && n->kind != MS_NOTICE_COPY)
    settle(p, n->event->thread, n->kind == MS_NOTICE_ENTER);
  if (n->kind == MS_NOTICE_PASS)
    on_pass(p, n);
  else if (n->kind == MS_NOTICE_BEGIN)
    p->blocks += n->block->is_tracked;
  else if (n->kind == MS_NOTICE_END)
    arrive(p, n->block, n->event);
}

struct ms_passports *ms_passports_read(struct ms_run *run) {
  struct ms_passports *p = ms_xcalloc(1, sizeof *p);
  p->run = run;
  p->trace = ms_run_trace(run);
  learn_functions(p);
  p->slots = ms_run_slots(run, on_notice, p);
  ms_run_replay(run);
  for (uint32_t i = 0; i < ms_slots_block_count(p->slots); i++) {
    const struct ms_held_block *b = ms_slots_block(p->slots, i);
    if (b->id && !b->end_event)
      arrive(p, b, NULL);
  }
  return p;
}

void ms_passports_free(struct ms_passports *p) {
  if (!p)
    return;
  ms_index_fini(&p->functions);
  ms_index_fini(&p->way_index);
  ms_address_map_fini(&p->by_block);
  free(p->names);
  free(p->travellers);
  free(p->ways);
  free(p->rows);
  free(p);
}

static int by_bytes(const void *a, const void *b) {
  const struct ms_report_passport *x = a, *y = b;
  if (x->bytes != y->bytes)
    return x->bytes > y->bytes ? -1 : 1;
  return x->block < y->block ? -1 : x->block > y->block;
}

struct ms_report_passports ms_passports_report(struct ms_passports *p, const char *status) {
  free(p->rows);
  p->rows = ms_xcalloc((size_t)p->way_count + 1, sizeof *p->rows);
  size_t count = 0;
  for (uint32_t i = 0; i < p->way_count; i++) {
    struct way *w = &p->ways[i];
    if (status && strcmp(w->row.status, status) != 0)
      continue;
    w->row.born = border(p, w->birth, w->born);
    w->row.has_end = w->has_end;
    if (w->has_end)
      w->row.freed = border(p, w->end, w->freed);
    p->rows[count++] = w->row;
  }
  if (count > 1)
    qsort(p->rows, count, sizeof *p->rows, by_bytes);
  return (struct ms_report_passports){ms_slots_is_recorded(p->slots), p->has_calls, p->blocks, p->rows, count};
}
