/* trace_dump.c - prints a trace in its text form.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * docs/trace-text.md is the grammar; trace_assemble.c reads it back, utils/trace_dump.py
 * prints the same from its own reading of the format.
 */
#include "analysis/trace/trace_dump.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/trace/text_out.h"
#include "analysis/trace/trace_names.h"
#include "analysis/trace/trace_parts.h"

/* " KEY=VALUE" in decimal or hexadecimal; the _if forms leave out a zero. */
static void put_dec(struct ms_out *out, const char *key, uint64_t value) {
  ms_out_text(out, key);
  ms_out_dec(out, value);
}

static void put_dec_if(struct ms_out *out, const char *key, uint64_t value) {
  if (value)
    put_dec(out, key, value);
}

static void put_hex(struct ms_out *out, const char *key, uint64_t value) {
  ms_out_text(out, key);
  ms_out_hex(out, value);
}

static void put_str_if(struct ms_out *out, const char *key, const char *value) {
  if (!value[0])
    return;
  ms_out_text(out, key);
  ms_out_quoted(out, value);
}

/* A name of LIST, quoted where it has a blank, or the number. */
static void put_name(struct ms_out *out, const char *key, const struct ms_name *list, uint32_t value) {
  const char *name = ms_name_of(list, value);
  ms_out_text(out, key);
  if (!name)
    ms_out_dec(out, value);
  else if (strchr(name, ' ')) /* operator new */
    ms_out_quoted(out, name);
  else
    ms_out_text(out, name);
}

static void put_name_if(struct ms_out *out, const char *key, const struct ms_name *list, uint32_t value) {
  if (value)
    put_name(out, key, list, value);
}

static void put_flags_if(struct ms_out *out, const struct ms_name *list, uint32_t flags) {
  const char *separator = " flags=";
  for (; list->name; list++)
    if (flags & list->value) {
      ms_out_text(out, separator);
      ms_out_text(out, list->name);
      separator = ",";
      flags &= ~list->value;
    }
  if (flags) {
    ms_out_text(out, separator);
    ms_out_hex(out, flags);
  }
}

static void put_site_key(struct ms_out *out, uint64_t key) {
  ms_out_dec(out, (key - 1) >> 32);
  ms_out_text(out, ":");
  ms_out_dec(out, (key - 1) & UINT32_MAX);
}

static void put_frame(struct ms_out *out, const struct ms_tables *t, uint64_t raw) {
  uint32_t module = (uint32_t)(raw >> 48);
  if (module && ms_tables_module(t, module)) {
    ms_out_dec(out, module);
    ms_out_text(out, "+");
    raw &= 0xffffffffffff;
  }
  ms_out_hex(out, raw);
}

static void dump_head(struct ms_out *out, const struct ms_trace_header *h) {
  put_dec(out, "mscope ", h->version_major);
  put_dec(out, ".", h->version_minor);
  if (h->features)
    put_hex(out, " features=", h->features);
  put_dec(out, "\nprocess pid=", h->pid);
  put_dec_if(out, " ppid=", h->ppid);
  put_dec(out, " start=", h->start_time);
  put_dec_if(out, " start-unix=", h->start_unix_ns);
  put_dec(out, " hz=", h->tick_hz);
  put_name(out, " arch=", ms_names_arch, h->arch);
  put_dec(out, " abi=", h->abi_version);
  put_dec_if(out, " fork-parent=", h->fork_parent);
  put_dec_if(out, " fork-time=", h->fork_time);
  put_name(out, "\nstatus state=", ms_names_state, h->state);
  put_dec_if(out, " last=", h->last_time);
  put_dec_if(out, " last-unix=", h->last_unix_ns);
  put_name_if(out, " stop=", ms_names_stop, h->stop_reason);
  put_dec_if(out, " errno=", h->stop_errno);
  put_dec_if(out, " threads=", h->thread_count);
  put_dec_if(out, " dropped=", h->dropped);
  ms_out_text(out, "\n");
}

static void dump_process(struct ms_out *out, const struct ms_tables *t) {
  for (uint32_t i = 0; i < t->info_count; i++) {
    ms_out_text(out, "info ");
    ms_out_quoted(out, t->infos[i].key);
    put_str_if(out, " value=", t->infos[i].value);
    ms_out_text(out, "\n");
  }
  for (uint32_t i = 0; i < t->arg_count; i++) {
    ms_out_text(out, "arg ");
    ms_out_quoted(out, t->args[i]);
    ms_out_text(out, "\n");
  }
  for (uint32_t i = 0; i < t->thread_count; i++) {
    put_dec(out, "thread ", t->threads[i].number);
    put_dec_if(out, " os=", t->threads[i].os_id);
    put_str_if(out, " name=", t->threads[i].name);
    ms_out_text(out, "\n");
  }
}

static void dump_modules(struct ms_out *out, const struct ms_tables *t) {
  for (uint32_t i = 1; i <= t->module_count; i++) {
    const struct ms_trace_module *m = &t->modules[i];
    put_dec(out, "module ", m->file_id);
    put_hex(out, " start=", m->start);
    put_hex(out, " end=", m->end);
    if (m->bias)
      put_hex(out, " bias=", m->bias);
    if (m->build_id_len)
      ms_out_text(out, " build=");
    for (size_t b = 0; b < m->build_id_len; b++) {
      char digits[3] = {"0123456789abcdef"[m->build_id[b] >> 4], "0123456789abcdef"[m->build_id[b] & 15], 0};
      ms_out_text(out, digits);
    }
    put_str_if(out, " path=", m->path);
    ms_out_text(out, "\n");
  }
}

static void dump_site(struct ms_out *out, const struct ms_trace_site *s) {
  ms_out_text(out, "site ");
  put_site_key(out, s->key);
  put_name_if(out, " kind=", ms_names_site_kind, s->kind);
  put_name_if(out, " slot=", ms_names_slot, s->slot);
  put_str_if(out, " function=", s->func);
  put_str_if(out, " file=", s->file);
  put_str_if(out, " dir=", s->dir);
  put_dec_if(out, " line=", s->line);
  put_dec_if(out, " column=", s->column);
  put_str_if(out, " path=", s->path);
  put_str_if(out, " type=", s->type);
  put_dec_if(out, " type-size=", s->type_size);
  put_dec_if(out, " decl-line=", s->decl_line);
  put_str_if(out, " callee=", s->callee);
  put_str_if(out, " field=", s->field);
  put_dec_if(out, " offset=", s->offset);
  put_str_if(out, " src=", s->src);
  put_name_if(out, " src-slot=", ms_names_slot, s->src_slot);
  put_dec_if(out, " index=", s->index);
  put_flags_if(out, ms_names_site_flag, s->flags);
  ms_out_text(out, "\n");
}

static void dump_symbols(struct ms_out *out, const struct ms_tables *t) {
  for (uint32_t i = 0; i < t->symbol_count; i++) {
    const struct ms_trace_symbol *s = &t->symbols[i];
    ms_out_text(out, "symbol ");
    put_frame(out, t, s->frame);
    put_dec_if(out, " level=", s->level);
    put_str_if(out, " function=", s->function);
    put_str_if(out, " file=", s->file);
    put_dec_if(out, " line=", s->line);
    ms_out_text(out, "\n");
  }
}

static void put_site_ref(struct ms_out *out, const struct ms_tables *t, const char *key, ms_site_id id) {
  if (!id)
    return;
  ms_out_text(out, key);
  put_site_key(out, t->sites[id].key);
}

static void dump_contexts(struct ms_out *out, const struct ms_tables *t) {
  for (uint32_t i = 1; i <= t->context_count; i++) {
    const struct ms_trace_context *c = &t->contexts[i];
    put_dec(out, "context ", i);
    put_name_if(out, " fn=", ms_names_fn, c->fn);
    if (c->name_site == c->call_site) {
      put_site_ref(out, t, " site=", c->name_site);
    } else {
      put_site_ref(out, t, " name=", c->name_site);
      put_site_ref(out, t, " call=", c->call_site);
    }
    put_flags_if(out, ms_names_context_flag, c->flags);
    for (uint32_t f = 0; f < c->frame_count; f++) {
      ms_out_text(out, f ? "," : " frames=");
      put_frame(out, t, ms_frame_raw(t, &c->frames[f]));
    }
    ms_out_text(out, "\n");
  }
}

static void put_event(struct ms_out *out, const struct ms_trace *trace, const struct ms_event *e, bool has_number) {
  const struct ms_event_fields *f = &ms_event_fields[e->kind];
  put_dec(out, "@", e->time);
  ms_out_text(out, " ");
  ms_out_text(out, ms_event_kind_name(e->kind));
  if (f->c == 'a')
    put_hex(out, " ", e->addr);
  if (f->a == 's') {
    ms_out_text(out, " ");
    ms_out_quoted(out, ms_trace_string(trace, (ms_string_id)e->number));
  } else if (e->kind == MS_EV_EXIT) {
    if (e->number)
      put_dec(out, " status=", e->number - 1);
  } else if (f->a == 'n') {
    put_dec(out, " ", e->number);
  }
  if (e->kind == MS_EV_THREAD)
    put_dec_if(out, " os=", e->size);
  else if (f->b == 'z')
    put_dec(out, " size=", e->size);
  else if (f->b == 'n')
    put_dec(out, " value=", e->size);
  else if (f->b == 'v')
    put_hex(out, " value=", e->value);
  put_dec_if(out, " ctx=", e->context);
  put_dec_if(out, " lane=", e->lane);
  if (has_number)
    put_dec(out, "  # ", e->id);
  ms_out_text(out, "\n");
}

/* owners[i]: whose lane i is, as a reader of the text so far knows it. */
static void dump_events(struct ms_out *out, struct ms_trace *trace, uint64_t lane, bool has_numbers) {
  struct ms_index index = {NULL, 0, 0};
  uint32_t *owners = ms_xcalloc((size_t)trace->lane_count + 1, sizeof *owners);
  uint32_t last_lane = UINT32_MAX, last_slot = trace->lane_count;
  for (uint32_t i = 0; i < trace->lane_count; i++) {
    owners[i] = trace->lanes[i].number;
    ms_index_add(&index, ms_hash_u64(trace->lanes[i].number), i);
  }
  ms_trace_rewind(trace);
  for (struct ms_event e; ms_trace_next(trace, &e);) {
    if (lane != MS_DUMP_ALL_LANES && lane != e.lane)
      continue;
    if (e.lane != last_lane || last_slot == trace->lane_count) {
      struct ms_index_cursor ic = ms_index_start(&index, ms_hash_u64(e.lane));
      while (ms_index_next(&index, &ic, &last_slot) && trace->lanes[last_slot].number != e.lane) {
      }
      last_lane = e.lane;
    }
    if (e.kind != MS_EV_THREAD && owners[last_slot] != e.thread) {
      put_dec(out, "lane ", e.lane);
      put_dec(out, " thread=", e.thread);
      ms_out_text(out, "\n");
    }
    owners[last_slot] = e.thread;
    put_event(out, trace, &e, has_numbers);
  }
  free(owners);
  ms_index_fini(&index);
}

void ms_trace_dump(struct ms_trace *trace, unsigned what, uint64_t lane, FILE *file) {
  const struct ms_tables *t = &trace->tables;
  struct ms_out *out = ms_xmalloc(sizeof *out);
  ms_out_init(out, file);
  if (what & MS_DUMP_HEAD)
    dump_head(out, &trace->file.header);
  if (what & MS_DUMP_PROCESS)
    dump_process(out, t);
  if (what & MS_DUMP_MODULES)
    dump_modules(out, t);
  if (what & MS_DUMP_SITES)
    for (uint32_t i = 1; i <= t->site_count; i++)
      dump_site(out, &t->sites[i]);
  if (what & MS_DUMP_SYMBOLS)
    dump_symbols(out, t);
  if (what & MS_DUMP_CONTEXTS)
    dump_contexts(out, t);
  if (what & MS_DUMP_EVENTS)
    dump_events(out, trace, lane, what & MS_DUMP_NUMBERS);
  ms_out_flush(out);
  free(out);
}

void ms_dump_sites(const struct ms_trace_site *sites, size_t count, FILE *file) {
  struct ms_out *out = ms_xmalloc(sizeof *out);
  ms_out_init(out, file);
  for (size_t i = 0; i < count; i++)
    dump_site(out, &sites[i]);
  ms_out_flush(out);
  free(out);
}
