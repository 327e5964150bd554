/* json_text.c - see json_text.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * json-c builds a whole document in memory, which is right for a report and wrong for ten
 * thousand moments of one run.
 */
#include "report/json_text.h"

#include "report/report.h"
#include "support/text.h"

void ms_jt_open(struct ms_json_text *j, FILE *out) { *j = (struct ms_json_text){out, false}; }

static void quoted(FILE *out, const char *text) {
  putc_unlocked('"', out);
  while (*text) {
    size_t plain = 0; /* nearly everything: ASCII that stands for itself */
    while (text[plain] >= 0x20 && text[plain] < 0x7f && text[plain] != '"' && text[plain] != '\\')
      plain++;
    fwrite_unlocked(text, 1, plain, out);
    text += plain;
    if (!*text)
      break;
    uint32_t code;
    size_t len = ms_text_decode(text, &code);
    if (len == 0) {
      fputs("\xef\xbf\xbd", out);
      text++;
      continue;
    }
    if (code == '"' || code == '\\')
      fprintf(out, "\\%c", (char)code);
    else if (code >= 0x10000 && ms_text_is_hidden(code))
      fprintf(out, "\\u%04x\\u%04x", 0xd7c0u + (code >> 10), 0xdc00u + (code & 0x3ff));
    else if (ms_text_is_hidden(code))
      fprintf(out, "\\u%04x", code);
    else
      fwrite(text, 1, len, out);
    text += len;
  }
  putc_unlocked('"', out);
}

/* PREFIX, NUMBER in BASE and SUFFIX. */
static void put_number(FILE *out, const char *prefix, uint64_t number, unsigned base, const char *suffix) {
  char digits[24], *p = digits + sizeof digits;
  do
    *--p = "0123456789abcdef"[number % base];
  while (number /= base);
  fputs_unlocked(prefix, out);
  fwrite_unlocked(p, 1, (size_t)(digits + sizeof digits - p), out);
  fputs_unlocked(suffix, out);
}

static void begin(struct ms_json_text *j, const char *key) {
  if (j->needs_comma)
    putc_unlocked(',', j->out);
  j->needs_comma = true;
  if (!key)
    return;
  putc_unlocked('"', j->out);
  fputs_unlocked(key, j->out);
  fputs_unlocked("\":", j->out);
}

void ms_jt_object(struct ms_json_text *j, const char *key) {
  begin(j, key);
  putc('{', j->out);
  j->needs_comma = false;
}

void ms_jt_document(struct ms_json_text *j, const char *name) {
  ms_jt_count(j, "schema_version", MS_REPORT_SCHEMA_VERSION);
  ms_jt_string(j, "document", name);
  ms_jt_object(j, "generator");
  ms_jt_string(j, "name", "memscope");
  ms_jt_string(j, "version", MEMSCOPE_VERSION);
  ms_jt_end(j, '}');
}

void ms_jt_array(struct ms_json_text *j, const char *key) {
  begin(j, key);
  putc('[', j->out);
  j->needs_comma = false;
}

void ms_jt_end(struct ms_json_text *j, char bracket) {
  putc(bracket, j->out);
  j->needs_comma = true;
}

void ms_jt_null(struct ms_json_text *j, const char *key) {
  begin(j, key);
  fputs("null", j->out);
}

void ms_jt_string(struct ms_json_text *j, const char *key, const char *text) {
  begin(j, key);
  quoted(j->out, text);
}

void ms_jt_text(struct ms_json_text *j, const char *key, const char *text) {
  if (*text)
    ms_jt_string(j, key, text);
  else
    ms_jt_null(j, key);
}

void ms_jt_count(struct ms_json_text *j, const char *key, uint64_t number) {
  begin(j, key);
  put_number(j->out, "", number, 10, "");
}

void ms_jt_known(struct ms_json_text *j, const char *key, uint64_t number) {
  if (number)
    ms_jt_count(j, key, number);
  else
    ms_jt_null(j, key);
}

void ms_jt_address(struct ms_json_text *j, const char *key, uint64_t address) {
  begin(j, key);
  put_number(j->out, "\"0x", address, 16, "\"");
}

void ms_jt_seconds(struct ms_json_text *j, const char *key, double seconds) {
  if (seconds < 0) {
    ms_jt_null(j, key);
    return;
  }
  begin(j, key);
  fprintf(j->out, "%.9f", seconds);
}

void ms_jt_real(struct ms_json_text *j, const char *key, double number) {
  begin(j, key);
  fprintf(j->out, "%.4f", number);
}

void ms_jt_bool(struct ms_json_text *j, const char *key, bool value) {
  begin(j, key);
  fputs(value ? "true" : "false", j->out);
}
