/* report.h - what is known about one run: the one document that every renderer reads.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A tree of plain structs. It is filled by analysis/summary, narrowed by select.h, written
 * as JSON by report_json.h (whose form report.schema.json fixes) and shown by render/. It
 * knows neither traces nor terminals. All strings are owned by the report
 * (ms_report_string), never NULL, and hold bytes from a trace: a renderer escapes them.
 *
 * Where a fact comes from (`_source` in JSON): figures, sizes, times, threads and stacks
 * were captured at run time; names, types, files and lines are static, from the compiler.
 */
#ifndef MEMSCOPE_REPORT_H
#define MEMSCOPE_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MS_REPORT_SCHEMA_VERSION 1

enum ms_grouping {
#define MS_GROUPING(ID, name, plural, meaning) MS_BY_##ID,
#include "report/groupings.def"
  MS_BY_END
};

enum ms_sort {
#define MS_SORT(ID, name, field, tie, meaning) MS_SORT_##ID,
#include "report/sorts.def"
  MS_SORTS_END
};

/* How much memory a thing used. Times are in seconds. */
struct ms_report_use {
  uint64_t allocations, frees, bytes; /* in all; a realloc is one of each */
  uint64_t live_blocks, live_bytes;   /* at the end */
  uint64_t peak_blocks, peak_bytes;   /* when the program used most */
  uint64_t temporary;                 /* freed before their thread allocated again */
  uint64_t reallocs;                  /* allocations that were reallocs */
  uint64_t realloc_chain_max;         /* longest chain of reallocs of one block */
  uint64_t freed_elsewhere;           /* freed by another thread than allocated them */
  uint64_t several;                   /* blocks of two or more whole elements of the type */
  uint64_t size_min, size_max;        /* of a block; 0 if there are none */
  uint64_t lifetimes;                 /* blocks that ended */
  double lifetime_sum, lifetime_min, lifetime_max;
};

struct ms_report_frame {
  const char *function, *file, *module; /* "" unknown */
  uint32_t line;                        /* 0 unknown */
  uint64_t offset;                      /* in the module */
};

/* One way to a site. The first VIA frames are allocator wrappers below the site's function. */
struct ms_report_stack {
  const struct ms_report_frame *frames; /* innermost first */
  size_t count, via;
  bool cut; /* the program recorded no more frames */
  struct ms_report_use use;
};

/* One row of a table: a variable, site, type ... and what it used. */
struct ms_report_row {
  const char *name;   /* what to call it: "it->name", "struct item", "list_push" */
  const char *path;   /* access path of the slot, "" none */
  const char *slot;   /* kind of slot: "field", "local" ...; "" none */
  const char *type;   /* C spelling of the pointee type, "" unknown */
  const char *function, *file, *dir, *callee, *module; /* "" unknown */
  uint32_t line, column, decl_line, type_size;         /* 0 unknown */
  bool has_debug_info, is_instrumented;
  uint32_t sites, contexts; /* distinct ones that this row sums up */
  struct ms_report_use use;
  const struct ms_report_stack *stacks; /* the heaviest few; site rows only */
  size_t stack_count, stacks_omitted;
};

struct ms_report_thread {
  uint32_t number, os_id;
  const char *name;
  struct ms_report_use use; /* of the blocks that it allocated */
  uint64_t frees_done, frees_of_others, freed_by_others;
  double first_time, last_time;
  bool ended;
};

struct ms_report_table {
  struct ms_report_row *rows;
  size_t count;
};

struct ms_report_block {
  uint64_t id, address, size, predecessor;
  uint64_t reallocs;
  double time;          /* of birth */
  uint32_t thread;      /* its number; meaningless if inherited */
  bool inherited;       /* born before the fork */
  size_t site;          /* row of the sites table */
};

/* The process and its trace. */
struct ms_report_run {
  const char *trace, *program, *cwd, *options, *runtime;
  const char *const *arguments;
  size_t argument_count;
  uint32_t pid, ppid, fork_parent;
  uint64_t start_unix_ns;
  double seconds; /* from start to the last event; -1 unknown */
  uint64_t events, threads, modules;
  bool exited, has_status;
  int status;
};

/* How much of the program was seen: of all, and of these by code that MemScope compiled. */
struct ms_report_coverage {
  bool is_known; /* false: nobody counted */
  uint64_t blocks, blocks_compiled, blocks_followed;
  uint64_t frees, frees_compiled;
  uint64_t words, words_stored; /* pointers in memory at exit; those that were seen to be stored */
  uint64_t functions_compiled, modules_compiled, modules_opaque;
  const char *opaque_names;
};

/* What the figures do not cover; all zero or "" when they cover everything. */
struct ms_report_gaps {
  uint64_t dropped;
  const char *stop;           /* why recording ended early, "" it did not */
  uint64_t bad_chunks, bad_records, unknown_contexts;
  bool torn;                  /* the file ends inside a chunk */
  const char *damage;         /* the first problem in the file, "" none */
  uint64_t unknown_frees, unknown_reallocs, replaced, unfinished_reallocs;
  bool parent_missing;        /* forked, and the parent's trace was not found */
  uint64_t unnamed_allocations; /* from code that was not compiled by memscope-cc */
  uint64_t no_debug_allocations; /* compiled without debug info: function names only */
  uint64_t muted_blocks;      /* followed at first, then copied too often */
  bool unfollowed;            /* no pointers were followed: leaks cannot be told. Not in JSON */
  struct ms_report_coverage coverage;
  const char *unnamed_modules;  /* where those happened: "libfoo.so, libbar.so" */
};

struct ms_report_totals {
  struct ms_report_use use;
  double peak_time; /* seconds from the start; -1 unknown */
  uint64_t peak_event;
  uint64_t reallocs_moved, reallocs_failed, failed, forks, execs;
  uint64_t inherited_blocks, inherited_bytes, inherited_freed;
};

struct ms_report_finding; /* report/findings.h */
struct ms_report_kind;

struct ms_report {
  struct ms_report_run run;
  struct ms_report_totals totals;
  struct ms_report_gaps gaps;
  struct ms_report_table tables[MS_BY_END]; /* all rows, unsorted; MS_BY_THREAD is empty */
  struct ms_report_thread *threads;
  size_t thread_count;
  struct ms_report_block *live; /* the largest blocks live at the end */
  size_t live_count;
  uint64_t live_omitted;
  struct ms_report_finding *findings; /* most important first */
  size_t finding_count;
  size_t findings_known;              /* left out because a baseline has them */
  struct ms_report_kind *kinds;       /* what was looked for; empty: no check has run */
  size_t kind_count;
  struct ms_report_strings *strings;
};

/* An empty report; free with ms_report_free, which also frees the arrays it points to. */
struct ms_report *ms_report_new(void);
void ms_report_free(struct ms_report *report);

/* The report's own copy of TEXT ("" for NULL). Equal texts give the same pointer. */
const char *ms_report_string(struct ms_report *report, const char *text);

/* SIZE zeroed bytes that live as long as the report. */
void *ms_report_alloc(struct ms_report *report, size_t size);

/* Adds FROM to INTO. */
void ms_report_use_add(struct ms_report_use *into, const struct ms_report_use *from);

const char *ms_grouping_name(enum ms_grouping by);   /* "variable" */
const char *ms_grouping_plural(enum ms_grouping by); /* "variables" */
const char *ms_sort_name(enum ms_sort sort);

/* By name; false for a name that is none. */
bool ms_grouping_parse(const char *name, enum ms_grouping *ret);
bool ms_sort_parse(const char *name, enum ms_sort *ret);

#endif
