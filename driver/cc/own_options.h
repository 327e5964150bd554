/* own_options.h - the options that memscope-cc takes for itself, and the levels.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MEMSCOPE_DRIVER_CC_OWN_OPTIONS_H
#define MEMSCOPE_DRIVER_CC_OWN_OPTIONS_H

#include <stdio.h>

#include "driver/cc/scan.h"
#include "support/error.h"

/* Applies WORD, for which ms_cc_is_own_option holds, to SCAN. */
MS_NODISCARD enum ms_status ms_cc_own_option(struct ms_cc_scan *scan, const char *word,
                                             struct ms_error *err);

/* The level when none is given: the first available one of levels.def. */
const char *ms_cc_default_level(void);

/* Prints the usage with every own option and every level. */
void ms_cc_print_help(FILE *out);

#endif
