/* elf_symbols.h - function, file and line of addresses in one ELF file.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The only owner of libdw. Separate debug files are found where they are on this machine
 * (.gnu_debuglink, /usr/lib/debug/.build-id); the network is never asked.
 */
#ifndef MEMSCOPE_ANALYSIS_TRACE_ELF_SYMBOLS_H
#define MEMSCOPE_ANALYSIS_TRACE_ELF_SYMBOLS_H

#include <stddef.h>
#include <stdint.h>

struct ms_elf_symbols;

/* Called for each function at an address, innermost inlined one first. FUNCTION and FILE are
 * "" where unknown and live until the callback returns. */
typedef void ms_elf_symbol_fn(void *context, const char *function, const char *file, uint32_t line);

/* Opens the file at PATH whose build-id is the LEN bytes at BUILD_ID (0: it must have none).
 * NULL on failure, then *RET_PROBLEM is why, a constant string. */
struct ms_elf_symbols *ms_elf_symbols_open(const char *path, const unsigned char *build_id, size_t len,
                                           const char **ret_problem);
void ms_elf_symbols_close(struct ms_elf_symbols *symbols);

/* Calls FN for the functions at the link-time ADDRESS; returns how many there were. */
size_t ms_elf_symbols_find(struct ms_elf_symbols *symbols, uint64_t address, ms_elf_symbol_fn *fn, void *context);

#endif
