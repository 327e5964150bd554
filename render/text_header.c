/* text_header.c - what stands above the tables: the program, the gaps, the totals.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "render/paint.h"
#include "render/text_parts.h"
#include "render/units.h"
#include "support/text.h"
#include "support/xalloc.h"

static const char *base_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

/* Prints TEXT, escaped and cut to the width, in PAINT behind INDENT blanks. */
static void print_line(FILE *out, const struct ms_render_options *o, unsigned indent, enum ms_paint paint,
                       const char *text) {
  char *safe = ms_text_escape(text);
  size_t room = o->width > indent ? o->width - indent : 1;
  char *shown = ms_text_elide(safe, room, room / 4);
  fprintf(out, "%*s%s%s%s\n", (int)indent, "", ms_paint(o->color, paint), shown,
          paint == MS_PLAIN ? "" : ms_paint(o->color, MS_RESET));
  free(shown);
  free(safe);
}

static void append(char **line, const char *separator, const char *text) {
  char *longer = ms_xasprintf("%s%s%s", *line, separator, text);
  free(*line);
  *line = longer;
}

void ms_text_header(const struct ms_report *report, const struct ms_render_options *o, FILE *out) {
  const struct ms_report_run *r = &report->run;
  char *line = ms_xstrdup(*r->program ? base_name(r->program) : "(unknown program)");
  for (size_t i = 1; i < r->argument_count && strlen(line) < 4096; i++)
    append(&line, " ", r->arguments[i]);
  print_line(out, o, 0, MS_TITLE, line);
  free(line);
  line = ms_xasprintf("process %u, %s, %s event%s, %s thread%s", (unsigned)r->pid,
                      r->seconds < 0 ? "duration unknown" : ms_seconds(r->seconds).text, ms_count(r->events).text,
                      r->events == 1 ? "" : "s", ms_count(r->threads).text, r->threads == 1 ? "" : "s");
  if (r->fork_parent) {
    char text[64];
    snprintf(text, sizeof text, "forked by %u", (unsigned)r->fork_parent);
    append(&line, ", ", text);
  }
  if (r->has_status && r->status) {
    char text[64];
    snprintf(text, sizeof text, "exit status %d", r->status);
    append(&line, ", ", text);
  }
  print_line(out, o, 2, MS_QUIET, line);
  free(line);
}

static void gap(FILE *out, const struct ms_render_options *o, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static void gap(FILE *out, const struct ms_render_options *o, const char *fmt, ...) {
  char *text = NULL;
  va_list args;
  va_start(args, fmt);
  if (vasprintf(&text, fmt, args) < 0)
    abort();
  va_end(args);
  char *line = ms_xasprintf("! %s", text);
  print_line(out, o, 2, MS_WARN, line);
  free(line);
  free(text);
}

static void gaps_in_file(const struct ms_report *report, const struct ms_render_options *o, FILE *out) {
  const struct ms_report_gaps *g = &report->gaps;
  if (*g->stop)
    gap(out, o, "recording ended early: %s", g->stop);
  else if (!report->run.exited && !report->totals.execs)
    gap(out, o, "the program was killed, or still runs: \"exit\" is the last event");
  if (g->dropped)
    gap(out, o, "%s events were not recorded", ms_count(g->dropped).text);
  if (g->bad_chunks || g->bad_records)
    gap(out, o, "the file is damaged (%s bad chunks, %s bad records): %s", ms_count(g->bad_chunks).text,
        ms_count(g->bad_records).text, g->damage);
  else if (g->torn)
    gap(out, o, "the end of the file is missing");
  if (g->unknown_contexts)
    gap(out, o, "%s events have no known origin", ms_count(g->unknown_contexts).text);
}

static void gaps_in_heap(const struct ms_report *report, const struct ms_render_options *o, FILE *out) {
  const struct ms_report_gaps *g = &report->gaps;
  uint64_t unknown = g->unknown_frees + g->unknown_reallocs;
  if (g->parent_missing)
    gap(out, o, "the trace of the parent process %u was not found beside this one", (unsigned)report->run.fork_parent);
  if (unknown)
    gap(out, o, "%s block%s freed that began before recording did", ms_count(unknown).text,
        unknown == 1 ? " was" : "s were");
  if (g->replaced)
    gap(out, o, "%s block%s ended without an event", ms_count(g->replaced).text, g->replaced == 1 ? "" : "s");
}

static void gaps_in_names(const struct ms_report *report, const struct ms_render_options *o, FILE *out) {
  const struct ms_report_gaps *g = &report->gaps;
  uint64_t all = report->totals.use.allocations;
  if (all && g->unnamed_allocations == all)
    gap(out, o, "no names, only stacks: the program was not compiled by memscope-cc");
  else if (g->unnamed_allocations)
    gap(out, o, "%s of %s allocations were made by code without names: %s", ms_count(g->unnamed_allocations).text,
        ms_count(all).text, *g->unnamed_modules ? g->unnamed_modules : "unknown code");
  if (g->no_debug_allocations)
    gap(out, o, "%s allocations come from code compiled without -g: only functions have names",
        ms_count(g->no_debug_allocations).text);
}

void ms_text_gaps(const struct ms_report *report, const struct ms_render_options *o, FILE *out) {
  gaps_in_file(report, o, out);
  gaps_in_heap(report, o, out);
  gaps_in_names(report, o, out);
}

/* "  allocated     1,234 blocks   12.3 MiB   NOTE" */
static void figure_line(FILE *out, const struct ms_render_options *o, const char *what, uint64_t blocks, uint64_t bytes,
                        const char *note) {
  fprintf(out, "  %s%-13s%s %10s %-6s %s%10s%s", ms_paint(o->color, MS_QUIET), what, ms_paint(o->color, MS_RESET),
          ms_count(blocks).text, blocks == 1 ? "block" : "blocks", ms_paint(o->color, MS_FIGURE), ms_bytes(bytes).text,
          ms_paint(o->color, MS_RESET));
  size_t room = o->width > 48 ? o->width - 48 : 0;
  if (*note && room) {
    char *shown = ms_text_elide(note, room, 0);
    fprintf(out, "  %s%s%s", ms_paint(o->color, MS_QUIET), shown, ms_paint(o->color, MS_RESET));
    free(shown);
  }
  fputc('\n', out);
}

void ms_text_totals(const struct ms_report *report, const struct ms_render_options *o, FILE *out) {
  const struct ms_report_totals *t = &report->totals;
  const struct ms_report_use *u = &t->use;
  char note[160] = "";
  if (u->temporary)
    snprintf(note, sizeof note, "%s of them temporary", ms_share(u->temporary, u->allocations).text);
  figure_line(out, o, "allocated", u->allocations, u->bytes, note);
  if (t->peak_time >= 0)
    snprintf(note, sizeof note, "after %s", ms_seconds(t->peak_time).text);
  else
    note[0] = '\0';
  figure_line(out, o, "peak", u->peak_blocks, u->peak_bytes, u->peak_blocks ? note : "");
  note[0] = '\0';
  if (t->inherited_blocks)
    snprintf(note, sizeof note, "%s blocks inherited", ms_count(t->inherited_blocks).text);
  figure_line(out, o, "live at exit", u->live_blocks, u->live_bytes, note);
  if (t->failed || t->reallocs_failed)
    fprintf(out, "  %s%-13s%s %10s calls returned NULL\n", ms_paint(o->color, MS_QUIET), "failed",
            ms_paint(o->color, MS_RESET), ms_count(t->failed + t->reallocs_failed).text);
}
