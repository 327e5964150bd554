/* program.h - what kind of program `memscope run` is about to start.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MEMSCOPE_DRIVER_CLI_PROGRAM_H
#define MEMSCOPE_DRIVER_CLI_PROGRAM_H

enum ms_program_kind {
  MS_PROGRAM_OTHER,        /* a script, or something we cannot read: run it as it is */
  MS_PROGRAM_INSTRUMENTED, /* compiled by memscope-cc: brings the runtime along */
  MS_PROGRAM_PLAIN,        /* dynamically linked, without the runtime: it can be preloaded */
  MS_PROGRAM_STATIC        /* statically linked, without the runtime: nothing can be recorded */
};

/* The file that execvp would run for NAME, or NULL; free() it. */
char *ms_program_find(const char *name);

enum ms_program_kind ms_program_kind(const char *path);

/* The directory with plug-ins and runtime: MEMSCOPE_LIB_DIR, or ../lib/memscope beside our
 * own executable; free() it. */
char *ms_lib_dir(void);

#endif
