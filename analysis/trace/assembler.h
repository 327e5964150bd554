/* assembler.h - what the files of the assembler share.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * trace_assemble.c reads the lines, assemble_meta.c the definitions, assemble_event.c
 * contexts and events, assemble_names.c keeps the names. A function that reads a line leaves
 * its error in the line.
 */
#ifndef MEMSCOPE_ANALYSIS_TRACE_ASSEMBLER_H
#define MEMSCOPE_ANALYSIS_TRACE_ASSEMBLER_H

#include "analysis/trace/text_line.h"
#include "analysis/trace/trace.h"
#include "analysis/trace/trace_writer.h"
#include "support/index.h"

struct ms_assembler {
  FILE *out;
  struct ms_trace_header header;
  struct ms_trace_writer *writer; /* NULL: the header is not written yet */
  bool has_version;

  struct ms_label *labels; /* names of things and what they stand for */
  uint32_t label_count, label_capacity;
  struct ms_index label_index;

  uint32_t next_module, next_site; /* for names */
  uint64_t next_frame;

  struct ms_record *contexts; /* payloads; the id is the position + 1 */
  uint32_t context_count, context_capacity;

  uint32_t string_count;

  uint64_t *lane_times; /* last time of each lane in lane_index */
  uint32_t *lane_numbers;
  uint32_t lane_count, lane_time_capacity, lane_number_capacity;
  struct ms_index lane_index;
  uint64_t last_time; /* of the event before, any lane */

  struct ms_record record;
};

/* Names, told apart by SPACE: m(odule), s(ite), f(rame), c(ontext); and content of any bytes
 * (LEN of them) that is known by a number. */
uint64_t *ms_asm_find_label(struct ms_assembler *a, const void *key, size_t len);
void ms_asm_add_label(struct ms_assembler *a, const void *key, size_t len, uint64_t value);
uint64_t *ms_asm_find(struct ms_assembler *a, char space, const char *name);
void ms_asm_add(struct ms_assembler *a, char space, const char *name, uint64_t value);
void ms_asm_free_labels(struct ms_assembler *a);

/* Whether NAME can be the name of a new thing; else an error about WHAT. */
bool ms_asm_check_name(struct ms_line *line, const char *what, const char *name);

/* An error that WHAT is not defined; returns 0. */
uint64_t ms_asm_undefined(struct ms_line *line, const char *what, const char *name);

/* MODULE:INDEX or a name, as a site key; TEXT is changed. The other: the one that KEY names, or 0. */
uint64_t ms_asm_site(struct ms_assembler *a, struct ms_line *line, char *text);
uint64_t ms_asm_site_of(struct ms_assembler *a, struct ms_line *line, const char *key);

/* MODULE+OFFSET, an address or the name of a symbol; TEXT is changed. */
uint64_t ms_asm_frame(struct ms_assembler *a, struct ms_line *line, char *text);

/* The writer; the header goes out when it is first asked for. */
struct ms_trace_writer *ms_asm_writer(struct ms_assembler *a);

/* The records, behind their first word. */
void ms_asm_info(struct ms_assembler *a, struct ms_line *line);
void ms_asm_arg(struct ms_assembler *a, struct ms_line *line);
void ms_asm_thread(struct ms_assembler *a, struct ms_line *line);
void ms_asm_module(struct ms_assembler *a, struct ms_line *line);
void ms_asm_site_record(struct ms_assembler *a, struct ms_line *line);
void ms_asm_symbol(struct ms_assembler *a, struct ms_line *line);
void ms_asm_context(struct ms_assembler *a, struct ms_line *line);
void ms_asm_lane(struct ms_assembler *a, struct ms_line *line);
void ms_asm_event(struct ms_assembler *a, struct ms_line *line, const char *time_text);

#endif
