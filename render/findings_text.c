/* findings_text.c - see findings_text.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The first line has the form of a compiler's, so that editors jump to it:
 *
 *   list.c:31:12: error: 4 bytes are lost: it->name was overwritten [leak.lost]
 *      31 |   it->name = NULL;
 *         |       ^~~~
 *     allocated  list.c:12:14  as it->name  list_push <- main
 *     lost       list.c:31:12  it->name overwritten  list_drop <- main
 *     fix    free it->name before it is overwritten
 *     known  seen as it happened
 *
 * Findings are similar when they have kind, variable and place of allocation in common: the
 * first stands for all, the places of the others follow.
 */
#include "render/findings_text.h"

#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "render/excerpt.h"
#include "render/flow.h"
#include "render/paint.h"
#include "render/table.h"
#include "render/text_parts.h"
#include "render/units.h"
#include "support/grow.h"
#include "support/text.h"
#include "support/xalloc.h"

enum { GROUPS = 10, STEPS_MAX = 12, STEPS_BEGIN = 4, CALLERS_MAX = 4, LIKE_MAX = 4, LABEL = 9 };

static enum ms_paint paint_of(enum ms_report_severity severity) {
  return severity == MS_REPORT_ERROR ? MS_ERROR : severity == MS_REPORT_WARNING ? MS_WARN : MS_NOTE;
}

/* "src/list.c:12:14"; the function, or "" if no file is known. */
static char *place_words(const struct ms_report_place *p, const struct ms_render_options *o) {
  if (!*p->file)
    return ms_xstrdup(p->function);
  char *path = ms_place_path(p, o->cwd ? o->cwd : ""), *text = NULL;
  if (p->line && p->column)
    text = ms_xasprintf("%s:%u:%u", path, p->line, p->column);
  else if (p->line)
    text = ms_xasprintf("%s:%u", path, p->line);
  else
    text = ms_xstrdup(path);
  free(path);
  return text;
}

static bool has_names(const struct ms_report_trail *trail) {
  for (size_t i = 0; i < trail->count; i++)
    if (*trail->frames[i].function)
      return true;
  return false;
}

/* "list_push <- main": the function of PLACE, then its callers. Of a program without symbols the
 * function is known from its site. */
static char *callers(const struct ms_report_place *place, const struct ms_report_trail *trail) {
  size_t first = 0;
  if (trail->count && *place->function && !has_names(trail))
    return ms_xasprintf("%s <- …", place->function);
  while (first < trail->count && *place->function && strcmp(trail->frames[first].function, place->function) != 0)
    first++;
  if (first == trail->count)
    first = 0; /* not among them: the stack as it is */
  char *text = ms_xstrdup(trail->count ? "" : place->function);
  for (size_t i = first; i < trail->count && i < first + CALLERS_MAX; i++) {
    const char *name = *trail->frames[i].function ? trail->frames[i].function : "?";
    char *longer = ms_xasprintf("%s%s%s", text, *text ? " <- " : "", name);
    free(text);
    text = longer;
  }
  if (trail->count > first + CALLERS_MAX || (trail->cut && trail->count)) {
    char *longer = ms_xasprintf("%s <- …", text);
    free(text);
    text = longer;
  }
  return text;
}

/* What a step says beside its role: "as it->name", "it->name overwritten". */
static char *step_words(const struct ms_report_step *s) {
  static const struct {
    const char *role, *word;
  } list[] = {{"allocated", "as "}, {"copied", "to "}, {"held", "by "}, {"freed", "through "}, {"used", "through "}};
  const char *word = "";
  for (size_t i = 0; i < sizeof list / sizeof *list; i++)
    if (strcmp(s->role, list[i].role) == 0)
      word = list[i].word;
  if (!*s->slot || strstr(s->text, s->slot))
    return ms_xstrdup(s->text); /* "free(c)" says it all */
  if (!*s->text)
    return ms_xasprintf("%s%s", word, s->slot);
  return ms_xasprintf("%s%s%s%s", word, s->slot, *word ? ", " : " ", s->text);
}

/* Whether STEP puts the pointer where BIRTH has just said that it goes. */
static bool is_birth_again(const struct ms_report_step *birth, const struct ms_report_step *step) {
  return strcmp(birth->role, "allocated") == 0 && strcmp(step->role, "copied") == 0 && !*step->text &&
         strcmp(birth->slot, step->slot) == 0 && strcmp(birth->place.file, step->place.file) == 0 &&
         birth->place.line == step->place.line;
}

static void add_step(struct ms_table *table, const struct ms_report_step *s, const struct ms_render_options *o) {
  char *place = place_words(&s->place, o), *words = step_words(s), *who = callers(&s->place, &s->trail);
  if (!*s->place.file) { /* the function is all there is, and stands among the callers */
    free(place);
    place = ms_xstrdup("");
  }
  const char *cells[] = {s->role, place, words, who};
  ms_table_add(table, cells);
  free(place);
  free(words);
  free(who);
}

static void print_story(const struct ms_report_finding *f, const struct ms_render_options *o, FILE *out) {
  static const struct ms_column columns[] = {
      {.title = "", .paint = MS_QUIET},
      {.title = "", .least = 14, .tail_eighths = 6},
      {.title = "", .least = 24, .tail_eighths = 3, .paint = MS_NAME, .is_prose = true},
      {.title = "", .least = 10, .paint = MS_QUIET, .separator = " <- "},
  };
  struct ms_table table;
  ms_table_init(&table, columns, sizeof columns / sizeof *columns);
  size_t skip = !o->all && f->step_count > STEPS_MAX ? f->step_count - STEPS_MAX : 0;
  for (size_t i = 0; i < f->step_count; i++) {
    if (skip && i == STEPS_BEGIN) {
      char text[64];
      snprintf(text, sizeof text, "%s more steps: --all", ms_count(skip).text);
      const char *cells[] = {"...", "", text, ""};
      ms_table_add(&table, cells);
      i += skip - 1;
      continue;
    }
    if (!i || o->all || !is_birth_again(&f->steps[i - 1], &f->steps[i]))
      add_step(&table, &f->steps[i], o);
  }
  ms_table_print(&table, out, 2, o->width, o->color);
  ms_table_fini(&table);
}

static void paragraph(const char *label, const char *text, const struct ms_render_options *o, FILE *out) {
  struct ms_flow flow = {.out = out, .width = o->width == UINT_MAX ? SIZE_MAX : o->width, .indent = LABEL,
                         .color = o->color};
  ms_flow_label(&flow, 2, MS_QUIET, label);
  ms_flow_text(&flow, MS_PLAIN, text);
  ms_flow_end(&flow);
}

/* Whether that the block is lost has been seen, but not where. */
static bool has_inferred_loss(const struct ms_report_finding *f) {
  for (size_t i = 0; i < f->step_count; i++)
    if (strcmp(f->steps[i].role, "lost") == 0 && strcmp(f->steps[i].source, "inferred") == 0)
      return true;
  return false;
}

static void print_knowledge(const struct ms_report_finding *f, const struct ms_render_options *o, FILE *out) {
  char *text = NULL;
  if (strcmp(f->source, "inferred") == 0)
    text = ms_xasprintf("inferred%s%s: %s for, %s against, confidence %.2f (%s)", *f->rule ? " by the rule " : "",
                        f->rule, ms_count(f->support).text, ms_count(f->against).text, f->confidence,
                        ms_confidence_label(f->confidence));
  else
    text = ms_xasprintf("%s%s", strcmp(f->source, "static") == 0 ? "proven by the compiler (static)"
                                                                 : "seen as it happened (captured)",
                        has_inferred_loss(f) ? "; where it was lost is inferred" : "");
  paragraph("known", text, o, out);
  free(text);
  if (f->is_limited && *f->blind_spot)
    paragraph("limit", f->blind_spot, o, out);
}

static void print_head(const struct ms_report_finding *f, const struct ms_render_options *o, FILE *out) {
  struct ms_flow flow = {.out = out, .width = o->width == UINT_MAX ? SIZE_MAX : o->width, .indent = 4,
                         .color = o->color};
  char *place = place_words(&f->place, o);
  if (*place) {
    char *text = ms_xasprintf("%s:", place);
    ms_flow_text(&flow, MS_TITLE, text);
    free(text);
  }
  char *severity = ms_xasprintf("%s:", ms_severity_name(f->severity)), *kind = ms_xasprintf("[%s]", f->kind);
  ms_flow_text(&flow, paint_of(f->severity), severity);
  ms_flow_text(&flow, MS_TITLE, f->title);
  ms_flow_text(&flow, MS_QUIET, kind);
  ms_flow_end(&flow);
  free(place);
  free(severity);
  free(kind);
}

static void print_finding(const struct ms_report *report, const struct ms_report_finding *f,
                          const struct ms_render_options *o, FILE *out) {
  bool changed = false;
  print_head(f, o, out);
  if (!ms_print_excerpt(&f->place, &report->run, o->width == UINT_MAX ? SIZE_MAX : o->width, o->color, out, &changed) &&
      changed)
    paragraph("source", "not shown: the file has changed since the program was built", o, out);
  if (f->step_count) {
    print_story(f, o, out);
  } else {
    char *who = callers(&f->place, &f->trail);
    if (*who)
      paragraph("in", who, o, out);
    free(who);
  }
  if (*f->path)
    paragraph("from", f->path, o, out);
  if (f->retained_blocks > f->blocks) {
    char *text = ms_xasprintf("%s in %s blocks, with what only this leads to", ms_bytes(f->retained_bytes).text,
                              ms_count(f->retained_blocks).text);
    paragraph("keeps", text, o, out);
    free(text);
  }
  if (*f->advice)
    paragraph("fix", f->advice, o, out);
  print_knowledge(f, o, out);
  if (*f->suppressed)
    paragraph("suppr.", f->suppressed, o, out);
}

/* The place of the first step with the role "allocated", or the finding's own. */
static const struct ms_report_place *birth(const struct ms_report_finding *f) {
  for (size_t i = 0; i < f->step_count; i++)
    if (strcmp(f->steps[i].role, "allocated") == 0)
      return &f->steps[i].place;
  return &f->place;
}

/* What tells similar findings apart: where the block was lost or used, the slot that still points
 * there, else the finding's place. The caller frees. */
static char *difference(const struct ms_report_finding *f, const struct ms_render_options *o) {
  const struct ms_report_place *place = &f->place;
  const char *slot = NULL;
  for (size_t i = f->step_count; i-- > 0;) {
    const struct ms_report_step *s = &f->steps[i];
    bool is_left = strcmp(s->role, "held") == 0 && strcmp(f->kind, "dangling.slot") == 0;
    if (strcmp(s->role, "lost") != 0 && strcmp(s->role, "used") != 0 && !is_left)
      continue;
    place = &s->place;
    slot = is_left && *s->slot ? s->slot : NULL;
    break;
  }
  char *where = place_words(place, o);
  char *text = slot ? ms_xasprintf("%s (%s)", where, slot) : ms_xstrdup(*where ? where : "?");
  free(where);
  return text;
}

static int compare_groups(const struct ms_report_finding *x, const struct ms_report_finding *y) {
  const struct ms_report_place *xp = birth(x), *yp = birth(y);
  int c = strcmp(x->kind, y->kind);
  if (!c)
    c = strcmp(x->source, y->source);
  if (!c)
    c = strcmp(x->name, y->name);
  if (!c)
    c = strcmp(xp->file, yp->file);
  if (!c)
    c = strcmp(xp->function, yp->function);
  return c ? c : xp->line < yp->line ? -1 : xp->line > yp->line;
}

static int by_group(const void *a, const void *b) {
  const struct ms_report_finding *x = *(const struct ms_report_finding *const *)a;
  const struct ms_report_finding *y = *(const struct ms_report_finding *const *)b;
  int c = compare_groups(x, y);
  return c ? c : x < y ? -1 : x > y;
}

/* The first of a run of similar findings, and how many there are. */
struct group {
  const struct ms_report_finding **first;
  size_t count;
};

static int by_first(const void *a, const void *b) {
  const struct group *x = a, *y = b;
  return *x->first < *y->first ? -1 : *x->first > *y->first;
}

/* Whether PART is one of the parts of TEXT, which ", " separates. */
static bool is_listed(const char *text, const char *part) {
  size_t length = strlen(part);
  for (const char *at = text; (at = strstr(at, part)) != NULL; at += length)
    if ((at == text || at[-1] == ' ') && (!at[length] || at[length] == ','))
      return true;
  return false;
}

static void print_alike(const struct group *g, const struct ms_render_options *o, FILE *out) {
  uint64_t bytes = 0;
  size_t listed = 0;
  bool is_cut = false;
  char *text = ms_xstrdup("");
  for (size_t i = 1; i < g->count; i++) {
    bytes += g->first[i]->bytes;
    if (is_cut)
      continue;
    char *part = difference(g->first[i], o);
    bool is_new = !is_listed(text, part);
    is_cut = is_new && listed == LIKE_MAX;
    if (is_new && !is_cut) {
      char *longer = ms_xasprintf("%s%s%s", text, *text ? ", " : "", part);
      free(text);
      text = longer;
      listed++;
    }
    free(part);
  }
  char *line = ms_xasprintf("%s more like it (%s), at %s%s", ms_count(g->count - 1).text, ms_bytes(bytes).text, text,
                            is_cut ? " ..." : "");
  paragraph("and", line, o, out);
  free(line);
  free(text);
}

static bool is_shown(const struct ms_report_finding *f, const struct ms_render_options *o) {
  return o->all || (!*f->suppressed && (f->severity != MS_REPORT_NOTE || o->filter));
}

/* Appends "N WORD" with the separator that belongs there. */
static void append_count(char **text, const char *separator, uint64_t n, const char *one, const char *many) {
  if (!n)
    return;
  char *longer = ms_xasprintf("%s%s%s %s", *text, **text ? separator : "", ms_count(n).text, n == 1 ? one : many);
  free(*text);
  *text = longer;
}

char *ms_findings_words(const struct ms_report *report) {
  char *text = ms_xstrdup("");
  for (unsigned severity = MS_REPORT_ERROR; severity < MS_REPORT_NOTE; severity++)
    for (size_t k = 0; k < report->kind_count; k++) {
      uint64_t n = 0;
      for (size_t i = 0; i < report->finding_count; i++) {
        const struct ms_report_finding *f = &report->findings[i];
        n += f->severity == severity && !*f->suppressed && strcmp(f->kind, report->kinds[k].name) == 0;
      }
      append_count(&text, ", ", n, report->kinds[k].noun, report->kinds[k].nouns);
    }
  return text;
}

static unsigned percent(uint64_t part, uint64_t all) {
  return all ? (unsigned)((double)part / (double)all * 100) : 100;
}

/* What was seen, if that was not all, or if all is to be shown. */
static void print_coverage(const struct ms_report_coverage *c, const struct ms_render_options *o, struct ms_flow *flow) {
  bool is_all = c->blocks_compiled == c->blocks && c->frees_compiled == c->frees && c->blocks_followed == c->blocks &&
                c->words_stored == c->words && !c->modules_opaque;
  if (!c->is_known || !c->blocks || (is_all && !o->all) || (!o->all && !c->modules_opaque && percent(c->blocks_followed, c->blocks) >= 90))
    return;
  char *pointers = c->words ? ms_xasprintf(", %u %% of the pointers in memory", percent(c->words_stored, c->words)) : ms_xstrdup("");
  char *text = ms_xasprintf("seen: %u %% of the allocations and %u %% of the frees by compiled code%s; %u %% of the blocks followed",
                            percent(c->blocks_compiled, c->blocks), percent(c->frees_compiled, c->frees), pointers,
                            percent(c->blocks_followed, c->blocks));
  free(pointers);
  ms_flow_text(flow, MS_QUIET, text);
  ms_flow_end(flow);
  free(text);
  if (!c->modules_opaque)
    return;
  text = ms_xasprintf("not compiled by MemScope: %s", c->opaque_names);
  ms_flow_text(flow, MS_QUIET, text);
  ms_flow_end(flow);
  free(text);
}

static void print_sum(const struct ms_report *report, size_t omitted, const struct ms_render_options *o, FILE *out) {
  uint64_t counts[MS_REPORT_SEVERITIES] = {0}, suppressed = 0;
  for (size_t i = 0; i < report->finding_count; i++) {
    const struct ms_report_finding *f = &report->findings[i];
    suppressed += *f->suppressed != '\0';
    counts[f->severity] += !*f->suppressed;
  }
  char *sum = ms_xstrdup(""), *rest = ms_xstrdup(""), *words = ms_findings_words(report);
  append_count(&sum, ", ", counts[MS_REPORT_ERROR], "error", "errors");
  append_count(&sum, ", ", counts[MS_REPORT_WARNING], "warning", "warnings");
  char *line = *sum ? ms_xasprintf("%s: %s", sum, words) : ms_xstrdup(report->gaps.unfollowed
                                          ? "no errors, no warnings; but pointers were not followed (level alloc), so "
                                            "leaks were not looked for: compile with -fmemscope=refs"
                                          : "no errors, no warnings");
  append_count(&rest, ", ", omitted, "more", "more");
  char *muted = ms_xstrdup("");
  append_count(&muted, "", report->gaps.muted_blocks, "block was", "blocks were");
  if (!o->all && !o->filter)
    append_count(&rest, ", ", counts[MS_REPORT_NOTE], "note", "notes");
  append_count(&rest, ", ", o->all ? 0 : suppressed, "suppressed", "suppressed");
  struct ms_flow flow = {.out = out, .width = o->width == UINT_MAX ? SIZE_MAX : o->width, .color = o->color};
  ms_flow_text(&flow, *sum ? MS_TITLE : MS_PLAIN, line);
  ms_flow_end(&flow);
  if (*rest) {
    char *more = ms_xasprintf("not shown: %s (--all)", rest);
    ms_flow_text(&flow, MS_QUIET, more);
    ms_flow_end(&flow);
    free(more);
  }
  if (*muted) {
    char *said = ms_xasprintf("%s not followed to the end, because pointers to some were copied too often "
                             "(track=all follows all)", muted);
    ms_flow_text(&flow, MS_QUIET, said);
    ms_flow_end(&flow);
    free(said);
  }
  free(muted);
  print_coverage(&report->gaps.coverage, o, &flow);
  if (report->findings_known) {
    char *known = ms_xasprintf("in the baseline: %s", ms_count(report->findings_known).text);
    ms_flow_text(&flow, MS_QUIET, known);
    ms_flow_end(&flow);
    free(known);
  }
  free(line);
  free(words);
  free(rest);
  free(sum);
}

void ms_render_findings(const struct ms_report *report, const struct ms_render_options *o, FILE *out) {
  const struct ms_report_finding **list = ms_xcalloc(report->finding_count, sizeof *list);
  struct group *groups = NULL;
  size_t count = 0, group_count = 0, capacity = 0, omitted = 0;
  for (size_t i = 0; i < report->finding_count; i++)
    if (is_shown(&report->findings[i], o))
      list[count++] = &report->findings[i];
  if (!o->all && count)
    qsort(list, count, sizeof *list, by_group);
  for (size_t i = 0; i < count; i++) {
    if (!o->all && group_count && compare_groups(*groups[group_count - 1].first, list[i]) == 0) {
      groups[group_count - 1].count++;
      continue;
    }
    MS_GROW(groups, group_count, capacity);
    groups[group_count++] = (struct group){&list[i], 1};
  }
  if (group_count)
    qsort(groups, group_count, sizeof *groups, by_first);
  size_t limit = o->limit ? o->limit : o->all ? SIZE_MAX : GROUPS;
  for (size_t i = 0; i < group_count; i++) {
    if (i >= limit) {
      omitted += groups[i].count;
      continue;
    }
    print_finding(report, *groups[i].first, o, out);
    if (groups[i].count > 1)
      print_alike(&groups[i], o, out);
    fputc('\n', out);
  }
  free(groups);
  free(list);
  print_sum(report, omitted, o, out);
}

void ms_render_findings_brief(const struct ms_report *report, const struct ms_render_options *o, size_t limit,
                              FILE *out) {
  static const struct ms_column columns[] = {
      {.title = "", .paint = MS_PLAIN},
      {.title = "", .least = 14, .tail_eighths = 6, .paint = MS_QUIET},
      {.title = "", .least = 20, .tail_eighths = 0},
  };
  struct ms_table table;
  ms_table_init(&table, columns, sizeof columns / sizeof *columns);
  for (size_t i = 0; i < report->finding_count && limit; i++) {
    const struct ms_report_finding *f = &report->findings[i];
    if (!is_shown(f, o))
      continue;
    char *place = place_words(&f->place, o);
    const char *cells[] = {ms_severity_name(f->severity), place, f->title};
    ms_table_add(&table, cells);
    free(place);
    limit--;
  }
  ms_table_print(&table, out, 2, o->width, o->color);
  ms_table_fini(&table);
}
