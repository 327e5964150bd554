/* cmd_dump.c - `memscope dump`: a trace, or the site table of a program, as text.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * docs/trace-text.md describes what is printed.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/trace/site_table.h"
#include "analysis/trace/trace.h"
#include "analysis/trace/trace_dump.h"
#include "driver/cli/args.h"
#include "driver/cli/cli.h"
#include "driver/cli/damage.h"

enum figure { FIGURE_NONE, FIGURE_CHUNKS, FIGURE_STATS, FIGURE_COUNT };

static void print_count(struct ms_trace *trace) {
  uint64_t count = 0;
  for (struct ms_event event; ms_trace_next(trace, &event);)
    count++;
  printf("%" PRIu64 "\n", count);
}

static int dump_trace(const char *path, unsigned what, enum figure figure, bool is_summary, uint64_t lane) {
  struct ms_trace *trace;
  struct ms_error err;
  if (ms_trace_open(path, &trace, &err) != MS_OK)
    return ms_cli_fail(&err);
  if (figure == FIGURE_CHUNKS)
    ms_trace_dump_chunks(trace, stdout);
  else if (figure == FIGURE_STATS)
    ms_trace_dump_stats(trace, stdout);
  else if (figure == FIGURE_COUNT)
    print_count(trace);
  else if (is_summary)
    ms_dump_site_summary(ms_trace_site(trace, 0) + 1, ms_trace_site_count(trace), stdout);
  else
    ms_trace_dump(trace, what, lane, stdout);
  ms_cli_warn_damage(trace);
  ms_trace_close(trace);
  return ms_cli_finish(MS_OK);
}

static int dump_site_table(const char *path, bool is_summary) {
  struct ms_site_table *table;
  struct ms_error err;
  if (ms_site_table_open(path, &table, &err) != MS_OK)
    return ms_cli_fail(&err);
  if (is_summary)
    ms_dump_site_summary(ms_site_table_sites(table), ms_site_table_count(table), stdout);
  else
    ms_dump_sites(ms_site_table_sites(table), ms_site_table_count(table), stdout);
  ms_site_table_close(table);
  return ms_cli_finish(MS_OK);
}

int ms_cmd_dump(int argc, char **argv) {
  struct ms_args args;
  const char *path = NULL;
  unsigned what = 0, numbers = 0;
  enum figure figure = FIGURE_NONE;
  bool is_summary = false;
  uint64_t lane = MS_DUMP_ALL_LANES;
  ms_args_init(&args, argc, argv);
  for (int opt; (opt = ms_args_next(&args)) != MS_ARG_END;)
    switch (opt) {
    case MS_OPT_dump_events: what |= MS_DUMP_HEAD | MS_DUMP_EVENTS; break;
    case MS_OPT_dump_no_events: what |= MS_DUMP_ALL & ~MS_DUMP_EVENTS; break;
    case MS_OPT_dump_sites: what |= MS_DUMP_SITES; break;
    case MS_OPT_dump_contexts: what |= MS_DUMP_CONTEXTS; break;
    case MS_OPT_dump_summary: is_summary = true; break;
    case MS_OPT_dump_chunks: figure = FIGURE_CHUNKS; break;
    case MS_OPT_dump_stats: figure = FIGURE_STATS; break;
    case MS_OPT_dump_count: figure = FIGURE_COUNT; break;
    case MS_OPT_dump_numbers: numbers = MS_DUMP_NUMBERS; break;
    case MS_OPT_dump_lane:
      if (!ms_args_number(&args, 0, UINT32_MAX, &lane))
        return args.status ? args.status : MS_ERR_USAGE;
      break;
    case MS_ARG_OPERAND:
      if (path)
        return ms_args_fail(&args, "one file at a time, got '%s' as well", args.value);
      path = args.value;
      break;
    case MS_ARG_STOP: return args.status;
    }
  if (!path)
    return ms_args_fail(&args, "which file? expected TRACE");
  if (is_summary && what != MS_DUMP_SITES)
    return ms_args_fail(&args, "--summary is about sites, expected --sites with it");
  if (what == MS_DUMP_SITES && ms_site_table_is_elf(path))
    return dump_site_table(path, is_summary);
  return dump_trace(path, (what ? what : MS_DUMP_ALL) | numbers, figure, is_summary, lane);
}
