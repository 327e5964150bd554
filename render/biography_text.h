/* biography_text.h - the life of a block, for people.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MEMSCOPE_RENDER_BIOGRAPHY_TEXT_H
#define MEMSCOPE_RENDER_BIOGRAPHY_TEXT_H

#include "render/render.h"
#include "report/biography.h"

/* Prints BIOGRAPHY to OUT; of OPTIONS color and width count. */
void ms_render_biography(const struct ms_report_biography *biography, const struct ms_render_options *options, FILE *out);

#endif
