/* scan.c - see scan.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * One pass over the words. A word is, in this order: the value of the option before it; an
 * option of ours; an option of clang's; an input. Clang's own rules that matter here: -x
 * holds for the inputs that follow it, -E beats -c wherever they stand, "--" makes the rest
 * inputs, and of an option and its opposite the last one counts.
 */
#include "driver/cc/scan.h"

#include <string.h>

#include "driver/cc/own_options.h"
#include "support/xalloc.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const char *const separate[] = {
#define MS_CLANG_SEPARATE(spelling) spelling,
#include "driver/cc/clang_options.def"
};

static const struct {
  const char *spelling;
  enum ms_cc_stage stage;
} stages[] = {
#define MS_CLANG_STAGE(spelling, stage) {spelling, MS_STAGE_##stage},
#include "driver/cc/clang_options.def"
};

static const struct {
  const char *spelling;
  size_t offset;
  bool value;
} flags[] = {
#define MS_CLANG_FLAG(spelling, field, value) {spelling, offsetof(struct ms_cc_scan, field), value},
#include "driver/cc/clang_options.def"
};

struct input_name {
  const char *name;
  enum ms_cc_input kind;
};
static const struct input_name extensions[] = {
#define MS_CLANG_EXTENSION(ext, kind) {ext, MS_INPUT_##kind},
#include "driver/cc/clang_options.def"
};
static const struct input_name languages[] = {
#define MS_CLANG_LANGUAGE(name, kind) {name, MS_INPUT_##kind},
#include "driver/cc/clang_options.def"
};

static const char *const allocators[] = {
#define MS_CLANG_ALLOCATOR(name) name,
#include "driver/cc/clang_options.def"
};

struct state {
  struct ms_cc_scan *scan;
  const char *language; /* -x, or NULL */
  bool allocator_on[COUNT(allocators)];
};

static const char *after(const char *text, const char *prefix) {
  size_t n = strlen(prefix);
  return strncmp(text, prefix, n) == 0 ? text + n : NULL;
}

static enum ms_cc_input input_kind(const char *path, const char *language) {
  if (language) {
    for (size_t i = 0; i < COUNT(languages); i++)
      if (strcmp(languages[i].name, language) == 0)
        return languages[i].kind;
    return MS_INPUT_DEVICE; /* a language that we do not know is not ours to touch */
  }
  const char *dot = strrchr(path, '.');
  if (dot && !strchr(dot, '/'))
    for (size_t i = 0; i < COUNT(extensions); i++)
      if (strcmp(extensions[i].name, dot + 1) == 0)
        return extensions[i].kind;
  return MS_INPUT_OBJECT;
}

static void add_input(struct state *st, const char *path) {
  switch (input_kind(path, st->language)) {
  case MS_INPUT_CODE:
    st->scan->code_inputs++;
    break;
  case MS_INPUT_DEVICE:
    st->scan->device_inputs++;
    break;
  case MS_INPUT_OBJECT:
    st->scan->object_inputs++;
    break;
  case MS_INPUT_HEADER:
    st->scan->header_inputs++;
    break;
  case MS_INPUT_ASSEMBLY:
    st->scan->assembly_inputs++;
    break;
  }
}

static void set_language(struct state *st, const char *name) {
  st->language = strcmp(name, "none") == 0 ? NULL : name;
}

/* -fsanitize=LIST and -fno-sanitize=LIST. */
static void set_sanitizers(struct state *st, const char *list, bool on) {
  while (*list) {
    size_t n = strcspn(list, ",");
    for (size_t i = 0; i < COUNT(allocators); i++)
      if ((strlen(allocators[i]) == n && strncmp(allocators[i], list, n) == 0) ||
          (!on && n == 3 && strncmp("all", list, n) == 0))
        st->allocator_on[i] = on;
    list += n + (list[n] == ',');
  }
}

/* WORD is an option that takes the next word, VALUE, as its value. */
static void scan_separate(struct state *st, const char *word, const char *value) {
  struct ms_cc_scan *scan = st->scan;
  if (strcmp(word, "-x") == 0 || strcmp(word, "--language") == 0)
    set_language(st, value);
  else if (strcmp(word, "-target") == 0)
    scan->target = value;
  else if (strcmp(word, "-l") == 0) {
    scan->names_library = true;
    scan->names_libc |= strcmp(value, "c") == 0;
  } else if (strcmp(word, "-mllvm") == 0)
    scan->has_plugin_option |= after(value, "-memscope") || after(value, "--memscope");
  else if (strcmp(word, "-Xlinker") == 0) {
    scan->is_shared |= strcmp(value, "-shared") == 0;
    scan->is_relocatable |= strcmp(value, "-r") == 0 || strcmp(value, "--relocatable") == 0;
  }
}

static void scan_option(struct state *st, const char *word, size_t origin) {
  struct ms_cc_scan *scan = st->scan;
  const char *value;
  for (size_t i = 0; i < COUNT(stages); i++)
    if (strcmp(stages[i].spelling, word) == 0 && stages[i].stage < scan->stage)
      scan->stage = stages[i].stage;
  for (size_t i = 0; i < COUNT(flags); i++)
    if (strcmp(flags[i].spelling, word) == 0)
      *(bool *)((char *)scan + flags[i].offset) = flags[i].value;
  if ((value = after(word, "-x")) || (value = after(word, "--language=")))
    set_language(st, value);
  else if ((value = after(word, "--target=")))
    scan->target = value;
  else if ((value = after(word, "-fsanitize=")))
    set_sanitizers(st, value, true);
  else if ((value = after(word, "-fno-sanitize=")))
    set_sanitizers(st, value, false);
  else if (after(word, "-fmemory-profile="))
    scan->has_memory_profile = true;
  else if (after(word, "-mllvm=-memscope"))
    scan->has_plugin_option = true;
  else if (strcmp(word, "-fomit-frame-pointer") == 0 ||
           strcmp(word, "-momit-leaf-frame-pointer") == 0)
    scan->frame_pointer_at = origin;
  else if (after(word, "-l"))
    scan->names_library = true;
}

static bool takes_next_word(const char *word) {
  for (size_t i = 0; i < COUNT(separate); i++)
    if (strcmp(separate[i], word) == 0)
      return true;
  /* -Xarch_ARCH, -Xopenmp-target=TRIPLE */
  return after(word, "-Xarch_") || after(word, "-Xopenmp-target=");
}

bool ms_cc_is_own_option(const char *text) {
  return after(text, "-fmemscope") || after(text, "-fno-memscope") || after(text, "--memscope");
}

enum ms_status ms_cc_scan(const struct ms_words *words, struct ms_cc_scan *ret_scan,
                          struct ms_error *err) {
  struct ms_cc_scan scan = {.stage = MS_STAGE_LINK, .level = ms_cc_default_level()};
  struct state st = {.scan = &scan};
  scan.is_own = ms_xcalloc(words->count, sizeof *scan.is_own);
  for (size_t i = 0; i < words->count; i++) {
    const char *word = words->items[i].text;
    if (strcmp(word, "--") == 0) {
      while (++i < words->count)
        add_input(&st, words->items[i].text);
      break;
    }
    if (ms_cc_is_own_option(word)) {
      MS_TRY(ms_cc_own_option(&scan, word, err));
      scan.is_own[i] = true;
    } else if (word[0] != '-' || !word[1]) {
      add_input(&st, word);
    } else if (takes_next_word(word)) {
      if (i + 1 < words->count)
        scan_separate(&st, word, words->items[++i].text);
    } else {
      scan_option(&st, word, words->items[i].origin);
    }
  }
  for (size_t i = 0; i < COUNT(allocators) && !scan.allocator; i++)
    if (st.allocator_on[i])
      scan.allocator = allocators[i];
  *ret_scan = scan;
  return MS_OK;
}
