/* biography_text.c - see biography_text.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A line a step: the event's number, what happened, to which slot, where. What does not fit is
 * cut in its middle.
 *
 *       12  move        l->head, in block 1 at +8            list.c:14
 *                       from it (event 5; captured, source-ended-next)
 */
#include "render/biography_text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "render/holders_text.h"
#include "render/paint.h"
#include "render/units.h"
#include "support/text.h"
#include "support/xalloc.h"

enum { EVENT_WIDTH = 9, WORD_WIDTH = 11, PLACE_WIDTH = 16, AGAIN_MIN = 3 /* of the same, to be told as one */ };

/* One line: EVENT (0 none), WORD in PAINT, WHAT (escaped here), PLACE (escaped already). */
static void put_line(const struct ms_render_options *o, FILE *out, uint64_t event, const char *word,
                     enum ms_paint paint, const char *what, const char *place) {
  unsigned used = EVENT_WIDTH + 2 + WORD_WIDTH + 1 + (*place ? 1 + PLACE_WIDTH : 0);
  unsigned room = o->width > used + 20 ? o->width - used : 20;
  char number[24] = "";
  if (event)
    snprintf(number, sizeof number, "%" PRIu64, event);
  char *safe = ms_text_escape(what), *shown = ms_text_elide(safe, room, room / 2);
  char *where = ms_text_elide(place, PLACE_WIDTH, PLACE_WIDTH / 2);
  size_t width = ms_text_width(shown);
  fprintf(out, "%s%*s%s  %s%-*s%s %s", ms_paint(o->color, MS_QUIET), EVENT_WIDTH, number,
          ms_paint(o->color, MS_RESET), ms_paint(o->color, paint), WORD_WIDTH, word, ms_paint(o->color, MS_RESET),
          shown);
  if (*place)
    fprintf(out, "%*s %s%s%s", (int)(width < room ? room - width : 0), "", ms_paint(o->color, MS_QUIET), where,
            ms_paint(o->color, MS_RESET));
  putc('\n', out);
  free(safe);
  free(shown);
  free(where);
}

static void put_held(const struct ms_report_step *s, const struct ms_render_options *o, FILE *out, const char *slot,
                     const char *place) {
  const char *word = strcmp(s->label, "birth") == 0 ? "first" : strcmp(s->label, "same") == 0 ? "again" : s->label;
  put_line(o, out, s->event, *word ? word : "copy", strcmp(s->label, "move") == 0 ? MS_FIGURE : MS_PLAIN, slot, place);
  if (!*s->from || strcmp(s->label, "same") == 0 || strcmp(s->label, "birth") == 0)
    return;
  char *origin = s->from_event ? ms_xasprintf("from %s (event %" PRIu64 "; %s, %s)", s->from, s->from_event, s->source, s->rule)
                               : ms_xasprintf("from %s (%s, %s)", s->from, s->source, s->rule);
  put_line(o, out, 0, "", MS_PLAIN, origin, "");
  free(origin);
}

/* How a slot ended to hold the pointer, short. */
static const char *end_word(const char *why) {
  return strcmp(why, "container") == 0 ? "freed with"
         : strcmp(why, "scope") == 0   ? "scope end"
         : strcmp(why, "thread") == 0  ? "thread end"
         : strcmp(why, "returned") == 0 ? "call end" /* not the block: its slot's function */
                                       : why;
}

static void put_step(const struct ms_report_step *s, const struct ms_render_options *o, FILE *out) {
  char *slot = s->has_slot ? ms_text_holder(&s->slot) : ms_xstrdup(""), *place = ms_text_place(&s->site), *what = NULL;
  switch (s->kind) {
  case MS_STEP_HELD: put_held(s, o, out, slot, place); break;
  case MS_STEP_BOUND: put_line(o, out, s->event, "named", MS_PLAIN, s->site.path, place); break;
  case MS_STEP_RELEASED:
    put_line(o, out, s->event, end_word(s->why), MS_QUIET, slot, place);
    break;
  case MS_STEP_PASSED:
    what = ms_xasprintf("to %s()%s%s", *s->callee ? s->callee : "other code", *slot ? ", from " : "", slot);
    put_line(o, out, s->event, "passed", MS_PLAIN, what, place);
    break;
  case MS_STEP_RETURNED:
    what = ms_xasprintf("by %s%s%s", s->site.function, *slot ? ", from " : "", slot);
    put_line(o, out, s->event, "returned", MS_PLAIN, what, place);
    break;
  case MS_STEP_COUNTED:
    what = ms_xasprintf("%s is now %" PRIu64, *s->site.path ? s->site.path : "a counter", s->number);
    put_line(o, out, s->event, "counted", MS_PLAIN, what, place);
    break;
  case MS_STEP_NAMED:
    if (s->number)
      put_line(o, out, s->event, "ignored", MS_PLAIN, "it is meant to live until the program ends", "");
    else
      put_line(o, out, s->event, "called", MS_NAME, s->text, "");
    break;
  case MS_STEP_CLONED:
    what = s->number ? ms_xasprintf("of block %" PRIu64 " (inferred, %s)", s->number, s->rule)
                     : ms_xasprintf("of something that is not tracked (inferred, %s)", s->rule);
    put_line(o, out, s->event, "clone", MS_PLAIN, what, place);
    break;
  case MS_STEP_MUTED:
    put_line(o, out, s->event, "muted", MS_TITLE, "it, or others of its time, copied too often: not followed from here on (track=all does)", "");
    break;
  case MS_STEP_OVERRUN: put_line(o, out, s->event, "overrun", MS_WARN, s->text, ""); break;
  case MS_STEP_MISUSED:
    what = ms_xasprintf("%s%s%s", s->text, *s->site.function ? ", in " : "", s->site.function);
    put_line(o, out, s->event, "misused", MS_WARN, what, place);
    break;
  }
  free(what);
  free(slot);
  free(place);
}

static bool is_again(const struct ms_report_step *s) {
  return s->kind == MS_STEP_HELD && s->has_slot && strcmp(s->label, "same") == 0;
}

/* How many steps from FIRST on, up to LIMIT, only store the same pointer in the same slot at the same place once more. */
static size_t count_again(const struct ms_report_step *first, size_t limit) {
  size_t count = 1;
  if (!limit || !is_again(first))
    return 0;
  char *slot = ms_text_holder(&first->slot);
  for (bool is_same = true; count < limit && is_again(&first[count]); count += is_same) {
    char *other = ms_text_holder(&first[count].slot);
    is_same = strcmp(slot, other) == 0 && first->site.line == first[count].site.line &&
              strcmp(first->site.file, first[count].site.file) == 0;
    free(other);
    if (!is_same)
      break;
  }
  free(slot);
  return count;
}

/* COUNT of them, as one. */
static void put_again(const struct ms_report_step *first, size_t count, const struct ms_render_options *o, FILE *out) {
  char *slot = ms_text_holder(&first->slot), *place = ms_text_place(&first->site);
  char *what = ms_xasprintf("%zu times, at last at event %" PRIu64, count, first[count - 1].event);
  put_line(o, out, first->event, "again", MS_PLAIN, slot, place);
  put_line(o, out, 0, "", MS_PLAIN, what, "");
  free(what);
  free(place);
  free(slot);
}

static void put_stack(const struct ms_report_stack *stack, const struct ms_render_options *o, FILE *out) {
  for (size_t i = 0; i < stack->count; i++) {
    const struct ms_report_frame *f = &stack->frames[i];
    struct ms_report_site site = {.path = "", .type = "", .field = "", .function = "", .file = f->file, .line = f->line};
    char *place = ms_text_place(&site);
    put_line(o, out, 0, i ? "" : "called by", MS_QUIET, *f->function ? f->function : "?", place);
    free(place);
  }
}

static void put_end(const struct ms_report_life *l, const struct ms_render_options *o, FILE *out) {
  const struct ms_report_held *b = &l->block;
  char *place = ms_text_place(&b->end_site), *what = NULL;
  if (l->successor) {
    what = ms_xasprintf("became block %" PRIu64, l->successor);
    put_line(o, out, b->end_event, "realloc", MS_TITLE, what, place);
  } else if (b->end_event) {
    char *slot = l->has_freed_through ? ms_text_holder(&l->freed_through) : ms_xstrdup("");
    const char *path = *slot ? slot : b->end_site.path;
    what = ms_xasprintf("by %s()%s%s, thread %u", l->end_callee, *b->end_site.function ? " in " : "",
                        b->end_site.function, l->end_thread);
    put_line(o, out, b->end_event, "freed", MS_TITLE, what, place);
    if (*path)
      put_line(o, out, 0, "through", MS_PLAIN, path, "");
    put_stack(&l->end_stack, o, out);
    free(slot);
  } else {
    put_line(o, out, 0, "lives", MS_TITLE, "at the end of the trace", "");
  }
  free(what);
  free(place);
  for (size_t i = 0; i < b->holder_count; i++) {
    char *slot = ms_text_holder(&b->holders[i]), *where = ms_text_place(&b->holders[i].site);
    put_line(o, out, b->holders[i].event, b->end_event ? "dangling" : "holder", b->end_event ? MS_WARN : MS_NAME, slot,
             where);
    free(slot);
    free(where);
  }
  if (b->lost.event) {
    char *slot = ms_text_holder(&b->lost.slot), *where = ms_text_place(&b->lost.site);
    put_line(o, out, b->lost.event, "LOST", MS_WARN, slot, where);
    char *how = ms_xasprintf("the last pointer to it %s", ms_text_why(b->lost.why));
    put_line(o, out, 0, "", MS_PLAIN, how, "");
    free(how);
    free(slot);
    free(where);
  } else if (!b->end_event && !b->holder_count) {
    put_line(o, out, 0, "nobody", MS_WARN, "holds it, as far as was recorded", "");
  }
}

static void put_life(const struct ms_report_life *l, const struct ms_render_options *o, FILE *out) {
  const struct ms_report_held *b = &l->block;
  char *name = ms_text_escape(b->name), *type = ms_text_escape(b->site.type), *place = ms_text_place(&b->site);
  fprintf(out, "\n%sblock %" PRIu64 "%s  %s%s%s", ms_paint(o->color, MS_TITLE), b->id, ms_paint(o->color, MS_RESET),
          ms_paint(o->color, MS_NAME), name, ms_paint(o->color, MS_RESET));
  if (*type)
    fprintf(out, "  %s%s%s", ms_paint(o->color, MS_TYPE), type, ms_paint(o->color, MS_RESET));
  fprintf(out, "  %s  0x%" PRIx64 "\n", ms_bytes(b->size).text, b->address);
  char *what = ms_xasprintf("by %s()%s%s, thread %u", l->birth_callee, *b->site.function ? " in " : "",
                            b->site.function, l->thread);
  put_line(o, out, b->event, "born", MS_TITLE, what, place);
  free(what);
  if (l->predecessor) {
    what = ms_xasprintf("of block %" PRIu64, l->predecessor);
    put_line(o, out, 0, "realloc", MS_PLAIN, what, "");
    free(what);
  }
  put_stack(&l->birth_stack, o, out);
  for (size_t i = 0; i < l->step_count; i++) {
    if (l->omitted && i == l->omitted_at)
      fprintf(out, "%*s  ... %" PRIu64 " steps ...\n", EVENT_WIDTH, "", l->omitted);
    size_t limit = l->omitted && i < l->omitted_at ? l->omitted_at - i : l->step_count - i;
    size_t again = count_again(&l->steps[i], limit);
    if (again < AGAIN_MIN) {
      put_step(&l->steps[i], o, out);
    } else {
      put_again(&l->steps[i], again, o, out);
      i += again - 1;
    }
  }
  put_end(l, o, out);
  free(name);
  free(type);
  free(place);
}

/* Why there is none, and what could have been meant. */
static void put_none(const struct ms_report_biography *b, FILE *out) {
  static const char *const why[] = {
      [MS_ASKED_NAME] = "no followed block was born with this name, held by it or called so",
      [MS_ASKED_LINE] = "no followed block was born or stored on this line",
      [MS_ASKED_ADDRESS] = "no followed block lay there",
  };
  fprintf(out, "%s%s\n", why[b->asked],
          b->asked == MS_ASKED_ADDRESS && strchr(b->query, '@') ? " at this event" : "");
  for (size_t i = 0; i < b->near_count; i++) {
    char *name = ms_text_escape(b->near[i]);
    fprintf(out, "%s'%s'", i ? ", " : "did you mean ", name);
    free(name);
  }
  if (b->near_count)
    fputs("?\n", out);
}

void ms_render_biography(const struct ms_report_biography *b, const struct ms_render_options *o, FILE *out) {
  char *query = ms_text_escape(b->query);
  fprintf(out, "%s%s%s: %" PRIu64 " block%s", ms_paint(o->color, MS_TITLE), query, ms_paint(o->color, MS_RESET),
          b->matches, b->matches == 1 ? "" : "s");
  if (b->life_count < b->matches)
    fprintf(out, ", %zu of them shown (--all shows the others)", b->life_count);
  putc('\n', out);
  if (!b->is_recorded)
    fprintf(out, "%sthis trace has no pointer copies: compile with -fmemscope=refs or full%s\n",
            ms_paint(o->color, MS_WARN), ms_paint(o->color, MS_RESET));
  else if (!b->matches)
    put_none(b, out);
  for (size_t i = 0; i < b->life_count; i++)
    put_life(&b->lives[i], o, out);
  free(query);
}
