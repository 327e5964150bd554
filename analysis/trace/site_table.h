/* site_table.h - the sites in an executable, shared object or object file.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Reads the section MS_SITE_SECTION as the runtime would, from the file. The file is
 * hostile: what its records refer to is checked against the sections that exist.
 */
#ifndef MEMSCOPE_ANALYSIS_TRACE_SITE_TABLE_H
#define MEMSCOPE_ANALYSIS_TRACE_SITE_TABLE_H

#include "analysis/trace/trace.h"

struct ms_site_table;

/* Reads the table of the ELF file at PATH. A file without one has an empty table. */
MS_NODISCARD enum ms_status ms_site_table_open(const char *path, struct ms_site_table **ret_table,
                                               struct ms_error *err);
void ms_site_table_close(struct ms_site_table *table);

/* The sites, with keys as if the file were module 1; they live as long as TABLE. */
const struct ms_trace_site *ms_site_table_sites(const struct ms_site_table *table);
size_t ms_site_table_count(const struct ms_site_table *table);

/* Whether the file at PATH begins as an ELF file does. */
bool ms_site_table_is_elf(const char *path);

#endif
