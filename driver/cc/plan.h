/* plan.h - from what is asked for to the command that clang gets.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Pure: looks at nothing but its parameters, so that `--memscope-print-command` shows
 * exactly what would run, and tests need no compiler.
 */
#ifndef MEMSCOPE_DRIVER_CC_PLAN_H
#define MEMSCOPE_DRIVER_CC_PLAN_H

#include "driver/cc/arg_list.h"
#include "driver/cc/response_file.h"
#include "driver/cc/scan.h"
#include "driver/cc/toolchain.h"

struct ms_cc_plan {
  struct ms_arg_list argv;
  const char *warning; /* one line to show before running, or NULL */
  bool needs_asan;     /* level check: AddressSanitizer's runtime has to be there */
};

/* Fills *RET_PLAN. WORDS is the expansion of ARGV, SCAN what was read from it. IS_CXX: the
 * program was called as a C++ compiler. Fails if code is to be compiled and TOOLCHAIN has
 * no plug-in. */
MS_NODISCARD enum ms_status ms_cc_plan(int argc, char *const *argv, const struct ms_words *words,
                                       const struct ms_cc_scan *scan,
                                       const struct ms_toolchain *toolchain, bool is_cxx,
                                       struct ms_cc_plan *ret_plan, struct ms_error *err);

#endif
