/* recordings.c - see recordings.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Looks at the first bytes of the files of one directory that are new, then keeps those
 * whose parent is known to belong to the run, until nothing is added.
 */
#include "driver/cli/recordings.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "memscope/trace_format.h"
#include "support/grow.h"

static bool read_header(const char *path, struct ms_trace_header *h) {
  struct stat st;
  if (stat(path, &st) != 0 || !S_ISREG(st.st_mode))
    return false;
  FILE *file = fopen(path, "rbe");
  if (!file)
    return false;
  bool ok = fread(h, sizeof *h, 1, file) == 1 && memcmp(h->magic, MS_TRACE_MAGIC, sizeof h->magic) == 0;
  fclose(file);
  return ok;
}

int ms_is_trace(const char *path) {
  struct ms_trace_header h;
  return read_header(path, &h);
}

static void collect(const char *dir_path, uint64_t since, struct ms_recordings *all) {
  DIR *dir = opendir(*dir_path ? dir_path : ".");
  const char *slash = *dir_path && dir_path[strlen(dir_path) - 1] != '/' ? "/" : "";
  for (struct dirent *entry; dir && (entry = readdir(dir)) != NULL;) {
    char *path = ms_xasprintf("%s%s%s", dir_path, slash, entry->d_name);
    struct ms_trace_header h;
    struct stat st;
    bool is_new = stat(path, &st) == 0 && (uint64_t)st.st_mtim.tv_sec + 1 >= since / 1000000000u;
    if (is_new && read_header(path, &h) && h.start_unix_ns >= since) {
      MS_GROW(all->items, all->count, all->capacity);
      all->items[all->count++] = (struct ms_recording){path, h.pid, h.ppid, h.fork_parent, h.start_unix_ns};
    } else {
      free(path);
    }
  }
  if (dir)
    closedir(dir);
}

static bool is_known(const struct ms_recordings *known, uint32_t pid, pid_t root) {
  if (pid == (uint32_t)root)
    return true;
  for (size_t i = 0; i < known->count; i++)
    if (known->items[i].pid == pid)
      return true;
  return false;
}

static pid_t root_pid; /* for the comparison; qsort has no context */

/* The root process first, its last trace (after exec) before earlier ones; then by time. */
static int compare(const void *a, const void *b) {
  const struct ms_recording *x = a, *y = b;
  bool xr = x->pid == (uint32_t)root_pid, yr = y->pid == (uint32_t)root_pid;
  if (xr != yr)
    return xr ? -1 : 1;
  if (x->start_unix_ns == y->start_unix_ns)
    return strcmp(x->path, y->path);
  return (x->start_unix_ns < y->start_unix_ns) != xr ? -1 : 1;
}

void ms_recordings_find(const char *dir, pid_t pid, uint64_t since, struct ms_recordings *ret) {
  struct ms_recordings all = {NULL, 0, 0};
  *ret = (struct ms_recordings){NULL, 0, 0};
  collect(dir, since, &all);
  for (bool again = true; again;) {
    again = false;
    for (size_t i = 0; i < all.count; i++) {
      struct ms_recording *r = &all.items[i];
      if (!r->path || !(is_known(ret, r->pid, pid) || is_known(ret, r->ppid, pid) ||
                        (r->fork_parent && is_known(ret, r->fork_parent, pid))))
        continue;
      MS_GROW(ret->items, ret->count, ret->capacity);
      ret->items[ret->count++] = *r;
      r->path = NULL;
      again = true;
    }
  }
  for (size_t i = 0; i < all.count; i++)
    free(all.items[i].path);
  free(all.items);
  root_pid = pid;
  if (ret->count)
    qsort(ret->items, ret->count, sizeof *ret->items, compare);
}

void ms_recordings_fini(struct ms_recordings *r) {
  for (size_t i = 0; i < r->count; i++)
    free(r->items[i].path);
  free(r->items);
}
