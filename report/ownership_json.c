/* ownership_json.c - who owns what as a JSON document.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "report/json_text.h"
#include "report/ownership.h"

#include <string.h>

static void put_example(struct ms_json_text *j, const char *key, const struct ms_report_example *e) {
  if (!e->event) {
    ms_jt_null(j, key);
    return;
  }
  ms_jt_object(j, key);
  ms_jt_count(j, "trace", e->trace);
  ms_jt_count(j, "event", e->event);
  ms_jt_end(j, '}');
}

static void put_how(struct ms_json_text *j, const struct ms_report_owner *f) {
  const struct {
    bool is;
    const char *name;
  } list[] = {{f->frees, "frees"}, {f->stores, "stores"}, {f->counts, "counts"}, {f->returns, "returns"}};
  ms_jt_array(j, "how");
  for (size_t i = 0; i < sizeof list / sizeof list[0]; i++)
    if (list[i].is)
      ms_jt_string(j, NULL, list[i].name);
  ms_jt_end(j, ']');
}

static void put_fact(struct ms_json_text *j, const struct ms_report_owner *f) {
  ms_jt_object(j, NULL);
  ms_jt_string(j, "kind", f->kind);
  ms_jt_text(j, "function", f->function);
  ms_jt_text(j, "name", f->name);
  if (strcmp(f->kind, "parameter") == 0)
    ms_jt_count(j, "index", f->index);
  else
    ms_jt_null(j, "index");
  ms_jt_text(j, "type", f->type);
  ms_jt_text(j, "file", f->file);
  ms_jt_known(j, "line", f->line);
  ms_jt_text(j, "declaration", f->declaration);
  ms_jt_string(j, "verdict", f->verdict);
  ms_jt_text(j, "abstains", f->why_not);
  put_how(j, f);
  ms_jt_bool(j, "counted", f->is_counted);
  if (f->returned_argument >= 0)
    ms_jt_count(j, "returned_argument", (uint64_t)f->returned_argument);
  else
    ms_jt_null(j, "returned_argument");
  ms_jt_text(j, "compiler", f->compiler);
  ms_jt_string(j, "_source", f->source);
  if (strcmp(f->source, "inferred") == 0)
    ms_jt_real(j, "_confidence", f->confidence);
  else
    ms_jt_null(j, "_confidence");
  ms_jt_string(j, "_label", f->label);
  ms_jt_text(j, "_rule", f->rule);
  ms_jt_object(j, "_evidence");
  ms_jt_real(j, "for", f->weight_for);
  ms_jt_real(j, "against", f->weight_against);
  ms_jt_count(j, "observed_for", f->observed_for);
  ms_jt_count(j, "observed_against", f->observed_against);
  put_example(j, "example_for", &f->example_for);
  put_example(j, "example_against", &f->example_against);
  ms_jt_end(j, '}');
  ms_jt_end(j, '}');
}

static void put_violation(struct ms_json_text *j, const struct ms_report_violation *v) {
  ms_jt_object(j, NULL);
  ms_jt_string(j, "_rule", v->rule);
  ms_jt_string(j, "_source", "inferred");
  ms_jt_text(j, "slot", v->slot);
  ms_jt_text(j, "block", v->block);
  ms_jt_text(j, "function", v->function);
  ms_jt_text(j, "file", v->file);
  ms_jt_known(j, "line", v->line);
  ms_jt_count(j, "count", v->count);
  put_example(j, "example", &v->example);
  ms_jt_end(j, '}');
}

void ms_ownership_json(const struct ms_report_ownership *o, FILE *out) {
  struct ms_json_text j;
  ms_jt_open(&j, out);
  ms_jt_object(&j, NULL);
  ms_jt_document(&j, "ownership");
  ms_jt_array(&j, "traces");
  for (size_t i = 0; i < o->trace_count; i++)
    ms_jt_string(&j, NULL, o->traces[i]);
  ms_jt_end(&j, ']');
  ms_jt_bool(&j, "recorded", o->is_recorded);
  ms_jt_bool(&j, "calls", o->has_calls);
  ms_jt_array(&j, "facts");
  for (size_t i = 0; i < o->fact_count; i++)
    put_fact(&j, &o->facts[i]);
  ms_jt_end(&j, ']');
  ms_jt_array(&j, "violations");
  for (size_t i = 0; i < o->violation_count; i++)
    put_violation(&j, &o->violations[i]);
  ms_jt_end(&j, ']');
  ms_jt_end(&j, '}');
  putc('\n', out);
}
