/* report_json.c - see report_json.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Every object that states facts carries `_source`: "captured" for what was seen at run
 * time, "static" for what the compiler knew. Unknown texts and numbers are null, never ""
 * or -1. 64-bit addresses are strings: many JSON readers hold numbers as doubles.
 */
#include "report/report_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "report/json_put.h"
#include "support/text.h"

struct json_object *ms_json_string(const char *text) {
  char *valid = ms_text_to_utf8(text);
  struct json_object *s = json_object_new_string(valid);
  free(valid);
  return s;
}

static struct json_object *use_object(const struct ms_report_use *u) {
  struct json_object *o = json_object_new_object();
  ms_put_count(o, "allocations", u->allocations);
  ms_put_count(o, "frees", u->frees);
  ms_put_count(o, "bytes", u->bytes);
  ms_put_count(o, "live_blocks", u->live_blocks);
  ms_put_count(o, "live_bytes", u->live_bytes);
  ms_put_count(o, "peak_blocks", u->peak_blocks);
  ms_put_count(o, "peak_bytes", u->peak_bytes);
  ms_put_count(o, "temporary", u->temporary);
  ms_put_count(o, "reallocs", u->reallocs);
  ms_put_count(o, "realloc_chain_max", u->realloc_chain_max);
  ms_put_count(o, "freed_elsewhere", u->freed_elsewhere);
  ms_put_count(o, "several", u->several);
  ms_put(o, "size_min", u->allocations ? json_object_new_uint64(u->size_min) : NULL);
  ms_put(o, "size_max", u->allocations ? json_object_new_uint64(u->size_max) : NULL);
  ms_put_seconds(o, "lifetime_min", u->lifetimes ? u->lifetime_min : -1);
  ms_put_seconds(o, "lifetime_mean", u->lifetimes ? u->lifetime_sum / (double)u->lifetimes : -1);
  ms_put_seconds(o, "lifetime_max", u->lifetimes ? u->lifetime_max : -1);
  ms_put_source(o, "captured");
  return o;
}

struct json_object *ms_json_run(const struct ms_report *report) {
  const struct ms_report_run *r = &report->run;
  struct json_object *o = json_object_new_object(), *arguments = json_object_new_array();
  for (size_t i = 0; i < r->argument_count; i++)
    json_object_array_add(arguments, ms_json_string(r->arguments[i]));
  ms_put_text(o, "trace", r->trace);
  ms_put_text(o, "program", r->program);
  ms_put(o, "arguments", arguments);
  ms_put_text(o, "cwd", r->cwd);
  ms_put_text(o, "options", r->options);
  ms_put_text(o, "runtime", r->runtime);
  ms_put_count(o, "pid", r->pid);
  ms_put_count(o, "ppid", r->ppid);
  ms_put_known(o, "fork_parent", r->fork_parent);
  char start[64] = "";
  time_t when = (time_t)(r->start_unix_ns / 1000000000u);
  struct tm tm;
  if (r->start_unix_ns && gmtime_r(&when, &tm)) {
    size_t n = strftime(start, sizeof start, "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf(start + n, sizeof start - n, ".%09uZ", (unsigned)(r->start_unix_ns % 1000000000u));
  }
  ms_put_text(o, "start", start);
  ms_put_seconds(o, "seconds", r->seconds);
  ms_put_count(o, "events", r->events);
  ms_put_count(o, "threads", r->threads);
  ms_put_count(o, "modules", r->modules);
  ms_put_bool(o, "exited", r->exited);
  ms_put(o, "status", r->has_status ? json_object_new_int(r->status) : NULL);
  ms_put_source(o, "captured");
  return o;
}

struct json_object *ms_json_totals(const struct ms_report *report) {
  const struct ms_report_totals *t = &report->totals;
  struct json_object *o = json_object_new_object();
  ms_put(o, "use", use_object(&t->use));
  ms_put_seconds(o, "peak_time", t->peak_time);
  ms_put_known(o, "peak_event", t->peak_event);
  ms_put_count(o, "reallocs_moved", t->reallocs_moved);
  ms_put_count(o, "reallocs_failed", t->reallocs_failed);
  ms_put_count(o, "failed", t->failed);
  ms_put_count(o, "forks", t->forks);
  ms_put_count(o, "execs", t->execs);
  ms_put_count(o, "inherited_blocks", t->inherited_blocks);
  ms_put_count(o, "inherited_bytes", t->inherited_bytes);
  ms_put_count(o, "inherited_freed", t->inherited_freed);
  ms_put_source(o, "captured");
  return o;
}

struct json_object *ms_json_coverage(const struct ms_report *report) {
  const struct ms_report_coverage *c = &report->gaps.coverage;
  if (!c->is_known)
    return NULL;
  struct json_object *o = json_object_new_object();
  ms_put_count(o, "blocks", c->blocks);
  ms_put_count(o, "blocks_compiled", c->blocks_compiled);
  ms_put_count(o, "blocks_followed", c->blocks_followed);
  ms_put_count(o, "frees", c->frees);
  ms_put_count(o, "frees_compiled", c->frees_compiled);
  ms_put_count(o, "pointers", c->words);
  ms_put_count(o, "pointers_stored", c->words_stored);
  ms_put_count(o, "functions_compiled", c->functions_compiled);
  ms_put_count(o, "modules_compiled", c->modules_compiled);
  ms_put_count(o, "modules_opaque", c->modules_opaque);
  ms_put_text(o, "opaque_modules", c->opaque_names);
  return o;
}

struct json_object *ms_json_gaps(const struct ms_report *report) {
  const struct ms_report_gaps *g = &report->gaps;
  struct json_object *o = json_object_new_object();
  ms_put_count(o, "dropped", g->dropped);
  ms_put_text(o, "stop", g->stop);
  ms_put_count(o, "bad_chunks", g->bad_chunks);
  ms_put_count(o, "bad_records", g->bad_records);
  ms_put_count(o, "unknown_contexts", g->unknown_contexts);
  ms_put_bool(o, "torn", g->torn);
  ms_put_text(o, "damage", g->damage);
  ms_put_count(o, "unknown_frees", g->unknown_frees);
  ms_put_count(o, "unknown_reallocs", g->unknown_reallocs);
  ms_put_count(o, "replaced", g->replaced);
  ms_put_count(o, "unfinished_reallocs", g->unfinished_reallocs);
  ms_put_bool(o, "parent_missing", g->parent_missing);
  ms_put_count(o, "unnamed_allocations", g->unnamed_allocations);
  ms_put_count(o, "no_debug_allocations", g->no_debug_allocations);
  ms_put_count(o, "muted_blocks", g->muted_blocks);
  ms_put_text(o, "unnamed_modules", g->unnamed_modules);
  ms_put(o, "coverage", ms_json_coverage(report));
  ms_put_source(o, "captured");
  return o;
}

struct json_object *ms_json_frames(const struct ms_report_frame *list, size_t count) {
  struct json_object *frames = json_object_new_array();
  for (size_t i = 0; i < count; i++) {
    const struct ms_report_frame *f = &list[i];
    struct json_object *frame = json_object_new_object();
    char offset[24];
    snprintf(offset, sizeof offset, "0x%llx", (unsigned long long)f->offset);
    ms_put_text(frame, "function", f->function);
    ms_put_text(frame, "file", f->file);
    ms_put_known(frame, "line", f->line);
    ms_put_text(frame, "module", f->module);
    ms_put_text(frame, "offset", offset);
    json_object_array_add(frames, frame);
  }
  return frames;
}

static struct json_object *stack_object(const struct ms_report_stack *s) {
  struct json_object *o = json_object_new_object();
  ms_put(o, "frames", ms_json_frames(s->frames, s->count));
  ms_put_count(o, "via", s->via);
  ms_put_bool(o, "cut", s->cut);
  ms_put(o, "use", use_object(&s->use));
  ms_put_source(o, "captured");
  return o;
}

struct json_object *ms_json_row(const struct ms_report_row *row, size_t id) {
  struct json_object *o = json_object_new_object(), *who = json_object_new_object();
  ms_put_count(o, "id", id);
  ms_put_text(o, "name", row->name);
  ms_put_text(who, "path", row->path);
  ms_put_text(who, "slot", row->slot);
  ms_put_text(who, "type", row->type);
  ms_put_known(who, "type_size", row->type_size);
  ms_put_text(who, "function", row->function);
  ms_put_text(who, "file", row->file);
  ms_put_text(who, "directory", row->dir);
  ms_put_known(who, "line", row->line);
  ms_put_known(who, "column", row->column);
  ms_put_known(who, "declared_line", row->decl_line);
  ms_put_text(who, "callee", row->callee);
  ms_put_text(who, "module", row->module);
  ms_put_bool(who, "instrumented", row->is_instrumented);
  ms_put_bool(who, "debug_info", row->has_debug_info);
  ms_put_source(who, row->is_instrumented ? "static" : "captured");
  ms_put(o, "identity", who);
  ms_put(o, "use", use_object(&row->use));
  ms_put_count(o, "sites", row->sites);
  ms_put_count(o, "contexts", row->contexts);
  if (row->stack_count) {
    struct json_object *stacks = json_object_new_array();
    for (size_t i = 0; i < row->stack_count; i++)
      json_object_array_add(stacks, stack_object(&row->stacks[i]));
    ms_put(o, "stacks", stacks);
    ms_put_count(o, "stacks_omitted", row->stacks_omitted);
  }
  return o;
}

struct json_object *ms_json_thread(const struct ms_report_thread *t) {
  struct json_object *o = json_object_new_object();
  ms_put_count(o, "number", t->number);
  ms_put_known(o, "os_id", t->os_id);
  ms_put_text(o, "name", t->name);
  ms_put(o, "use", use_object(&t->use));
  ms_put_count(o, "frees_done", t->frees_done);
  ms_put_count(o, "frees_of_others", t->frees_of_others);
  ms_put_count(o, "freed_by_others", t->freed_by_others);
  ms_put_seconds(o, "first_time", t->first_time);
  ms_put_seconds(o, "last_time", t->last_time);
  ms_put_bool(o, "ended", t->ended);
  ms_put_source(o, "captured");
  return o;
}

struct json_object *ms_json_block(const struct ms_report_block *b) {
  struct json_object *o = json_object_new_object();
  char address[24];
  snprintf(address, sizeof address, "0x%llx", (unsigned long long)b->address);
  ms_put_count(o, "id", b->id);
  ms_put_text(o, "address", address);
  ms_put_count(o, "size", b->size);
  ms_put_seconds(o, "time", b->inherited ? -1 : b->time);
  ms_put(o, "thread", b->inherited ? NULL : json_object_new_uint64(b->thread));
  ms_put_bool(o, "inherited", b->inherited);
  ms_put_known(o, "predecessor", b->predecessor);
  ms_put_count(o, "reallocs", b->reallocs);
  ms_put_count(o, "site", b->site);
  ms_put_source(o, "captured");
  return o;
}
