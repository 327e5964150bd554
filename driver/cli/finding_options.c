/* finding_options.c - see finding_options.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "driver/cli/finding_options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "render/findings_files.h"
#include "report/documents.h"
#include "report/findings_read.h"
#include "support/grow.h"
#include "support/xalloc.h"

enum { EXIT_FINDINGS = 1 };

void ms_finding_request_init(struct ms_finding_request *r) { *r = (struct ms_finding_request){0}; }

void ms_finding_request_fini(struct ms_finding_request *r) {
  free(r->suppression_paths);
  ms_suppressions_fini(&r->suppressions);
  ms_report_free(r->baseline);
}

static const char *name_of(int opt) {
  for (const struct ms_option *o = ms_options; o->command; o++)
    if (o->id == opt)
      return o->name;
  return "";
}

static void add_path(struct ms_finding_request *r, const char *path) {
  MS_GROW(r->suppression_paths, r->path_count, r->path_capacity);
  r->suppression_paths[r->path_count++] = path;
}

bool ms_finding_option(struct ms_finding_request *r, struct ms_args *args, int opt, bool *ret_is_ours) {
  /* The same option is another number in each command: its name is what they share. */
  const char *name = name_of(opt);
  *ret_is_ours = true;
  if (strcmp(name, "kind") == 0) {
    r->kinds = args->value;
  } else if (strcmp(name, "min-confidence") == 0) {
    if (!ms_confidence_parse(args->value, &r->min_confidence)) {
      args->status = ms_args_fail(args, "--%s: got '%s', expected high, medium, low or a number from 0 to 1", name,
                                  args->value);
      return false;
    }
  } else if (strcmp(name, "baseline") == 0) {
    r->baseline_path = args->value;
  } else if (strcmp(name, "suppressions") == 0) {
    add_path(r, args->value);
  } else if (strcmp(name, "fail-on") == 0) {
    r->fail_on = args->value;
  } else if (strcmp(name, "error-exitcode") == 0) {
    r->has_exit_status = true;
    return ms_args_number(args, 0, 255, &r->exit_status);
  } else if (strcmp(name, "sarif") == 0) {
    r->sarif = args->value ? args->value : "";
  } else if (strcmp(name, "junit") == 0) {
    r->junit = args->value ? args->value : "";
  } else if (strcmp(name, "github") == 0) {
    r->github = true;
  } else if (strcmp(name, "json") == 0) {
    r->json = true;
  } else if (strcmp(name, "all") == 0) {
    r->all = true;
  } else {
    *ret_is_ours = false;
  }
  return true;
}

enum ms_status ms_finding_prepare(struct ms_finding_request *r, struct ms_error *err) {
  const char *path = getenv("MEMSCOPE_SUPPRESSIONS");
  if (path && *path)
    add_path(r, path);
  for (size_t i = 0; i < r->path_count; i++)
    MS_TRY(ms_suppressions_read(&r->suppressions, r->suppression_paths[i], err));
  if (r->baseline_path)
    MS_TRY(ms_findings_read(r->baseline_path, &r->baseline, err));
  return MS_OK;
}

enum ms_status ms_finding_apply(struct ms_finding_request *r, struct ms_report *report, struct ms_error *err) {
  if (r->kinds)
    MS_TRY(ms_kinds_check(report, "kind", r->kinds, err));
  if (r->fail_on)
    MS_TRY(ms_kinds_check(report, "fail-on", r->fail_on, err));
  struct ms_finding_select select = {
      .kinds = r->kinds, .min_confidence = r->min_confidence, .baseline = r->baseline};
  ms_suppress(&r->suppressions, report);
  ms_findings_select(report, &select);
  return MS_OK;
}

typedef void writer(const struct ms_report *const *reports, size_t count, const char *cwd, FILE *out);

static enum ms_status write_to(writer *write, const char *path, const struct ms_report *const *reports, size_t count,
                               struct ms_error *err) {
  char *cwd = getcwd(NULL, 0);
  enum ms_status status = MS_OK;
  FILE *out = *path ? fopen(path, "we") : stdout;
  if (!out) {
    status = ms_error_errno(err, errno, "cannot write %s", path);
    goto out;
  }
  write(reports, count, cwd ? cwd : "", out);
  if (!*path)
    goto out; /* the command looks at standard output in the end */
  bool failed = ferror(out);
  if (fclose(out) != 0 || failed)
    status = ms_error_errno(err, errno, "cannot write %s", path);
out:
  free(cwd);
  return status;
}

enum ms_status ms_finding_write(const struct ms_finding_request *r, const struct ms_report *const *reports,
                                size_t count, struct ms_error *err) {
  if (r->json && count) {
    struct ms_select all = {.sort = MS_SORT_BYTES, .limit = SIZE_MAX};
    char *text = ms_report_json(reports[0], MS_DOC_FINDINGS, &all);
    fputs(text, stdout);
    free(text);
  }
  if (r->sarif)
    MS_TRY(write_to(ms_render_sarif, r->sarif, reports, count, err));
  if (r->junit)
    MS_TRY(write_to(ms_render_junit, r->junit, reports, count, err));
  return MS_OK;
}

bool ms_finding_may_fail(const struct ms_finding_request *r) { return r->fail_on || r->has_exit_status; }

int ms_finding_status(const struct ms_finding_request *r, const struct ms_report *const *reports, size_t count) {
  if (!ms_finding_may_fail(r))
    return MS_OK;
  for (size_t i = 0; i < count; i++)
    if (ms_findings_fail(reports[i], r->fail_on))
      return r->has_exit_status ? (int)r->exit_status : EXIT_FINDINGS;
  return MS_OK;
}
