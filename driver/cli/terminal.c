/* terminal.c - see terminal.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "driver/cli/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { WIDTH_PIPED = 80, WIDTH_MIN = 60 };

unsigned ms_terminal_width(int fd) {
  struct winsize size;
  if (!isatty(fd) || ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
    return WIDTH_PIPED;
  return size.ws_col < WIDTH_MIN ? WIDTH_MIN : size.ws_col;
}

bool ms_terminal_color(int fd, const char *when) {
  if (when && strcmp(when, "always") == 0)
    return true;
  if (when && strcmp(when, "never") == 0)
    return false;
  const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
  return isatty(fd) && !(no_color && *no_color) && term && strcmp(term, "dumb") != 0;
}
