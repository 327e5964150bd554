/* opaque.c - see opaque.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "analysis/findings/opaque.h"

#include <stdlib.h>
#include <string.h>

#include "support/grow.h"

/* How the file names of runtime libraries begin. */
static const char *const system_names[] = {
    "libc.so",    "libc-",      "ld-",     "ld.so",   "libpthread", "libstdc++", "libc++",        "libgcc_s",
    "libm.so",    "libm-",      "libdl",   "librt",   "linux-vdso", "[vdso]",    "libmemscope_rt", "libasan",
    "libclang_rt", "libubsan",  "libresolv", "libnss_",
};

static const char *base_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

static bool is_system(const char *path) {
  const char *name = base_name(path);
  for (size_t i = 0; i < sizeof system_names / sizeof *system_names; i++)
    if (strncmp(name, system_names[i], strlen(system_names[i])) == 0)
      return true;
  return false;
}

static void learn_function(struct ms_opaque *o, const char *name) {
  if (!*name || ms_opaque_is_compiled(o, name))
    return;
  ms_index_add(&o->functions, ms_hash_bytes(name, strlen(name)), o->name_count);
  MS_GROW(o->names, o->name_count, o->name_capacity);
  o->names[o->name_count++] = name;
}

void ms_opaque_init(struct ms_opaque *o, struct ms_trace *trace) {
  *o = (struct ms_opaque){.trace = trace};
  uint32_t modules = ms_trace_module_count(trace);
  o->code = ms_xcalloc((size_t)modules + 1, 1);
  struct ms_index by_file_id = {0};
  for (ms_module_id i = 1; i <= modules; i++) {
    const struct ms_trace_module *m = ms_trace_module(trace, i);
    ms_address_map_put(&o->module_at, m->start, i);
    o->code[i] = is_system(m->path) ? MS_CODE_SYSTEM : MS_CODE_OPAQUE;
    ms_index_add(&by_file_id, ms_hash_u64(m->file_id), i);
  }
  for (ms_site_id id = 1; id <= ms_trace_site_count(trace); id++) {
    const struct ms_trace_site *site = ms_trace_site(trace, id);
    uint32_t file_id = (uint32_t)(site->key >> 32);
    struct ms_index_cursor c = ms_index_start(&by_file_id, ms_hash_u64(file_id));
    for (uint32_t i; ms_index_next(&by_file_id, &c, &i);)
      if (ms_trace_module(trace, i)->file_id == file_id)
        o->code[i] = MS_CODE_COMPILED;
    learn_function(o, site->func);
  }
  ms_index_fini(&by_file_id);
}

void ms_opaque_fini(struct ms_opaque *o) {
  free(o->code);
  ms_address_map_fini(&o->module_at);
  free(o->names);
  ms_index_fini(&o->functions);
}

enum ms_code ms_opaque_module(const struct ms_opaque *o, ms_module_id module) {
  return module <= ms_trace_module_count(o->trace) ? (enum ms_code)o->code[module] : MS_CODE_COMPILED;
}

ms_module_id ms_opaque_module_at(const struct ms_opaque *o, uint64_t addr) {
  uint64_t start = addr;
  uint32_t module;
  return ms_address_map_floor(&o->module_at, &start, &module) && addr < ms_trace_module(o->trace, module)->end ? module : 0;
}

const char *ms_opaque_module_name(const struct ms_opaque *o, ms_module_id module) {
  return base_name(ms_trace_module(o->trace, module)->path);
}

bool ms_opaque_is_compiled(const struct ms_opaque *o, const char *function) {
  struct ms_index_cursor c = ms_index_start(&o->functions, ms_hash_bytes(function, strlen(function)));
  for (uint32_t i; ms_index_next(&o->functions, &c, &i);)
    if (strcmp(o->names[i], function) == 0)
      return true;
  return false;
}

ms_module_id ms_opaque_caller(const struct ms_opaque *o, ms_context_id context) {
  const struct ms_trace_context *c = ms_trace_context(o->trace, context);
  if (!context || c->call_site || !c->frame_count)
    return 0;
  ms_module_id module = c->frames[0].module;
  return ms_opaque_module(o, module) == MS_CODE_COMPILED ? 0 : module;
}
