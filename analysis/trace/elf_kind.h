/* elf_kind.h - whether a program brings MemScope's runtime along.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MEMSCOPE_ANALYSIS_TRACE_ELF_KIND_H
#define MEMSCOPE_ANALYSIS_TRACE_ELF_KIND_H

enum ms_elf_kind {
  MS_ELF_OTHER,        /* a script, or something we cannot read */
  MS_ELF_INSTRUMENTED, /* compiled by memscope-cc: brings the runtime along */
  MS_ELF_PLAIN,        /* dynamically linked, without the runtime: it can be preloaded */
  MS_ELF_STATIC        /* statically linked, without the runtime: nothing can be recorded */
};

enum ms_elf_kind ms_elf_kind(const char *path);

#endif
