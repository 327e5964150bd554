/* toolchain.c - see toolchain.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * This runs once for every file that is compiled, so it costs some stat calls and no
 * process where a name tells the version: clang-19, or a link that ends in .../llvm-19/bin/.
 * Only a clang with another name is asked (--version).
 */
#include "driver/cc/toolchain.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/xalloc.h"

#ifndef MEMSCOPE_LLVM_SUPPORTED
#error "the build defines MEMSCOPE_LLVM_SUPPORTED as a comma-separated list of majors"
#endif

enum { MAX_MAJORS = 32 };

extern char **environ;

static const int supported[] = {MEMSCOPE_LLVM_SUPPORTED};

/* The directory of this program, from the kernel or, without /proc, from the auxiliary
 * name that the kernel was given. */
static const char *self_dir(void) {
  char path[PATH_MAX];
  ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
  if (n > 0) {
    path[n] = '\0';
  } else {
    char *real = realpath(program_invocation_name, path);
    if (!real)
      return ".";
  }
  char *slash = strrchr(path, '/');
  if (!slash)
    return ".";
  *slash = '\0';
  return ms_xstrdup(path);
}

static bool is_executable(const char *path) { return access(path, X_OK) == 0; }

static const char *plugin_path(const char *lib_dir, int major) {
  char *path = ms_xasprintf("%s/llvm-%d/MemScope.so", lib_dir, major);
  if (access(path, R_OK) == 0)
    return path;
  free(path);
  return NULL;
}

static int compare_descending(const void *a, const void *b) {
  int x = *(const int *)a, y = *(const int *)b;
  return (x < y) - (x > y);
}

/* Stores the majors that have a plug-in, newest first; returns how many. */
static size_t majors_with_plugin(const char *lib_dir, int *ret_majors) {
  size_t count = 0;
  DIR *dir = opendir(lib_dir);
  if (!dir)
    return 0;
  for (struct dirent *entry; (entry = readdir(dir)) && count < MAX_MAJORS;) {
    int major, used = 0;
    if (sscanf(entry->d_name, "llvm-%4d%n", &major, &used) != 1 || entry->d_name[used])
      continue;
    const char *plugin = plugin_path(lib_dir, major);
    if (plugin)
      ret_majors[count++] = major;
    free((void *)plugin);
  }
  closedir(dir);
  qsort(ret_majors, count, sizeof *ret_majors, compare_descending);
  return count;
}

/* Looks NAME up in PATH; a name with a slash is a path already. NULL if there is none. */
static const char *find_program(const char *name) {
  if (strchr(name, '/'))
    return is_executable(name) ? name : NULL;
  const char *path = getenv("PATH");
  if (!path)
    path = "/usr/local/bin:/usr/bin:/bin";
  for (;;) {
    size_t n = strcspn(path, ":");
    char *candidate = ms_xasprintf("%.*s/%s", n ? (int)n : 1, n ? path : ".", name);
    if (is_executable(candidate))
      return candidate;
    free(candidate);
    if (!path[n])
      return NULL;
    path += n + 1;
  }
}

static const char *find_clang_of(int major) {
  char name[32];
  snprintf(name, sizeof name, "clang-%d", major);
  const char *found = find_program(name);
  if (found)
    return found;
  char *path = ms_xasprintf("/usr/lib/llvm-%d/bin/clang", major);
  if (is_executable(path))
    return path;
  free(path);
  return NULL;
}

/* The major that a path's last name (clang-19, clang++-19) or place (llvm-19/bin) tells. */
static int major_from_path(const char *path) {
  const char *slash = strrchr(path, '/');
  const char *name = slash ? slash + 1 : path;
  int major, used = 0;
  if ((sscanf(name, "clang-%4d%n", &major, &used) == 1 ||
       sscanf(name, "clang++-%4d%n", &major, &used) == 1) &&
      !name[used])
    return major;
  for (const char *p = path; (p = strstr(p, "/llvm-")); p++)
    if (sscanf(p, "/llvm-%4d/bin/%n", &major, &used) == 1 && p + used == name)
      return major;
  return 0;
}

/* Asks CLANG itself: "... clang version 19.1.7 ...". */
static int major_from_output(const char *clang) {
  int pipe_fds[2];
  if (pipe(pipe_fds) != 0)
    return 0;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, pipe_fds[1], STDOUT_FILENO);
  posix_spawn_file_actions_addclose(&actions, pipe_fds[0]);
  posix_spawn_file_actions_addclose(&actions, pipe_fds[1]);
  char *const argv[] = {(char *)clang, (char *)"--version", NULL};
  pid_t pid;
  int failed = posix_spawn(&pid, clang, &actions, NULL, argv, environ);
  posix_spawn_file_actions_destroy(&actions);
  close(pipe_fds[1]);
  char text[1024];
  size_t used = 0;
  for (ssize_t n; !failed && used < sizeof text - 1; used += (size_t)n) {
    n = read(pipe_fds[0], text + used, sizeof text - 1 - used);
    if (n < 0 && errno == EINTR)
      n = 0;
    else if (n <= 0)
      break;
  }
  text[used] = '\0';
  close(pipe_fds[0]);
  if (!failed)
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {
    }
  int major;
  const char *at = strstr(text, "clang version ");
  return at && sscanf(at, "clang version %4d", &major) == 1 ? major : 0;
}

static int clang_major(const char *clang) {
  int major = major_from_path(clang);
  if (major)
    return major;
  char real[PATH_MAX];
  if (realpath(clang, real) && (major = major_from_path(real)))
    return major;
  return major_from_output(clang);
}

/* Is THIS program meant? Running ourselves would never end. */
static bool is_self(const char *clang) {
  char mine[PATH_MAX], other[PATH_MAX];
  return realpath("/proc/self/exe", mine) && realpath(clang, other) && strcmp(mine, other) == 0;
}

static enum ms_status find_clang(const char *asked, const char *lib_dir, const char **ret_clang,
                                 struct ms_error *err) {
  const char *origin = "--memscope-clang=";
  if (!asked) {
    asked = getenv("MEMSCOPE_CLANG");
    origin = "MEMSCOPE_CLANG=";
  }
  if (asked && *asked) {
    *ret_clang = find_program(asked);
    if (!*ret_clang)
      return ms_error_set(err, MS_ERR_SYSTEM, "%s%s: there is no such program", origin, asked);
    if (is_self(*ret_clang))
      return ms_error_set(err, MS_ERR_USAGE, "%s%s: that is memscope-cc itself", origin, asked);
    return MS_OK;
  }
  int majors[MAX_MAJORS];
  size_t count = majors_with_plugin(lib_dir, majors);
  for (size_t i = 0; i < count; i++)
    if ((*ret_clang = find_clang_of(majors[i])))
      return MS_OK;
  *ret_clang = find_program("clang");
  if (*ret_clang && !is_self(*ret_clang))
    return MS_OK;
  char list[128];
  size_t used = 0;
  for (size_t i = 0; i < sizeof supported / sizeof *supported && used < sizeof list; i++)
    used += (size_t)snprintf(list + used, sizeof list - used, "%sclang-%d", used ? ", " : "",
                             supported[i]);
  return ms_error_set(err, MS_ERR_SYSTEM,
                      "no clang found: none of %s is in PATH; name one with --memscope-clang=PATH "
                      "or MEMSCOPE_CLANG",
                      list);
}

enum ms_status ms_toolchain_find(const char *clang, struct ms_toolchain *ret_toolchain,
                                 struct ms_error *err) {
  struct ms_toolchain tc = {0};
  tc.lib_dir = getenv("MEMSCOPE_LIB_DIR");
  if (!tc.lib_dir || !*tc.lib_dir) {
    char *dir = ms_xasprintf("%s/../lib/memscope", self_dir());
    char *real = realpath(dir, NULL);
    tc.lib_dir = real ? real : dir;
  }
  MS_TRY(find_clang(clang, tc.lib_dir, &tc.clang, err));
  tc.major = clang_major(tc.clang);
  tc.plugin = tc.major ? plugin_path(tc.lib_dir, tc.major) : NULL;
  *ret_toolchain = tc;
  return MS_OK;
}

/* Whether DIR, or a directory in it, holds a file called libclang_rt.asan... */
static bool has_asan(const char *path, int depth) {
  static const char wanted[] = "libclang_rt.asan";
  DIR *dir = opendir(path);
  bool found = false;
  if (!dir)
    return false;
  for (struct dirent *entry; !found && (entry = readdir(dir));) {
    if (strncmp(entry->d_name, wanted, sizeof wanted - 1) == 0) {
      found = true;
    } else if (depth && entry->d_name[0] != '.') {
      char *inner = ms_xasprintf("%s/%s", path, entry->d_name);
      found = has_asan(inner, depth - 1);
      free(inner);
    }
  }
  closedir(dir);
  return found;
}

enum ms_status ms_toolchain_check_asan(const struct ms_toolchain *tc, struct ms_error *err) {
  char real[PATH_MAX];
  char *slash = realpath(tc->clang, real) ? strrchr(real, '/') : NULL;
  if (!slash)
    return MS_OK;
  *slash = '\0';
  char *dir = ms_xasprintf("%s/../lib/clang/%d/lib", real, tc->major);
  if (access(dir, R_OK) != 0 || has_asan(dir, 1))
    return MS_OK;
  return ms_error_set(err, MS_ERR_SYSTEM,
                      "level 'check' needs AddressSanitizer: there is no libclang_rt.asan in %s; "
                      "install compiler-rt for LLVM %d",
                      dir, tc->major);
}

enum ms_status ms_toolchain_no_plugin(const struct ms_toolchain *tc, struct ms_error *err) {
  int majors[MAX_MAJORS];
  size_t count = majors_with_plugin(tc->lib_dir, majors);
  char list[128] = "none";
  size_t used = 0;
  for (size_t i = 0; i < count && used < sizeof list; i++)
    used += (size_t)snprintf(list + used, sizeof list - used, "%s%d", used ? ", " : "", majors[i]);
  if (!tc->major)
    return ms_error_set(err, MS_ERR_SYSTEM,
                        "%s: cannot find out its version: is this a clang? plug-ins in %s are for "
                        "LLVM: %s",
                        tc->clang, tc->lib_dir, list);
  return ms_error_set(err, MS_ERR_SYSTEM,
                      "no plug-in for %s, which is LLVM %d; plug-ins in %s are for LLVM: %s; choose "
                      "another clang with --memscope-clang=PATH or MEMSCOPE_CLANG",
                      tc->clang, tc->major, tc->lib_dir, list);
}
