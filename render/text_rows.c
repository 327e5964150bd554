/* text_rows.c - the rows of a report's tables as cells of text.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Directories are left out of places (a row has one file and little room); the JSON form
 * has them.
 */
#include <stdlib.h>
#include <string.h>

#include "render/table.h"
#include "render/text_parts.h"
#include "render/units.h"
#include "support/xalloc.h"

enum { INDENT = 2, NARROW = 74, WIDE = 100 };

static const char *base_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

/* "char[]" for blocks of several elements, "?" for an unknown type. */
static char *type_text(const struct ms_report_row *row) {
  if (!*row->type)
    return ms_xstrdup("?");
  return ms_xasprintf("%s%s", row->type, row->use.several ? "[]" : "");
}

/* "list.c:12:14", without the column for a row that sums up several sites. */
static char *place_text(const struct ms_report_row *row, bool column) {
  const char *file = *row->file ? base_name(row->file) : "";
  if (!*file)
    return ms_xstrdup("");
  if (!row->line)
    return ms_xstrdup(file);
  if (row->column && column)
    return ms_xasprintf("%s:%u:%u", file, (unsigned)row->line, (unsigned)row->column);
  return ms_xasprintf("%s:%u", file, (unsigned)row->line);
}

static char *name_text(const struct ms_report_row *row, enum ms_grouping by) {
  if (*row->name)
    return ms_xstrdup(row->name);
  return ms_xstrdup(by == MS_BY_TYPE ? "(type unknown)" : "(unknown)");
}

static char *more_sites(char *place, uint32_t sites) {
  if (sites < 2 || !*place)
    return place;
  char *longer = ms_xasprintf("%s +%u", place, (unsigned)(sites - 1));
  free(place);
  return longer;
}

static const char *blocks_title(enum ms_sort sort) { return sort == MS_SORT_TEMPORARY ? "temporary" : "blocks"; }

static uint64_t blocks_of(const struct ms_report_use *u, enum ms_sort sort) {
  switch (sort) {
  case MS_SORT_PEAK: return u->peak_blocks;
  case MS_SORT_LIVE: return u->live_blocks;
  case MS_SORT_TEMPORARY: return u->temporary;
  default: return u->allocations;
  }
}

static uint64_t bytes_of(const struct ms_report_use *u, enum ms_sort sort) {
  return sort == MS_SORT_PEAK ? u->peak_bytes : sort == MS_SORT_LIVE ? u->live_bytes : u->bytes;
}

static void print_rest(const struct ms_view *view, enum ms_sort sort, const struct ms_render_options *o, FILE *out) {
  if (!view->omitted)
    return;
  fprintf(out, "%*s%s… %s more: %s in %s block%s%s\n", INDENT, "", ms_paint(o->color, MS_QUIET),
          ms_count(view->omitted).text, ms_bytes(bytes_of(&view->rest, sort)).text,
          ms_count(blocks_of(&view->rest, sort)).text, blocks_of(&view->rest, sort) == 1 ? "" : "s",
          ms_paint(o->color, MS_RESET));
}

static void print_nothing(const struct ms_select *select, const struct ms_render_options *o, FILE *out) {
  fprintf(out, "%*s%s%s%s\n", INDENT, "", ms_paint(o->color, MS_QUIET),
          select->filter ? "nothing matches the filter" : "nothing", ms_paint(o->color, MS_RESET));
}

/* Which texts a grouping has besides its name. */
static bool shows_type(enum ms_grouping by) { return by == MS_BY_VARIABLE || by == MS_BY_SITE; }
static bool shows_place(enum ms_grouping by) { return by != MS_BY_TYPE && by != MS_BY_MODULE; }
static bool shows_function(enum ms_grouping by) {
  return by == MS_BY_VARIABLE || by == MS_BY_SITE || by == MS_BY_CALL_SITE;
}

void ms_text_rows(const struct ms_report *report, enum ms_grouping by, const struct ms_select *select,
                  const struct ms_render_options *o, FILE *out) {
  struct ms_view view;
  ms_select_rows(&report->tables[by], select, &view);
  bool wide = o->width >= WIDE;
  enum ms_sort sort = select->sort;
  bool by_blocks = sort == MS_SORT_COUNT || sort == MS_SORT_TEMPORARY;
  const struct ms_column columns[] = {
      {.title = ms_grouping_name(by), .least = 14, .tail_eighths = 4, .paint = MS_NAME},
      {.title = shows_type(by) ? "type" : "", .least = 7, .tail_eighths = 2, .paint = MS_TYPE},
      {.title = shows_place(by) ? "where" : "", .least = 8, .tail_eighths = 5, .paint = MS_QUIET},
      {.title = shows_function(by) ? "function" : "", .least = 8, .tail_eighths = 3, .paint = MS_PLAIN,
       .optional = o->width < NARROW},
      {.title = blocks_title(sort), .right = true, .paint = by_blocks ? MS_FIGURE : MS_PLAIN},
      {.title = "bytes", .right = true, .paint = by_blocks ? MS_PLAIN : MS_FIGURE},
      {.title = "", .right = true, .paint = MS_QUIET},
      {.title = wide ? "peak" : "", .right = true, .paint = MS_PLAIN},
      {.title = wide ? "at exit" : "", .right = true, .paint = MS_PLAIN},
  };
  struct ms_table table;
  ms_table_init(&table, columns, sizeof columns / sizeof *columns);
  for (size_t i = 0; i < view.count; i++) {
    const struct ms_report_row *row = view.rows[i];
    char *name = name_text(row, by), *type = type_text(row);
    char *place = more_sites(place_text(row, by != MS_BY_VARIABLE), by == MS_BY_SITE || by == MS_BY_CALL_SITE ? 1 : row->sites);
    struct ms_number blocks = ms_count(blocks_of(&row->use, sort)), bytes = ms_bytes(bytes_of(&row->use, sort));
    struct ms_number share = ms_share(ms_sort_value(&row->use, sort), ms_sort_value(&view.all, sort));
    struct ms_number peak = ms_bytes(row->use.peak_bytes), live = ms_bytes(row->use.live_bytes);
    const char *cells[] = {name,
                           shows_type(by) ? type : "",
                           shows_place(by) ? place : "",
                           shows_function(by) && row->is_instrumented ? row->function : "", /* else part of the name */
                           blocks.text,
                           bytes.text,
                           share.text,
                           wide ? peak.text : "",
                           wide ? live.text : ""};
    ms_table_add(&table, cells);
    free(name);
    free(type);
    free(place);
  }
  if (view.count)
    ms_table_print(&table, out, INDENT, o->width, o->color);
  else
    print_nothing(select, o, out);
  print_rest(&view, sort, o, out);
  ms_table_fini(&table);
  ms_view_fini(&view);
}

static const char *frame_name(const struct ms_report_frame *f) {
  return *f->function ? f->function : *f->module ? base_name(f->module) : "?";
}

/* Bytes of the function NAME without the parameters of C++. */
static size_t without_parameters(const char *name) {
  const char *open = strchr(name, '(');
  return open && open != name && !strstr(name, "operator(") ? (size_t)(open - name) : strlen(name);
}

/* Appends BETWEEN and the function NAME to *TEXT. */
static void append(char **text, const char *between, const char *name) {
  char *longer = ms_xasprintf("%s%s%.*s", *text, between, (int)without_parameters(name), name);
  free(*text);
  *text = longer;
}

/* Whether A and B go through the same functions, perhaps at other lines. */
static bool same_functions(const struct ms_report_stack *a, const struct ms_report_stack *b) {
  if (a->count != b->count || a->via != b->via)
    return false;
  for (size_t i = 0; i < a->count; i++)
    if (strcmp(frame_name(&a->frames[i]), frame_name(&b->frames[i])) != 0)
      return false;
  return true;
}

/* "in list_push via xmalloc <- main": the site's function, what it called that allocated,
 * and its callers. */
static char *stack_text(const struct ms_report_row *row) {
  const struct ms_report_stack *s = row->stack_count ? &row->stacks[0] : NULL;
  const char *function = row->is_instrumented && *row->function ? row->function
                         : s && s->count                        ? frame_name(&s->frames[0])
                                                                : row->function;
  if (!*function)
    return ms_xstrdup("");
  char *text = ms_xasprintf("in %s", function);
  if (!s)
    return text;
  /* Outermost first. That one is what the source calls; its symbol may be an alias. */
  for (size_t i = s->via; i-- > 0;)
    append(&text, i + 1 == s->via ? " via " : ", ", i + 1 == s->via && *row->callee ? row->callee : frame_name(&s->frames[i]));
  bool own_frame = s->via < s->count && strstr(frame_name(&s->frames[s->via]), function) != NULL;
  for (size_t i = s->via + own_frame; i < s->count; i++)
    append(&text, " <- ", frame_name(&s->frames[i]));
  size_t others = row->stacks_omitted;
  for (size_t i = 1; i < row->stack_count; i++)
    others += !same_functions(s, &row->stacks[i]);
  if (others) {
    char count[32];
    snprintf(count, sizeof count, " (+%zu)", others);
    append(&text, count, "");
  }
  return text;
}

void ms_text_live(const struct ms_report *report, const struct ms_select *select, const struct ms_render_options *o,
                  FILE *out) {
  const struct ms_column columns[] = {
      {.title = "", .least = 9, .tail_eighths = 4, .paint = MS_NAME},
      {.title = "", .least = 6, .tail_eighths = 2, .paint = MS_TYPE, .optional = o->width < NARROW},
      {.title = "", .least = 8, .tail_eighths = 6, .paint = MS_QUIET},
      {.title = "", .least = 10, .tail_eighths = 2, .paint = MS_PLAIN, .separator = " <- "},
      {.title = "", .right = true, .paint = MS_PLAIN},
      {.title = "", .right = true, .paint = MS_FIGURE},
      {.title = "", .paint = MS_QUIET, .optional = true}, /* the heading says it, too */
  };
  if (!report->totals.use.live_blocks)
    return;
  struct ms_view view;
  ms_select_rows(&report->tables[MS_BY_SITE], select, &view);
  struct ms_table table;
  ms_table_init(&table, columns, sizeof columns / sizeof *columns);
  for (size_t i = 0; i < view.count; i++) {
    const struct ms_report_row *row = view.rows[i];
    char *name = name_text(row, MS_BY_SITE), *type = type_text(row), *place = place_text(row, true);
    char *stack = stack_text(row);
    char *blocks = ms_xasprintf("%s block%s", ms_count(row->use.live_blocks).text,
                                row->use.live_blocks == 1 ? "" : "s");
    struct ms_number bytes = ms_bytes(row->use.live_bytes);
    ms_table_add(&table, (const char *const[]){name, type, place, stack, blocks, bytes.text, "live at exit"});
    free(name);
    free(type);
    free(place);
    free(stack);
    free(blocks);
  }
  if (view.count)
    ms_table_print(&table, out, INDENT, o->width, o->color);
  else
    print_nothing(select, o, out);
  print_rest(&view, MS_SORT_LIVE, o, out);
  ms_table_fini(&table);
  ms_view_fini(&view);
}

void ms_text_threads(const struct ms_report *report, const struct ms_render_options *o, FILE *out) {
  static const struct ms_column columns[] = {
      {.title = "thread", .right = true, .paint = MS_NAME},
      {.title = "name", .least = 6, .tail_eighths = 3, .paint = MS_PLAIN},
      {.title = "blocks", .right = true, .paint = MS_PLAIN},
      {.title = "bytes", .right = true, .paint = MS_FIGURE},
      {.title = "peak", .right = true, .paint = MS_PLAIN},
      {.title = "at exit", .right = true, .paint = MS_PLAIN},
      {.title = "freed elsewhere", .right = true, .paint = MS_PLAIN},
  };
  struct ms_table table;
  ms_table_init(&table, columns, sizeof columns / sizeof *columns);
  size_t limit = o->limit ? o->limit : 20, shown = 0;
  for (; shown < report->thread_count && shown < limit; shown++) {
    const struct ms_report_thread *t = &report->threads[shown];
    char number[24];
    snprintf(number, sizeof number, "%u", (unsigned)t->number);
    struct ms_number blocks = ms_count(t->use.allocations), bytes = ms_bytes(t->use.bytes);
    struct ms_number peak = ms_bytes(t->use.peak_bytes), live = ms_bytes(t->use.live_bytes);
    struct ms_number elsewhere = ms_count(t->freed_by_others);
    ms_table_add(&table, (const char *const[]){number, t->name, blocks.text, bytes.text, peak.text, live.text,
                                               elsewhere.text});
  }
  ms_table_print(&table, out, INDENT, o->width, o->color);
  if (shown < report->thread_count)
    fprintf(out, "%*s%s… %s more threads%s\n", INDENT, "", ms_paint(o->color, MS_QUIET),
            ms_count(report->thread_count - shown).text, ms_paint(o->color, MS_RESET));
  ms_table_fini(&table);
}
