/* run.c - see run.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The parent is looked for by the pid in the header of every .mscope file in the
 * directory, not by file name: `-o` may have named it anything. A pid may have been used
 * twice; of the traces that began before the fork the latest is the parent.
 */
#include "analysis/run/run.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/xalloc.h"

enum { GENERATIONS_MAX = 16 };

struct ms_run {
  struct ms_trace *trace;
  struct ms_model *model;
  struct ms_slots *slots; /* NULL: nobody asked */
  struct ms_symbols *symbols;
  struct ms_run *parent;
};

/* Whether the file at PATH begins like the trace of process PID; its start into *RET. */
static bool header_matches(const char *path, uint32_t pid, uint64_t *ret_start) {
  FILE *file = fopen(path, "rb");
  if (!file)
    return false;
  struct ms_trace_header h;
  bool ok = fread(&h, sizeof h, 1, file) == 1 && memcmp(h.magic, MS_TRACE_MAGIC, sizeof h.magic) == 0 &&
            h.version_major == MS_TRACE_VERSION_MAJOR && h.pid == pid;
  fclose(file);
  if (ok)
    *ret_start = h.start_time;
  return ok;
}

/* The path of the trace of process PID that began last before TIME, or NULL. */
static char *find_trace(const char *beside, uint32_t pid, uint64_t time) {
  const char *slash = strrchr(beside, '/');
  char *dir_path = slash ? ms_xstrndup(beside, (size_t)(slash - beside) + 1) : ms_xstrdup("./");
  char *best = NULL;
  uint64_t best_start = 0;
  DIR *dir = opendir(dir_path);
  for (struct dirent *entry; dir && (entry = readdir(dir)) != NULL;) {
    size_t n = strlen(entry->d_name);
    if (n < 7 || strcmp(entry->d_name + n - 7, ".mscope") != 0)
      continue;
    char *path = ms_xasprintf("%s%s", dir_path, entry->d_name);
    uint64_t start = 0;
    if (header_matches(path, pid, &start) && start < time && (!best || start > best_start)) {
      free(best);
      best = path;
      best_start = start;
    } else {
      free(path);
    }
  }
  if (dir)
    closedir(dir);
  free(dir_path);
  return best;
}

static enum ms_status open_until(const char *path, uint64_t until_ticks, uint32_t child, unsigned depth,
                                 struct ms_run **ret_run, struct ms_error *err);

/* Opens the trace, and its parents' up to the fork. */
static enum ms_status prepare(const char *path, unsigned depth, struct ms_run **ret_run, struct ms_error *err) {
  struct ms_trace *trace = NULL;
  MS_TRY(ms_trace_open(path, &trace, err));
  struct ms_run *run = ms_xcalloc(1, sizeof *run);
  run->trace = trace;
  run->model = ms_model_new(trace);
  const struct ms_trace_header *h = ms_trace_header(trace);
  if (h->fork_parent && depth < GENERATIONS_MAX) {
    char *parent = find_trace(path, h->fork_parent, h->fork_time);
    /* A parent that cannot be read is as good as none; what is missing is counted. */
    if (parent && open_until(parent, h->fork_time, h->pid, depth + 1, &run->parent, NULL) == MS_OK)
      ms_model_inherit(run->model, run->parent->model);
    free(parent);
  }
  *ret_run = run;
  return MS_OK;
}

static enum ms_status open_until(const char *path, uint64_t until_ticks, uint32_t child, unsigned depth,
                                 struct ms_run **ret_run, struct ms_error *err) {
  struct ms_run *run = NULL;
  MS_TRY(prepare(path, depth, &run, err));
  const struct ms_trace_header *h = ms_trace_header(run->trace);
  uint64_t until = until_ticks >= h->start_time ? until_ticks - h->start_time : 0;
  ms_model_replay(run->model, until_ticks == UINT64_MAX ? UINT64_MAX : until, child);
  *ret_run = run;
  return MS_OK;
}

enum ms_status ms_run_open(const char *path, struct ms_run **ret_run, struct ms_error *err) {
  return open_until(path, UINT64_MAX, 0, 0, ret_run, err);
}

enum ms_status ms_run_prepare(const char *path, struct ms_run **ret_run, struct ms_error *err) {
  return prepare(path, 0, ret_run, err);
}

struct ms_slots *ms_run_slots(struct ms_run *run, ms_slots_observer *observer, void *user) {
  run->slots = ms_slots_new(run->model, run->trace, observer, user);
  return run->slots;
}

void ms_run_replay(struct ms_run *run) {
  ms_model_replay(run->model, UINT64_MAX, 0);
  if (run->slots)
    ms_slots_finish(run->slots);
}

void ms_run_close(struct ms_run *run) {
  while (run) {
    struct ms_run *parent = run->parent;
    ms_slots_free(run->slots);
    ms_model_free(run->model);
    ms_symbols_free(run->symbols);
    ms_trace_close(run->trace);
    free(run);
    run = parent;
  }
}

struct ms_trace *ms_run_trace(const struct ms_run *run) { return run->trace; }
const struct ms_model *ms_run_model(const struct ms_run *run) { return run->model; }
const struct ms_run *ms_run_parent(const struct ms_run *run) { return run->parent; }

struct ms_symbols *ms_run_symbols(struct ms_run *run, const struct ms_trace *trace) {
  while (run->trace != trace)
    run = run->parent;
  if (!run->symbols)
    run->symbols = ms_symbols_new(run->trace);
  return run->symbols;
}
