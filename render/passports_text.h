/* passports_text.h - passports, for people.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MEMSCOPE_RENDER_PASSPORTS_TEXT_H
#define MEMSCOPE_RENDER_PASSPORTS_TEXT_H

#include "render/render.h"
#include "report/passports.h"

/* Prints PASSPORTS to OUT; of OPTIONS color counts. */
void ms_render_passports(const struct ms_report_passports *passports, const struct ms_render_options *options, FILE *out);

#endif
