/* error.h - how functions of the tools say that they failed.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A function that may fail returns enum ms_status and takes a struct ms_error as its last
 * parameter, which may be NULL. The place that detects an error writes the message once,
 * with the values; callers may put context in front with ms_error_prefix. Only main()
 * prints. On success ERR is untouched; on failure ret_ outputs are untouched.
 */
#ifndef MEMSCOPE_SUPPORT_ERROR_H
#define MEMSCOPE_SUPPORT_ERROR_H

/* Also the exit status of the tools; 1 is kept for "findings". */
enum ms_status {
  MS_OK = 0,
  MS_ERR_USAGE = 2,  /* the command line or an option is wrong */
  MS_ERR_INPUT = 3,  /* a file's content is wrong */
  MS_ERR_SYSTEM = 4, /* the operating system refused */
  MS_ERR_BUG = 5     /* our own mistake */
};

struct ms_error {
  enum ms_status status;
  char message[1024];
};

#define MS_NODISCARD __attribute__((warn_unused_result))
#define MS_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

/* Returns STATUS, after writing the formatted message to ERR unless it is NULL. Lower
 * case, no full stop, "got X, expected Y". */
enum ms_status ms_error_set(struct ms_error *err, enum ms_status status, const char *fmt, ...)
    MS_PRINTF(3, 4);

/* The same, followed by ": " and the text of the error number ERRNUM; MS_ERR_SYSTEM. */
enum ms_status ms_error_errno(struct ms_error *err, int errnum, const char *fmt, ...)
    MS_PRINTF(3, 4);

/* Puts the formatted text in front of ERR's message. */
void ms_error_prefix(struct ms_error *err, const char *fmt, ...) MS_PRINTF(2, 3);

/* Returns from the calling function when CALL fails. Only where nothing is owned. */
#define MS_TRY(call)                                \
  do {                                              \
    enum ms_status ms_try_status_ = (call);         \
    if (ms_try_status_ != MS_OK)                    \
      return ms_try_status_;                        \
  } while (0)

#endif
