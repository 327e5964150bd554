/* arg_list.c - see arg_list.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "driver/cc/arg_list.h"

#include <string.h>

#include "support/xalloc.h"

void ms_arg_list_add(struct ms_arg_list *list, const char *word) {
  if (list->count + 1 >= list->capacity) {
    list->capacity = list->capacity ? list->capacity * 2 : 32;
    list->items = ms_xrealloc(list->items, list->capacity, sizeof *list->items);
  }
  list->items[list->count++] = word;
  list->items[list->count] = NULL;
}

static int is_plain(const char *word) {
  static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                              "-_=+./:,@%";
  return *word && word[strspn(word, plain)] == '\0';
}

void ms_arg_list_print(const struct ms_arg_list *list, FILE *out) {
  for (size_t i = 0; i < list->count; i++) {
    const char *word = list->items[i];
    if (i)
      fputc(' ', out);
    if (is_plain(word)) {
      fputs(word, out);
      continue;
    }
    /* Inside '...' only the quote itself is special: it becomes '\''. */
    fputc('\'', out);
    for (; *word; word++) {
      if (*word == '\'')
        fputs("'\\''", out);
      else
        fputc(*word, out);
    }
    fputc('\'', out);
  }
  fputc('\n', out);
}
