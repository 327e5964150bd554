/* run_summary.c - see run_summary.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Traces of child processes are only looked into when somebody asks for their findings.
 */
#include "driver/cli/run_summary.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analysis/summary/findings_report.h"
#include "driver/cli/cli.h"
#include "driver/cli/terminal.h"
#include "render/findings_files.h"
#include "render/findings_text.h"
#include "support/text.h"
#include "support/xalloc.h"

enum { TOP_NAMES = 5, CHILDREN_NAMED = 4 };

/* PATH as seen from here: without the working directory in front. */
static const char *shown_path(const char *path) {
  static char *cwd;
  if (!cwd)
    cwd = getcwd(NULL, 0);
  size_t n = cwd ? strlen(cwd) : 0;
  return n > 1 && strncmp(path, cwd, n) == 0 && path[n] == '/' ? path + n + 1 : path;
}

static void print_escaped(const char *before, const char *text, const char *after) {
  char *safe = ms_text_escape(text);
  fprintf(stderr, "%s%s%s", before, safe, after);
  free(safe);
}

static void print_block(const struct ms_run_summary *s, const struct ms_recordings *found,
                        const struct ms_report *report) {
  struct ms_render_options o = {.color = ms_terminal_color(STDERR_FILENO, s->color),
                                .width = ms_terminal_width(STDERR_FILENO), .limit = TOP_NAMES};
  const char *main_trace = shown_path(found->items[0].path);
  char *words = ms_findings_words(report);
  if (s->note && !report->gaps.unnamed_allocations)
    fprintf(stderr, "  ! %s\n", s->note);
  ms_render_brief(report, &o, stderr);
  if (*words)
    fprintf(stderr, "  found: %s\n", words);
  print_escaped("  trace: ", main_trace, "\n");
  for (size_t i = 1; i < found->count && i <= CHILDREN_NAMED; i++)
    print_escaped(i == 1 ? "  also:  " : "         ", shown_path(found->items[i].path), "\n");
  if (found->count > CHILDREN_NAMED + 1)
    fprintf(stderr, "         and %zu more\n", found->count - 1 - CHILDREN_NAMED);
  if (*words)
    print_escaped("  next:  memscope findings ", main_trace, "\n");
  print_escaped(*words ? "         memscope report " : "  next:  memscope report ", main_trace, "\n");
  free(words);
}

/* Writes what was asked for about the COUNT reports; the status that follows. */
static int deliver(struct ms_finding_request *f, const struct ms_report *const *reports, size_t count) {
  struct ms_error err;
  if (f->github) {
    char *cwd = getcwd(NULL, 0);
    ms_render_github(reports, count, cwd ? cwd : "", stderr);
    free(cwd);
  }
  if (ms_finding_write(f, reports, count, &err) != MS_OK) {
    int status = ms_cli_fail(&err);
    return ms_finding_may_fail(f) ? status : MS_OK;
  }
  return ms_finding_status(f, reports, count);
}

int ms_run_summarize(const struct ms_run_summary *s, const struct ms_recordings *found) {
  struct ms_finding_request *f = s->findings;
  bool of_all = f->sarif || f->junit || f->github || ms_finding_may_fail(f);
  size_t wanted = of_all ? found->count : s->quiet ? 0 : 1, count = 0;
  struct ms_report **reports = ms_xcalloc(wanted, sizeof *reports);
  struct ms_error err;
  int status = MS_OK;
  if (!s->quiet)
    fputc('\n', stderr);
  for (size_t i = 0; i < wanted; i++) {
    if (ms_report_of_trace(found->items[i].path, 0, of_all, &reports[count], &err) != MS_OK) {
      (void)ms_cli_fail(&err);
      continue;
    }
    count++;
    if (ms_finding_apply(f, reports[count - 1], &err) != MS_OK) {
      status = ms_cli_fail(&err);
      goto out;
    }
    if (i == 0 && !s->quiet)
      print_block(s, found, reports[0]);
  }
  if (of_all)
    status = deliver(f, (const struct ms_report *const *)reports, count);
out:
  for (size_t i = 0; i < count; i++)
    ms_report_free(reports[i]);
  free(reports);
  return status;
}
