/* terminal.h - how wide and how colourful what we print may be.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MEMSCOPE_DRIVER_CLI_TERMINAL_H
#define MEMSCOPE_DRIVER_CLI_TERMINAL_H

#include <stdbool.h>

/* Columns of the terminal that FD is, at least 60; 80 when it is none. */
unsigned ms_terminal_width(int fd);

/* Whether to colour what goes to FD: WHEN is "always", "never", or "auto" (NULL): FD is a
 * terminal that can, and NO_COLOR is not set. */
bool ms_terminal_color(int fd, const char *when);

#endif
