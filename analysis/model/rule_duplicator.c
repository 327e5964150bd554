/* rule_duplicator.c - the rule duplicator-by-name.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Concludes that a fresh block is a clone of the block that was handed to the same call from:
 * the callee's name (strdup, g_strdup, xmemdup, list_copy, node_clone). Inferred. Wrong for
 * functions whose name lies (dup2-like handles), and silent about duplicators with other names.
 */
#include <string.h>

#include "analysis/model/copy_labels.h"

static bool ends_with(const char *text, size_t len, const char *tail) {
  size_t n = strlen(tail);
  return len >= n && memcmp(text + len - n, tail, n) == 0;
}

bool ms_rule_is_duplicator(const char *callee) {
  size_t len = strlen(callee);
  if (ends_with(callee, len, "ndup"))
    return true;
  return ends_with(callee, len, "strdup") || ends_with(callee, len, "memdup") || ends_with(callee, len, "wcsdup") ||
         ends_with(callee, len, "_dup") || ends_with(callee, len, "_clone") || ends_with(callee, len, "_copy") ||
         strcmp(callee, "clone") == 0 || strcmp(callee, "dup") == 0;
}
