/* holders_text.c - see holders_text.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "render/holders_text.h"

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

/* TEXT escaped, in place of a string on the heap. */
static char *escaped(char *text) {
  char *result = ms_text_escape(text);
  free(text);
  return result;
}

char *ms_text_place(const struct ms_report_site *site) {
  if (!*site->file)
    return escaped(ms_xstrdup(site->function));
  return escaped(site->line ? ms_xasprintf("%s:%u", base_name(site->file), site->line)
                            : ms_xstrdup(base_name(site->file)));
}

char *ms_text_holder(const struct ms_report_holder *h) {
  const char *path = *h->site.path ? h->site.path : "(no name)";
  if (h->activation)
    return escaped(ms_xasprintf("%s, variable of %s", path, h->site.function));
  if (h->container)
    return escaped(ms_xasprintf("%s, in block %" PRIu64 " at +%" PRIu64, path, h->container, h->container_offset));
  if (strcmp(h->where, "stack") == 0)
    return escaped(ms_xasprintf("%s, on the stack", path));
  if (*h->module)
    return escaped(ms_xasprintf("%s, in %s", path, base_name(h->module)));
  return escaped(ms_xasprintf("%s, at 0x%" PRIx64, path, h->address));
}

const char *ms_text_why(const char *why) {
  static const struct {
    const char *why, *words;
  } list[] = {{"overwritten", "was overwritten"},
              {"cleared", "was cleared"},
              {"container", "went away with the block it lay in"},
              {"scope", "went out of scope"},
              {"returned", "went out of scope, and nothing kept the result"},
              {"thread", "ended with its thread"}};
  for (size_t i = 0; i < sizeof list / sizeof list[0]; i++)
    if (strcmp(list[i].why, why) == 0)
      return list[i].words;
  return why;
}

static void put_holder(const struct ms_report_holder *h, const struct ms_render_options *o, FILE *out) {
  char *what = ms_text_holder(h), *place = ms_text_place(&h->site);
  char *offset = h->offset ? ms_xasprintf(" +%" PRIu64, h->offset) : ms_xstrdup("");
  char *tail = ms_xasprintf("%-9s %-14s event %" PRIu64, h->label, place, h->event);
  size_t used = 3 + ms_text_width(tail) + ms_text_width(offset);
  size_t room = o->width > 72 ? o->width - 48 : 24;
  if (used + room > o->width)
    room = o->width > used + 12 ? o->width - used : 12;
  char *shown = ms_text_elide(what, room, room / 3);
  size_t width = ms_text_width(shown);
  fprintf(out, "  %s%s%s%*s", ms_paint(o->color, MS_NAME), shown, ms_paint(o->color, MS_RESET),
          (int)(width < room ? room - width : 0), "");
  fprintf(out, " %s%s%s%s\n", ms_paint(o->color, MS_QUIET), tail, ms_paint(o->color, MS_RESET), offset);
  free(offset);
  free(tail);
  free(what);
  free(place);
  free(shown);
}

static void put_lost(const struct ms_report_held *b, const struct ms_render_options *o, FILE *out) {
  if (b->lost.event) {
    char *slot = ms_text_holder(&b->lost.slot), *place = ms_text_place(&b->lost.site);
    fprintf(out, "  %snobody%s: the last one, %s,\n          %s%s%s (event %" PRIu64 ")\n",
            ms_paint(o->color, MS_WARN), ms_paint(o->color, MS_RESET), slot, ms_text_why(b->lost.why),
            *place ? " at " : "", place, b->lost.event);
    free(slot);
    free(place);
  } else if (!b->holder_count) {
    fprintf(out, "  %snobody, as far as was recorded%s\n", ms_paint(o->color, MS_QUIET), ms_paint(o->color, MS_RESET));
  }
}

static void put_block(const struct ms_report_held *b, const struct ms_render_options *o, FILE *out) {
  char *name = ms_text_escape(b->name), *type = ms_text_escape(b->site.type), *place = ms_text_place(&b->site);
  fprintf(out, "%sblock %" PRIu64 "%s  %s%s%s  ", ms_paint(o->color, MS_TITLE), b->id, ms_paint(o->color, MS_RESET),
          ms_paint(o->color, MS_NAME), name, ms_paint(o->color, MS_RESET));
  if (*type)
    fprintf(out, "%s%s%s  ", ms_paint(o->color, MS_TYPE), type, ms_paint(o->color, MS_RESET));
  char *tail = ms_xasprintf("%s%s0x%" PRIx64 "%s", place, *place ? "  " : "", b->address, b->end_event ? ", which has been freed" : "");
  char *head = ms_xasprintf("block %" PRIu64 "  %s  %s%s%s  ", b->id, name, type, *type ? "  " : "", ms_bytes(b->size).text);
  size_t used = ms_text_width(head);
  free(head);
  fprintf(out, "%s%s%s\n", ms_bytes(b->size).text, used + ms_text_width(tail) > o->width ? "\n    " : "  ", tail);
  free(tail);
  if (b->retained_blocks > 1)
    fprintf(out, "  %skeeps %s in %s blocks, with itself%s\n", ms_paint(o->color, MS_QUIET),
            ms_bytes(b->retained_bytes).text, ms_count(b->retained_blocks).text, ms_paint(o->color, MS_RESET));
  for (size_t i = 0; i < b->holder_count; i++)
    put_holder(&b->holders[i], o, out);
  if (!b->end_event)
    put_lost(b, o, out);
  free(name);
  free(type);
  free(place);
}

void ms_render_moment(const struct ms_report_moment *m, const struct ms_render_options *o, FILE *out) {
  size_t slots = 0, stale = 0;
  for (size_t i = 0; i < m->block_count; i++)
    slots += m->blocks[i].holder_count;
  for (size_t i = 0; i < m->dangling_count; i++)
    stale += m->dangling[i].holder_count;
  char *mark = ms_text_escape(m->mark);
  fputs(ms_paint(o->color, MS_TITLE), out);
  if (*mark)
    fprintf(out, "at mark \"%s\" (event %" PRIu64 ")", mark, m->event);
  else if (m->is_end)
    fputs("at the end", out);
  else
    fprintf(out, "after event %" PRIu64, m->event);
  fprintf(out, "%s: %zu tracked block%s, held by %zu slot%s; %zu dangling\n", ms_paint(o->color, MS_RESET),
          m->block_count, m->block_count == 1 ? "" : "s", slots, slots == 1 ? "" : "s", stale);
  free(mark);
  if (!m->is_recorded)
    fprintf(out, "%sthis trace has no pointer copies: compile with -fmemscope=refs or full%s\n",
            ms_paint(o->color, MS_WARN), ms_paint(o->color, MS_RESET));
  for (size_t i = 0; i < m->block_count; i++)
    put_block(&m->blocks[i], o, out);
  if (m->dangling_count)
    fprintf(out, "%sdangling%s\n", ms_paint(o->color, MS_TITLE), ms_paint(o->color, MS_RESET));
  for (size_t i = 0; i < m->dangling_count; i++)
    put_block(&m->dangling[i], o, out);
}
