/* program.c - see program.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "driver/cli/program.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/xalloc.h"

static bool is_runnable(const char *path) {
  struct stat st;
  return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

char *ms_program_find(const char *name) {
  if (strchr(name, '/'))
    return is_runnable(name) ? ms_xstrdup(name) : NULL;
  const char *path = getenv("PATH");
  for (const char *at = path ? path : "/bin:/usr/bin"; at;) {
    const char *end = strchrnul(at, ':');
    char *file = ms_xasprintf("%.*s%s%s", (int)(end - at), at, end == at ? "./" : "/", name);
    if (is_runnable(file))
      return file;
    free(file);
    at = *end ? end + 1 : NULL;
  }
  return NULL;
}

char *ms_lib_dir(void) {
  const char *dir = getenv("MEMSCOPE_LIB_DIR");
  if (dir && *dir)
    return ms_xstrdup(dir);
  char self[4096];
  ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
  if (n <= 0)
    return ms_xstrdup("/usr/lib/memscope");
  self[n] = '\0';
  char *slash = strrchr(self, '/');
  if (slash)
    *slash = '\0';
  char *relative = ms_xasprintf("%s/../lib/memscope", self);
  char *real = realpath(relative, NULL);
  if (!real)
    return relative;
  free(relative);
  return real;
}
