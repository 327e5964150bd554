/* findings_json.c - findings as objects of the JSON documents.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * How a finding is known stands beside it: `_source`, and for what was inferred
 * `_confidence`, its label, `_rule`, and `_evidence` with the events of the story.
 */
#include "report/report_json.h"

#include <string.h>

#include "report/json_put.h"

static struct json_object *place_object(const struct ms_report_place *p) {
  struct json_object *o = json_object_new_object();
  ms_put_text(o, "function", p->function);
  ms_put_text(o, "file", p->file);
  ms_put_text(o, "directory", p->dir);
  ms_put_known(o, "line", p->line);
  ms_put_known(o, "column", p->column);
  return o;
}

static struct json_object *trail_object(const struct ms_report_trail *t) {
  struct json_object *o = json_object_new_object();
  ms_put(o, "frames", ms_json_frames(t->frames, t->count));
  ms_put_bool(o, "cut", t->cut);
  return o;
}

static struct json_object *step_object(const struct ms_report_step *s) {
  struct json_object *o = json_object_new_object();
  ms_put_text(o, "role", s->role);
  ms_put_text(o, "slot", s->slot);
  ms_put_text(o, "text", s->text);
  ms_put_known(o, "event", s->event);
  ms_put_seconds(o, "time", s->time);
  ms_put(o, "place", place_object(&s->place));
  ms_put(o, "stack", trail_object(&s->trail));
  ms_put_source(o, s->source);
  return o;
}

static void put_knowledge(struct json_object *o, const struct ms_report_finding *f) {
  bool inferred = strcmp(f->source, "inferred") == 0;
  char text[32];
  snprintf(text, sizeof text, "%.4f", f->confidence);
  ms_put_source(o, f->source);
  ms_put(o, "_confidence", inferred ? json_object_new_double_s(f->confidence, text) : NULL);
  ms_put_text(o, "_confidence_label", inferred ? ms_confidence_label(f->confidence) : "");
  ms_put_text(o, "_rule", f->rule);
  struct json_object *evidence = json_object_new_object(), *events = json_object_new_array();
  ms_put_count(evidence, "for", f->support);
  ms_put_count(evidence, "against", f->against);
  for (size_t i = 0; i < f->step_count; i++)
    if (f->steps[i].event)
      json_object_array_add(events, json_object_new_uint64(f->steps[i].event));
  ms_put(evidence, "events", events);
  ms_put(o, "_evidence", evidence);
}

struct json_object *ms_json_finding(const struct ms_report_finding *f) {
  struct json_object *o = json_object_new_object(), *memory = json_object_new_object(),
                     *steps = json_object_new_array();
  ms_put_text(o, "kind", f->kind);
  ms_put_text(o, "severity", ms_severity_name(f->severity));
  ms_put_text(o, "title", f->title);
  ms_put_text(o, "fingerprint", f->fingerprint);
  ms_put_text(memory, "name", f->name);
  ms_put_text(memory, "type", f->type);
  ms_put_text(memory, "path", f->path);
  ms_put_known(memory, "block", f->block);
  ms_put_count(memory, "blocks", f->blocks);
  ms_put_count(memory, "bytes", f->bytes);
  ms_put_known(memory, "retained_blocks", f->retained_blocks);
  ms_put(memory, "retained_bytes", f->retained_blocks ? json_object_new_uint64(f->retained_bytes) : NULL);
  ms_put(o, "memory", memory);
  ms_put(o, "place", place_object(&f->place));
  ms_put(o, "stack", trail_object(&f->trail));
  for (size_t i = 0; i < f->step_count; i++)
    json_object_array_add(steps, step_object(&f->steps[i]));
  ms_put(o, "steps", steps);
  ms_put_text(o, "advice", f->advice);
  ms_put_bool(o, "limited", f->is_limited);
  ms_put_text(o, "blind_spot", f->blind_spot);
  ms_put_text(o, "suppressed", f->suppressed);
  put_knowledge(o, f);
  return o;
}

struct json_object *ms_json_kinds(const struct ms_report *report, const char *kinds) {
  struct json_object *list = json_object_new_array();
  for (size_t i = 0; i < report->kind_count; i++) {
    const struct ms_report_kind *k = &report->kinds[i];
    if (!ms_kind_matches(kinds, k->name))
      continue;
    struct json_object *o = json_object_new_object();
    uint64_t count = 0;
    for (size_t f = 0; f < report->finding_count; f++)
      count += strcmp(report->findings[f].kind, k->name) == 0;
    ms_put_text(o, "name", k->name);
    ms_put_text(o, "severity", ms_severity_name(k->severity));
    ms_put_text(o, "noun", k->noun);
    ms_put_text(o, "nouns", k->nouns);
    ms_put_text(o, "description", k->description);
    ms_put_count(o, "findings", count);
    json_object_array_add(list, o);
  }
  return list;
}
