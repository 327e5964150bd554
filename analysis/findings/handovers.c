/* handovers.c - see handovers.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "analysis/findings/handovers.h"

#include <stdlib.h>
#include <string.h>

#include "support/grow.h"

void ms_handovers_fini(struct ms_handovers *h) {
  free(h->items);
  free(h->callees);
  ms_address_map_fini(&h->at);
  ms_index_fini(&h->by_name);
}

/* How names of functions of the C library begin that look at what they are given and keep nothing. */
static bool keeps_nothing(const char *name) {
  static const char *const beginnings[] = {
      "str",   "mem",   "wcs",   "wmem",   "ato",   "fput",  "fget",   "fprint", "fscan",    "fread", "fwrite",   "fopen", "freopen",
      "fclose", "fflush", "fseek", "ftell", "snprintf", "sprintf", "printf", "vprintf", "vsn", "vfprintf", "sscanf", "puts", "read",
      "write", "pread", "pwrite", "send",   "recv",  "open",  "stat",   "lstat",  "access",   "unlink", "remove",  "rename", "mkdir",
      "qsort", "bsearch", "getenv", "perror", "getline", "getdelim", "exec", "__", "stpcpy", "stpncpy", "isspace", "llvm.",
  };
  for (size_t i = 0; i < sizeof beginnings / sizeof *beginnings; i++)
    if (strncmp(name, beginnings[i], strlen(beginnings[i])) == 0)
      return true;
  return false;
}

static uint32_t callee_of(struct ms_handovers *h, const char *name) {
  uint64_t hash = ms_hash_bytes(name, strlen(name));
  struct ms_index_cursor c = ms_index_start(&h->by_name, hash);
  for (uint32_t i; ms_index_next(&h->by_name, &c, &i);)
    if (strcmp(h->callees[i].name, name) == 0)
      return i;
  ms_index_add(&h->by_name, hash, h->callee_count);
  MS_GROW(h->callees, h->callee_count, h->callee_capacity);
  h->callees[h->callee_count] = (struct ms_handover_callee){.name = name};
  return h->callee_count++;
}

static void on_pass(struct ms_handovers *h, const struct ms_opaque *o, const struct ms_notice *n) {
  const struct ms_trace_site *site = ms_trace_site(o->trace, n->site);
  if (!n->block || (site->flags & MS_SITE_F_INDIRECT) || !*site->callee || ms_opaque_is_compiled(o, site->callee) ||
      keeps_nothing(site->callee))
    return;
  uint32_t index;
  if (!ms_address_map_find(&h->at, n->block->addr, &index)) {
    MS_GROW(h->items, h->count, h->capacity);
    index = h->count++;
    ms_address_map_put(&h->at, n->block->addr, index);
  }
  h->items[index] =
      (struct ms_handover){n->event->id, n->event->context, n->site, callee_of(h, site->callee)};
}

static void on_end(struct ms_handovers *h, const struct ms_opaque *o, const struct ms_notice *n) {
  const struct ms_handover *handed = ms_handovers_of(h, n->block->addr, n->block->event, 0);
  if (!handed || !n->event || n->event->kind != MS_EV_FREE)
    return;
  struct ms_handover_callee *c = &h->callees[handed->callee];
  if (ms_trace_context(o->trace, n->event->context)->call_site)
    c->freed_here++;
  else
    c->freed_there++;
}

void ms_handovers_take(struct ms_handovers *h, const struct ms_opaque *o, const struct ms_notice *n) {
  if (n->kind == MS_NOTICE_PASS)
    on_pass(h, o, n);
  else if (n->kind == MS_NOTICE_END && h->count)
    on_end(h, o, n);
}

const struct ms_handover *ms_handovers_of(const struct ms_handovers *h, uint64_t addr, uint64_t birth, uint64_t end) {
  uint32_t index;
  if (!h->count || !ms_address_map_find(&h->at, addr, &index) || h->items[index].event < birth ||
      (end && h->items[index].event > end))
    return NULL;
  return &h->items[index];
}
