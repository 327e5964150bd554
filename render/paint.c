/* paint.c - see paint.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Only attributes and the eight basic colours, which every terminal theme keeps readable.
 */
#include "render/paint.h"

const char *ms_paint(int color, enum ms_paint paint) {
  static const char *const codes[] = {
      [MS_PLAIN] = "", [MS_TITLE] = "\033[1m", [MS_NAME] = "\033[1;32m", [MS_TYPE] = "\033[36m",
      [MS_QUIET] = "\033[2m", [MS_FIGURE] = "\033[1m", [MS_WARN] = "\033[33m", [MS_RESET] = "\033[0m",
      [MS_ERROR] = "\033[1;31m", [MS_NOTE] = "\033[1;34m", [MS_CARET] = "\033[1;32m",
  };
  return color ? codes[paint] : "";
}
