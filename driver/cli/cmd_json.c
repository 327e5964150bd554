/* cmd_json.c - `memscope json`: the report as JSON documents.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A file appears under its name only when it is whole: it is written under a temporary
 * name in the same directory, then renamed. The manifest comes last.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analysis/summary/findings_report.h"
#include "driver/cli/args.h"
#include "driver/cli/cli.h"
#include "report/documents.h"
#include "support/xalloc.h"

struct request {
  const char *trace, *dir;
  struct ms_select select;
  uint64_t live;
};

static enum ms_status write_all(int fd, const char *path, const char *text, struct ms_error *err) {
  size_t len = strlen(text);
  for (size_t done = 0; done < len;) {
    ssize_t n = write(fd, text + done, len - done);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return ms_error_errno(err, errno, "cannot write %s", path);
    done += (size_t)n;
  }
  return MS_OK;
}

/* Writes DIR/NAME.json. */
static enum ms_status write_file(const char *dir, const char *name, const char *text, struct ms_error *err) {
  char *path = ms_xasprintf("%s/%s.json", dir, name);
  char *temporary = ms_xasprintf("%s/.%s.json.XXXXXX", dir, name);
  enum ms_status status = MS_OK;
  int fd = mkostemp(temporary, O_CLOEXEC);
  if (fd < 0) {
    status = ms_error_errno(err, errno, "cannot create a file in %s", dir);
    goto out;
  }
  mode_t mask = umask(0);
  umask(mask);
  (void)fchmod(fd, 0666 & ~mask);
  status = write_all(fd, path, text, err);
  if (close(fd) != 0 && status == MS_OK)
    status = ms_error_errno(err, errno, "cannot write %s", path);
  if (status == MS_OK && rename(temporary, path) != 0)
    status = ms_error_errno(err, errno, "cannot create %s", path);
  if (status != MS_OK)
    unlink(temporary);
out:
  free(temporary);
  free(path);
  return status;
}

static enum ms_status write_directory(const struct ms_report *report, const struct request *r, struct ms_error *err) {
  if (mkdir(r->dir, 0777) != 0 && errno != EEXIST)
    return ms_error_errno(err, errno, "cannot create the directory %s", r->dir);
  size_t bytes[MS_DOC_END] = {0};
  for (unsigned i = MS_DOC_REPORT + 1; i < MS_DOC_END; i++) {
    char *text = ms_report_json(report, (enum ms_document)i, &r->select);
    bytes[i] = strlen(text);
    enum ms_status status = write_file(r->dir, ms_document_name((enum ms_document)i), text, err);
    free(text);
    MS_TRY(status);
  }
  char *text = ms_manifest_json(report, bytes);
  enum ms_status status = write_file(r->dir, "manifest", text, err);
  free(text);
  return status;
}

static enum ms_status run(const struct request *r, struct ms_error *err) {
  struct ms_report *report = NULL;
  MS_TRY(ms_report_of_trace(r->trace, (size_t)r->live, true, &report, err));
  enum ms_status status = MS_OK;
  if (r->dir) {
    status = write_directory(report, r, err);
  } else {
    char *text = ms_report_json(report, MS_DOC_REPORT, &r->select);
    fputs(text, stdout);
    free(text);
  }
  ms_report_free(report);
  return status;
}

int ms_cmd_json(int argc, char **argv) {
  struct ms_args args;
  ms_args_init(&args, argc, argv);
  struct request r = {.select = {.sort = MS_SORT_BYTES, .limit = SIZE_MAX, .with_zero = true}, .live = 1000};
  uint64_t n = 0;
  for (int opt; (opt = ms_args_next(&args)) != MS_ARG_END;)
    switch (opt) {
    case MS_OPT_json_output: r.dir = args.value; break;
    case MS_OPT_json_sort: (void)ms_sort_parse(args.value, &r.select.sort); break;
    case MS_OPT_json_limit:
      if (!ms_args_number(&args, 0, SIZE_MAX / 2, &n))
        return args.status;
      r.select.limit = n ? (size_t)n : SIZE_MAX;
      break;
    case MS_OPT_json_live:
      if (!ms_args_number(&args, 0, SIZE_MAX / 2, &r.live))
        return args.status;
      break;
    case MS_OPT_json_filter: r.select.filter = args.value; break;
    case MS_ARG_OPERAND:
      if (r.trace)
        return ms_args_fail(&args, "one trace at a time, got '%s' as well", args.value);
      r.trace = args.value;
      break;
    default: return args.status;
    }
  if (!r.trace)
    return ms_args_fail(&args, "no trace given");
  struct ms_error err;
  if (run(&r, &err) != MS_OK)
    return ms_cli_fail(&err);
  return ms_cli_finish(MS_OK);
}
