/* holders_json.c - a moment as one line of JSON.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * holders.schema.json describes it. A line a moment, so that a run with thousands of marks can
 * be read as it comes.
 */
#include "report/holders.h"
#include "report/json_text.h"
#include "report/slots_json.h"

void ms_jt_site(struct ms_json_text *j, const struct ms_report_site *site) {
  ms_jt_text(j, "path", site->path);
  ms_jt_text(j, "type", site->type);
  ms_jt_text(j, "function", site->function);
  ms_jt_text(j, "file", site->file);
  ms_jt_known(j, "line", site->line);
}

void ms_jt_holder(struct ms_json_text *j, const char *key, const struct ms_report_holder *h) {
  ms_jt_object(j, key);
  ms_jt_string(j, "where", h->where);
  if (h->activation)
    ms_jt_null(j, "address");
  else
    ms_jt_address(j, "address", h->address);
  ms_jt_address(j, "value", h->value);
  ms_jt_count(j, "offset", h->offset);
  ms_jt_site(j, &h->site);
  ms_jt_text(j, "field", h->site.field);
  ms_jt_known(j, "activation", h->activation);
  ms_jt_known(j, "container", h->container);
  if (h->container)
    ms_jt_count(j, "container_offset", h->container_offset);
  else
    ms_jt_null(j, "container_offset");
  ms_jt_text(j, "module", h->module);
  ms_jt_known(j, "thread", h->thread);
  ms_jt_count(j, "event", h->event);
  ms_jt_seconds(j, "time", h->time);
  ms_jt_string(j, "label", h->label);
  ms_jt_text(j, "_rule", h->rule);
  ms_jt_end(j, '}');
}

void ms_jt_held(struct ms_json_text *j, const char *key, const struct ms_report_held *b) {
  ms_jt_object(j, key);
  ms_jt_count(j, "id", b->id);
  ms_jt_address(j, "address", b->address);
  ms_jt_count(j, "size", b->size);
  ms_jt_text(j, "name", b->name);
  ms_jt_site(j, &b->site);
  ms_jt_known(j, "event", b->event);
  ms_jt_seconds(j, "time", b->time);
  ms_jt_known(j, "end_event", b->end_event);
  ms_jt_known(j, "clone_of", b->clone_of);
  ms_jt_bool(j, "was_held", b->was_held);
  ms_jt_known(j, "retained_blocks", b->retained_blocks);
  if (b->retained_blocks)
    ms_jt_count(j, "retained_bytes", b->retained_bytes);
  else
    ms_jt_null(j, "retained_bytes");
  ms_jt_array(j, "holders");
  for (size_t i = 0; i < b->holder_count; i++)
    ms_jt_holder(j, NULL, &b->holders[i]);
  ms_jt_end(j, ']');
  if (b->lost.event) {
    ms_jt_object(j, "lost");
    ms_jt_string(j, "why", b->lost.why);
    ms_jt_count(j, "event", b->lost.event);
    ms_jt_seconds(j, "time", b->lost.time);
    ms_jt_site(j, &b->lost.site);
    ms_jt_holder(j, "slot", &b->lost.slot);
    ms_jt_end(j, '}');
  } else {
    ms_jt_null(j, "lost");
  }
  ms_jt_string(j, "_source", "captured");
  ms_jt_end(j, '}');
}

void ms_moment_json(const struct ms_report_moment *m, FILE *out) {
  struct ms_json_text j;
  ms_jt_open(&j, out);
  ms_jt_object(&j, NULL);
  ms_jt_document(&j, "holders");
  ms_jt_text(&j, "mark", m->mark);
  ms_jt_bool(&j, "end", m->is_end);
  ms_jt_count(&j, "event", m->event);
  ms_jt_seconds(&j, "time", m->time);
  ms_jt_bool(&j, "recorded", m->is_recorded);
  ms_jt_text(&j, "track", m->track);
  ms_jt_text(&j, "levels", m->levels);
  ms_jt_array(&j, "blocks");
  for (size_t i = 0; i < m->block_count; i++)
    ms_jt_held(&j, NULL, &m->blocks[i]);
  ms_jt_end(&j, ']');
  ms_jt_array(&j, "dangling");
  for (size_t i = 0; i < m->dangling_count; i++)
    ms_jt_held(&j, NULL, &m->dangling[i]);
  ms_jt_end(&j, ']');
  ms_jt_end(&j, '}');
  putc('\n', out);
}
