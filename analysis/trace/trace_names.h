/* trace_names.h - the text names of values in a trace, both ways.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Each list ends with a NULL name. The functions of trace.h that give names use them too.
 */
#ifndef MEMSCOPE_ANALYSIS_TRACE_NAMES_H
#define MEMSCOPE_ANALYSIS_TRACE_NAMES_H

#include <stdbool.h>
#include <stdint.h>

struct ms_name {
  uint32_t value;
  const char *name;
};

extern const struct ms_name ms_names_event[], ms_names_fn[], ms_names_site_kind[], ms_names_slot[],
    ms_names_site_flag[], ms_names_context_flag[], ms_names_arch[], ms_names_state[], ms_names_stop[];

/* What the fields A, B and C of a kind of event hold: the letters of records.def; A is 0 for
 * a kind that does not exist. */
struct ms_event_fields {
  char a, b, c;
};
extern const struct ms_event_fields ms_event_fields[];

/* The name of VALUE in LIST, or NULL. */
const char *ms_name_of(const struct ms_name *list, uint32_t value);

/* The value of NAME in LIST; false when there is none. */
bool ms_name_value(const struct ms_name *list, const char *name, uint32_t *ret_value);

#endif
