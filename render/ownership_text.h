/* ownership_text.h - who owns what, for people and for compilers.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MEMSCOPE_RENDER_OWNERSHIP_TEXT_H
#define MEMSCOPE_RENDER_OWNERSHIP_TEXT_H

#include "render/render.h"
#include "report/ownership.h"

/* Prints tables of OWNERSHIP to OUT; of OPTIONS color and width count. */
void ms_render_ownership(const struct ms_report_ownership *ownership, const struct ms_render_options *options, FILE *out);

enum ms_annotation { MS_ANNOTATE_CLANG, MS_ANNOTATE_RUST, MS_ANNOTATE_COMMENT };

/* Prints a declaration for each function of OWNERSHIP about which something is concluded. */
void ms_render_annotations(const struct ms_report_ownership *ownership, enum ms_annotation form, FILE *out);

#endif
