/* assemble_names.c - names in a text trace, and what they stand for.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * All names are in one table, told apart by a letter in front.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/trace/assembler.h"
#include "support/grow.h"

struct ms_label {
  char *key; /* LEN bytes */
  size_t len;
  uint64_t value;
};

uint64_t *ms_asm_find_label(struct ms_assembler *a, const void *key, size_t len) {
  struct ms_index_cursor ic = ms_index_start(&a->label_index, ms_hash_bytes(key, len));
  for (uint32_t i; ms_index_next(&a->label_index, &ic, &i);)
    if (a->labels[i].len == len && memcmp(a->labels[i].key, key, len) == 0)
      return &a->labels[i].value;
  return NULL;
}

void ms_asm_add_label(struct ms_assembler *a, const void *key, size_t len, uint64_t value) {
  MS_GROW(a->labels, a->label_count, a->label_capacity);
  ms_index_add(&a->label_index, ms_hash_bytes(key, len), a->label_count);
  char *copy = ms_xmalloc(len);
  memcpy(copy, key, len);
  a->labels[a->label_count++] = (struct ms_label){copy, len, value};
}

uint64_t *ms_asm_find(struct ms_assembler *a, char space, const char *name) {
  char key[1024];
  int len = snprintf(key, sizeof key, "%c%s", space, name);
  return ms_asm_find_label(a, key, (size_t)len < sizeof key ? (size_t)len : sizeof key - 1);
}

void ms_asm_add(struct ms_assembler *a, char space, const char *name, uint64_t value) {
  char key[1024];
  int len = snprintf(key, sizeof key, "%c%s", space, name);
  ms_asm_add_label(a, key, (size_t)len < sizeof key ? (size_t)len : sizeof key - 1, value);
}

/* A name for a new thing: not a number, not too long. */
bool ms_asm_check_name(struct ms_line *line, const char *what, const char *name) {
  size_t len = strlen(name);
  bool is_good = len > 0 && len < 1000 && !strchr("0123456789-.", name[0]);
  for (const char *s = name; *s && is_good; s++)
    is_good = strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.", *s) != NULL;
  if (!is_good)
    ms_line_fail(line, "%s: got '%.100s', expected a number or a name", what, name);
  return is_good;
}

uint64_t ms_asm_undefined(struct ms_line *line, const char *what, const char *name) {
  ms_line_fail(line, "%s '%.200s' is not defined", what, name);
  return 0;
}

static uint32_t module_ref(struct ms_assembler *a, struct ms_line *line, const char *text, uint32_t most) {
  if (ms_line_is_number(text))
    return (uint32_t)ms_line_to_number(line, "module", text, most);
  uint64_t *value = ms_asm_find(a, 'm', text);
  return (uint32_t)(value ? *value : ms_asm_undefined(line, "module", text));
}

/* MODULE:INDEX or a name, as a site key; TEXT is changed. */
uint64_t ms_asm_site(struct ms_assembler *a, struct ms_line *line, char *text) {
  char *colon = strchr(text, ':');
  if (!colon) {
    uint64_t *value = ms_asm_find(a, 's', text);
    return value ? *value : ms_asm_undefined(line, "site", text);
  }
  *colon = '\0';
  uint64_t module = module_ref(a, line, text, UINT32_MAX);
  uint64_t key = (module << 32 | ms_line_to_number(line, "site index", colon + 1, UINT32_MAX)) + 1;
  *colon = ':';
  if (key == 0)
    ms_line_fail(line, "site %s is beyond the last one that a trace can hold", text);
  return key;
}

uint64_t ms_asm_site_of(struct ms_assembler *a, struct ms_line *line, const char *key) {
  const char *text = ms_line_string(line, key, NULL);
  return text ? ms_asm_site(a, line, (char *)text) : 0;
}

/* MODULE+OFFSET, an address or the name of a symbol; TEXT is changed. */
uint64_t ms_asm_frame(struct ms_assembler *a, struct ms_line *line, char *text) {
  char *plus = strchr(text, '+');
  if (plus) {
    *plus = '\0';
    uint64_t module = module_ref(a, line, text, 0xffff);
    return module << 48 | ms_line_to_number(line, "offset", plus + 1, 0xffffffffffff);
  }
  if (ms_line_is_number(text))
    return ms_line_to_number(line, "frame", text, UINT64_MAX);
  uint64_t *value = ms_asm_find(a, 'f', text);
  return value ? *value : ms_asm_undefined(line, "symbol", text);
}

void ms_asm_free_labels(struct ms_assembler *a) {
  for (uint32_t i = 0; i < a->label_count; i++)
    free(a->labels[i].key);
  free(a->labels);
  ms_index_fini(&a->label_index);
}
