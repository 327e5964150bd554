/* findings.c - see findings.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A fingerprint is a hash of what stays when lines move and numbers change: the kind, the
 * memory's name and type, the function and the file's own name, and the roles, slots and
 * functions of the story. Findings that are still equal are told apart by their order in the
 * file.
 */
#include "report/findings.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/xalloc.h"

static const char *const severities[] = {"error", "warning", "note"};

const char *ms_severity_name(enum ms_report_severity severity) { return severities[severity]; }

bool ms_severity_parse(const char *name, enum ms_report_severity *ret) {
  for (unsigned i = 0; i < MS_REPORT_SEVERITIES; i++)
    if (strcmp(name, severities[i]) == 0) {
      *ret = (enum ms_report_severity)i;
      return true;
    }
  return false;
}

const char *ms_confidence_label(double confidence) {
  return confidence >= MS_CONFIDENCE_HIGH ? "high" : confidence >= MS_CONFIDENCE_MEDIUM ? "medium" : "low";
}

static const struct ms_report_place no_place = {.function = "", .file = "", .dir = ""};

struct ms_report_finding *ms_report_new_findings(struct ms_report *report, size_t count) {
  free(report->findings);
  report->findings = ms_xcalloc(count, sizeof *report->findings);
  report->finding_count = count;
  for (size_t i = 0; i < count; i++)
    report->findings[i] = (struct ms_report_finding){
        .kind = "", .title = "", .name = "", .type = "", .path = "", .advice = "", .place = no_place,
        .source = "captured", .confidence = 1, .rule = "", .blind_spot = "", .fingerprint = "", .suppressed = ""};
  return report->findings;
}

struct ms_report_step *ms_report_new_steps(struct ms_report *report, size_t count) {
  struct ms_report_step *steps = ms_report_alloc(report, (count ? count : 1) * sizeof *steps);
  for (size_t i = 0; i < count; i++)
    steps[i] = (struct ms_report_step){
        .role = "", .slot = "", .text = "", .source = "captured", .time = -1, .place = no_place};
  return steps;
}

const struct ms_report_kind *ms_report_kind_find(const struct ms_report *report, const char *name) {
  for (size_t i = 0; i < report->kind_count; i++)
    if (strcmp(report->kinds[i].name, name) == 0)
      return &report->kinds[i];
  return NULL;
}

bool ms_kind_matches(const char *list, const char *name) {
  while (*list) {
    size_t len = strcspn(list, ",");
    char *pattern = ms_xstrndup(list, len);
    bool found = len && ((strncmp(name, pattern, len) == 0 && (!name[len] || name[len] == '.')) ||
                         fnmatch(pattern, name, 0) == 0);
    free(pattern);
    if (found)
      return true;
    list += len + (list[len] == ',');
  }
  return false;
}

/* FNV-1a, with a separator behind each text. */
static void mix(uint64_t *hash, const char *text) {
  for (;; text++) {
    *hash = (*hash ^ (unsigned char)*text) * 0x100000001b3u;
    if (!*text)
      return;
  }
}

static const char *base_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

static uint64_t fingerprint(const struct ms_report_finding *f) {
  uint64_t hash = 0xcbf29ce484222325u;
  const char *const texts[] = {f->kind, f->name, f->type, f->path, f->place.function, base_name(f->place.file)};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    mix(&hash, texts[i]);
  for (size_t i = 0; i < f->step_count; i++) {
    mix(&hash, f->steps[i].role);
    mix(&hash, f->steps[i].slot);
    mix(&hash, f->steps[i].place.function);
  }
  return hash;
}

static int compare_places(const struct ms_report_place *x, const struct ms_report_place *y) {
  int c = strcmp(x->file, y->file);
  if (c)
    return c;
  if (x->line != y->line)
    return x->line < y->line ? -1 : 1;
  return x->column < y->column ? -1 : x->column > y->column;
}

/* Severity, then what is sure, then size. */
static int by_importance(const void *a, const void *b) {
  const struct ms_report_finding *x = a, *y = b;
  if (x->severity != y->severity)
    return x->severity < y->severity ? -1 : 1;
  int c = strcmp(ms_confidence_label(x->confidence), ms_confidence_label(y->confidence));
  if (c) /* "high" < "low" < "medium" is not the order */
    return x->confidence > y->confidence ? -1 : 1;
  if (x->bytes != y->bytes)
    return x->bytes > y->bytes ? -1 : 1;
  c = compare_places(&x->place, &y->place);
  if (!c)
    c = strcmp(x->kind, y->kind);
  if (!c)
    c = strcmp(x->name, y->name);
  return c ? c : x->block < y->block ? -1 : x->block > y->block;
}

struct print {
  uint64_t hash;
  struct ms_report_finding *finding;
};

static int by_print(const void *a, const void *b) {
  const struct print *x = a, *y = b;
  if (x->hash != y->hash)
    return x->hash < y->hash ? -1 : 1;
  int c = compare_places(&x->finding->place, &y->finding->place);
  if (c)
    return c;
  return x->finding->block < y->finding->block ? -1 : x->finding->block > y->finding->block;
}

void ms_report_arrange_findings(struct ms_report *report) {
  size_t count = report->finding_count;
  if (!count)
    return;
  qsort(report->findings, count, sizeof *report->findings, by_importance);
  struct print *prints = ms_xcalloc(count, sizeof *prints);
  for (size_t i = 0; i < count; i++)
    prints[i] = (struct print){fingerprint(&report->findings[i]), &report->findings[i]};
  qsort(prints, count, sizeof *prints, by_print);
  size_t occurrence = 0;
  for (size_t i = 0; i < count; i++) {
    char text[48];
    occurrence = i && prints[i].hash == prints[i - 1].hash ? occurrence + 1 : 1;
    snprintf(text, sizeof text, "%016llx:%zu", (unsigned long long)prints[i].hash, occurrence);
    prints[i].finding->fingerprint = ms_report_string(report, text);
  }
  free(prints);
}
