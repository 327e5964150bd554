/* documents.h - a report as JSON text, in the form of report.schema.json.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The text is valid UTF-8 and safe for a terminal: control characters and characters that
 * reorder text are written as \uXXXX.
 */
#ifndef MEMSCOPE_REPORT_DOCUMENTS_H
#define MEMSCOPE_REPORT_DOCUMENTS_H

#include "report/report.h"
#include "report/select.h"

enum ms_document {
#define MS_DOCUMENT(ID, name, parts, kinds) MS_DOC_##ID,
#include "report/documents.def"
  MS_DOC_END
};

const char *ms_document_name(enum ms_document document);

/* DOCUMENT of REPORT, with the rows that SELECT asks for; ends with a newline; free() it. */
char *ms_report_json(const struct ms_report *report, enum ms_document document,
                     const struct ms_select *select);

/* The document that lists the others, "NAME.json" each, with their sizes in bytes. */
char *ms_manifest_json(const struct ms_report *report, const size_t bytes[MS_DOC_END]);

#endif
