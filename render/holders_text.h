/* holders_text.h - who holds what, for people.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MEMSCOPE_RENDER_HOLDERS_TEXT_H
#define MEMSCOPE_RENDER_HOLDERS_TEXT_H

#include "render/render.h"
#include "report/holders.h"

/* Prints MOMENT to OUT; of OPTIONS color and width count. */
void ms_render_moment(const struct ms_report_moment *moment, const struct ms_render_options *options, FILE *out);

/* "list.c:12" of SITE, escaped, "" if unknown; free() it. */
char *ms_text_place(const struct ms_report_site *site);

/* What HOLDER is in words, escaped: "it->name in block 3", "variable it of list_push"; free() it. */
char *ms_text_holder(const struct ms_report_holder *holder);

/* Why a slot ended to hold its pointer, in words: "overwritten". */
const char *ms_text_why(const char *why);

#endif
