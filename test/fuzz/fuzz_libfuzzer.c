/* fuzz_libfuzzer.c - the same targets for libFuzzer (MEMSCOPE_FUZZERS, clang).
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <string.h>
#include <unistd.h>

#include "fuzz.h"

const char *fuzz_file(const unsigned char *data, size_t len) {
  static char path[] = "/tmp/memscope-fuzz.XXXXXX";
  static bool is_made;
  if (!is_made)
    close(mkstemp(path)); /* ms_trace_finish refuses a file that somebody has open */
  is_made = true;
  FILE *file = fopen(path, "wb");
  if (!file || fwrite(data, 1, len, file) != len || fclose(file) != 0)
    abort();
  return path;
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len);
int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len) {
  unsigned char *copy = malloc(len ? len : 1);
  memcpy(copy, data, len);
  fuzz_repair(copy, len, 3);
  fuzz_one(copy, len);
  free(copy);
  return 0;
}
