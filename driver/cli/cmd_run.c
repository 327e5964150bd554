/* cmd_run.c - `memscope run`: run a program, record it, show what came out.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The program gets our stdio untouched and does the recording itself (the runtime is linked
 * in, or preloaded); we only set MEMSCOPE_OPTIONS, wait, and write one block to stderr.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "analysis/trace/elf_kind.h"
#include "analysis/trace/trace_finish.h"
#include "driver/cli/args.h"
#include "driver/cli/child.h"
#include "driver/cli/cli.h"
#include "driver/cli/program.h"
#include "driver/cli/recordings.h"
#include "driver/cli/run_summary.h"
#include "support/xalloc.h"

struct request {
  const char *output, *options, *color;
  bool quiet;
  char *out;       /* value of the runtime's option `out`, NULL: not set by us */
  char *trace_dir; /* where the traces will be; NULL unknown */
  struct ms_finding_request findings;
};

static uint64_t now_ns(void) {
  struct timespec ts;
  clock_gettime(CLOCK_REALTIME, &ts);
  return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

static char *dir_of(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? ms_xstrndup(path, (size_t)(slash - path) + 1) : ms_xstrdup("");
}

/* The last `out` of a list of options, or NULL; free() it. */
static char *out_of(const char *options) {
  char *out = NULL;
  for (const char *at = options; at && *at;) {
    const char *end = strchrnul(at, ':');
    if (strncmp(at, "out=", 4) == 0) {
      free(out);
      out = ms_xstrndup(at + 4, (size_t)(end - at - 4));
    }
    at = *end ? end + 1 : end;
  }
  return out;
}

/* Decides where traces go: -o, else `out` in the user's options, else here. Paths are made
 * absolute, for programs that change their directory. */
static enum ms_status choose_output(struct request *r, struct ms_error *err) {
  char *given = r->output ? ms_xstrdup(r->output) : out_of(r->options);
  if (!given)
    given = out_of(getenv("MEMSCOPE_OPTIONS"));
  if (given && !*given) {
    free(given);
    given = NULL;
  }
  char *cwd = getcwd(NULL, 0);
  const char *name = given ? given : "";
  char *path = *name == '/' || !cwd ? ms_xstrdup(name) : ms_xasprintf("%s%s%s", cwd, cwd[1] ? "/" : "", name);
  free(cwd);
  enum ms_status status = MS_OK;
  if (r->output && strchr(r->output, ':'))
    status = ms_error_set(err, MS_ERR_USAGE, "run: --output must not contain ':', got '%s'", r->output);
  else if (!strchr(path, ':') && *path)
    r->out = ms_xstrdup(path); /* with ':' in the directory's name the runtime finds its own way */
  else if (given)
    r->out = ms_xstrdup(given);
  r->trace_dir = dir_of(path);
  /* The runtime never overwrites; -o FILE means this file. */
  if (status == MS_OK && r->output && !strchr(path, '%') && access(path, F_OK) == 0 && path[strlen(path) - 1] != '/') {
    if (!ms_is_trace(path))
      status = ms_error_set(err, MS_ERR_USAGE, "run: %s exists and is not a trace, not overwriting it", r->output);
    else if (unlink(path) != 0)
      status = ms_error_errno(err, errno, "cannot replace %s", r->output);
  }
  free(path);
  free(given);
  return status;
}

static void set_options(const struct request *r) {
  const char *user = getenv("MEMSCOPE_OPTIONS");
  char *out = r->out ? ms_xasprintf("out=%s", r->out) : NULL;
  const char *parts[] = {user, r->options, out}; /* the last one wins */
  char *all = ms_xstrdup("");
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    if (!parts[i] || !*parts[i])
      continue;
    char *longer = ms_xasprintf("%s%s%s", all, *all ? ":" : "", parts[i]);
    free(all);
    all = longer;
  }
  if (*all)
    setenv("MEMSCOPE_OPTIONS", all, 1);
  free(all);
  free(out);
}

/* Preloads the runtime into a program that was not compiled by memscope-cc. Returns a line
 * to show in the summary, or NULL. */
static const char *prepare_program(const char *name) {
  char *path = ms_program_find(name);
  enum ms_elf_kind kind = path ? ms_elf_kind(path) : MS_ELF_OTHER;
  free(path);
  if (kind == MS_ELF_STATIC)
    return "the program is statically linked and was not compiled by memscope-cc";
  if (kind != MS_ELF_PLAIN)
    return NULL;
  char *dir = ms_lib_dir();
  char *runtime = ms_xasprintf("%s/libmemscope_rt.so", dir);
  const char *note = "the program was not compiled by memscope-cc: stacks without names";
  if (access(runtime, R_OK) != 0) {
    note = "the program was not compiled by memscope-cc, and libmemscope_rt.so was not found";
  } else {
    const char *before = getenv("LD_PRELOAD");
    char *list = ms_xasprintf("%s%s%s", runtime, before && *before ? ":" : "", before ? before : "");
    setenv("LD_PRELOAD", list, 1);
    free(list);
  }
  free(runtime);
  free(dir);
  return note;
}

/* Seals, trims and symbolizes the traces. A process that still runs (a daemon) keeps its
 * trace as it is; any other trouble shows when the trace is read. */
static void finish_traces(const struct ms_recordings *found) {
  for (size_t i = 0; i < found->count; i++) {
    struct ms_finish_result result;
    (void)!ms_trace_finish(found->items[i].path, MS_FINISH_TRIM | MS_FINISH_SYMBOLS, &result, NULL);
  }
}

/* Reads the options; the position of the program in argv, or 0 to end with args->status. */
static int read_options(struct request *r, struct ms_args *args) {
  for (int opt;;) {
    bool ours = false;
    switch (opt = ms_args_next(args)) {
    case MS_OPT_run_output: r->output = args->value; break;
    case MS_OPT_run_options: r->options = args->value; break;
    case MS_OPT_run_no_summary: r->quiet = true; break;
    case MS_OPT_run_color: r->color = args->value; break;
    case MS_ARG_OPERAND: return ms_args_rest(args) - 1;
    case MS_ARG_END: args->status = ms_args_fail(args, "no program given"); return 0;
    case MS_ARG_STOP: return 0;
    default:
      if (!ms_finding_option(&r->findings, args, opt, &ours))
        return 0;
    }
  }
}

int ms_cmd_run(int argc, char **argv) {
  struct ms_args args;
  ms_args_init(&args, argc, argv);
  struct request r = {0};
  ms_finding_request_init(&r.findings);
  int first = read_options(&r, &args);
  if (!first)
    return args.status;
  struct ms_error err;
  if (ms_finding_prepare(&r.findings, &err) != MS_OK || choose_output(&r, &err) != MS_OK)
    return ms_cli_fail(&err);
  set_options(&r);
  const char *note = prepare_program(argv[first]);
  uint64_t since = now_ns();
  pid_t pid = 0;
  int status = 0, error = 0;
  if (ms_child_run(argv + first, &pid, &status, &error, &err) != MS_OK) {
    (void)ms_cli_fail(&err);
    return error == ENOENT ? 127 : 126; /* as the shell has it */
  }
  struct ms_recordings found = {NULL, 0, 0};
  ms_recordings_find(r.trace_dir, pid, since, &found);
  finish_traces(&found);
  struct ms_run_summary summary = {.color = r.color, .quiet = r.quiet, .note = note, .findings = &r.findings};
  int verdict = MS_OK;
  if (!found.count)
    ms_cli_warn("nothing was recorded%s%s", note ? ": " : "", note ? note : "");
  else
    verdict = ms_run_summarize(&summary, &found);
  ms_recordings_fini(&found);
  ms_finding_request_fini(&r.findings);
  free(r.out);
  free(r.trace_dir);
  if (verdict)
    return verdict;
  ms_child_end_like(status);
}
