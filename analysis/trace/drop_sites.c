/* drop_sites.c - see drop_sites.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Only functions are looked for that a site of the trace hands a block to, and only in binaries of which the
 * trace has a site. Of functions with one name (static ones of several files) that of the caller's file is
 * taken, else the first.
 */
#include "analysis/trace/drop_sites.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/trace/elf_symbols.h"
#include "analysis/trace/site_table.h"
#include "analysis/trace/trace_parts.h"

/* The function that SITE hands a block to, and as which argument, from 0; NULL if it does not. */
static const char *callee_of(const struct ms_trace_site *site, unsigned long *ret_index) {
  static const char before[] = "argument ", between[] = " of ";
  if (site->slot != MS_SLOT_ARG || strncmp(site->path, before, sizeof before - 1) != 0)
    return NULL;
  char *end;
  unsigned long number = strtoul(site->path + sizeof before - 1, &end, 10);
  if (number == 0 || number > UINT8_MAX || strncmp(end, between, sizeof between - 1) != 0)
    return NULL;
  *ret_index = number - 1;
  return end + sizeof between - 1;
}

static uint64_t hash_of(const char *function, unsigned long index) {
  return ms_hash_bytes(function, strlen(function)) ^ ms_hash_u64(index);
}

/* What is looked for: hashes of function and parameter. */
static void collect_wanted(const struct ms_trace *trace, struct ms_index *wanted) {
  for (ms_site_id id = 1; id <= ms_trace_site_count(trace); id++) {
    unsigned long index;
    const char *callee = callee_of(ms_trace_site(trace, id), &index);
    if (!callee)
      continue;
    uint64_t hash = hash_of(callee, index);
    struct ms_index_cursor c = ms_index_start(wanted, hash);
    uint32_t known;
    if (!ms_index_next(wanted, &c, &known))
      ms_index_add(wanted, hash, 1);
  }
}

static const char *keep(struct ms_tables *t, const char *text) { return ms_intern(&t->strings, text, SIZE_MAX); }

/* Takes from TABLE, that of the module with FILE_ID, what is WANTED. */
static void take(struct ms_trace *trace, uint32_t file_id, const struct ms_site_table *table, const struct ms_index *wanted) {
  struct ms_tables *t = &trace->tables;
  const struct ms_trace_site *sites = ms_site_table_sites(table);
  for (size_t i = 0; i < ms_site_table_count(table); i++) {
    const struct ms_trace_site *from = &sites[i];
    uint32_t known;
    if (from->kind != MS_SITE_PARAM || from->slot != MS_SLOT_PARAM || !from->offset)
      continue;
    struct ms_index_cursor c = ms_index_start(wanted, hash_of(from->func, from->index));
    uint64_t key = (uint64_t)file_id << 32 | (from->key & UINT32_MAX);
    if (!ms_index_next(wanted, &c, &known) || ms_tables_site(t, key))
      continue;
    struct ms_trace_site site = *from;
    site.key = key;
    site.kind = MS_SITE_DROP;
    const char **const strings[] = {&site.func, &site.file, &site.dir, &site.path, &site.type, &site.callee, &site.field, &site.src};
    for (size_t s = 0; s < sizeof strings / sizeof *strings; s++)
      *strings[s] = keep(t, *strings[s]);
    ms_tables_add_site(t, &site);
  }
}

/* Whether the file of M is still the one that ran. */
static bool is_same_file(const struct ms_trace_module *m) {
  const char *problem;
  struct ms_elf_symbols *elf = ms_elf_symbols_open(m->path, m->build_id, m->build_id_len, &problem);
  ms_elf_symbols_close(elf);
  return elf != NULL;
}

void ms_drop_sites_learn(struct ms_trace *trace) {
  struct ms_index wanted = {NULL, 0, 0};
  collect_wanted(trace, &wanted);
  bool *has_sites = ms_xcalloc((size_t)trace->tables.module_count + 1, sizeof *has_sites);
  if (wanted.count)
    for (ms_site_id id = 1; id <= ms_trace_site_count(trace); id++)
      has_sites[ms_tables_module(&trace->tables, (uint32_t)(ms_trace_site(trace, id)->key >> 32))] = true;
  for (ms_module_id id = 1; id <= ms_trace_module_count(trace); id++) {
    const struct ms_trace_module *m = ms_trace_module(trace, id);
    struct ms_site_table *table;
    struct ms_error err;
    if (!has_sites[id] || m->path[0] != '/' || !is_same_file(m) || ms_site_table_open(m->path, &table, &err) != MS_OK)
      continue;
    take(trace, m->file_id, table, &wanted);
    ms_site_table_close(table);
  }
  free(has_sites);
  ms_index_fini(&wanted);
}

static void fill(struct ms_drop_sites *sites, struct ms_trace *trace) {
  ms_drop_sites_learn(trace);
  for (ms_site_id id = 1; id <= ms_trace_site_count(trace); id++) {
    const struct ms_trace_site *site = ms_trace_site(trace, id);
    if (site->kind == MS_SITE_DROP || site->kind == MS_SITE_PARAM)
      ms_index_add(&sites->index, hash_of(site->func, site->index), id);
  }
  sites->is_filled = true;
}

ms_site_id ms_drop_site_of(struct ms_drop_sites *sites, struct ms_trace *trace, ms_site_id site) {
  enum { ALIKE_MAX = 64 }; /* functions of one name */
  unsigned long index;
  const char *callee = callee_of(ms_trace_site(trace, site), &index);
  if (!callee)
    return 0;
  if (!sites->is_filled)
    fill(sites, trace);
  const struct ms_trace_site *from = ms_trace_site(trace, site);
  callee = callee_of(from, &index);
  ms_site_id found = 0;
  struct ms_index_cursor c = ms_index_start(&sites->index, hash_of(callee, index));
  unsigned tried = 0;
  for (uint32_t i; tried < ALIKE_MAX && ms_index_next(&sites->index, &c, &i); tried++) {
    const struct ms_trace_site *to = ms_trace_site(trace, i);
    if (to->index != index || strcmp(to->func, callee) != 0 || !to->offset)
      continue;
    if (!found || strcmp(to->file, from->file) == 0)
      found = i;
  }
  return found;
}

void ms_drop_sites_fini(struct ms_drop_sites *sites) { ms_index_fini(&sites->index); }
