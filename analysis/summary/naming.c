/* naming.c - see naming.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Rows are told apart by text, not by site id: an inline function of a header is compiled
 * into many objects but is one place for the reader, and a forked child's trace numbers
 * its sites anew.
 *
 * Code that was not compiled by memscope-cc has no site. Its rows are named by the
 * innermost frame: "libfoo.so:bar".
 */
#include "analysis/summary/naming.h"

#include <stdlib.h>
#include <string.h>

#include "support/xalloc.h"

const char *ms_base_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

const char *ms_module_path(const struct ms_trace *trace, uint64_t file_id) {
  for (uint32_t i = 1; i <= ms_trace_module_count(trace); i++)
    if (ms_trace_module(trace, i)->file_id == file_id)
      return ms_trace_module(trace, i)->path;
  return "";
}

/* Names for memory from code without sites, by the innermost frame. */
static void name_by_frame(struct ms_report *report, struct ms_run *run, const struct ms_trace *trace,
                          const struct ms_trace_context *context, struct ms_report_row *row) {
  row->has_debug_info = row->is_instrumented = false;
  if (!context->frame_count) {
    row->name = ms_report_string(report, "(stack unknown)");
    return;
  }
  const struct ms_trace_frame *frame = &context->frames[0];
  size_t count = 0;
  const struct ms_symbol *s = ms_symbols_lookup(ms_run_symbols(run, trace), frame, &count);
  const char *module = ms_trace_module(trace, frame->module)->path;
  row->module = ms_report_string(report, module);
  row->function = ms_report_string(report, s->function);
  row->file = ms_report_string(report, s->file);
  row->line = s->line;
  char *name = *s->function ? ms_xasprintf("%s%s%s", ms_base_name(module), *module ? ":" : "", s->function)
                            : ms_xasprintf("%s+0x%llx", ms_base_name(module), (unsigned long long)frame->offset);
  row->name = ms_report_string(report, name);
  free(name);
}

/* What to call a slot that has no access path. */
static char *name_without_path(const struct ms_trace_site *site) {
  switch (site->slot) {
  case MS_SLOT_RETURN: return ms_xasprintf("(returned by %s)", site->func);
  case MS_SLOT_DROPPED: return ms_xasprintf("(unused result of %s)", *site->callee ? site->callee : "a call");
  default: return *site->callee ? ms_xasprintf("%s()", site->callee) : ms_xstrdup("(no name)");
  }
}

static void name_by_site(struct ms_report *report, const struct ms_trace *trace, const struct ms_trace_site *site,
                         struct ms_report_row *row) {
  row->has_debug_info = !(site->flags & MS_SITE_F_NO_DEBUG);
  row->is_instrumented = true;
  row->path = ms_report_string(report, site->path);
  row->slot = site->slot ? ms_report_string(report, ms_slot_kind_name(site->slot)) : "";
  row->type = ms_report_string(report, site->type);
  row->function = ms_report_string(report, site->func);
  row->file = ms_report_string(report, site->file);
  row->dir = ms_report_string(report, site->dir);
  row->callee = ms_report_string(report, site->callee);
  row->module = ms_report_string(report, ms_module_path(trace, site->key >> 32));
  row->line = site->line;
  row->column = site->column;
  row->decl_line = site->decl_line;
  row->type_size = site->type_size;
  if (*site->path) {
    row->name = row->path;
  } else {
    char *name = name_without_path(site);
    row->name = ms_report_string(report, name);
    free(name);
  }
}

/* Leaves only what all members of a coarser group have in common. */
static void keep_type(struct ms_report_row *row) {
  *row = (struct ms_report_row){.name = row->type, .path = "", .slot = "", .type = row->type, .function = "",
                                .file = "", .dir = "", .callee = "", .module = "", .type_size = row->type_size,
                                .has_debug_info = row->has_debug_info, .is_instrumented = row->is_instrumented};
}

static void keep_function(struct ms_report_row *row) {
  if (row->is_instrumented)
    row->name = row->function;
  row->path = row->slot = row->type = row->callee = "";
  row->line = row->column = row->decl_line = row->type_size = 0;
}

static void keep_module(struct ms_report *report, struct ms_report_row *row) {
  keep_function(row);
  row->name = ms_report_string(report, ms_base_name(row->module));
  row->function = row->file = row->dir = "";
}

char *ms_name_row(struct ms_report *report, struct ms_run *run, const struct ms_model_context *c, enum ms_grouping by,
                  struct ms_report_row *row) {
  const struct ms_trace_context *context = ms_trace_context(c->trace, c->id);
  ms_site_id id = by == MS_BY_CALL_SITE ? context->call_site : context->name_site;
  *row = (struct ms_report_row){.name = "", .path = "", .slot = "", .type = "", .function = "", .file = "",
                                .dir = "", .callee = "", .module = ""};
  if (id)
    name_by_site(report, c->trace, ms_trace_site(c->trace, id), row);
  else
    name_by_frame(report, run, c->trace, context, row);
  switch (by) {
  case MS_BY_TYPE:
    keep_type(row);
    return ms_xstrdup(row->type);
  case MS_BY_FUNCTION:
    keep_function(row);
    return ms_xasprintf("%s\x1f%s\x1f%s\x1f%s", row->file, row->function, row->module, row->name);
  case MS_BY_MODULE:
    keep_module(report, row);
    return ms_xstrdup(row->module);
  case MS_BY_VARIABLE:
    if (row->is_instrumented && strcmp(row->slot, ms_slot_kind_name(MS_SLOT_GLOBAL)) == 0)
      return ms_xasprintf("%s\x1f%s\x1f%s", row->module, row->file, row->path);
    return ms_xasprintf("%s\x1f%s\x1f%s\x1f%s", row->module, row->file, row->function, row->name);
  case MS_BY_CALL_SITE:
    if (row->is_instrumented)
      row->name = row->callee;
    break;
  default: break;
  }
  return ms_xasprintf("%s\x1f%s\x1f%u\x1f%u\x1f%s\x1f%s", row->module, row->file, row->line, row->column,
                      row->function, row->name);
}
