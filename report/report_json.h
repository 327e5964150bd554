/* report_json.h - the parts of a report as json-c objects.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Private to report/, the only layer that includes json-c.
 */
#ifndef MEMSCOPE_REPORT_JSON_H
#define MEMSCOPE_REPORT_JSON_H

#include <json-c/json.h>

#include "report/findings.h"
#include "report/report.h"

/* Each returns a new object, owned by the caller. */
struct json_object *ms_json_run(const struct ms_report *report);
struct json_object *ms_json_totals(const struct ms_report *report);
struct json_object *ms_json_gaps(const struct ms_report *report);
struct json_object *ms_json_coverage(const struct ms_report *report); /* NULL: nobody counted */
struct json_object *ms_json_row(const struct ms_report_row *row, size_t id);
struct json_object *ms_json_thread(const struct ms_report_thread *thread);
struct json_object *ms_json_block(const struct ms_report_block *block);
struct json_object *ms_json_frames(const struct ms_report_frame *frames, size_t count);
struct json_object *ms_json_finding(const struct ms_report_finding *finding);
/* The kinds that KINDS covers (ms_kind_matches), each with the number of its findings. */
struct json_object *ms_json_kinds(const struct ms_report *report, const char *kinds);

/* A new document called NAME, with schema version and generator. */
struct json_object *ms_json_document(const char *name);

/* The text of O, which is released; ends with a newline; free() it. */
char *ms_json_finish(struct json_object *o);

/* A string object; bytes that are not UTF-8 become U+FFFD. */
struct json_object *ms_json_string(const char *text);

#endif
