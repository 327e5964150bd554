/* passports_json.c - passports as a JSON document; what their states mean.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "report/json_text.h"
#include "report/passports.h"

#include <string.h>

const char *ms_passport_words(const char *status) {
  static const struct {
    const char *status, *words;
  } list[] = {{"lent", "handed to other code, freed by this program"},
              {"given", "handed to other code, which freed it"},
              {"received", "allocated by other code, freed by this program"},
              {"foreign", "allocated and freed by other code"},
              {"kept", "handed to other code, never freed"},
              {"waiting", "allocated by other code, never freed"}};
  for (size_t i = 0; i < sizeof list / sizeof list[0]; i++)
    if (strcmp(list[i].status, status) == 0)
      return list[i].words;
  return "";
}

static void put_border(struct ms_json_text *j, const char *key, const struct ms_report_border *b) {
  ms_jt_object(j, key);
  ms_jt_text(j, "path", b->path);
  ms_jt_text(j, "type", b->type);
  ms_jt_text(j, "function", b->function);
  ms_jt_text(j, "file", b->file);
  ms_jt_known(j, "line", b->line);
  ms_jt_bool(j, "foreign", b->is_foreign);
  ms_jt_text(j, "by", b->by);
  ms_jt_text(j, "module", b->module);
  ms_jt_end(j, '}');
}

static void put_row(struct ms_json_text *j, const struct ms_report_passport *p) {
  ms_jt_object(j, NULL);
  ms_jt_string(j, "status", p->status);
  ms_jt_count(j, "count", p->count);
  ms_jt_count(j, "bytes", p->bytes);
  put_border(j, "born", &p->born);
  ms_jt_array(j, "handed");
  for (size_t i = 0; i < p->handed_count; i++) {
    const struct ms_report_handed *h = &p->handed[i];
    ms_jt_object(j, NULL);
    ms_jt_text(j, "callee", h->callee);
    ms_jt_count(j, "argument", h->argument);
    ms_jt_text(j, "function", h->function);
    ms_jt_text(j, "file", h->file);
    ms_jt_known(j, "line", h->line);
    ms_jt_count(j, "count", h->count);
    ms_jt_end(j, '}');
  }
  ms_jt_end(j, ']');
  ms_jt_count(j, "handed_more", p->handed_more);
  if (p->has_end)
    put_border(j, "freed", &p->freed);
  else
    ms_jt_null(j, "freed");
  ms_jt_count(j, "block", p->block);
  ms_jt_known(j, "event", p->event);
  ms_jt_known(j, "end_event", p->end_event);
  ms_jt_string(j, "_source", "captured");
  ms_jt_end(j, '}');
}

void ms_passports_json(const struct ms_report_passports *w, FILE *out) {
  struct ms_json_text j;
  ms_jt_open(&j, out);
  ms_jt_object(&j, NULL);
  ms_jt_document(&j, "passports");
  ms_jt_bool(&j, "recorded", w->is_recorded);
  ms_jt_bool(&j, "calls", w->has_calls);
  ms_jt_count(&j, "blocks", w->blocks);
  ms_jt_array(&j, "passports");
  for (size_t i = 0; i < w->count; i++)
    put_row(&j, &w->rows[i]);
  ms_jt_end(&j, ']');
  ms_jt_end(&j, '}');
  putc('\n', out);
}
