/* fuzz_ownership.c - whatever a trace says, there are conclusions and passports, and they are sound.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Checked: a confidence is between 0 and 1, what is concluded has a rule, what is not has a reason,
 * and no passport is of more blocks than there were.
 */
#include <string.h>

#include "analysis/ownership/ownership_report.h"
#include "analysis/ownership/passports.h"
#include "fuzz.h"

const char *const fuzz_words[] = {NULL};

void fuzz_repair(unsigned char *data, size_t len, uint64_t choice) { fuzz_repair_trace(data, len, choice); }

static void check(const struct ms_report_ownership *r) {
  for (size_t i = 0; i < r->fact_count; i++) {
    const struct ms_report_owner *f = &r->facts[i];
    FUZZ_CHECK(f->confidence >= 0 && f->confidence <= 1 && f->weight_for >= 0 && f->weight_against >= 0);
    FUZZ_CHECK(*f->why_not ? strcmp(f->verdict, "unknown") == 0 : *f->rule && strcmp(f->verdict, "unknown") != 0);
    FUZZ_CHECK(f->example_for.trace < r->trace_count && f->example_against.trace < r->trace_count);
  }
}

bool fuzz_one(const unsigned char *data, size_t len) {
  const char *path = fuzz_file(data, len);
  struct ms_error err = {0};
  struct ms_run *run = NULL;
  if (ms_run_prepare(path, &run, &err) != MS_OK)
    return false;
  struct ms_ownership *ownership = ms_ownership_new();
  ms_ownership_read(ownership, run);
  ms_run_close(run);
  ms_ownership_conclude(ownership);
  struct ms_report_ownership report =
      ms_ownership_report(ownership, &path, 1, &(struct ms_ownership_select){MS_CONFIDENCE_LOW, NULL});
  check(&report);
  ms_ownership_report_fini(&report);
  ms_ownership_free(ownership);
  if (ms_run_prepare(path, &run, &err) != MS_OK)
    return false;
  struct ms_passports *passports = ms_passports_read(run);
  struct ms_report_passports rows = ms_passports_report(passports, NULL);
  for (size_t i = 0; i < rows.count; i++)
    FUZZ_CHECK(rows.rows[i].count && *rows.rows[i].status && rows.rows[i].handed_count <= MS_HANDED_MAX);
  ms_passports_free(passports);
  ms_run_close(run);
  return true;
}
