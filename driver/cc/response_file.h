/* response_file.h - expands @FILE words the way clang and gcc do.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * memscope-cc needs to see what is inside, for its own options and for the plan; clang
 * still gets the @FILE itself where nothing of ours was in it.
 */
#ifndef MEMSCOPE_DRIVER_CC_RESPONSE_FILE_H
#define MEMSCOPE_DRIVER_CC_RESPONSE_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "support/error.h"

/* One word of the expanded command line. */
struct ms_word {
  const char *text;
  size_t origin;   /* index in argv of the word that it came from */
  bool is_one_shot; /* read from a pipe: clang could not read it again */
};

struct ms_words {
  struct ms_word *items;
  size_t count;
  size_t capacity;
};

/* Appends to *RET_WORDS (zero-initialised) the words of ARGV[1..ARGC), with every @FILE
 * that can be read replaced by what it holds, recursively. An @FILE that does not exist
 * stays as it is: that is what clang does. Fails on a file that includes itself, on
 * nesting deeper than 64 and on files beyond 64 MiB in all. */
MS_NODISCARD enum ms_status ms_words_expand(int argc, char *const *argv,
                                            struct ms_words *ret_words, struct ms_error *err);

/* Splits TEXT of LENGTH bytes by the quoting rules of response files: blanks separate, '
 * and " quote, \ takes the next byte as it is (also inside "). Appends with ORIGIN. */
void ms_words_split(struct ms_words *words, const char *text, size_t length, size_t origin);

#endif
