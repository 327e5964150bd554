/* error.c - see error.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "support/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum ms_status ms_error_set(struct ms_error *err, enum ms_status status, const char *fmt, ...) {
  if (err) {
    va_list args;
    va_start(args, fmt);
    vsnprintf(err->message, sizeof err->message, fmt, args);
    va_end(args);
    err->status = status;
  }
  return status;
}

enum ms_status ms_error_errno(struct ms_error *err, int errnum, const char *fmt, ...) {
  if (err) {
    va_list args;
    va_start(args, fmt);
    vsnprintf(err->message, sizeof err->message, fmt, args);
    va_end(args);
    size_t used = strlen(err->message);
    snprintf(err->message + used, sizeof err->message - used, ": %s", strerror(errnum));
    err->status = MS_ERR_SYSTEM;
  }
  return MS_ERR_SYSTEM;
}

void ms_error_prefix(struct ms_error *err, const char *fmt, ...) {
  if (!err)
    return;
  char old[sizeof err->message];
  memcpy(old, err->message, sizeof old);
  va_list args;
  va_start(args, fmt);
  vsnprintf(err->message, sizeof err->message, fmt, args);
  va_end(args);
  size_t used = strlen(err->message);
  snprintf(err->message + used, sizeof err->message - used, "%s", old);
}
