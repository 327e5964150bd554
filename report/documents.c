/* documents.c - see documents.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "report/documents.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/report_json.h"
#include "support/text.h"
#include "support/xalloc.h"

#define PART_TABLE(by) (1u << MS_BY_##by)
#define PART_TOTALS (1u << MS_BY_END)
#define PART_LIVE (2u << MS_BY_END)
#define PART_FINDINGS (4u << MS_BY_END)
#define PART_ALL (~0u)

static const struct {
  const char *name;
  unsigned parts;
  const char *kinds;
} documents[] = {
#define MS_DOCUMENT(ID, name, parts, kinds) {name, parts, kinds},
#include "report/documents.def"
};

const char *ms_document_name(enum ms_document document) { return documents[document].name; }

struct json_object *ms_json_document(const char *name) {
  struct json_object *o = json_object_new_object(), *generator = json_object_new_object();
  json_object_object_add(o, "schema_version", json_object_new_int(MS_REPORT_SCHEMA_VERSION));
  json_object_object_add(o, "document", json_object_new_string(name));
  json_object_object_add(generator, "name", json_object_new_string("memscope"));
  json_object_object_add(generator, "version", json_object_new_string(MEMSCOPE_VERSION));
  json_object_object_add(o, "generator", generator);
  return o;
}

/* json-c escapes the ASCII controls; the others (DEL, C1,
 * bidi marks) can only be inside strings, so they are replaced in the finished text. */
char *ms_json_finish(struct json_object *o) {
  const char *text = json_object_to_json_string_ext(o, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
                                                              JSON_C_TO_STRING_NOSLASHESCAPE);
  size_t room = strlen(text) + 2, extra = 0;
  for (const char *at = text; *at; at++)
    extra += (unsigned char)*at >= 0x7f ? 12 : 0;
  char *out = ms_xmalloc(room + extra), *to = out;
  while (*text) {
    uint32_t code = 0;
    size_t n = ms_text_decode(text, &code);
    if (n == 0) { /* cannot be: every string went through ms_json_string */
      n = 1;
      code = 0xfffd;
    }
    if (code < 0x7f || !ms_text_is_hidden(code)) {
      memcpy(to, text, n);
      to += n;
    } else if (code < 0x10000) {
      to += sprintf(to, "\\u%04x", (unsigned)code);
    } else {
      to += sprintf(to, "\\u%04x\\u%04x", (unsigned)(0xd7c0 + (code >> 10)), (unsigned)(0xdc00 | (code & 0x3ff)));
    }
    text += n;
  }
  *to++ = '\n';
  *to = '\0';
  json_object_put(o);
  return out;
}

static struct json_object *table_array(const struct ms_report_table *table, const struct ms_select *select,
                                       size_t *ret_omitted) {
  struct ms_view view;
  ms_select_rows(table, select, &view);
  struct json_object *rows = json_object_new_array();
  for (size_t i = 0; i < view.count; i++)
    json_object_array_add(rows, ms_json_row(view.rows[i], (size_t)(view.rows[i] - table->rows)));
  *ret_omitted = view.omitted;
  ms_view_fini(&view);
  return rows;
}

static struct json_object *thread_array(const struct ms_report *report) {
  struct json_object *rows = json_object_new_array();
  for (size_t i = 0; i < report->thread_count; i++)
    json_object_array_add(rows, ms_json_thread(&report->threads[i]));
  return rows;
}

static struct json_object *finding_array(const struct ms_report *report, const char *kinds) {
  struct json_object *list = json_object_new_array();
  for (size_t i = 0; i < report->finding_count; i++)
    if (ms_kind_matches(kinds, report->findings[i].kind))
      json_object_array_add(list, ms_json_finding(&report->findings[i]));
  return list;
}

char *ms_report_json(const struct ms_report *report, enum ms_document document, const struct ms_select *select) {
  unsigned parts = documents[document].parts;
  struct json_object *o = ms_json_document(documents[document].name);
  json_object_object_add(o, "run", ms_json_run(report));
  if (parts & PART_TOTALS) {
    json_object_object_add(o, "totals", ms_json_totals(report));
    json_object_object_add(o, "gaps", ms_json_gaps(report));
  }
  if (parts & PART_FINDINGS && !(parts & PART_TOTALS))
    json_object_object_add(o, "coverage", ms_json_coverage(report));
  if (parts & PART_FINDINGS) {
    json_object_object_add(o, "kinds", ms_json_kinds(report, documents[document].kinds));
    json_object_object_add(o, "findings", finding_array(report, documents[document].kinds));
  }
  struct json_object *omitted = json_object_new_object();
  for (unsigned by = 0; by < MS_BY_END; by++) {
    const char *name = ms_grouping_plural((enum ms_grouping)by);
    size_t left_out = 0;
    if (!(parts & 1u << by))
      continue;
    if (by == MS_BY_THREAD)
      json_object_object_add(o, name, thread_array(report));
    else
      json_object_object_add(o, name, table_array(&report->tables[by], select, &left_out));
    json_object_object_add(omitted, name, json_object_new_uint64(left_out));
  }
  if (parts & PART_LIVE) {
    struct json_object *blocks = json_object_new_array();
    for (size_t i = 0; i < report->live_count; i++)
      json_object_array_add(blocks, ms_json_block(&report->live[i]));
    json_object_object_add(o, "live", blocks);
    json_object_object_add(omitted, "live", json_object_new_uint64(report->live_omitted));
  }
  json_object_object_add(o, "omitted", omitted);
  return ms_json_finish(o);
}

char *ms_manifest_json(const struct ms_report *report, const size_t bytes[MS_DOC_END]) {
  struct json_object *o = ms_json_document("manifest"), *files = json_object_new_array();
  json_object_object_add(o, "run", ms_json_run(report));
  for (unsigned i = MS_DOC_REPORT + 1; i < MS_DOC_END; i++) {
    struct json_object *file = json_object_new_object();
    char name[64];
    snprintf(name, sizeof name, "%s.json", documents[i].name);
    json_object_object_add(file, "file", json_object_new_string(name));
    json_object_object_add(file, "document", json_object_new_string(documents[i].name));
    json_object_object_add(file, "bytes", json_object_new_uint64(bytes[i]));
    json_object_array_add(files, file);
  }
  json_object_object_add(o, "files", files);
  return ms_json_finish(o);
}
