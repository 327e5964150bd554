/* toolchain.h - which clang runs, which plug-in and runtime belong to it.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A plug-in works with one major version of LLVM only, so the two are chosen together.
 */
#ifndef MEMSCOPE_DRIVER_CC_TOOLCHAIN_H
#define MEMSCOPE_DRIVER_CC_TOOLCHAIN_H

#include "support/error.h"

struct ms_toolchain {
  const char *lib_dir; /* bin/../lib/memscope, or MEMSCOPE_LIB_DIR */
  const char *clang;   /* path to execute */
  int major;           /* LLVM's major version; 0 if it could not be found out */
  const char *plugin;  /* path of the plug-in for MAJOR; NULL if there is none */
};

/* Finds everything. CLANG is what the command line asked for, or NULL: then the
 * environment's MEMSCOPE_CLANG, then the newest major that has a plug-in and a clang in
 * PATH or where distributions put it, then plain `clang`. Fails if there is no clang at
 * all; a missing plug-in is no failure here. Strings live until the process ends. */
MS_NODISCARD enum ms_status ms_toolchain_find(const char *clang, struct ms_toolchain *ret_toolchain,
                                              struct ms_error *err);

/* Whether TOOLCHAIN's clang comes with AddressSanitizer's runtime; if not, ERR says where it was
 * looked for. A clang that has no directory of runtimes where clang looks for it passes. */
MS_NODISCARD enum ms_status ms_toolchain_check_asan(const struct ms_toolchain *toolchain,
                                                    struct ms_error *err);

/* Sets ERR to say that TOOLCHAIN has no plug-in for its clang, and what there is. */
enum ms_status ms_toolchain_no_plugin(const struct ms_toolchain *toolchain, struct ms_error *err);

#endif
