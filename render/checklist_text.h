/* checklist_text.h - the doctor's findings as lines for people.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MEMSCOPE_RENDER_CHECKLIST_TEXT_H
#define MEMSCOPE_RENDER_CHECKLIST_TEXT_H

#include <stdio.h>

#include "report/checklist.h"

void ms_render_checklist(const struct ms_checklist *list, bool healthy, bool color, unsigned width, FILE *out);

#endif
