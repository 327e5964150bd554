/* watch_names.c - from sites and slots of a trace to subjects of all traces.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A member is known by its structure, whatever the path to it. A slot in an array on the heap is
 * known by what holds the array: `struct list.items[]`. A slot that memcpy filled is of the kind
 * that the pointer was in before. A store that the optimiser made of two has lost its member, and one
 * through a pointer to the member never had it: then it is what the
 * slot was before, or what other stores at this place of a block of this type say. Slots that point into the middle of blocks are a kind of their
 * own: a list that goes through its elements points at heads as well, and owns only elements.
 */
#include <stdio.h>
#include <string.h>

#include "analysis/ownership/watch.h"

static const char *text(struct ms_watch *w, const char *t) { return ms_evidence_text(w->evidence, t); }

/* Fills in what SITE knows of where subject S is in the source. */
static uint32_t located(struct ms_watch *w, uint32_t s, const struct ms_trace_site *site, uint32_t line) {
  struct ms_subject *subject = &w->evidence->subjects[s];
  if (!*subject->type)
    subject->type = text(w, site->type);
  if (!*subject->file && line) {
    subject->file = text(w, site->file);
    subject->line = line;
  }
  return s;
}

uint32_t ms_watch_local(struct ms_watch *w, const struct ms_trace_site *site) {
  return located(w, ms_evidence_subject(w->evidence, MS_OWN_LOCAL, text(w, site->func), text(w, site->path), 0), site,
                 site->decl_line);
}

uint32_t ms_watch_result(struct ms_watch *w, const char *function) {
  return *function ? ms_evidence_subject(w->evidence, MS_OWN_RESULT, text(w, function), "", 0) : 0;
}

uint32_t ms_watch_parameter(struct ms_watch *w, const char *function, uint32_t index) {
  return ms_evidence_subject(w->evidence, MS_OWN_PARAMETER, text(w, function), "", index);
}

/* What stands for the parameter called NAME, whose number is its function_subject. */
static struct ms_subject *named_parameter(struct ms_watch *w, const char *function, const char *name) {
  uint32_t s = ms_evidence_subject(w->evidence, MS_OWN_NOTHING, text(w, function), text(w, name), 0);
  return &w->evidence->subjects[s]; /* which the call above may have moved */
}

uint32_t ms_watch_parameter_index(struct ms_watch *w, const struct ms_trace_site *site) {
  const struct ms_subject *named = named_parameter(w, site->func, site->path);
  return named->is_instrumented ? named->function_subject : site->index;
}

static uint32_t field(struct ms_watch *w, const struct ms_trace_site *site) {
  return located(w, ms_evidence_subject(w->evidence, MS_OWN_FIELD, "", text(w, site->field), 0), site, site->decl_line);
}

static uint32_t global(struct ms_watch *w, const struct ms_trace_site *site) {
  return located(w, ms_evidence_subject(w->evidence, MS_OWN_GLOBAL, "", text(w, site->path), 0), site, site->decl_line);
}

/* The elements of the block that SLOT lies in: called after what holds that block. */
static uint32_t element(struct ms_watch *w, const struct ms_slot *slot, const struct ms_trace_site *site) {
  const struct ms_held_block *container = ms_slots_block(w->slots, slot->container);
  const struct ms_owned *owned = ms_owned_find(&w->blocks, container->id);
  const char *holder = "";
  for (uint32_t i = 0; owned && i < owned->holds.count && !*holder; i++)
    if (owned->holds.at[i].subject >= MS_SUBJECT_FIRST_REAL)
      holder = w->evidence->subjects[owned->holds.at[i].subject].name;
  const struct ms_trace_site *birth = ms_trace_site(w->trace, ms_trace_context(w->trace, container->context)->name_site);
  if (!*holder)
    holder = *birth->field ? birth->field : *birth->path ? birth->path : site->path;
  char name[256];
  size_t length = strlen(holder);
  bool has_brackets = length > 2 && strcmp(holder + length - 2, "[]") == 0;
  snprintf(name, sizeof name, "%.240s%s", holder, has_brackets && holder == site->path ? "" : "[]");
  return located(w, ms_evidence_subject(w->evidence, MS_OWN_FIELD, "", text(w, name), 0), site, 0);
}

/* Where in an object of its block's type SLOT lies; false if that is not known. */
static bool place_in_type(const struct ms_watch *w, const struct ms_slot *slot, uint64_t *ret_size, uint64_t *ret_offset) {
  if (slot->where != MS_IN_HEAP)
    return false;
  const struct ms_held_block *container = ms_slots_block(w->slots, slot->container);
  *ret_size = ms_trace_site(w->trace, ms_trace_context(w->trace, container->context)->name_site)->type_size;
  *ret_offset = *ret_size ? (slot->address - container->addr) % *ret_size : 0;
  return *ret_size != 0;
}

/* The kind of slot that SLOT is, or, as a working copy on the stack, stands for. */
static bool kind_before(struct ms_watch *w, const struct ms_slot *slot, uint32_t *ret_kind) {
  if (ms_address_map_find(&w->slot_kinds, slot->event, ret_kind))
    return true;
  const struct ms_owned *owned =
      slot->where == MS_IN_STACK ? ms_owned_find(&w->blocks, ms_slots_block(w->slots, slot->block)->id) : NULL;
  *ret_kind = owned ? ms_owned_origin(owned, slot->event).kind : 0;
  return *ret_kind != 0;
}

/* Whether OTHER is on the stack and may be the member at OFFSET of a structure there that was copied. */
static bool is_part_on_stack(const struct ms_watch *w, const struct ms_slot *other, uint64_t offset) {
  const struct ms_trace_site *site = ms_trace_site(w->trace, other->site);
  return other->where == MS_IN_STACK && (site->kind == MS_SITE_COPY || (*site->field && site->offset == offset));
}

/* The kind of another slot in memory that holds the same block: where memcpy took it from. That is the
 * latest one at the same place of objects as large, for a table may hold the block as well. If what was
 * copied is a part of larger objects, or lies in no block, it is the latest of all. */
static uint32_t copied_from(struct ms_watch *w, const struct ms_slot *slot, const struct ms_trace_site *site) {
  unsigned looked = 0;
  uint64_t size, offset, other_size, other_offset;
  bool is_known = place_in_type(w, slot, &size, &offset);
  uint32_t latest = 0;
  for (uint32_t i = slot->next; i != MS_SLOT_NONE_INDEX && looked < 16; i = ms_slots_slot(w->slots, i)->next, looked++) {
    const struct ms_slot *other = ms_slots_slot(w->slots, i);
    uint32_t kind;
    if (!kind_before(w, other, &kind))
      continue;
    if (!is_known || is_part_on_stack(w, other, offset) || (place_in_type(w, other, &other_size, &other_offset) && other_size == size && other_offset == offset))
      return kind;
    latest = latest ? latest : kind;
  }
  return is_known && site->type_size == size ? 0 : latest;
}

/* The same kind of slot, where it points into blocks and not at their beginning. */
static uint32_t inside(struct ms_watch *w, uint32_t kind) {
  if (kind < MS_SUBJECT_FIRST_REAL)
    return kind;
  struct ms_subject s = w->evidence->subjects[kind];
  char name[256];
  size_t length = strlen(s.name);
  if (length > 8 && strcmp(s.name + length - 8, ", inside") == 0)
    return kind;
  snprintf(name, sizeof name, "%.240s, inside", s.name);
  uint32_t result = ms_evidence_subject(w->evidence, s.kind, s.function, text(w, name), s.index);
  w->evidence->subjects[result].is_inside = true;
  w->evidence->subjects[result].type = s.type;
  w->evidence->subjects[result].file = s.file;
  w->evidence->subjects[result].line = s.line;
  return result;
}

/* Where members of the block that SLOT lies in are remembered; false if its type is not known. */
static bool member_key(struct ms_watch *w, const struct ms_slot *slot, uint64_t *ret_key) {
  uint64_t size, offset;
  if (!place_in_type(w, slot, &size, &offset))
    return false;
  const struct ms_held_block *container = ms_slots_block(w->slots, slot->container);
  const char *type = ms_trace_site(w->trace, ms_trace_context(w->trace, container->context)->name_site)->type;
  uint64_t parts[3] = {(uintptr_t)text(w, type), size, offset};
  *ret_key = ms_hash_bytes(parts, sizeof parts);
  return *type != 0;
}

/* The kind without ", inside". */
static uint32_t outside(struct ms_watch *w, uint32_t kind) {
  const struct ms_subject *s = &w->evidence->subjects[kind];
  size_t length = strlen(s->name);
  if (!s->is_inside || length <= 8)
    return kind;
  char name[256];
  snprintf(name, sizeof name, "%.*s", (int)(length - 8), s->name);
  return ms_evidence_subject(w->evidence, s->kind, s->function, text(w, name), s->index);
}

/* The kind of SLOT by its place alone; 0 unknown. */
static uint32_t kind_by_place(struct ms_watch *w, const struct ms_slot *slot, const struct ms_slot *before) {
  uint32_t kind = 0;
  uint64_t key;
  if (before && before->where != MS_IN_VARIABLE) {
    if (before->event == w->released)
      kind = w->released_kind;
    else
      (void)ms_address_map_find(&w->slot_kinds, before->event, &kind);
  }
  if (!kind && member_key(w, slot, &key))
    (void)ms_address_map_find(&w->members, key, &kind);
  return kind ? outside(w, kind) : 0;
}

static uint32_t kind_of(struct ms_watch *w, const struct ms_slot *slot, const struct ms_slot *before) {
  const struct ms_trace_site *site = ms_trace_site(w->trace, slot->site);
  if (slot->where == MS_IN_VARIABLE)
    return 0;
  bool is_unnamed = site->kind == MS_SITE_STORE && site->slot == MS_SLOT_NONE && !*site->path;
  if (is_unnamed && slot->where != MS_IN_STACK) /* two stores that the compiler made one: a member, or a global, or both */
    return MS_SUBJECT_UNNAMED;
  if (site->kind == MS_SITE_COPY) {
    uint32_t kind = copied_from(w, slot, site);
    if (kind)
      return kind;
  } else if (*site->field) {
    uint32_t kind = field(w, site);
    uint64_t key;
    if (member_key(w, slot, &key))
      ms_address_map_put(&w->members, key, kind);
    return kind;
  } else if (slot->where == MS_IN_MODULE && *site->path) {
    return global(w, site);
  }
  bool is_nameless = site->kind == MS_SITE_STORE && (!site->line || site->slot == MS_SLOT_DEREF); /* `*link = node` */
  uint32_t kind = is_nameless ? kind_by_place(w, slot, before) : 0;
  if (kind)
    return kind;
  if (slot->where == MS_IN_HEAP)
    return element(w, slot, site);
  return slot->where == MS_IN_STACK || !*site->path ? 0 : global(w, site);
}

uint32_t ms_watch_kind(struct ms_watch *w, const struct ms_slot *slot, const struct ms_slot *before) {
  uint32_t kind = kind_of(w, slot, before);
  return slot->offset ? inside(w, kind) : kind;
}

uint32_t ms_watch_subject(struct ms_watch *w, const struct ms_slot *slot) {
  const struct ms_trace_site *site = ms_trace_site(w->trace, slot->site);
  if (*site->field)
    return field(w, site);
  if (slot->where == MS_IN_VARIABLE)
    return ms_watch_local(w, site);
  return slot->where == MS_IN_MODULE ? global(w, site) : 0;
}

uint32_t ms_watch_source(struct ms_watch *w, const struct ms_trace_site *site) {
  switch (site->src_slot) {
  case MS_SLOT_CALL: return ms_watch_result(w, site->src);
  case MS_SLOT_LOCAL: return ms_evidence_subject(w->evidence, MS_OWN_LOCAL, text(w, site->func), text(w, site->src), 0);
  case MS_SLOT_GLOBAL: return ms_evidence_subject(w->evidence, MS_OWN_GLOBAL, "", text(w, site->src), 0);
  default: return 0;
  }
}

/* What the compiler says that the function does with its parameter. */
static int32_t proven(uint32_t flags) {
  int32_t n = (flags & MS_SITE_F_P_FREED ? MS_PROVEN_FREED : 0) | (flags & MS_SITE_F_P_STORED ? MS_PROVEN_STORED : 0) |
              (flags & MS_SITE_F_P_PASSED ? MS_PROVEN_PASSED : 0) | (flags & MS_SITE_F_P_RETURNED ? MS_PROVEN_RETURNED : 0);
  return n ? n : MS_PROVEN_UNTOUCHED;
}

static void declare_parameter(struct ms_watch *w, const struct ms_trace_site *site) {
  uint32_t s = ms_watch_parameter(w, site->func, site->index);
  struct ms_subject *subject = &w->evidence->subjects[s];
  bool may_take = site->flags & (MS_SITE_F_P_FREED | MS_SITE_F_P_STORED);
  subject->may_take = may_take && (subject->may_take || !subject->is_instrumented);
  if (subject->is_instrumented)
    return;
  subject->is_instrumented = true;
  subject->flags = site->flags;
  subject->label = text(w, site->path);
  struct ms_subject *named = named_parameter(w, site->func, site->path);
  named->is_instrumented = true;
  named->function_subject = site->index;
  located(w, s, site, site->line);
  uint32_t result = ms_watch_result(w, site->func);
  w->evidence->subjects[s].function_subject = result;
  w->evidence->subjects[result].pointers++;
  struct ms_items items = {.count = 0};
  ms_items_add(&items, MS_SUBJECT_PROVEN, proven(site->flags));
  bool was_exercised = w->evidence->subjects[s].is_exercised;
  ms_evidence_add(w->evidence, s, MS_ORULE_parameter_use, &items, 0, 0, 0, w->number);
  w->evidence->subjects[s].is_exercised = was_exercised;
}

void ms_watch_declarations(struct ms_watch *w) {
  for (ms_site_id id = 1; id <= ms_trace_site_count(w->trace); id++) {
    const struct ms_trace_site *site = ms_trace_site(w->trace, id);
    if (site->kind == MS_SITE_PARAM && site->slot == MS_SLOT_PARAM && *site->func) /* others are no pointers */
      declare_parameter(w, site);
    if (site->kind != MS_SITE_FUNC || !*site->func)
      continue;
    uint32_t s = ms_watch_result(w, site->func);
    struct ms_subject *subject = &w->evidence->subjects[s];
    subject->is_instrumented = true;
    subject->declaration = text(w, site->src);
    subject->flags = site->flags;
    located(w, s, site, site->line);
  }
}

uint64_t ms_watch_place(struct ms_watch *w, const struct ms_trace_site *site) {
  uint64_t parts[3] = {(uintptr_t)text(w, site->func), (uintptr_t)text(w, site->file), site->line};
  return ms_hash_bytes(parts, sizeof parts);
}

uint64_t ms_watch_birth(struct ms_watch *w, const struct ms_held_block *block) {
  return ms_watch_place(w, ms_trace_site(w->trace, ms_trace_context(w->trace, block->context)->name_site));
}
