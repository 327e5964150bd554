/* fuzz.h - what a fuzz target gives to the drivers, and what the mutation driver gives it.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A target is one file with fuzz_one(). fuzz_main.c makes a program of it that mutates seed
 * files by itself (no special compiler); with MEMSCOPE_FUZZERS and clang the same file is a
 * libFuzzer target.
 */
#ifndef MEMSCOPE_TEST_FUZZ_H
#define MEMSCOPE_TEST_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* Reads the input; true when it was accepted, false for a clean error. Aborts (FUZZ_CHECK)
 * when a promise is broken. */
bool fuzz_one(const unsigned char *data, size_t len);

/* Makes a mutated input plausible again (checksums), so that it gets beyond the first
 * check. CHOICE is random. */
void fuzz_repair(unsigned char *data, size_t len, uint64_t choice);

/* The same for traces (fuzz_repair_trace.c). */
void fuzz_repair_trace(unsigned char *data, size_t len, uint64_t choice);

/* Words that are pasted into inputs; the last one is NULL. */
extern const char *const fuzz_words[];

#define FUZZ_CHECK(condition)                                                      \
  do {                                                                             \
    if (!(condition)) {                                                            \
      fprintf(stderr, "%s:%d: broken: %s\n", __FILE__, __LINE__, #condition);      \
      abort();                                                                     \
    }                                                                              \
  } while (0)

/* Writes the input to a fresh file and returns its path, which the next call overwrites. */
const char *fuzz_file(const unsigned char *data, size_t len);

#endif
