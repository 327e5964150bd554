/* slots_json.h - the parts that documents about slots have in common.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Private to report/.
 */
#ifndef MEMSCOPE_REPORT_SLOTS_JSON_H
#define MEMSCOPE_REPORT_SLOTS_JSON_H

#include "report/holders.h"
#include "report/json_text.h"

void ms_jt_site(struct ms_json_text *j, const struct ms_report_site *site); /* its keys, in an open object */
void ms_jt_holder(struct ms_json_text *j, const char *key, const struct ms_report_holder *holder);
void ms_jt_held(struct ms_json_text *j, const char *key, const struct ms_report_held *block);

#endif
