/* report.c - see report.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "report/report.h"

#include <stdlib.h>
#include <string.h>

#include "support/intern.h"
#include "support/xalloc.h"

struct ms_report_strings {
  struct ms_intern intern;
  struct ms_arena arena;
};

struct ms_report *ms_report_new(void) {
  struct ms_report *r = ms_xcalloc(1, sizeof *r);
  r->strings = ms_xcalloc(1, sizeof *r->strings);
  r->run.trace = r->run.program = r->run.cwd = r->run.options = r->run.runtime = "";
  r->gaps.stop = r->gaps.damage = r->gaps.unnamed_modules = r->gaps.coverage.opaque_names = "";
  return r;
}

void ms_report_free(struct ms_report *r) {
  if (!r)
    return;
  for (size_t i = 0; i < MS_BY_END; i++)
    free(r->tables[i].rows);
  free(r->threads);
  free(r->live);
  free(r->findings);
  free(r->kinds);
  ms_intern_fini(&r->strings->intern);
  ms_arena_fini(&r->strings->arena);
  free(r->strings);
  free(r);
}

const char *ms_report_string(struct ms_report *r, const char *text) {
  return text && *text ? ms_intern(&r->strings->intern, text, strlen(text)) : "";
}

void *ms_report_alloc(struct ms_report *r, size_t size) {
  void *p = ms_arena_alloc(&r->strings->arena, size);
  memset(p, 0, size);
  return p;
}

void ms_report_use_add(struct ms_report_use *to, const struct ms_report_use *from) {
  if (from->allocations) {
    if (!to->allocations || from->size_min < to->size_min)
      to->size_min = from->size_min;
    if (from->size_max > to->size_max)
      to->size_max = from->size_max;
  }
  if (from->lifetimes) {
    if (!to->lifetimes || from->lifetime_min < to->lifetime_min)
      to->lifetime_min = from->lifetime_min;
    if (from->lifetime_max > to->lifetime_max)
      to->lifetime_max = from->lifetime_max;
  }
  if (from->realloc_chain_max > to->realloc_chain_max)
    to->realloc_chain_max = from->realloc_chain_max;
  to->allocations += from->allocations;
  to->frees += from->frees;
  to->bytes += from->bytes;
  to->live_blocks += from->live_blocks;
  to->live_bytes += from->live_bytes;
  to->peak_blocks += from->peak_blocks;
  to->peak_bytes += from->peak_bytes;
  to->temporary += from->temporary;
  to->reallocs += from->reallocs;
  to->freed_elsewhere += from->freed_elsewhere;
  to->several += from->several;
  to->lifetimes += from->lifetimes;
  to->lifetime_sum += from->lifetime_sum;
}

static const char *const grouping_names[] = {
#define MS_GROUPING(ID, name, plural, meaning) name,
#include "report/groupings.def"
};

static const char *const grouping_plurals[] = {
#define MS_GROUPING(ID, name, plural, meaning) plural,
#include "report/groupings.def"
};

static const char *const sort_names[] = {
#define MS_SORT(ID, name, field, tie, meaning) name,
#include "report/sorts.def"
};

const char *ms_grouping_name(enum ms_grouping by) { return grouping_names[by]; }
const char *ms_grouping_plural(enum ms_grouping by) { return grouping_plurals[by]; }
const char *ms_sort_name(enum ms_sort sort) { return sort_names[sort]; }

bool ms_grouping_parse(const char *name, enum ms_grouping *ret) {
  for (unsigned i = 0; i < MS_BY_END; i++)
    if (strcmp(name, grouping_names[i]) == 0) {
      *ret = (enum ms_grouping)i;
      return true;
    }
  return false;
}

bool ms_sort_parse(const char *name, enum ms_sort *ret) {
  for (unsigned i = 0; i < MS_SORTS_END; i++)
    if (strcmp(name, sort_names[i]) == 0) {
      *ret = (enum ms_sort)i;
      return true;
    }
  return false;
}
