/* hand_made_sites.h - what instrumentation does, by hand: a site table of one module. */
#include "memscope/abi.h"

#include <string.h>

extern __thread struct ms_tls __memscope_tls __attribute__((tls_model("initial-exec")));

static struct ms_site sites[8] __attribute__((section("memscope_sites"), used));
extern const struct ms_site __start_memscope_sites, __stop_memscope_sites;
static char site_text[] = "\0list.c\0list_push\0it->next\0struct item\0struct item.next\0list->head";

static int32_t text_at(const int32_t *field, const char *text) {
  for (char *p = site_text; p < site_text + sizeof site_text; p++)
    if (strcmp(p, text) == 0 && (p == site_text || p[-1] == 0))
      return (int32_t)((char *)p - (char *)field);
  return 0;
}

static const struct ms_site *make_site(unsigned index, unsigned kind, unsigned line) {
  struct ms_site *s = &sites[index];
  s->func = text_at(&s->func, "list_push");
  s->file = text_at(&s->file, "list.c");
  s->path = text_at(&s->path, "it->next");
  s->type = text_at(&s->type, "struct item");
  s->field = text_at(&s->field, "struct item.next");
  s->src = text_at(&s->src, "list->head");
  s->line = line;
  s->kind = (uint8_t)kind;
  s->slot = MS_SLOT_FIELD;
  s->src_slot = MS_SLOT_FIELD;
  s->index = 3;
  s->offset = 8;
  return s;
}

#ifndef HAND_MADE_FEATURES
#define HAND_MADE_FEATURES (MS_MODULE_REFS | MS_MODULE_FULL)
#endif

__attribute__((constructor(1))) static void register_sites(void) {
  __memscope_module_register(sites, &__start_memscope_sites, &__stop_memscope_sites,
                             HAND_MADE_FEATURES);
}

static inline int in_arena(const void *p) {
  return (uintptr_t)p >> MS_ARENA_SHIFT == MS_ARENA_BASE >> MS_ARENA_SHIFT;
}
