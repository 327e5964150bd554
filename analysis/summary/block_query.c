/* block_query.c - see block_query.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "analysis/summary/block_query.h"

#include <stdlib.h>
#include <string.h>

enum ms_status ms_block_query_parse(const char *text, struct ms_block_query *ret, struct ms_error *err) {
  struct ms_block_query q = {.kind = MS_QUERY_NAME, .text = text};
  const char *colon = strrchr(text, ':');
  char *end;
  if (strncmp(text, "0x", 2) == 0) {
    q.kind = MS_QUERY_ADDRESS;
    q.address = strtoull(text + 2, &end, 16);
    if (*end == '@') {
      q.event = strtoull(end + 1, &end, 10);
      if (!q.event)
        return ms_error_set(err, MS_ERR_USAGE, "got '%s', expected 0xADDRESS@EVENT", text);
    }
    if (*end || end == text + 2)
      return ms_error_set(err, MS_ERR_USAGE, "got '%s', expected 0xADDRESS or 0xADDRESS@EVENT", text);
  } else if (colon && colon > text && colon[1] >= '0' && colon[1] <= '9') {
    q.kind = MS_QUERY_LINE;
    q.file_len = (size_t)(colon - text);
    q.line = strtoull(colon + 1, &end, 10);
    if (*end)
      return ms_error_set(err, MS_ERR_USAGE, "got '%s', expected FILE:LINE", text);
  } else if (!*text) {
    return ms_error_set(err, MS_ERR_USAGE, "an empty name, expected a variable, FILE:LINE or 0xADDRESS");
  }
  *ret = q;
  return MS_OK;
}

/* Whether the site's file is the one asked for, or ends in it after a slash. */
static bool is_file(const struct ms_block_query *q, const char *file) {
  size_t len = strlen(file);
  return len >= q->file_len && memcmp(file + len - q->file_len, q->text, q->file_len) == 0 &&
         (len == q->file_len || file[len - q->file_len - 1] == '/');
}

static bool site_matches(const struct ms_block_query *q, const struct ms_trace_site *site) {
  if (q->kind == MS_QUERY_LINE)
    return site->line == q->line && q->line && is_file(q, site->file);
  return strcmp(site->path, q->text) == 0 || strcmp(site->field, q->text) == 0;
}

bool ms_block_query_matches(const struct ms_block_query *q, const struct ms_trace *trace, const struct ms_notice *n) {
  const struct ms_held_block *b = n->block;
  if (!b)
    return false;
  if (q->kind == MS_QUERY_ADDRESS)
    return n->kind == MS_NOTICE_BEGIN && q->address >= b->addr && q->address - b->addr <= b->size &&
           (q->address != b->addr + b->size || b->size == 0) && (!q->event || b->event <= q->event);
  switch (n->kind) {
  case MS_NOTICE_BEGIN: {
    const struct ms_trace_context *context = ms_trace_context(trace, b->context);
    return site_matches(q, ms_trace_site(trace, context->name_site)) ||
           (q->kind == MS_QUERY_LINE && site_matches(q, ms_trace_site(trace, context->call_site)));
  }
  case MS_NOTICE_HOLD:
  case MS_NOTICE_BIND: return site_matches(q, ms_trace_site(trace, n->site));
  case MS_NOTICE_NAME: return q->kind == MS_QUERY_NAME && strcmp(ms_trace_string(trace, b->name), q->text) == 0;
  default: return false;
  }
}

/* What comes behind the last "." or "->" of NAME, and its length without "[]". */
static const char *last_part(const char *name, size_t *ret_len) {
  const char *part = name;
  for (const char *p = name; *p; p++)
    if (*p == '.' || *p == '>')
      part = p + 1;
  *ret_len = strcspn(part, "[");
  return part;
}

unsigned ms_block_query_likeness(const struct ms_block_query *q, const struct ms_trace_site *site, bool is_field) {
  const char *name = is_field ? site->field : site->path;
  size_t name_len = strlen(name), len = strlen(q->text), a, b;
  if (q->kind != MS_QUERY_NAME || !name_len)
    return 0;
  if (name_len > len && strcmp(name + name_len - len, q->text) == 0 && strchr(" .>*&(", name[name_len - len - 1]))
    return 2;
  const char *wanted = last_part(q->text, &a), *part = last_part(name, &b);
  return a && a == b && strncmp(wanted, part, a) == 0;
}
