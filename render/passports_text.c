/* passports_text.c - see passports_text.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "render/passports_text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "render/paint.h"
#include "render/units.h"
#include "support/text.h"
#include "support/xalloc.h"

static const char *base_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

static void put_escaped(const char *text, FILE *out) {
  char *safe = ms_text_escape(text);
  fputs(safe, out);
  free(safe);
}

/* "main, list.c:12" */
static void put_place(const char *function, const char *file, uint32_t line, FILE *out) {
  put_escaped(*function ? function : "?", out);
  if (!*file)
    return;
  fputs(", ", out);
  put_escaped(base_name(file), out);
  if (line)
    fprintf(out, ":%u", line);
}

static void put_border(const char *what, const struct ms_report_border *b, FILE *out) {
  fprintf(out, "    %-9s ", what);
  if (b->is_foreign) {
    fputs("by ", out);
    put_escaped(*b->by ? b->by : "other code", out);
    if (*b->module) {
      fputs(" in ", out);
      put_escaped(base_name(b->module), out);
    }
    if (*b->function)
      fputs(", called from ", out);
  }
  if (*b->function || !b->is_foreign)
    put_place(b->function, b->file, b->line, out);
  putc('\n', out);
}

static void put_row(const struct ms_report_passport *p, const struct ms_render_options *o, FILE *out) {
  fprintf(out, "%s%-9s%s %s%" PRIu64 " block%s, %s%s  %s", ms_paint(o->color, MS_TITLE), p->status,
          ms_paint(o->color, MS_RESET), ms_paint(o->color, MS_FIGURE), p->count, p->count == 1 ? "" : "s",
          ms_bytes(p->bytes).text, ms_paint(o->color, MS_RESET), ms_paint(o->color, MS_NAME));
  put_escaped(*p->born.path ? p->born.path : "(no name)", out);
  fprintf(out, "%s  %s(%s)%s\n", ms_paint(o->color, MS_RESET), ms_paint(o->color, MS_QUIET), ms_passport_words(p->status),
          ms_paint(o->color, MS_RESET));
  put_border("allocated", &p->born, out);
  for (size_t i = 0; i < p->handed_count; i++) {
    const struct ms_report_handed *h = &p->handed[i];
    fprintf(out, "    handed to ");
    put_escaped(*h->callee ? h->callee : "?", out);
    fprintf(out, " (argument %u) ", h->argument + 1);
    put_place(h->function, h->file, h->line, out);
    fprintf(out, h->count == 1 ? "\n" : ", %" PRIu64 " times\n", h->count);
  }
  if (p->handed_more)
    fprintf(out, "    handed to others %" PRIu64 " times\n", p->handed_more);
  if (p->has_end)
    put_border("freed", &p->freed, out);
}

void ms_render_passports(const struct ms_report_passports *w, const struct ms_render_options *o, FILE *out) {
  uint64_t crossed = 0;
  for (size_t i = 0; i < w->count; i++)
    crossed += w->rows[i].count;
  fprintf(out, "%" PRIu64 " of %" PRIu64 " tracked blocks crossed into or out of code that MemScope did not compile\n",
          crossed, w->blocks);
  if (!w->is_recorded || !w->has_calls)
    fprintf(out, "%sno block was seen to be handed over: arguments are recorded by -fmemscope=full%s\n",
            ms_paint(o->color, MS_WARN), ms_paint(o->color, MS_RESET));
  for (size_t i = 0; i < w->count; i++)
    put_row(&w->rows[i], o, out);
}
