/* checklist_text.c - see checklist_text.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Details are not cut: somebody who reads them has a problem and needs all of it.
 */
#include "render/checklist_text.h"

#include <stdlib.h>

#include "render/paint.h"
#include "support/text.h"
#include "support/xalloc.h"

void ms_render_checklist(const struct ms_checklist *list, bool healthy, bool color, unsigned width, FILE *out) {
  enum { COLUMN = 27 };
  for (size_t i = 0; i < list->count; i++) {
    const struct ms_check *c = &list->items[i];
    char *path = ms_text_escape(c->path), *detail = ms_text_escape(c->detail);
    enum ms_paint paint = c->state == MS_CHECK_OK ? MS_NAME : c->state == MS_CHECK_BROKEN ? MS_WARN : MS_QUIET;
    fprintf(out, "%s%-6s%s  %-17s  %s", ms_paint(color, paint), ms_check_state_name(c->state),
            ms_paint(color, MS_RESET), c->what, path);
    bool fits = COLUMN + ms_text_width(path) + 2 + ms_text_width(detail) <= width;
    if (*path && *detail && fits)
      fputs("  ", out);
    else if (*path && *detail)
      fprintf(out, "\n%*s", COLUMN, "");
    fprintf(out, "%s%s%s\n", ms_paint(color, *path ? MS_QUIET : MS_PLAIN), detail,
            *path ? ms_paint(color, MS_RESET) : "");
    free(path);
    free(detail);
  }
  fprintf(out, "\n%s%s%s\n", ms_paint(color, healthy ? MS_TITLE : MS_WARN),
          healthy ? "Everything that is needed works." : "Something is broken: see above.",
          ms_paint(color, MS_RESET));
}
