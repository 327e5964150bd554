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

#include "analysis/summary/naming.h"

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

/* How many of the COUNT frames lie below the function of SITE. If that function is not among
 * them (no symbols, or the stack broke off in a library without frame pointers), those in
 * front that are in another module must. */
static size_t frames_below(const struct ms_trace_site *site, const struct ms_trace *trace,
                           const struct ms_report_frame *frames, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (is_function(frames[i].function, site->func))
      return i;
  const char *module = ms_module_path(trace, site->key >> 32);
  size_t n = 0;
  while (n < count && *module && strcmp(frames[n].module, module) != 0)
    n++;
  return n;
}

/* Whether FUNCTION is what the C library calls main or a thread's function from. */
static bool is_startup(const char *function) {
  static const char *const names[] = {"__libc_start_call_main", "__libc_start_main",
                                      "__libc_start_main_impl", "_start", "start_thread",
                                      "clone", "clone3", "__clone", "__clone3"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (!strcmp(function, names[i]))
      return true;
  return strncmp(function, "__libc_start_main@", 18) == 0;
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
  while (at && is_startup(frames[at - 1].function))
    at--;
  *ret = (struct ms_report_stack){.frames = frames, .count = at, .cut = context->flags & 1u};
  if (context->name_site)
    ret->via = frames_below(ms_trace_site(c->trace, context->name_site), c->trace, frames, at);
  if (context->name_site && context->name_site == context->call_site) {
    /* The named call is that of the allocator: no wrapper, only the inside of strdup. */
    ret->frames += ret->via;
    ret->count -= ret->via;
    ret->via = 0;
  }
}
