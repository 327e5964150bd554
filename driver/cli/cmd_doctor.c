/* cmd_doctor.c - `memscope doctor`: is everything there, and does it work together?
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Finding files proves little (a plug-in may not load, a runtime may be of another
 * version), so for every clang that has a plug-in a small program is compiled, run,
 * recorded and read. Exit status 1 when something that is needed does not work.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "driver/cli/args.h"
#include "driver/cli/cli.h"
#include "driver/cli/program.h"
#include "driver/cli/terminal.h"
#include "driver/cli/trial.h"
#include "render/checklist_text.h"
#include "support/xalloc.h"

static const int supported[] = {MEMSCOPE_LLVM_SUPPORTED};
enum { SUPPORTED = sizeof supported / sizeof *supported };

/* The clang of LLVM MAJOR as memscope-cc would find it, or NULL; free() it. */
static char *find_clang(int major) {
  char name[32];
  snprintf(name, sizeof name, "clang-%d", major);
  char *path = ms_program_find(name);
  if (path)
    return path;
  char *debian = ms_xasprintf("/usr/lib/llvm-%d/bin/clang", major);
  if (access(debian, X_OK) == 0)
    return debian;
  free(debian);
  return NULL;
}

/* Adds a line on a file that must exist, unless it is optional; tells whether it does. */
static bool check_file(struct ms_checklist *list, const char *what, const char *path, bool optional) {
  bool found = access(path, R_OK) == 0;
  ms_checklist_add(list, found ? MS_CHECK_OK : optional ? MS_CHECK_NOTE : MS_CHECK_BROKEN, what, path,
                   found ? "" : "not found");
  return found;
}

/* Whether LLVM MAJOR works; *RET_FOUND: it is there, so it should. */
static bool check_llvm(struct ms_checklist *list, int major, const char *lib, const char *compiler, bool *ret_found) {
  char what[64], line[256];
  char *clang = find_clang(major);
  char *plugin = ms_xasprintf("%s/llvm-%d/MemScope.so", lib, major);
  bool works = false;
  *ret_found = clang != NULL;
  snprintf(what, sizeof what, "clang %d", major);
  if (!clang) {
    ms_checklist_add(list, MS_CHECK_NOTE, what, "", "not found");
    goto out;
  }
  int status = ms_trial_output((const char *const[]){clang, "--version", NULL}, line, sizeof line);
  ms_checklist_add(list, status == 0 ? MS_CHECK_OK : MS_CHECK_BROKEN, what, clang, line);
  snprintf(what, sizeof what, "plug-in for %d", major);
  if (status != 0 || !check_file(list, what, plugin, true)) {
    *ret_found = status != 0; /* a clang without a plug-in is not used */
    goto out;
  }
  char detail[512];
  snprintf(what, sizeof what, "trial with %d", major);
  works = compiler && ms_trial(compiler, clang, detail);
  ms_checklist_add(list, works ? MS_CHECK_OK : MS_CHECK_BROKEN, what, "",
                   works ? "compiled, ran, recorded, and the block has its name"
                         : compiler ? detail : "not tried: memscope-cc was not found");
out:
  free(plugin);
  free(clang);
  return works;
}

/* memscope-cc beside our own executable, else the one in PATH; NULL if there is none. */
static char *find_compiler(void) {
  char self[4096];
  ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
  if (n > 0) {
    self[n] = '\0';
    char *slash = strrchr(self, '/');
    char *beside = ms_xasprintf("%.*s/memscope-cc", (int)(slash - self), self);
    if (access(beside, X_OK) == 0)
      return beside;
    free(beside);
  }
  return ms_program_find("memscope-cc");
}

static bool examine(struct ms_checklist *list) {
  char line[256], *lib = ms_lib_dir(), *compiler = find_compiler();
  ms_checklist_add(list, MS_CHECK_OK, "memscope", "", MEMSCOPE_VERSION);
  if (compiler) {
    int status = ms_trial_output((const char *const[]){compiler, "--memscope-version", NULL}, line, sizeof line);
    ms_checklist_add(list, MS_CHECK_OK, "memscope-cc", compiler, status == 0 ? line : "");
  } else {
    ms_checklist_add(list, MS_CHECK_BROKEN, "memscope-cc", "", "not found beside memscope, nor in PATH");
  }
  char *archive = ms_xasprintf("%s/libmemscope_rt.a", lib), *shared = ms_xasprintf("%s/libmemscope_rt.so", lib);
  bool healthy = compiler != NULL;
  healthy &= check_file(list, "runtime", archive, false);
  (void)check_file(list, "runtime (shared)", shared, true);
  unsigned clangs = 0, working = 0;
  for (int i = 0; i < SUPPORTED; i++) {
    bool found = false;
    working += check_llvm(list, supported[i], lib, compiler, &found);
    clangs += found;
  }
  if (!clangs)
    ms_checklist_add(list, MS_CHECK_BROKEN, "clang", "", "none that is supported and has a plug-in");
  free(archive);
  free(shared);
  free(compiler);
  free(lib);
  return healthy && working == clangs && working > 0;
}

int ms_cmd_doctor(int argc, char **argv) {
  struct ms_args args;
  ms_args_init(&args, argc, argv);
  bool as_json = false;
  for (int opt; (opt = ms_args_next(&args)) != MS_ARG_END;)
    switch (opt) {
    case MS_OPT_doctor_json: as_json = true; break;
    case MS_ARG_OPERAND: return ms_args_fail(&args, "takes no operands, got '%s'", args.value);
    default: return args.status;
    }
  struct ms_checklist list = {NULL, 0, 0};
  bool healthy = examine(&list);
  if (as_json) {
    char *text = ms_checklist_json(&list, healthy);
    fputs(text, stdout);
    free(text);
  } else {
    ms_render_checklist(&list, healthy, ms_terminal_color(STDOUT_FILENO, NULL), ms_terminal_width(STDOUT_FILENO),
                        stdout);
  }
  ms_checklist_fini(&list);
  return ms_cli_finish(healthy ? MS_OK : 1);
}
