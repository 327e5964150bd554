/* arg_list.h - a growing list of command-line words, as execv wants it.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Words are borrowed, not copied: whoever makes one keeps it alive. In memscope-cc that is
 * until exec, so nothing here is ever freed.
 */
#ifndef MEMSCOPE_DRIVER_CC_ARG_LIST_H
#define MEMSCOPE_DRIVER_CC_ARG_LIST_H

#include <stddef.h>
#include <stdio.h>

/* Zero-initialised = empty. ITEMS[COUNT] is NULL once something was added. */
struct ms_arg_list {
  const char **items;
  size_t count;
  size_t capacity;
};

void ms_arg_list_add(struct ms_arg_list *list, const char *word);

/* Prints the words on one line of OUT, quoted so that a POSIX shell reads the same words. */
void ms_arg_list_print(const struct ms_arg_list *list, FILE *out);

#endif
