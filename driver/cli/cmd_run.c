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

#include "analysis/summary/summarize.h"
#include "analysis/trace/elf_kind.h"
#include "analysis/trace/trace_finish.h"
#include "driver/cli/args.h"
#include "driver/cli/child.h"
#include "driver/cli/cli.h"
#include "driver/cli/program.h"
#include "driver/cli/recordings.h"
#include "driver/cli/terminal.h"
#include "render/render.h"
#include "support/text.h"
#include "support/xalloc.h"

enum { TOP_NAMES = 5, CHILDREN_NAMED = 4 };

struct request {
  const char *output, *options, *color;
  bool quiet;
  char *out;       /* value of the runtime's option `out`, NULL: not set by us */
  char *trace_dir; /* where the traces will be; NULL unknown */
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

static void summarize(const struct request *r, const struct ms_recordings *found, const char *note) {
  struct ms_render_options o = {.color = ms_terminal_color(STDERR_FILENO, r->color),
                                .width = ms_terminal_width(STDERR_FILENO), .limit = TOP_NAMES};
  const char *main_trace = shown_path(found->items[0].path);
  struct ms_run *run = NULL;
  struct ms_error err;
  fprintf(stderr, "\n");
  if (ms_run_open(found->items[0].path, &run, &err) != MS_OK) {
    (void)ms_cli_fail(&err);
    return;
  }
  struct ms_report *report = ms_summarize(run, 0);
  if (note && !report->gaps.unnamed_allocations)
    fprintf(stderr, "  ! %s\n", note);
  ms_render_brief(report, &o, stderr);
  print_escaped("  trace: ", main_trace, "\n");
  for (size_t i = 1; i < found->count && i <= CHILDREN_NAMED; i++)
    print_escaped(i == 1 ? "  also:  " : "         ", shown_path(found->items[i].path), "\n");
  if (found->count > CHILDREN_NAMED + 1)
    fprintf(stderr, "         and %zu more\n", found->count - 1 - CHILDREN_NAMED);
  print_escaped("  next:  memscope report ", main_trace, "\n");
  ms_report_free(report);
  ms_run_close(run);
}

/* Seals, trims and symbolizes the traces. A process that still runs (a daemon) keeps its
 * trace as it is; any other trouble shows when the trace is read. */
static void finish_traces(const struct ms_recordings *found) {
  for (size_t i = 0; i < found->count; i++) {
    struct ms_finish_result result;
    (void)!ms_trace_finish(found->items[i].path, MS_FINISH_TRIM | MS_FINISH_SYMBOLS, &result, NULL);
  }
}

int ms_cmd_run(int argc, char **argv) {
  struct ms_args args;
  ms_args_init(&args, argc, argv);
  struct request r = {0};
  int first = 0;
  while (!first)
    switch (ms_args_next(&args)) {
    case MS_OPT_run_output: r.output = args.value; break;
    case MS_OPT_run_options: r.options = args.value; break;
    case MS_OPT_run_no_summary: r.quiet = true; break;
    case MS_OPT_run_color: r.color = args.value; break;
    case MS_ARG_OPERAND: first = ms_args_rest(&args) - 1; break;
    case MS_ARG_END: return ms_args_fail(&args, "no program given");
    default: return args.status;
    }
  struct ms_error err;
  if (choose_output(&r, &err) != MS_OK)
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
  if (!found.count)
    ms_cli_warn("nothing was recorded%s%s", note ? ": " : "", note ? note : "");
  else if (!r.quiet)
    summarize(&r, &found, note);
  ms_recordings_fini(&found);
  free(r.out);
  free(r.trace_dir);
  ms_child_end_like(status);
}
