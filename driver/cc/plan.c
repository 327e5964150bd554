/* plan.c - see plan.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 *   clang [--driver-mode=g++] COMPILE LINK user's words...
 *
 * Ours come first: there they cannot become the value of an unfinished option, are not
 * read as sources because of an -x, and the runtime's malloc comes before that of any
 * library. The one exception is a frame pointer that the user switches off: the switch
 * back follows it directly, for without frame pointers the stacks end there.
 *
 *   COMPILE   if C, C++, Objective-C or IR is compiled to code
 *   LINK      if an executable or a shared object is linked and there is a libc in it
 *
 * At level check AddressSanitizer is asked for as well, and its allocator is ours to watch.
 * Otherwise neither beside a sanitizer that brings its own allocator, nor for another machine than
 * this one; no COMPILE for freestanding code.
 */
#include "driver/cc/plan.h"

#include <string.h>
#include <sys/utsname.h>

#include "driver/cc/own_options.h"
#include "memscope/abi.h"
#include "support/xalloc.h"

/* What shared objects that are loaded later must find in the executable. */
static const char *const exported[] = {
    MS_TLS_SYMBOL_NAME,
    MS_ABI_SYMBOL_NAME,
    MS_HEAP_SYMBOL_NAME,
    MS_ARENA_SYMBOL_NAME,
#define MS_HOOK(name, sig, ret, params) #name,
#include "memscope/hooks.def"
};

/* What a static executable redirects to the runtime, having no dynamic linker to do it;
 * in C++ the real ones must be pulled out of the library by name, too. */
static const char *const wrapped[] = {
#define MS_INTERPOSED(symbol) "--wrap=" symbol,
#include "memscope/interposed.def"
};
static const char *const pulled_in_cxx[] = {
#define MS_INTERPOSED(symbol)
#define MS_INTERPOSED_CXX(symbol) "--undefined=" symbol,
#include "memscope/interposed.def"
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* What the plug-in does when it is told no level (pass/options.def). */
#define PLUGIN_LEVEL "alloc"

struct planner {
  struct ms_arg_list *out;
  const struct ms_cc_scan *scan;
  const struct ms_toolchain *tc;
  bool is_cxx;
};

static void add(struct planner *p, const char *word) { ms_arg_list_add(p->out, word); }

static void add_linker(struct planner *p, const char *word) {
  /* Not -Wl,: a path may hold a comma. */
  add(p, "-Xlinker");
  add(p, word);
}

static const char *lib_path(const struct planner *p, const char *name) {
  return ms_xasprintf("%s/%s", p->tc->lib_dir, name);
}

static void add_frame_pointers(struct planner *p) {
  add(p, "-fno-omit-frame-pointer");
  add(p, "-mno-omit-leaf-frame-pointer");
}

static bool is_check(const struct planner *p) { return strcmp(p->scan->level, "check") == 0; }

/* Level check: AddressSanitizer beside us, and a program that goes on after a report. */
static void add_sanitizer(struct planner *p) {
  if (!is_check(p))
    return;
  add(p, "-fsanitize=address");
  add(p, "-fsanitize-recover=address");
}

/* An option that only the compiler is to see: -mllvm alone goes to the assembler as well, which
 * loads no plug-in (-save-temps, sources in assembly beside C). */
static void add_for_plugin(struct planner *p, char *option) {
  add(p, "-Xclang");
  add(p, "-mllvm");
  add(p, "-Xclang");
  add(p, option);
}

static void add_compile(struct planner *p) {
  bool has_level = strcmp(p->scan->level, PLUGIN_LEVEL) != 0;
  bool has_options = has_level || p->scan->alloc.count || p->scan->has_plugin_option;
  add(p, "--start-no-unused-arguments");
  add(p, ms_xasprintf("-fpass-plugin=%s", p->tc->plugin));
  if (has_options && p->tc->major < 20) {
    /* Until LLVM 20 -mllvm is parsed before -fpass-plugin loads what it belongs to. */
    add(p, "-Xclang");
    add(p, "-load");
    add(p, "-Xclang");
    add(p, p->tc->plugin);
  }
  if (has_level)
    add_for_plugin(p, ms_xasprintf("-memscope-level=%s", p->scan->level));
  for (size_t i = 0; i < p->scan->alloc.count; i++) {
    add_for_plugin(p, ms_xasprintf("-memscope-alloc=%s", p->scan->alloc.items[i]));
  }
  add_frame_pointers(p);
  add_sanitizer(p);
  add(p, "--end-no-unused-arguments");
}

static void add_archive(struct planner *p, const char *name) {
  /* All of it: nothing refers to the runtime's malloc if only libraries call malloc. */
  add_linker(p, "--whole-archive");
  add(p, lib_path(p, name));
  add_linker(p, "--no-whole-archive");
}

static void add_link(struct planner *p, bool does_compile) {
  if (!does_compile)
    add_sanitizer(p);
  if (p->scan->is_shared) {
    add(p, lib_path(p, "libmemscope_rt.so"));
    add_linker(p, "-rpath");
    add_linker(p, p->tc->lib_dir);
  } else if (p->scan->is_static) {
    add_archive(p, "libmemscope_rt_static.a");
    for (size_t i = 0; i < COUNT(wrapped); i++)
      add_linker(p, wrapped[i]);
    for (size_t i = 0; p->is_cxx && i < COUNT(pulled_in_cxx); i++)
      add_linker(p, pulled_in_cxx[i]);
  } else {
    add_archive(p, is_check(p) ? "libmemscope_rt_check.a" : "libmemscope_rt.a");
    for (size_t i = 0; i < COUNT(exported); i++)
      add_linker(p, ms_xasprintf("--export-dynamic-symbol=%s", exported[i]));
  }
}

static bool compiles(const struct ms_cc_scan *scan) {
  return scan->stage >= MS_STAGE_COMPILE && scan->code_inputs;
}

static bool links(const struct ms_cc_scan *scan) {
  bool has_input = scan->code_inputs || scan->assembly_inputs || scan->object_inputs ||
                   scan->names_library;
  /* libtool links C++ libraries with -nostdlib and names every library itself. */
  bool has_libc = !scan->has_no_libc || scan->names_libc || scan->is_shared;
  return scan->stage == MS_STAGE_LINK && has_input && has_libc && !scan->is_relocatable;
}

/* A target that is this machine with Linux and a C library of its own kind. */
static bool is_native_target(const char *target) {
  struct utsname host;
  if (!target || uname(&host) != 0)
    return true;
  size_t n = strlen(host.machine);
  bool same_arch = (strncmp(target, host.machine, n) == 0 && target[n] == '-') ||
                   (strcmp(host.machine, "x86_64") == 0 && strncmp(target, "amd64-", 6) == 0) ||
                   (strcmp(host.machine, "aarch64") == 0 && strncmp(target, "arm64-", 6) == 0);
  return same_arch && strstr(target, "-linux") && !strstr(target, "android") &&
         !strstr(target, "gnux32");
}

/* Why MemScope must stay out of this command, as the head of a warning; NULL if it need not. */
static const char *conflict(const struct ms_cc_scan *scan) {
  bool is_check = strcmp(scan->level, "check") == 0;
  if (is_check && scan->is_static)
    return "AddressSanitizer, which level check needs, cannot be linked statically";
  if (scan->allocator && !(is_check && strcmp(scan->allocator, "address") == 0))
    return ms_xasprintf("-fsanitize=%s brings its own allocator", scan->allocator);
  if (scan->has_memory_profile)
    return "-fmemory-profile brings its own allocator";
  if (scan->is_foreign)
    return "the program is for another ABI than this machine's (-m32, -m16 or -mx32)";
  if (!is_native_target(scan->target))
    return ms_xasprintf("there is no runtime for the target %s", scan->target);
  return NULL;
}

/* Copies the user's words: an @FILE as it is, unless something of ours was in it or it can
 * be read only once. */
static void add_user_words(struct planner *p, int argc, char *const *argv,
                           const struct ms_words *words, bool restores_frame_pointer) {
  size_t at = 0;
  for (int i = 1; i < argc; i++) {
    size_t origin = (size_t)i, first = at;
    bool is_expanded = false;
    for (; at < words->count && words->items[at].origin == origin; at++)
      is_expanded |= p->scan->is_own[at] || words->items[at].is_one_shot;
    if (!is_expanded)
      add(p, argv[i]);
    for (size_t k = first; is_expanded && k < at; k++)
      if (!p->scan->is_own[k])
        add(p, words->items[k].text);
    if (restores_frame_pointer && p->scan->frame_pointer_at == origin)
      add_frame_pointers(p);
  }
}

enum ms_status ms_cc_plan(int argc, char *const *argv, const struct ms_words *words,
                          const struct ms_cc_scan *scan, const struct ms_toolchain *tc,
                          bool is_cxx, struct ms_cc_plan *ret_plan, struct ms_error *err) {
  struct ms_cc_plan plan = {0};
  struct planner p = {.out = &plan.argv, .scan = scan, .tc = tc, .is_cxx = is_cxx};
  bool does_compile = compiles(scan), does_link = links(scan);
  if (scan->is_off || scan->is_internal) {
    does_compile = does_link = false;
  } else if (does_compile || does_link) {
    const char *reason = conflict(scan);
    if (reason) {
      plan.warning = ms_xasprintf("%s: MemScope stays out of this %s", reason,
                                  does_compile ? "compilation" : "link");
      does_compile = does_link = false;
    }
  }
  if (scan->is_freestanding || scan->device_inputs)
    does_compile = false;
  if (does_compile && !tc->plugin)
    return ms_toolchain_no_plugin(tc, err);
  plan.needs_asan = (does_compile || does_link) && is_check(&p);
  add(&p, tc->clang);
  if (is_cxx && !scan->is_internal)
    add(&p, "--driver-mode=g++");
  if (does_compile)
    add_compile(&p);
  if (does_link)
    add_link(&p, does_compile);
  add_user_words(&p, argc, argv, words, does_compile);
  *ret_plan = plan;
  return MS_OK;
}
