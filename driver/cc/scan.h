/* scan.h - what a compiler command line asks for.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Reads words, runs nothing and looks at no file. It knows as much of clang's options as
 * the plan needs (clang_options.def) and takes out our own (own_options.def).
 */
#ifndef MEMSCOPE_DRIVER_CC_SCAN_H
#define MEMSCOPE_DRIVER_CC_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "driver/cc/arg_list.h"
#include "driver/cc/response_file.h"
#include "support/error.h"

/* The last thing that clang does. Of several stages asked for, the earliest counts. */
enum ms_cc_stage {
  MS_STAGE_PREPROCESS,
  MS_STAGE_CHECK, /* parse, analyse, precompile: no code comes out */
  MS_STAGE_COMPILE,
  MS_STAGE_LINK
};

enum ms_cc_input {
  MS_INPUT_CODE,     /* C, C++, Objective-C(++), LLVM IR: the plug-in sees it */
  MS_INPUT_HEADER,   /* to be precompiled */
  MS_INPUT_ASSEMBLY,
  MS_INPUT_DEVICE,   /* CUDA, OpenCL and what else runs on something that has no malloc */
  MS_INPUT_OBJECT    /* for the linker */
};

struct ms_cc_scan {
  /* Our own options. */
  bool is_off;              /* -fno-memscope */
  const char *level;        /* name of an available level */
  const char *clang;        /* --memscope-clang=, or NULL */
  struct ms_arg_list alloc; /* values of -fmemscope-alloc= */
  bool print_command, print_version, print_help;

  /* Clang's. */
  enum ms_cc_stage stage;
  size_t code_inputs, header_inputs, assembly_inputs, device_inputs, object_inputs;
  bool names_library;      /* -lX */
  bool names_libc;         /* -lc */
  bool has_no_libc;        /* -nostdlib and the like */
  bool is_shared, is_static, is_relocatable;
  bool is_freestanding;
  bool is_foreign;         /* -m32 and the like */
  bool is_internal;        /* -cc1: not the compiler driver at all */
  bool has_memory_profile;
  const char *target;      /* value of --target=, or NULL */
  const char *allocator;   /* a sanitizer that brings its own allocator, or NULL */
  bool has_plugin_option;  /* -mllvm -memscope-... */
  size_t frame_pointer_at; /* argv index of the last option that omits it, or 0 */

  bool *is_own;            /* per word: ours, not to be passed on */
};

/* Fills *RET_SCAN from WORDS. Fails on an option of ours that does not exist, has a bad
 * value or names a level that is not available yet. */
MS_NODISCARD enum ms_status ms_cc_scan(const struct ms_words *words, struct ms_cc_scan *ret_scan,
                                       struct ms_error *err);

/* True if TEXT is spelled like an option of ours, known or not. */
bool ms_cc_is_own_option(const char *text);

#endif
