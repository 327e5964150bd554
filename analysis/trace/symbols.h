/* symbols.h - function, file and line of a frame.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Answers come first from the trace's own SYMBOL records, then from the module's file
 * (elfutils libdw: symbol table, DWARF line table and inlined functions) if its build-id
 * is the one recorded, else not at all. Lookups are cached per frame.
 */
#ifndef MEMSCOPE_ANALYSIS_TRACE_SYMBOLS_H
#define MEMSCOPE_ANALYSIS_TRACE_SYMBOLS_H

#include "analysis/trace/trace.h"

struct ms_symbols;

struct ms_symbol {
  const char *function; /* demangled for C++; "" unknown */
  const char *file;     /* "" unknown */
  uint32_t line;        /* 0 unknown */
};

struct ms_symbols *ms_symbols_new(struct ms_trace *trace); /* borrows TRACE */
void ms_symbols_free(struct ms_symbols *symbols);

/* The functions at FRAME, innermost inlined one first; *RET_COUNT is at least 1, entries
 * live as long as SYMBOLS. */
const struct ms_symbol *ms_symbols_lookup(struct ms_symbols *symbols,
                                          const struct ms_trace_frame *frame,
                                          size_t *ret_count);

/* Why frames of MODULE cannot be named ("file not found", "build-id differs"), or NULL. */
const char *ms_symbols_problem(struct ms_symbols *symbols, ms_module_id module);

#endif
