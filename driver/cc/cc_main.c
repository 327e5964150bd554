/* cc_main.c - memscope-cc and memscope-c++: clang with MemScope in it.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 *   argv --expand--> words --scan--> what is asked for --plan--> argv of clang --exec-->
 *
 * The process becomes clang, so its exit status, signals and output are clang's own. The
 * two programs are one; a name that ends in "++" compiles C++.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "driver/cc/own_options.h"
#include "driver/cc/plan.h"
#include "driver/cc/response_file.h"
#include "driver/cc/scan.h"
#include "driver/cc/toolchain.h"

static const char *program = "memscope-cc";

static int fail(const struct ms_error *err) {
  fprintf(stderr, "%s: error: %s\n", program, err->message);
  return err->status;
}

static void print_file(const char *what, const char *path) {
  struct stat st;
  if (path && stat(path, &st) == 0)
    printf("%s: %s (%lld bytes, modified %lld)\n", what, path, (long long)st.st_size,
           (long long)st.st_mtime);
  else
    printf("%s: none\n", what);
}

/* One line for each file that decides what comes out, so that the text changes when one of
 * them does: `CCACHE_COMPILERCHECK='%compiler% --memscope-version'`. */
static int print_version(const struct ms_toolchain *tc) {
  printf("memscope-cc %s\n", MEMSCOPE_VERSION);
  printf("LLVM: %d\n", tc->major);
  print_file("clang", tc->clang);
  print_file("plug-in", tc->plugin);
  return MS_OK;
}

static enum ms_status run(const struct ms_cc_plan *plan, struct ms_error *err) {
  execv(plan->argv.items[0], (char *const *)plan->argv.items);
  return ms_error_errno(err, errno, "cannot run %s", plan->argv.items[0]);
}

int main(int argc, char **argv) {
  struct ms_error err = {0};
  struct ms_words words = {0};
  struct ms_cc_scan scan;
  struct ms_toolchain toolchain;
  struct ms_cc_plan plan;

  const char *name = argc > 0 ? argv[0] : program;
  size_t length = strlen(name);
  bool is_cxx = length >= 2 && strcmp(name + length - 2, "++") == 0;
  if (is_cxx)
    program = "memscope-c++";

  if (ms_words_expand(argc, argv, &words, &err) != MS_OK ||
      ms_cc_scan(&words, &scan, &err) != MS_OK)
    return fail(&err);
  if (scan.print_help) {
    ms_cc_print_help(stdout);
    return fflush(stdout) == 0 ? MS_OK : MS_ERR_SYSTEM;
  }
  if (ms_toolchain_find(scan.clang, &toolchain, &err) != MS_OK)
    return fail(&err);
  if (scan.print_version)
    return print_version(&toolchain);
  if (ms_cc_plan(argc, argv, &words, &scan, &toolchain, is_cxx, &plan, &err) != MS_OK)
    return fail(&err);
  if (plan.needs_asan && !scan.print_command && ms_toolchain_check_asan(&toolchain, &err) != MS_OK)
    return fail(&err);
  if (plan.warning)
    fprintf(stderr, "%s: warning: %s\n", program, plan.warning);
  if (scan.print_command) {
    ms_arg_list_print(&plan.argv, stdout);
    return fflush(stdout) == 0 ? MS_OK : MS_ERR_SYSTEM;
  }
  if (run(&plan, &err) != MS_OK)
    return fail(&err);
  return MS_OK;
}
