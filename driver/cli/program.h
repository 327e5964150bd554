/* program.h - where programs and MemScope's own files are.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MEMSCOPE_DRIVER_CLI_PROGRAM_H
#define MEMSCOPE_DRIVER_CLI_PROGRAM_H

/* The file that execvp would run for NAME, or NULL; free() it. */
char *ms_program_find(const char *name);

/* The directory with plug-ins and runtime: MEMSCOPE_LIB_DIR, or ../lib/memscope beside our
 * own executable; free() it. */
char *ms_lib_dir(void);

#endif
