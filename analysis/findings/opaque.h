/* opaque.h - which code of the program MemScope did not compile.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A module that has no site in the trace is opaque. The C and C++ runtime libraries are told apart:
 * what they do with a pointer is their documented business, and programs hand them `free` itself.
 * An object inside a compiled module that was compiled by another compiler cannot be told.
 */
#ifndef MEMSCOPE_ANALYSIS_FINDINGS_OPAQUE_H
#define MEMSCOPE_ANALYSIS_FINDINGS_OPAQUE_H

#include "analysis/model/address_map.h"
#include "analysis/run/run.h"
#include "support/index.h"

enum ms_code { MS_CODE_COMPILED, MS_CODE_OPAQUE, MS_CODE_SYSTEM };

struct ms_opaque {
  struct ms_trace *trace;
  uint8_t *code; /* enum ms_code by module */
  struct ms_address_map module_at; /* by start */
  struct ms_index functions; /* names that FUNC records have */
  const char **names;
  uint32_t name_count, name_capacity;
};

void ms_opaque_init(struct ms_opaque *opaque, struct ms_trace *trace);
void ms_opaque_fini(struct ms_opaque *opaque);

/* Of MODULE; 0, code that belongs to no module, counts as compiled: nothing is known of it. */
enum ms_code ms_opaque_module(const struct ms_opaque *opaque, ms_module_id module);

/* The module whose memory ADDR lies in; 0 none. */
ms_module_id ms_opaque_module_at(const struct ms_opaque *opaque, uint64_t addr);

/* "libfoo.so". */
const char *ms_opaque_module_name(const struct ms_opaque *opaque, ms_module_id module);

/* Whether a compiled module defines FUNCTION. */
bool ms_opaque_is_compiled(const struct ms_opaque *opaque, const char *function);

/* The opaque or system module that called the allocator with CONTEXT itself; 0: compiled code did, or it is
 * not known. */
ms_module_id ms_opaque_caller(const struct ms_opaque *opaque, ms_context_id context);

#endif
