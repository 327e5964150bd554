/* block_query.h - which blocks does a user mean?
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MEMSCOPE_ANALYSIS_SUMMARY_BLOCK_QUERY_H
#define MEMSCOPE_ANALYSIS_SUMMARY_BLOCK_QUERY_H

#include "analysis/model/slots.h"
#include "support/error.h"

/* One parsed query. */
struct ms_block_query {
  enum { MS_QUERY_NAME, MS_QUERY_LINE, MS_QUERY_ADDRESS } kind;
  const char *text;  /* NAME: all of it */
  size_t file_len;   /* LINE: length of the file in text */
  uint64_t line;
  uint64_t address, event; /* ADDRESS; event 0: any */
};

MS_NODISCARD enum ms_status ms_block_query_parse(const char *text, struct ms_block_query *ret, struct ms_error *err);

/* Whether NOTICE shows that its block is one that QUERY means. */
bool ms_block_query_matches(const struct ms_block_query *query, const struct ms_trace *trace,
                            const struct ms_notice *notice);

/* How much the name of SITE, by its path or (IS_FIELD) its member, is like that which QUERY asks for: 0 not at all. */
unsigned ms_block_query_likeness(const struct ms_block_query *query, const struct ms_trace_site *site,
                                 bool is_field);

#endif
