/* json_text.h - writes JSON straight to a stream, for output of any length.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 *   ms_jt_open(&j, out); ms_jt_object(&j, NULL); ms_jt_count(&j, "size", 3); ms_jt_end(&j, '}');
 *
 * A key is NULL inside an array. Text is valid UTF-8 and safe for a terminal, as in
 * documents.h. The caller balances what it opens.
 */
#ifndef MEMSCOPE_REPORT_JSON_TEXT_H
#define MEMSCOPE_REPORT_JSON_TEXT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct ms_json_text {
  FILE *out;
  bool needs_comma;
};

void ms_jt_open(struct ms_json_text *j, FILE *out);
void ms_jt_document(struct ms_json_text *j, const char *name); /* what every document begins with */
void ms_jt_object(struct ms_json_text *j, const char *key);
void ms_jt_array(struct ms_json_text *j, const char *key);
void ms_jt_end(struct ms_json_text *j, char bracket); /* '}' or ']' */
void ms_jt_text(struct ms_json_text *j, const char *key, const char *text); /* "" becomes null */
void ms_jt_string(struct ms_json_text *j, const char *key, const char *text);
void ms_jt_count(struct ms_json_text *j, const char *key, uint64_t number);
void ms_jt_known(struct ms_json_text *j, const char *key, uint64_t number); /* 0 becomes null */
void ms_jt_address(struct ms_json_text *j, const char *key, uint64_t address); /* a string: "0x10" */
void ms_jt_seconds(struct ms_json_text *j, const char *key, double seconds);   /* negative becomes null */
void ms_jt_real(struct ms_json_text *j, const char *key, double number); /* four digits behind the point */
void ms_jt_bool(struct ms_json_text *j, const char *key, bool value);
void ms_jt_null(struct ms_json_text *j, const char *key);

#endif
