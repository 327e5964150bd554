/* trace_names.c - see trace_names.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "analysis/trace/trace_names.h"

#include <stddef.h>
#include <string.h>

#include "analysis/trace/trace.h"

const struct ms_name ms_names_event[] = {
#define MS_EVENT(value, NAME, text, a, b, c, d) {value, text},
#include "memscope/records.def"
    {0, NULL}};

const struct ms_event_fields ms_event_fields[MS_EVENT_KINDS] = {
#define MS_EVENT(value, NAME, text, a, b, c, d) [value] = {a, b, c},
#include "memscope/records.def"
};

const struct ms_name ms_names_fn[] = {
#define MS_ALLOC_FN(value, NAME, text, family) {value, text},
#include "memscope/records.def"
    {0, NULL}};

static const struct ms_name families[] = {
#define MS_ALLOC_FN(value, NAME, text, family) {value, family},
#include "memscope/records.def"
    {0, NULL}};

static const struct ms_name report_codes[] = {
    {MS_REPORT_OTHER, "bad access"},
#define MS_REPORT(value, NAME, text) {value, text},
#include "memscope/records.def"
    {0, NULL}};

const struct ms_name ms_names_site_kind[] = {
    {MS_SITE_ALLOC, "alloc"}, {MS_SITE_CALL, "call"}, {MS_SITE_REALLOC, "realloc"},
    {MS_SITE_FREE, "free"},   {MS_SITE_OUT, "out"},   {MS_SITE_OPAQUE, "opaque"},
    {MS_SITE_STORE, "store"}, {MS_SITE_COPY, "copy"}, {MS_SITE_BIND, "bind"},
    {MS_SITE_FRAME, "frame"}, {MS_SITE_FUNC, "func"}, {MS_SITE_PARAM, "param"},
    {MS_SITE_RETURN, "return"}, {MS_SITE_COUNT, "count"}, {MS_SITE_PASS, "pass"},
    {MS_SITE_SCOPE, "scope"}, {MS_SITE_DROP, "drop"},
    {0, NULL}};

const struct ms_name ms_names_slot[] = {
    {MS_SLOT_LOCAL, "local"}, {MS_SLOT_PARAM, "param"},     {MS_SLOT_GLOBAL, "global"},
    {MS_SLOT_FIELD, "field"}, {MS_SLOT_ELEMENT, "element"}, {MS_SLOT_DEREF, "deref"},
    {MS_SLOT_RETURN, "return"}, {MS_SLOT_ARG, "arg"},       {MS_SLOT_DROPPED, "dropped"},
    {MS_SLOT_TEMP, "temp"},   {MS_SLOT_CALL, "call"},       {MS_SLOT_NULL, "null"},
    {MS_SLOT_ADDRESS, "address"}, {MS_SLOT_INTEGER, "integer"}, {0, NULL}};

const struct ms_name ms_names_site_flag[] = {
    {MS_SITE_F_PASSES_RESULT, "passes-result"}, {MS_SITE_F_NO_DEBUG, "no-debug"},
    {MS_SITE_F_SEVERAL, "several"}, {MS_SITE_F_INDIRECT, "indirect"},
    {MS_SITE_F_FRESH, "fresh"}, {MS_SITE_F_FRAME, "frame"},
    {MS_SITE_F_SRC_DEAD, "src-dead"}, {MS_SITE_F_SRC_LIVE, "src-live"},
    {MS_SITE_F_OFFSET, "offset"}, {MS_SITE_F_ATOMIC, "atomic"},
    {MS_SITE_F_VOLATILE, "volatile"}, {MS_SITE_F_DOWN, "down"},
    {MS_SITE_F_P_RETURNED, "returned"}, {MS_SITE_F_P_STORED, "stored"},
    {MS_SITE_F_P_FREED, "freed"}, {MS_SITE_F_P_PASSED, "passed"},
    {MS_SITE_F_P_CONST, "const"}, {MS_SITE_F_STATIC, "static"},
    {MS_SITE_F_VARIADIC, "variadic"}, {MS_SITE_F_END_SET, "end-set"}, {MS_SITE_F_END_UNSURE, "end-unsure"},
    {MS_SITE_F_END_OTHER, "end-other"}, {MS_SITE_F_END_AGAIN, "end-again"},
    {MS_SITE_F_END_PASSED, "end-passed"}, {0, NULL}};

const struct ms_name ms_names_context_flag[] = {{1, "cut"}, {2, "incomplete"}, {0, NULL}};

const struct ms_name ms_names_arch[] = {{1, "x86-64"}, {2, "aarch64"}, {0, NULL}};

const struct ms_name ms_names_state[] = {
    {MS_STATE_RUNNING, "running"}, {MS_STATE_EXITED, "exited"}, {0, NULL}};

const struct ms_name ms_names_stop[] = {
    {MS_STOP_NONE, "none"}, {MS_STOP_NO_SPACE, "no-space"}, {MS_STOP_FILE_LIMIT, "file-limit"},
    {MS_STOP_IO, "io"},     {MS_STOP_FILE_LOST, "file-lost"}, {0, NULL}};

const char *ms_name_of(const struct ms_name *list, uint32_t value) {
  for (; list->name; list++)
    if (list->value == value)
      return list->name;
  return NULL;
}

bool ms_name_value(const struct ms_name *list, const char *name, uint32_t *ret_value) {
  for (; list->name; list++)
    if (strcmp(list->name, name) == 0) {
      *ret_value = list->value;
      return true;
    }
  return false;
}

static const char *name_or_unknown(const struct ms_name *list, uint32_t value) {
  const char *name = ms_name_of(list, value);
  return name ? name : "?";
}

const char *ms_event_kind_name(unsigned kind) { return name_or_unknown(ms_names_event, kind); }
const char *ms_alloc_fn_name(unsigned fn) { return name_or_unknown(ms_names_fn, fn); }
const char *ms_report_code_name(unsigned code) { return name_or_unknown(report_codes, code); }
const char *ms_alloc_fn_family(unsigned fn) { return name_or_unknown(families, fn); }
const char *ms_site_kind_name(unsigned kind) { return name_or_unknown(ms_names_site_kind, kind); }
const char *ms_slot_kind_name(unsigned slot) { return name_or_unknown(ms_names_slot, slot); }
