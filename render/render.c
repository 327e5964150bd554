/* render.c - see render.h: the list of renderers, and the JSON one.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "render/render.h"

#include <stdlib.h>
#include <string.h>

#include "report/documents.h"

static const struct {
  const char *name;
  ms_renderer *render;
} renderers[] = {
#define MS_RENDERER(ID, name, function, meaning) {name, function},
#include "render/renderers.def"
};

ms_renderer *ms_renderer_find(const char *name) {
  for (size_t i = 0; i < sizeof renderers / sizeof *renderers; i++)
    if (strcmp(renderers[i].name, name) == 0)
      return renderers[i].render;
  return NULL;
}

void ms_render_json(const struct ms_report *report, const struct ms_render_options *options, FILE *out) {
  struct ms_select select = {.sort = options->has_sort ? options->sort : MS_SORT_BYTES, .filter = options->filter,
                             .limit = options->limit, .with_zero = true};
  char *text = ms_report_json(report, MS_DOC_REPORT, &select);
  fputs(text, out);
  free(text);
}
