/* passports.h - blocks that crossed into or out of code that MemScope did not compile.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Blocks that came and went the same way are one row. Filled in by
 * analysis/ownership/passports.c, printed by render/passports_text.c, written as JSON here.
 * Strings belong to who filled them in; no text is NULL, "" is unknown.
 */
#ifndef MEMSCOPE_REPORT_PASSPORTS_H
#define MEMSCOPE_REPORT_PASSPORTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Where a block began or ended. */
struct ms_report_border {
  const char *path, *type, *function, *file; /* of the call in code that MemScope compiled */
  uint32_t line;
  bool is_foreign;         /* code that MemScope did not compile called the allocator */
  const char *by, *module; /* is_foreign: its function and the file that it lies in */
};

struct ms_report_handed {
  const char *callee, *function, *file; /* to whom, from where */
  uint32_t line, argument;              /* argument: from 0 */
  uint64_t count;
};

enum { MS_HANDED_MAX = 8 };

struct ms_report_passport {
  const char *status; /* "lent", "given", "received", "foreign", "kept", "waiting" */
  uint64_t count, bytes;
  struct ms_report_border born, freed; /* freed: valid if has_end */
  bool has_end;
  struct ms_report_handed handed[MS_HANDED_MAX];
  size_t handed_count;
  uint64_t handed_more;              /* times it was handed to others than these */
  uint64_t block, event, end_event;  /* example: id, birth, end or 0 */
};

struct ms_report_passports {
  bool is_recorded, has_calls;
  uint64_t blocks; /* all that were tracked */
  struct ms_report_passport *rows;
  size_t count;
};

/* What STATUS means, in words. */
const char *ms_passport_words(const char *status);

void ms_passports_json(const struct ms_report_passports *passports, FILE *out);

#endif
