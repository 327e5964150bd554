/* fuzz_site_table.c - a damaged ELF file gives an error or its good sites, nothing else.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <string.h>

#include "analysis/trace/site_table.h"
#include "analysis/trace/trace_dump.h"
#include "fuzz.h"

const char *const fuzz_words[] = {NULL};

void fuzz_repair(unsigned char *data, size_t len, uint64_t choice) {
  if (choice % 4 && len > 16)
    memcpy(data, "\177ELF\2\1\1", 7);
}

bool fuzz_one(const unsigned char *data, size_t len) {
  struct ms_site_table *table;
  struct ms_error err = {0};
  enum ms_status status = ms_site_table_open(fuzz_file(data, len), &table, &err);
  if (status != MS_OK) {
    FUZZ_CHECK(err.status == status && err.message[0]);
    return false;
  }
  char *text = NULL;
  size_t text_len;
  FILE *out = open_memstream(&text, &text_len);
  ms_dump_sites(ms_site_table_sites(table), ms_site_table_count(table), out);
  ms_dump_site_summary(ms_site_table_sites(table), ms_site_table_count(table), out);
  fclose(out);
  for (size_t i = 0; i < text_len; i++)
    FUZZ_CHECK(text[i] == '\n' || (text[i] >= 0x20 && text[i] <= 0x7e));
  free(text);
  ms_site_table_close(table);
  return true;
}
