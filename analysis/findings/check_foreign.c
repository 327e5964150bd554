/* check_foreign.c - blocks of ours that code which MemScope did not compile frees, or keeps too long.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * foreign.frees, a note: an opaque library freed what compiled code allocated. The C and C++ runtime
 * do so only when they were handed `free`, or grow a buffer (getline), which is in order.
 *
 * foreign.keeps, from the snapshot at exit: memory of an opaque library, its data or a block that it
 * allocated, holds the address at which a block of ours began that we have freed. A word in a
 * module's data is what the library put there: captured. A block may hold what lay in the memory before: inferred, from
 * how many such words in the library's blocks point at what lives, and how many do not.
 */
#include <stdlib.h>
#include <string.h>

#include "analysis/findings/leak_graph.h"
#include "support/grow.h"

enum { GROUPS_MAX = 256 }; /* pairs of places; they are searched one by one */

/* What is less sure is not said: one word, and none that speaks against it, is 0.21. */
#define CONFIDENCE_MIN 0.2

/* Blocks of one birth that one library, or one function of it that is known by its call, frees. */
struct taken {
  ms_site_id birth;
  struct ms_trace_frame by;
  const char *callee; /* if it has left no frame; else "" */
  struct ms_past_block block;
  uint64_t blocks, bytes;
};

/* Blocks of one birth that a library points at. */
struct kept {
  ms_site_id birth;
  ms_module_id module;
  bool is_in_block;
  struct ms_past_block block, container;
  uint64_t blocks, bytes;
};

/* Words in the blocks of a library. */
struct trust {
  uint64_t live, stale;
};

struct foreign {
  struct ms_finder *finder;
  struct taken *taken;
  size_t taken_count, taken_capacity;
  struct kept *kept;
  size_t kept_count, kept_capacity;
  struct trust *trust; /* by module */
};

static void *open_foreign(struct ms_finder *finder) {
  struct foreign *s = ms_xcalloc(1, sizeof *s);
  s->finder = finder;
  return s;
}

static void close_foreign(void *state) {
  struct foreign *s = state;
  free(s->taken);
  free(s->kept);
  free(s->trust);
  free(s);
}

/* Whether compiled code called the allocator with CONTEXT. */
static bool is_ours(const struct foreign *s, ms_context_id context) {
  ms_site_id call = ms_trace_context(s->finder->trace, context)->call_site;
  return call && ms_trace_site(s->finder->trace, call)->kind != MS_SITE_OUT;
}

/* The function outside of compiled code that was called and freed with CONTEXT, by a jump: it has left
 * no frame. 0: it is none such, or belongs to the C++ runtime, which frees what a throw allocated. */
static ms_site_id jumped_from(const struct foreign *s, ms_context_id context) {
  const struct ms_trace_context *c = ms_trace_context(s->finder->trace, context);
  const struct ms_trace_site *site = ms_trace_site(s->finder->trace, c->name_site);
  bool is_call = site->kind == MS_SITE_OPAQUE || site->kind == MS_SITE_CALL;
  return !c->call_site && is_call && *site->callee && !(site->flags & MS_SITE_F_INDIRECT) &&
                 strncmp(site->callee, "__cxa_", 6) != 0 && !ms_opaque_is_compiled(&s->finder->opaque, site->callee)
             ? c->name_site
             : 0;
}

static void on_end(struct foreign *s, const struct ms_notice *n) {
  const struct ms_held_block *b = n->block;
  if (!n->event || n->event->kind != MS_EV_FREE || b->is_inherited || !is_ours(s, b->context))
    return;
  const struct ms_trace_context *context = ms_trace_context(s->finder->trace, n->event->context);
  if (context->call_site || !context->frame_count)
    return;
  struct ms_trace_frame by = context->frames[0];
  enum ms_code code = ms_opaque_module(&s->finder->opaque, by.module);
  if (code == MS_CODE_SYSTEM || (code == MS_CODE_COMPILED && !jumped_from(s, n->event->context)))
    return;
  ms_site_id birth = ms_finder_birth_site(s->finder, b->context);
  const char *callee = code == MS_CODE_COMPILED ? ms_trace_site(s->finder->trace, context->name_site)->callee : "";
  for (size_t i = 0; i < s->taken_count; i++) {
    struct taken *t = &s->taken[i];
    if (t->birth == birth && t->by.module == by.module && strcmp(t->callee, callee) == 0) {
      t->blocks++;
      t->bytes += b->size;
      return;
    }
  }
  if (s->taken_count >= GROUPS_MAX)
    return;
  MS_GROW(s->taken, s->taken_count, s->taken_capacity);
  s->taken[s->taken_count++] = (struct taken){birth, by, callee, ms_past_block_of(b, n->event), 1, b->size};
}

static void notice_foreign(void *state, const struct ms_notice *n) {
  if (n->kind == MS_NOTICE_END)
    on_end(state, n);
}

/* The step "handed to lib_put", if it is known. */
static void step_handed(struct foreign *s, struct ms_finding *f, const struct ms_past_block *b) {
  const struct ms_handover *h = ms_handovers_of(&s->finder->handovers, b->addr, b->event, b->end_event);
  if (!h)
    return;
  char *text = ms_xasprintf("as argument %u", ms_trace_site(s->finder->trace, h->site)->index + 1u);
  ms_finding_step_add(f, MS_STEP_COPIED, h->event, h->context, h->site, ms_trace_site(s->finder->trace, h->site)->callee, text);
  free(text);
}

static void tell_block(struct foreign *s, struct ms_finding *f, const struct ms_past_block *b, uint64_t blocks, uint64_t bytes) {
  ms_finding_name_block(s->finder, f, b->context, b->name);
  f->block = b->id;
  f->blocks = blocks;
  f->bytes = bytes;
  ms_finding_step_birth(s->finder, f, b->event, b->context);
  step_handed(s, f, b);
}

static void report_taken(struct foreign *s, const struct taken *t) {
  struct ms_finding *f = ms_finder_add(s->finder, MS_FINDING_FOREIGN_FREES);
  bool is_seen = !*t->callee;
  ms_site_id jump = is_seen ? 0 : jumped_from(s, t->block.end_context);
  const char *library = is_seen ? ms_opaque_module_name(&s->finder->opaque, t->by.module) : "";
  size_t count;
  const char *function =
      is_seen ? ms_symbols_lookup(ms_run_symbols(s->finder->run, s->finder->trace), &t->by, &count)->function
              : t->callee;
  const char *who = *function ? function : library;
  tell_block(s, f, &t->block, t->blocks, t->bytes);
  f->site = t->birth;
  f->context = t->block.context;
  char *text = ms_xasprintf("%s%s%s", function, *function && *library ? " in " : "", library);
  ms_finding_step_add(f, MS_STEP_FREED, t->block.end_event, t->block.end_context, is_seen ? 0 : jump, NULL, text);
  f->title = ms_xasprintf("%s, which MemScope did not compile, frees %s, which was allocated here", who,
                          *f->name ? f->name : "a block");
  f->advice = ms_xasprintf("neither use nor free it once %s has it; both sides must use the same allocator", who);
  free(text);
}

static struct trust *trust_of(struct foreign *s, ms_module_id module) { return &s->trust[module]; }

/* What the word at ADDRESS, which no slot explains, belongs to: an opaque module's data, or a block that it
 * allocated (*RET). 0: something else. */
static ms_module_id keeper_of(const struct foreign *s, uint64_t address, const struct ms_held_block **ret) {
  uint64_t cursor = address;
  const struct ms_slot *slot = ms_slots_next_in(s->finder->slots, &cursor, address + 1);
  if (slot)
    return 0;
  *ret = NULL;
  ms_module_id module = ms_opaque_module_at(&s->finder->opaque, address);
  if (module)
    return ms_opaque_module(&s->finder->opaque, module) == MS_CODE_COMPILED ? 0 : module;
  const struct ms_held_block *b = ms_slots_block_at(s->finder->slots, address);
  if (!b || b->is_inherited || address - b->addr >= b->size)
    return 0;
  module = ms_opaque_caller(&s->finder->opaque, b->context);
  *ret = b;
  return ms_opaque_module(&s->finder->opaque, module) == MS_CODE_OPAQUE ? module : 0;
}

static void keep(struct foreign *s, ms_module_id module, const struct ms_past_block *b, const struct ms_held_block *container) {
  ms_site_id birth = ms_finder_birth_site(s->finder, b->context);
  for (size_t i = 0; i < s->kept_count; i++) {
    struct kept *k = &s->kept[i];
    if (k->birth == birth && k->module == module && k->is_in_block == (container != NULL)) {
      k->blocks += k->block.id != b->id;
      k->bytes += k->block.id != b->id ? b->size : 0;
      return;
    }
  }
  if (s->kept_count >= GROUPS_MAX)
    return;
  MS_GROW(s->kept, s->kept_count, s->kept_capacity);
  s->kept[s->kept_count++] = (struct kept){.birth = birth, .module = module, .is_in_block = container != NULL, .block = *b,
                                           .container = container ? ms_past_block_of(container, NULL) : (struct ms_past_block){0},
                                           .blocks = 1, .bytes = b->size};
}

static void look_at(struct foreign *s, const struct ms_exit_word *word) {
  const struct ms_held_block *container = NULL;
  ms_module_id module = keeper_of(s, word->address, &container);
  if (!module)
    return;
  const struct ms_held_block *live = ms_slots_block_at(s->finder->slots, word->value);
  if (live && word->value - live->addr < (live->size ? live->size : 1)) {
    if (container)
      trust_of(s, module)->live += live->addr == word->value;
    return;
  }
  const struct ms_past_block *b = ms_past_blocks_at(&s->finder->past, word->value);
  bool is_kept = b && b->addr == word->value && is_ours(s, b->context) && is_ours(s, b->end_context) &&
                 (!container || container->event < b->end_event);
  if (is_kept)
    keep(s, module, b, container);
  if (container)
    ++*(is_kept ? &trust_of(s, module)->live : &trust_of(s, module)->stale);
}

static void report_kept(struct foreign *s, const struct kept *k) {
  const struct trust *trust = trust_of(s, k->module);
  if (k->is_in_block && ms_finding_confidence(trust->live, trust->stale) < CONFIDENCE_MIN)
    return;
  struct ms_finding *f = ms_finder_add(s->finder, MS_FINDING_FOREIGN_KEEPS);
  const char *library = ms_opaque_module_name(&s->finder->opaque, k->module);
  tell_block(s, f, &k->block, k->blocks, k->bytes);
  if (k->is_in_block)
    ms_finding_infer(f, "word-in-foreign-block", trust->live, trust->stale);
  f->site = ms_finder_free_site(s->finder, k->block.end_context);
  f->context = k->block.end_context;
  ms_finding_step_free(s->finder, f, MS_STEP_FREED, k->block.end_event, k->block.end_context);
  char *place = ms_xasprintf("%s %s", k->is_in_block ? "a block of" : "data of", library);
  ms_finding_step_add(f, MS_STEP_HELD, 0, k->container.context, 0, place, "still points there at the end");
  char *call = ms_finder_free_text(s->finder, k->block.end_context);
  f->title = ms_xasprintf("%s still points at %s, which %s has freed", library, *f->name ? f->name : "a block", call);
  f->advice = ms_xasprintf("take the pointer back from %s before the block is freed, or keep the block", library);
  free(place);
  free(call);
}

static void finish_foreign(void *state) {
  struct foreign *s = state;
  for (size_t i = 0; i < s->taken_count; i++)
    report_taken(s, &s->taken[i]);
  if (!s->finder->view.is_whole)
    return;
  s->trust = ms_xcalloc((size_t)ms_trace_module_count(s->finder->trace) + 1, sizeof *s->trust);
  for (size_t i = 0; i < s->finder->view.word_count; i++)
    look_at(s, &s->finder->view.words[i]);
  for (size_t i = 0; i < s->kept_count; i++)
    report_kept(s, &s->kept[i]);
}

const struct ms_check ms_check_foreign = {open_foreign, notice_foreign, finish_foreign, close_foreign};
