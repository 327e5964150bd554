/* finding.c - names of findings, and their memory.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "analysis/findings/finding.h"

#include <stdlib.h>
#include <string.h>

static const struct {
  const char *name, *noun, *description;
  enum ms_severity severity;
} kinds[MS_FINDING_KINDS] = {
#define MS_FINDING(NAME, name, severity, noun, text) {name, noun, text, MS_SEVERITY_##severity},
#include "analysis/findings/finding_kinds.def"
};

const char *ms_finding_name(enum ms_finding_kind kind) { return kinds[kind].name; }

const char *ms_finding_noun(enum ms_finding_kind kind) { return kinds[kind].noun; }

const char *ms_finding_description(enum ms_finding_kind kind) { return kinds[kind].description; }

enum ms_severity ms_finding_severity(enum ms_finding_kind kind) { return kinds[kind].severity; }

bool ms_finding_from_name(const char *name, enum ms_finding_kind *ret_kind) {
  for (unsigned i = 0; i < MS_FINDING_KINDS; i++)
    if (strcmp(kinds[i].name, name) == 0) {
      *ret_kind = (enum ms_finding_kind)i;
      return true;
    }
  return false;
}

bool ms_finding_matches(const char *pattern, enum ms_finding_kind kind) {
  const char *name = kinds[kind].name;
  size_t len = strlen(pattern);
  if (strcmp(pattern, "*") == 0)
    return true;
  return strncmp(name, pattern, len) == 0 && (name[len] == 0 || name[len] == '.');
}

void ms_findings_free(struct ms_findings *findings) {
  for (size_t i = 0; i < findings->count; i++) {
    struct ms_finding *f = &findings->items[i];
    for (size_t k = 0; k < f->step_count; k++) {
      free(f->steps[k].slot);
      free(f->steps[k].text);
    }
    free(f->steps);
    free(f->title);
    free(f->name);
    free(f->type);
    free(f->advice);
    free(f->path);
    free(f->blind_spot);
  }
  free(findings->items);
  free(findings->coverage.opaque_names);
  *findings = (struct ms_findings){.items = NULL};
}
