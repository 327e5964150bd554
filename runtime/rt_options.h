/* rt_options.h - the values of MEMSCOPE_OPTIONS.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MEMSCOPE_RUNTIME_RT_OPTIONS_H
#define MEMSCOPE_RUNTIME_RT_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MSRT_OPTION_TEXT_MAX 1024

struct msrt_options {
#define MSRT_MEMBER_TEXT(name) char name[MSRT_OPTION_TEXT_MAX];
#define MSRT_MEMBER_BOOL(name) bool name;
#define MSRT_MEMBER_UINT(name) uint32_t name;
#define MSRT_MEMBER_SIZE(name) uint64_t name;
#define MSRT_OPTION(name, type, def, min, max, value, help) MSRT_MEMBER_##type(name)
#include "runtime/rt_options.def"
};

/* Read-only after msrt_options_read. */
extern struct msrt_options msrt_options;

/* Set the defaults, then read TEXT ("key=value:key=value", NULL for none). What cannot be
 * understood gets one warning line each on standard error and keeps its default. */
void msrt_options_read(const char *text);

#endif
