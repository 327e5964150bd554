/* ownership_text.c - see ownership_text.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "render/ownership_text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "render/flow.h"
#include "render/paint.h"
#include "support/text.h"
#include "support/xalloc.h"

static const char *base_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

/* What a fact is about, in words; free() it. */
static char *subject_text(const struct ms_report_owner *f) {
  char *raw;
  if (strcmp(f->kind, "parameter") == 0)
    raw = *f->name ? ms_xasprintf("%s: %s", f->function, f->name) : ms_xasprintf("%s: argument %u", f->function, f->index + 1);
  else if (strcmp(f->kind, "result") == 0)
    raw = ms_xasprintf("%s: result", f->function);
  else
    raw = *f->function ? ms_xasprintf("%s in %s", f->name, f->function) : ms_xstrdup(f->name);
  char *text = ms_text_escape(raw);
  free(raw);
  return text;
}

static char *verdict_text(const struct ms_report_owner *f) {
  if (*f->why_not)
    return ms_xasprintf("?");
  if (f->returned_argument >= 0)
    return ms_xasprintf("%s %d", f->verdict, f->returned_argument + 1);
  const char *how = strcmp(f->verdict, "takes") == 0 ? f->frees && f->stores ? ", frees or keeps"
                                                      : f->frees             ? ", frees"
                                                      : f->stores            ? ", keeps"
                                                                             : ""
                    : strcmp(f->kind, "parameter") == 0 && strcmp(f->verdict, "borrows") == 0 && f->counts && f->stores ? ", keeps a reference"
                                                                                   : "";
  return ms_xasprintf("%s%s%s", f->verdict, f->is_counted && strcmp(f->kind, "result") == 0 ? " (counted)" : "", how);
}

static void put_fact(const struct ms_report_owner *f, const struct ms_render_options *o, FILE *out) {
  char *what = subject_text(f), *verdict = verdict_text(f);
  unsigned room = o->width > 70 ? o->width - 46 : 24;
  char *shown = ms_text_elide(what, room, room / 3);
  size_t width = ms_text_width(shown);
  fprintf(out, "  %s%s%s%*s ", ms_paint(o->color, MS_NAME), shown, ms_paint(o->color, MS_RESET),
          (int)(width < room ? room - width : 0), "");
  if (*f->why_not)
    fprintf(out, "%s?  %s%s\n", ms_paint(o->color, MS_QUIET), f->why_not, ms_paint(o->color, MS_RESET));
  else if (strcmp(f->source, "static") == 0)
    fprintf(out, "%-24s %sproven%s\n", verdict, ms_paint(o->color, MS_QUIET), ms_paint(o->color, MS_RESET));
  else
    fprintf(out, "%-24s %s%-6s %.2f  %" PRIu64 "/%" PRIu64 "%s\n", verdict, ms_paint(o->color, MS_QUIET), f->label,
            f->confidence, f->observed_for, f->observed_for + f->observed_against, ms_paint(o->color, MS_RESET));
  free(what);
  free(verdict);
  free(shown);
}

static const struct {
  const char *title;
  const char *kinds[2];
} sections[] = {{"members and globals", {"field", "global"}},
                {"functions", {"parameter", "result"}},
                {"local variables", {"local", "local"}},
                {"counters", {"counter", "counter"}}};

static void put_section(const struct ms_report_ownership *w, size_t section, const struct ms_render_options *o, FILE *out) {
  bool has_title = false;
  for (size_t i = 0; i < w->fact_count; i++) {
    const struct ms_report_owner *f = &w->facts[i];
    if (strcmp(f->kind, sections[section].kinds[0]) != 0 && strcmp(f->kind, sections[section].kinds[1]) != 0)
      continue;
    if (!has_title)
      fprintf(out, "%s%s%s\n", ms_paint(o->color, MS_TITLE), sections[section].title, ms_paint(o->color, MS_RESET));
    has_title = true;
    put_fact(f, o, out);
  }
}

static const char *violation_words(const char *rule) {
  if (strcmp(rule, "two-owners") == 0)
    return "owns a block that was freed elsewhere";
  if (strcmp(rule, "borrow-outlives-owner") == 0)
    return "still points at a block that was freed";
  return "was the only owner of a block when it was overwritten";
}

static void put_violation(const struct ms_report_ownership *w, const struct ms_report_violation *v,
                          const struct ms_render_options *o, FILE *out) {
  char *slot = ms_text_escape(v->slot), *block = ms_text_escape(v->block), *function = ms_text_escape(v->function);
  char *file = ms_text_escape(base_name(v->file));
  fprintf(out, "  %s%s%s: %s%s%s %s", ms_paint(o->color, MS_WARN), v->rule, ms_paint(o->color, MS_RESET),
          ms_paint(o->color, MS_NAME), slot, ms_paint(o->color, MS_RESET), violation_words(v->rule));
  if (*block)
    fprintf(out, " (%s)", block);
  if (*file)
    fprintf(out, ", %s:%u", file, v->line);
  else if (*function)
    fprintf(out, ", in %s", function);
  fprintf(out, "; %" PRIu64 " time%s, event %" PRIu64, v->count, v->count == 1 ? "" : "s", v->example.event);
  if (w->trace_count > 1) {
    char *path = ms_text_escape(base_name(w->traces[v->example.trace]));
    fprintf(out, " of %s", path);
    free(path);
  }
  putc('\n', out);
  free(slot);
  free(block);
  free(function);
  free(file);
}

void ms_render_ownership(const struct ms_report_ownership *w, const struct ms_render_options *o, FILE *out) {
  const char *missing = !w->is_recorded ? "these traces have no pointer copies: compile with -fmemscope=refs or full"
                        : !w->has_calls ? "no function calls were recorded (-fmemscope=full): little is known of parameters and results"
                                        : NULL;
  if (missing) {
    struct ms_flow flow = {.out = out, .width = o->width, .indent = 4, .color = o->color};
    ms_flow_text(&flow, MS_WARN, missing);
    ms_flow_end(&flow);
  }
  for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++)
    put_section(w, i, o, out);
  if (w->violation_count)
    fprintf(out, "%sviolations%s\n", ms_paint(o->color, MS_TITLE), ms_paint(o->color, MS_RESET));
  for (size_t i = 0; i < w->violation_count; i++)
    put_violation(w, &w->violations[i], o, out);
}
