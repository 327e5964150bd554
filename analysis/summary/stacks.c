/* stacks.c - see stacks.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A recorded frame becomes as many frames as functions were inlined there. The frames below
 * the function of the name site are allocator wrappers ("via xmalloc"). Symbol tables of C++
 * hold "ns::list::push(int)" where the site says "push", so the comparison looks at the last
 * name before the parameters.
 */
#include "analysis/summary/stacks.h"

#include <string.h>

/* Whether SYMBOL, perhaps qualified and with parameters, is the function NAME. */
static bool is_function(const char *symbol, const char *name) {
  size_t n = strlen(name);
  if (n == 0)
    return false;
  for (const char *at = symbol; (at = strstr(at, name)) != NULL; at++) {
    bool starts = at == symbol || (at - symbol >= 2 && at[-1] == ':' && at[-2] == ':') || at[-1] == ' ';
    if (starts && (at[n] == '\0' || at[n] == '(' || at[n] == '<' || at[n] == '.'))
      return true;
  }
  return false;
}

void ms_stack_resolve(struct ms_report *report, struct ms_run *run, const struct ms_model_context *c,
                      struct ms_report_stack *ret) {
  const struct ms_trace_context *context = ms_trace_context(c->trace, c->id);
  struct ms_symbols *symbols = ms_run_symbols(run, c->trace);
  size_t count = 0;
  for (uint32_t i = 0; i < context->frame_count; i++) {
    size_t n = 0;
    (void)ms_symbols_lookup(symbols, &context->frames[i], &n);
    count += n;
  }
  struct ms_report_frame *frames = ms_report_alloc(report, (count ? count : 1) * sizeof *frames);
  size_t at = 0;
  for (uint32_t i = 0; i < context->frame_count; i++) {
    size_t n = 0;
    const struct ms_symbol *s = ms_symbols_lookup(symbols, &context->frames[i], &n);
    for (size_t k = 0; k < n; k++)
      frames[at++] = (struct ms_report_frame){
          .function = ms_report_string(report, s[k].function),
          .file = ms_report_string(report, s[k].file),
          .module = ms_report_string(report, ms_trace_module(c->trace, context->frames[i].module)->path),
          .line = s[k].line,
          .offset = context->frames[i].offset};
  }
  *ret = (struct ms_report_stack){.frames = frames, .count = at, .cut = context->flags & 1u};
  const char *function = ms_trace_site(c->trace, context->name_site)->func;
  const char *caller = ms_trace_site(c->trace, context->call_site)->func;
  if (!context->name_site || context->name_site == context->call_site)
    return;
  for (size_t i = 0; i < at; i++)
    if (is_function(frames[i].function, function)) {
      ret->via = i;
      return;
    }
  /* The function itself was not found (no symbols); at least the wrapper's own frame. */
  if (at && is_function(frames[0].function, caller) && !is_function(function, caller))
    ret->via = 1;
}
