/* cmd_holders.c - `memscope holders`: which slots hold which blocks, at any moment.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * One replay; each moment that is asked for is printed when the replay comes to it.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analysis/summary/holders.h"
#include "driver/cli/args.h"
#include "driver/cli/cli.h"
#include "driver/cli/damage.h"
#include "driver/cli/terminal.h"
#include "render/holders_text.h"

enum at { AT_END, AT_EVENT, AT_MARKS, AT_MARK };

struct request {
  enum at at;
  uint64_t event;
  const char *mark;
  bool is_json;
  struct ms_render_options options;
  struct ms_trace *trace;
  struct ms_moments *moments;
  size_t printed;
};

static void print_moment(struct request *r, const struct ms_event *event, const char *mark) {
  const struct ms_report_moment *moment = ms_moments_take(r->moments, event, mark);
  if (r->is_json) {
    ms_moment_json(moment, stdout);
  } else {
    if (r->printed)
      putchar('\n');
    ms_render_moment(moment, &r->options, stdout);
  }
  r->printed++;
}

static void on_notice(void *user, const struct ms_notice *notice) {
  struct request *r = user;
  if (notice->kind == MS_NOTICE_WATCHED)
    print_moment(r, notice->event, "");
  if (notice->kind != MS_NOTICE_OTHER || notice->event->kind != MS_EV_MARK || r->at < AT_MARKS)
    return;
  const char *mark = ms_trace_string(r->trace, (ms_string_id)notice->event->number);
  if (r->at == AT_MARKS || strcmp(mark, r->mark) == 0)
    print_moment(r, notice->event, mark);
}

/* What --at=TEXT means. */
static void parse_at(struct request *r, const char *text) {
  char *end;
  r->mark = text;
  r->event = strtoull(text, &end, 10);
  if (strcmp(text, "end") == 0)
    r->at = AT_END;
  else if (strcmp(text, "marks") == 0)
    r->at = AT_MARKS;
  else
    r->at = *text >= '0' && *text <= '9' && !*end ? AT_EVENT : AT_MARK;
}

static enum ms_status print_holders(const char *path, struct request *r, struct ms_error *err) {
  struct ms_run *run = NULL;
  MS_TRY(ms_run_prepare(path, &run, err));
  struct ms_slots *slots = ms_run_slots(run, on_notice, r);
  r->trace = ms_run_trace(run);
  r->moments = ms_moments_new(run, slots);
  if (r->at == AT_EVENT)
    ms_slots_watch(slots, r->event);
  ms_run_replay(run);
  enum ms_status status = MS_OK;
  if (r->at == AT_END)
    print_moment(r, NULL, "");
  else if (r->at == AT_EVENT && !r->printed)
    status = ms_error_set(err, MS_ERR_USAGE, "%s: there is no event %llu, the trace has %llu", path,
                          (unsigned long long)r->event,
                          (unsigned long long)ms_model_totals(ms_run_model(run))->events);
  else if (r->at == AT_MARK && !r->printed)
    status = ms_error_set(err, MS_ERR_USAGE, "%s: no mark is called '%s'", path, r->mark);
  ms_cli_warn_damage(r->trace);
  ms_moments_free(r->moments);
  ms_run_close(run);
  return status;
}

int ms_cmd_holders(int argc, char **argv) {
  struct ms_args args;
  struct request r = {.at = AT_END};
  const char *path = NULL, *color = NULL;
  uint64_t width = 0;
  ms_args_init(&args, argc, argv);
  for (int opt; (opt = ms_args_next(&args)) != MS_ARG_END;)
    switch (opt) {
    case MS_OPT_holders_at: parse_at(&r, args.value); break;
    case MS_OPT_holders_json: r.is_json = true; break;
    case MS_OPT_holders_color: color = args.value; break;
    case MS_OPT_holders_width:
      if (!ms_args_number(&args, 60, 10000, &width))
        return args.status;
      break;
    case MS_ARG_OPERAND:
      if (path)
        return ms_args_fail(&args, "one trace at a time, got '%s' as well", args.value);
      path = args.value;
      break;
    default: return args.status;
    }
  if (!path)
    return ms_args_fail(&args, "no trace given");
  r.options.color = ms_terminal_color(STDOUT_FILENO, color);
  r.options.width = width ? (unsigned)width : ms_terminal_width(STDOUT_FILENO);
  struct ms_error err;
  if (print_holders(path, &r, &err) != MS_OK)
    return ms_cli_fail(&err);
  return ms_cli_finish(MS_OK);
}
