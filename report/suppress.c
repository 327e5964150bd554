/* suppress.c - see suppress.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "report/suppress.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/grow.h"
#include "support/xalloc.h"

/* As LeakSanitizer does it: the parts between the stars, one behind the other. */
bool ms_suppression_matches(const char *pattern, const char *text) {
  bool anchored = *pattern == '^';
  pattern += anchored;
  size_t len = strlen(pattern);
  bool at_end = len && pattern[len - 1] == '$';
  len -= at_end;
  const char *end = pattern + len, *at = text;
  if (!len && !anchored && !at_end)
    return false; /* an empty pattern covers nothing */
  for (bool first = true;; first = false) {
    const char *star = memchr(pattern, '*', (size_t)(end - pattern));
    size_t part = (size_t)((star ? star : end) - pattern);
    size_t rest = strlen(at);
    if (!star && at_end) { /* the last part stands at the end, or where the first has to */
      if (rest < part || memcmp(at + rest - part, pattern, part) != 0)
        return false;
      return !(first && anchored) || rest == part;
    }
    const char *found = memmem(at, rest, pattern, part);
    if (!found || (first && anchored && found != at && strncmp(at, pattern, part) != 0))
      return false;
    if (first && anchored)
      found = at;
    if (!star)
      return true;
    at = found + part;
    pattern = star + 1;
  }
}

enum ms_status ms_suppressions_read(struct ms_suppressions *list, const char *path, struct ms_error *err) {
  enum { LINE_MAX_BYTES = 4096 };
  FILE *file = fopen(path, "re");
  if (!file)
    return ms_error_errno(err, errno, "cannot read the suppressions %s", path);
  enum ms_status status = MS_OK;
  char line[LINE_MAX_BYTES];
  for (unsigned number = 1; status == MS_OK && fgets(line, sizeof line, file); number++) {
    size_t len = strlen(line);
    if (len == sizeof line - 1 && line[len - 1] != '\n') {
      status = ms_error_set(err, MS_ERR_INPUT, "%s:%u: the line is longer than %d bytes", path, number, LINE_MAX_BYTES);
      break;
    }
    while (len && strchr(" \t\r\n", line[len - 1]))
      line[--len] = '\0';
    char *text = line + strspn(line, " \t");
    char *colon = strchr(text, ':');
    if (!*text || *text == '#')
      continue;
    if (!colon || colon == text || !colon[1]) {
      status = ms_error_set(err, MS_ERR_INPUT, "%s:%u: got '%s', expected KIND:PATTERN", path, number, text);
      break;
    }
    MS_GROW(list->items, list->count, list->capacity);
    list->items[list->count++] = (struct ms_suppression){
        .kinds = ms_xstrndup(text, (size_t)(colon - text)), .pattern = ms_xstrdup(colon + 1),
        .text = ms_xstrdup(text), .path = path, .line = number};
  }
  if (status == MS_OK && ferror(file))
    status = ms_error_errno(err, errno, "cannot read the suppressions %s", path);
  fclose(file);
  return status;
}

void ms_suppressions_fini(struct ms_suppressions *list) {
  for (size_t i = 0; i < list->count; i++) {
    free(list->items[i].kinds);
    free(list->items[i].pattern);
    free(list->items[i].text);
  }
  free(list->items);
  *list = (struct ms_suppressions){NULL, 0, 0};
}

static bool matches_place(const char *pattern, const struct ms_report_place *place,
                          const struct ms_report_trail *trail) {
  if (ms_suppression_matches(pattern, place->function) || ms_suppression_matches(pattern, place->file))
    return true;
  for (size_t i = 0; i < trail->count; i++) {
    const struct ms_report_frame *f = &trail->frames[i];
    if (ms_suppression_matches(pattern, f->function) || ms_suppression_matches(pattern, f->file) ||
        ms_suppression_matches(pattern, f->module))
      return true;
  }
  return false;
}

static bool matches(const struct ms_suppression *s, const struct ms_report_finding *f) {
  if (!ms_kind_matches(s->kinds, f->kind))
    return false;
  if (ms_suppression_matches(s->pattern, f->name) || ms_suppression_matches(s->pattern, f->path) ||
      matches_place(s->pattern, &f->place, &f->trail))
    return true;
  for (size_t i = 0; i < f->step_count; i++)
    if (ms_suppression_matches(s->pattern, f->steps[i].slot) ||
        matches_place(s->pattern, &f->steps[i].place, &f->steps[i].trail))
      return true;
  return false;
}

void ms_suppress(struct ms_suppressions *list, struct ms_report *report) {
  for (size_t i = 0; i < report->finding_count; i++) {
    struct ms_report_finding *f = &report->findings[i];
    for (size_t k = 0; k < list->count && !*f->suppressed; k++)
      if (matches(&list->items[k], f)) {
        list->items[k].matches++;
        f->suppressed = ms_report_string(report, list->items[k].text);
      }
  }
}
