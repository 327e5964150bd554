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

#include "support/text.h"

struct json_object *ms_json_string(const char *text) {
  char *valid = ms_text_to_utf8(text);
  struct json_object *s = json_object_new_string(valid);
  free(valid);
  return s;
}

static void put(struct json_object *o, const char *key, struct json_object *value) {
  json_object_object_add(o, key, value);
}

static void put_text(struct json_object *o, const char *key, const char *text) {
  put(o, key, *text ? ms_json_string(text) : NULL);
}

static void put_count(struct json_object *o, const char *key, uint64_t n) { put(o, key, json_object_new_uint64(n)); }

/* A number that is unknown when it is 0. */
static void put_known(struct json_object *o, const char *key, uint64_t n) {
  put(o, key, n ? json_object_new_uint64(n) : NULL);
}

static void put_bool(struct json_object *o, const char *key, bool b) { put(o, key, json_object_new_boolean(b)); }

/* Seconds; negative is unknown. Nanoseconds are enough. */
static void put_seconds(struct json_object *o, const char *key, double s) {
  char text[40];
  snprintf(text, sizeof text, "%.9f", s);
  put(o, key, s < 0 ? NULL : json_object_new_double_s(s, text));
}

static void put_source(struct json_object *o, const char *source) { put(o, "_source", json_object_new_string(source)); }

static struct json_object *use_object(const struct ms_report_use *u) {
  struct json_object *o = json_object_new_object();
  put_count(o, "allocations", u->allocations);
  put_count(o, "frees", u->frees);
  put_count(o, "bytes", u->bytes);
  put_count(o, "live_blocks", u->live_blocks);
  put_count(o, "live_bytes", u->live_bytes);
  put_count(o, "peak_blocks", u->peak_blocks);
  put_count(o, "peak_bytes", u->peak_bytes);
  put_count(o, "temporary", u->temporary);
  put_count(o, "reallocs", u->reallocs);
  put_count(o, "realloc_chain_max", u->realloc_chain_max);
  put_count(o, "freed_elsewhere", u->freed_elsewhere);
  put_count(o, "several", u->several);
  put(o, "size_min", u->allocations ? json_object_new_uint64(u->size_min) : NULL);
  put(o, "size_max", u->allocations ? json_object_new_uint64(u->size_max) : NULL);
  put_seconds(o, "lifetime_min", u->lifetimes ? u->lifetime_min : -1);
  put_seconds(o, "lifetime_mean", u->lifetimes ? u->lifetime_sum / (double)u->lifetimes : -1);
  put_seconds(o, "lifetime_max", u->lifetimes ? u->lifetime_max : -1);
  put_source(o, "captured");
  return o;
}

struct json_object *ms_json_run(const struct ms_report *report) {
  const struct ms_report_run *r = &report->run;
  struct json_object *o = json_object_new_object(), *arguments = json_object_new_array();
  for (size_t i = 0; i < r->argument_count; i++)
    json_object_array_add(arguments, ms_json_string(r->arguments[i]));
  put_text(o, "trace", r->trace);
  put_text(o, "program", r->program);
  put(o, "arguments", arguments);
  put_text(o, "cwd", r->cwd);
  put_text(o, "options", r->options);
  put_text(o, "runtime", r->runtime);
  put_count(o, "pid", r->pid);
  put_count(o, "ppid", r->ppid);
  put_known(o, "fork_parent", r->fork_parent);
  char start[64] = "";
  time_t when = (time_t)(r->start_unix_ns / 1000000000u);
  struct tm tm;
  if (r->start_unix_ns && gmtime_r(&when, &tm)) {
    size_t n = strftime(start, sizeof start, "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf(start + n, sizeof start - n, ".%09uZ", (unsigned)(r->start_unix_ns % 1000000000u));
  }
  put_text(o, "start", start);
  put_seconds(o, "seconds", r->seconds);
  put_count(o, "events", r->events);
  put_count(o, "threads", r->threads);
  put_count(o, "modules", r->modules);
  put_bool(o, "exited", r->exited);
  put(o, "status", r->has_status ? json_object_new_int(r->status) : NULL);
  put_source(o, "captured");
  return o;
}

struct json_object *ms_json_totals(const struct ms_report *report) {
  const struct ms_report_totals *t = &report->totals;
  struct json_object *o = json_object_new_object();
  put(o, "use", use_object(&t->use));
  put_seconds(o, "peak_time", t->peak_time);
  put_known(o, "peak_event", t->peak_event);
  put_count(o, "reallocs_moved", t->reallocs_moved);
  put_count(o, "reallocs_failed", t->reallocs_failed);
  put_count(o, "failed", t->failed);
  put_count(o, "forks", t->forks);
  put_count(o, "execs", t->execs);
  put_count(o, "inherited_blocks", t->inherited_blocks);
  put_count(o, "inherited_bytes", t->inherited_bytes);
  put_count(o, "inherited_freed", t->inherited_freed);
  put_source(o, "captured");
  return o;
}

struct json_object *ms_json_gaps(const struct ms_report *report) {
  const struct ms_report_gaps *g = &report->gaps;
  struct json_object *o = json_object_new_object();
  put_count(o, "dropped", g->dropped);
  put_text(o, "stop", g->stop);
  put_count(o, "bad_chunks", g->bad_chunks);
  put_count(o, "bad_records", g->bad_records);
  put_count(o, "unknown_contexts", g->unknown_contexts);
  put_bool(o, "torn", g->torn);
  put_text(o, "damage", g->damage);
  put_count(o, "unknown_frees", g->unknown_frees);
  put_count(o, "unknown_reallocs", g->unknown_reallocs);
  put_count(o, "replaced", g->replaced);
  put_count(o, "unfinished_reallocs", g->unfinished_reallocs);
  put_bool(o, "parent_missing", g->parent_missing);
  put_count(o, "unnamed_allocations", g->unnamed_allocations);
  put_count(o, "no_debug_allocations", g->no_debug_allocations);
  put_text(o, "unnamed_modules", g->unnamed_modules);
  put_source(o, "captured");
  return o;
}

static struct json_object *stack_object(const struct ms_report_stack *s) {
  struct json_object *o = json_object_new_object(), *frames = json_object_new_array();
  for (size_t i = 0; i < s->count; i++) {
    const struct ms_report_frame *f = &s->frames[i];
    struct json_object *frame = json_object_new_object();
    char offset[24];
    snprintf(offset, sizeof offset, "0x%llx", (unsigned long long)f->offset);
    put_text(frame, "function", f->function);
    put_text(frame, "file", f->file);
    put_known(frame, "line", f->line);
    put_text(frame, "module", f->module);
    put_text(frame, "offset", offset);
    json_object_array_add(frames, frame);
  }
  put(o, "frames", frames);
  put_count(o, "via", s->via);
  put_bool(o, "cut", s->cut);
  put(o, "use", use_object(&s->use));
  put_source(o, "captured");
  return o;
}

struct json_object *ms_json_row(const struct ms_report_row *row, size_t id) {
  struct json_object *o = json_object_new_object(), *who = json_object_new_object();
  put_count(o, "id", id);
  put_text(o, "name", row->name);
  put_text(who, "path", row->path);
  put_text(who, "slot", row->slot);
  put_text(who, "type", row->type);
  put_known(who, "type_size", row->type_size);
  put_text(who, "function", row->function);
  put_text(who, "file", row->file);
  put_text(who, "directory", row->dir);
  put_known(who, "line", row->line);
  put_known(who, "column", row->column);
  put_known(who, "declared_line", row->decl_line);
  put_text(who, "callee", row->callee);
  put_text(who, "module", row->module);
  put_bool(who, "instrumented", row->is_instrumented);
  put_bool(who, "debug_info", row->has_debug_info);
  put_source(who, row->is_instrumented ? "static" : "captured");
  put(o, "identity", who);
  put(o, "use", use_object(&row->use));
  put_count(o, "sites", row->sites);
  put_count(o, "contexts", row->contexts);
  if (row->stack_count) {
    struct json_object *stacks = json_object_new_array();
    for (size_t i = 0; i < row->stack_count; i++)
      json_object_array_add(stacks, stack_object(&row->stacks[i]));
    put(o, "stacks", stacks);
    put_count(o, "stacks_omitted", row->stacks_omitted);
  }
  return o;
}

struct json_object *ms_json_thread(const struct ms_report_thread *t) {
  struct json_object *o = json_object_new_object();
  put_count(o, "number", t->number);
  put_known(o, "os_id", t->os_id);
  put_text(o, "name", t->name);
  put(o, "use", use_object(&t->use));
  put_count(o, "frees_done", t->frees_done);
  put_count(o, "frees_of_others", t->frees_of_others);
  put_count(o, "freed_by_others", t->freed_by_others);
  put_seconds(o, "first_time", t->first_time);
  put_seconds(o, "last_time", t->last_time);
  put_bool(o, "ended", t->ended);
  put_source(o, "captured");
  return o;
}

struct json_object *ms_json_block(const struct ms_report_block *b) {
  struct json_object *o = json_object_new_object();
  char address[24];
  snprintf(address, sizeof address, "0x%llx", (unsigned long long)b->address);
  put_count(o, "id", b->id);
  put_text(o, "address", address);
  put_count(o, "size", b->size);
  put_seconds(o, "time", b->inherited ? -1 : b->time);
  put(o, "thread", b->inherited ? NULL : json_object_new_uint64(b->thread));
  put_bool(o, "inherited", b->inherited);
  put_known(o, "predecessor", b->predecessor);
  put_count(o, "reallocs", b->reallocs);
  put_count(o, "site", b->site);
  put_source(o, "captured");
  return o;
}
