/* group.c - see group.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "analysis/summary/group.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/summary/naming.h"
#include "analysis/summary/stacks.h"
#include "support/grow.h"
#include "support/index.h"
#include "support/xalloc.h"

enum { STACKS_PER_ROW = 3 };

struct ms_report_use ms_context_use(const struct ms_model_context *c, double tick) {
  const struct ms_usage *u = &c->usage;
  struct ms_report_use use = {
      .allocations = u->allocations, .frees = u->frees, .bytes = u->bytes, .live_blocks = u->live_blocks,
      .live_bytes = u->live_bytes, .peak_blocks = u->peak_blocks, .peak_bytes = u->peak_bytes,
      .temporary = c->temporary, .reallocs = c->reallocs, .realloc_chain_max = c->realloc_chain_max,
      .freed_elsewhere = c->freed_elsewhere, .several = c->several, .lifetimes = c->ended,
      .lifetime_sum = (double)c->lifetime_sum * tick};
  if (u->allocations || u->live_blocks) {
    use.size_min = c->size_min;
    use.size_max = c->size_max;
  }
  if (c->ended) {
    use.lifetime_min = (double)c->lifetime_min * tick;
    use.lifetime_max = (double)c->lifetime_max * tick;
  }
  return use;
}

/* Row of the table with KEY, made from TEMPLATE if there is none yet. */
static size_t row_for(struct ms_report_table *table, size_t *capacity, struct ms_index *index, char ***keys,
                      size_t *key_capacity, char *key, const struct ms_report_row *template) {
  uint64_t hash = ms_hash_bytes(key, strlen(key));
  struct ms_index_cursor cursor = ms_index_start(index, hash);
  for (uint32_t i; ms_index_next(index, &cursor, &i);)
    if (strcmp((*keys)[i], key) == 0) {
      free(key);
      return i;
    }
  ms_index_add(index, hash, (uint32_t)table->count);
  MS_GROW(*keys, table->count, *key_capacity);
  MS_GROW(table->rows, table->count, *capacity);
  (*keys)[table->count] = key;
  table->rows[table->count] = *template;
  return table->count++;
}

struct entry {
  size_t row;
  const struct ms_model_context *context;
};

static int by_row(const void *a, const void *b) {
  const struct entry *x = a, *y = b;
  if (x->row != y->row)
    return x->row < y->row ? -1 : 1;
  const struct ms_usage *u = &x->context->usage, *v = &y->context->usage;
  uint64_t xs[] = {u->live_bytes, u->live_blocks, u->peak_bytes, u->bytes, u->allocations};
  uint64_t ys[] = {v->live_bytes, v->live_blocks, v->peak_bytes, v->bytes, v->allocations};
  for (size_t i = 0; i < sizeof xs / sizeof *xs; i++)
    if (xs[i] != ys[i])
      return xs[i] < ys[i] ? 1 : -1;
  return x->context < y->context ? -1 : x->context > y->context;
}

/* How many different name sites the COUNT entries at E have. */
static uint32_t distinct_sites(const struct entry *e, size_t count) {
  struct ms_index seen = {NULL, 0, 0};
  for (size_t i = 0; i < count; i++) {
    uint64_t site = ms_trace_context(e[i].context->trace, e[i].context->id)->name_site;
    uint64_t hash = ms_hash_u64((uint64_t)(uintptr_t)e[i].context->trace ^ site << 48 ^ site);
    struct ms_index_cursor cursor = ms_index_start(&seen, hash);
    uint32_t other;
    if (!ms_index_next(&seen, &cursor, &other)) /* 64 bits of hash: no need to compare */
      ms_index_add(&seen, hash, 0);
  }
  uint32_t n = (uint32_t)seen.count;
  ms_index_fini(&seen);
  return n;
}

/* Gives the row its heaviest stacks: ENTRIES are its contexts, those with most live first. */
static void add_stacks(struct ms_report *report, struct ms_run *run, struct ms_report_row *row,
                       const struct entry *entries, size_t count, double tick) {
  size_t picks[STACKS_PER_ROW], n = 0;
  size_t peak = 0, bytes = 0;
  for (size_t i = 0; i < count; i++) {
    if (entries[i].context->usage.peak_bytes > entries[peak].context->usage.peak_bytes)
      peak = i;
    if (entries[i].context->usage.bytes > entries[bytes].context->usage.bytes)
      bytes = i;
  }
  const size_t wanted[] = {0, peak, bytes, 1, 2};
  for (size_t i = 0; i < sizeof wanted / sizeof *wanted && n < STACKS_PER_ROW; i++) {
    bool taken = wanted[i] >= count;
    for (size_t k = 0; k < n; k++)
      taken |= picks[k] == wanted[i];
    if (!taken)
      picks[n++] = wanted[i];
  }
  struct ms_report_stack *stacks = ms_report_alloc(report, n * sizeof *stacks);
  for (size_t i = 0; i < n; i++) {
    ms_stack_resolve(report, run, entries[picks[i]].context, &stacks[i]);
    stacks[i].use = ms_context_use(entries[picks[i]].context, tick);
  }
  row->stacks = stacks;
  row->stack_count = n;
  row->stacks_omitted = count - n;
}

void ms_group(struct ms_report *report, struct ms_run *run, enum ms_grouping by, double tick, size_t **ret_rows) {
  const struct ms_model *model = ms_run_model(run);
  struct ms_report_table *table = &report->tables[by];
  size_t contexts = ms_model_context_count(model), used = 0;
  struct ms_index index = {NULL, 0, 0};
  char **keys = NULL;
  size_t capacity = 0, key_capacity = 0;
  size_t *rows = ms_xcalloc(contexts, sizeof *rows);
  struct entry *entries = ms_xcalloc(contexts, sizeof *entries);
  for (size_t i = 0; i < contexts; i++) {
    const struct ms_model_context *c = ms_model_context(model, i);
    rows[i] = SIZE_MAX;
    if (!c->usage.allocations && !c->usage.changed_seq)
      continue;
    struct ms_report_row row;
    char *key = ms_name_row(report, run, c, by, &row);
    rows[i] = row_for(table, &capacity, &index, &keys, &key_capacity, key, &row);
    struct ms_report_use use = ms_context_use(c, tick);
    ms_report_use_add(&table->rows[rows[i]].use, &use);
    entries[used++] = (struct entry){rows[i], c};
  }
  qsort(entries, used, sizeof *entries, by_row);
  for (size_t first = 0, last; first < used; first = last) {
    for (last = first; last < used && entries[last].row == entries[first].row;)
      last++;
    struct ms_report_row *row = &table->rows[entries[first].row];
    row->contexts = (uint32_t)(last - first);
    row->sites = by == MS_BY_SITE ? 1 : distinct_sites(entries + first, last - first);
    if (by == MS_BY_SITE)
      add_stacks(report, run, row, entries + first, last - first, tick);
  }
  for (size_t i = 0; i < table->count; i++)
    free(keys[i]);
  free(keys);
  free(entries);
  ms_index_fini(&index);
  if (ret_rows)
    *ret_rows = rows;
  else
    free(rows);
}
