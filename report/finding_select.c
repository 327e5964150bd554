/* finding_select.c - see finding_select.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "report/finding_select.h"

#include <stdlib.h>
#include <string.h>

#include "support/index.h"
#include "support/xalloc.h"

/* The fingerprints of a report, to look others up in. */
struct prints {
  const struct ms_report *report;
  struct ms_index index;
};

static uint64_t hash(const char *text) { return ms_hash_bytes(text, strlen(text)); }

static bool knows(const struct prints *prints, const char *fingerprint) {
  struct ms_index_cursor c = ms_index_start(&prints->index, hash(fingerprint));
  for (uint32_t i; ms_index_next(&prints->index, &c, &i);)
    if (strcmp(prints->report->findings[i].fingerprint, fingerprint) == 0)
      return true;
  return false;
}

void ms_findings_select(struct ms_report *report, const struct ms_finding_select *select) {
  struct prints prints = {.report = select->baseline};
  for (size_t i = 0; prints.report && i < prints.report->finding_count; i++)
    ms_index_add(&prints.index, hash(prints.report->findings[i].fingerprint), (uint32_t)i);
  size_t kept = 0;
  for (size_t i = 0; i < report->finding_count; i++) {
    const struct ms_report_finding *f = &report->findings[i];
    if ((select->kinds && !ms_kind_matches(select->kinds, f->kind)) || f->confidence < select->min_confidence)
      continue;
    if (prints.report && knows(&prints, f->fingerprint))
      report->findings_known++;
    else
      report->findings[kept++] = *f;
  }
  report->finding_count = kept;
  ms_index_fini(&prints.index);
}

bool ms_confidence_parse(const char *text, double *ret) {
  static const char *const labels[] = {"high", "medium", "low"};
  static const double values[] = {MS_CONFIDENCE_HIGH, MS_CONFIDENCE_MEDIUM, 0};
  for (size_t i = 0; i < 3; i++)
    if (strcmp(text, labels[i]) == 0) {
      *ret = values[i];
      return true;
    }
  char *end = NULL;
  double value = strtod(text, &end);
  if (end == text || *end || !(value >= 0 && value <= 1))
    return false;
  *ret = value;
  return true;
}

bool ms_findings_fail(const struct ms_report *report, const char *kinds) {
  for (size_t i = 0; i < report->finding_count; i++) {
    const struct ms_report_finding *f = &report->findings[i];
    if (!*f->suppressed && (kinds ? ms_kind_matches(kinds, f->kind) : f->severity != MS_REPORT_NOTE))
      return true;
  }
  return false;
}

enum ms_status ms_kinds_check(const struct ms_report *report, const char *option, const char *kinds,
                              struct ms_error *err) {
  enum ms_status status = MS_OK;
  char *copy = ms_xstrdup(kinds), *rest = copy;
  for (char *word; status == MS_OK && (word = strsep(&rest, ",")) != NULL;) {
    bool found = false;
    for (size_t i = 0; i < report->kind_count && !found; i++)
      found = ms_kind_matches(word, report->kinds[i].name);
    if (!found)
      status = ms_error_set(err, MS_ERR_USAGE, "--%s: got '%s', expected a kind of finding, as 'leak' or 'free.double'",
                            option, word);
  }
  free(copy);
  return status;
}
