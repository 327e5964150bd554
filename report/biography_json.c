/* biography_json.c - the lives of blocks as a JSON document.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "report/biography.h"
#include "report/slots_json.h"

const char *ms_step_name(enum ms_step_kind kind) {
  static const char *const names[] = {"held", "bound", "released", "passed", "returned", "counted", "named", "cloned",
                                      "muted", "overrun", "misused"};
  return names[kind];
}

static void put_step(struct ms_json_text *j, const struct ms_report_step *s) {
  ms_jt_object(j, NULL);
  ms_jt_string(j, "kind", ms_step_name(s->kind));
  ms_jt_known(j, "event", s->event);
  ms_jt_seconds(j, "time", s->time);
  ms_jt_count(j, "thread", s->thread);
  ms_jt_site(j, &s->site);
  ms_jt_text(j, "callee", s->callee);
  ms_jt_text(j, "text", s->text);
  if (s->kind == MS_STEP_COUNTED)
    ms_jt_count(j, "number", s->number);
  else
    ms_jt_known(j, "number", s->number);
  if (s->has_slot)
    ms_jt_holder(j, "slot", &s->slot);
  else
    ms_jt_null(j, "slot");
  ms_jt_text(j, "why", s->why);
  ms_jt_text(j, "label", s->label);
  ms_jt_text(j, "from", s->from);
  ms_jt_known(j, "from_event", s->from_event);
  ms_jt_string(j, "_source", s->kind == MS_STEP_CLONED ? "inferred" : *s->source ? s->source : "captured");
  ms_jt_text(j, "_rule", s->rule);
  ms_jt_end(j, '}');
}

static void put_stack(struct ms_json_text *j, const char *key, const struct ms_report_stack *stack) {
  ms_jt_array(j, key);
  for (size_t i = 0; i < stack->count; i++) {
    ms_jt_object(j, NULL);
    ms_jt_text(j, "function", stack->frames[i].function);
    ms_jt_text(j, "file", stack->frames[i].file);
    ms_jt_known(j, "line", stack->frames[i].line);
    ms_jt_text(j, "module", stack->frames[i].module);
    ms_jt_end(j, '}');
  }
  ms_jt_end(j, ']');
}

static void put_life(struct ms_json_text *j, const struct ms_report_life *l) {
  ms_jt_object(j, NULL);
  ms_jt_held(j, "block", &l->block);
  ms_jt_text(j, "callee", l->birth_callee);
  ms_jt_count(j, "thread", l->thread);
  put_stack(j, "stack", &l->birth_stack);
  ms_jt_known(j, "predecessor", l->predecessor);
  ms_jt_known(j, "successor", l->successor);
  if (l->block.end_event) {
    ms_jt_object(j, "freed");
    ms_jt_count(j, "event", l->block.end_event);
    ms_jt_seconds(j, "time", l->block.end_time);
    ms_jt_count(j, "thread", l->end_thread);
    ms_jt_site(j, &l->block.end_site);
    ms_jt_text(j, "callee", l->end_callee);
    if (l->has_freed_through)
      ms_jt_holder(j, "through", &l->freed_through);
    else
      ms_jt_null(j, "through");
    put_stack(j, "stack", &l->end_stack);
    ms_jt_end(j, '}');
  } else {
    ms_jt_null(j, "freed");
  }
  ms_jt_array(j, "steps");
  for (size_t i = 0; i < l->step_count; i++)
    put_step(j, &l->steps[i]);
  ms_jt_end(j, ']');
  ms_jt_count(j, "omitted", l->omitted);
  ms_jt_end(j, '}');
}

void ms_biography_json(const struct ms_report_biography *b, FILE *out) {
  struct ms_json_text j;
  ms_jt_open(&j, out);
  ms_jt_object(&j, NULL);
  ms_jt_document(&j, "why");
  ms_jt_string(&j, "query", b->query);
  ms_jt_bool(&j, "recorded", b->is_recorded);
  ms_jt_count(&j, "matches", b->matches);
  ms_jt_array(&j, "lives");
  for (size_t i = 0; i < b->life_count; i++)
    put_life(&j, &b->lives[i]);
  ms_jt_end(&j, ']');
  ms_jt_end(&j, '}');
  putc('\n', out);
}
