/* modules.c - a table of loaded objects that only grows.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Objects are looked up through _dl_find_object (glibc 2.35: lock-free and safe in signal
 * handlers) and through dl_iterate_phdr before that. Each object gets a slot, published by
 * storing its `ready` flag last; two threads that meet the same object in the same instant
 * may give it two slots, which a reader does not mind. Unloading marks a slot dead; an
 * object at the same place later gets a new one.
 *
 * `written` holds the number of the trace file that has the MODULE record, so a forked
 * child, whose table is a copy, writes its own.
 */
#include "runtime/modules.h"

#include <dlfcn.h>
#include <link.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/auxv.h>

#include "memscope/abi.h"
#include "memscope/trace_format.h"
#include "runtime/buffer.h"
#include "runtime/rt_sys_linux.h"
#include "runtime/unwind_table.h"

#define MODULES_MAX 1024
#define BUILD_ID_MAX 64
#define PATH_MAX_BYTES 1024
#define TEXT_MAX 4000 /* longest string of a site that is kept */

struct module {
  _Atomic bool ready; /* release store in add(); acquire load in lookup() */
  _Atomic bool dead;
  uintptr_t start, end;           /* as mapped */
  uintptr_t code_start, code_end; /* of its executable segments */
  uintptr_t bias;
  uintptr_t unwind, unwind_end; /* its .eh_frame_hdr; 0 none */
  const void *identity; /* the loader's own record; compared, never followed */
  _Atomic uint32_t written;
  uint32_t build_id_len;
  uint8_t build_id[BUILD_ID_MAX];
  char path[PATH_MAX_BYTES];
};

struct site_table {
  _Atomic bool ready; /* as in struct module */
  _Atomic bool dead;
  const void *handle;
  const struct ms_site *first, *last;
  unsigned module;
  _Atomic uint32_t written_file; /* the file that the bits are about */
  _Atomic uint64_t *written;     /* a bit per site */
};

static struct module modules[MODULES_MAX];
static _Atomic unsigned module_count;
static struct site_table tables[MODULES_MAX];
static _Atomic unsigned table_count;
static _Atomic int program_slot = -1; /* release in add(), acquire in lookup() */
static _Atomic uint32_t file_number = 1;

/* What the loader says about an object. */
struct object {
  uintptr_t start, end, bias;
  const void *identity;
  const char *name;
  const ElfW(Phdr) *headers;
  unsigned header_count;
};

/* glibc 2.35 and later. A static program has one object, and libc allocates while it sets
 * up this very look-up there. */
#if defined(DLFO_STRUCT_HAS_EH_DBASE) && !defined(MSRT_STATIC)
extern int _dl_find_object(void *, struct dl_find_object *) __attribute__((weak));
static bool find_fast(uintptr_t address, struct object *o) {
  struct dl_find_object found;
  if (_dl_find_object((void *)address, &found) != 0)
    return false;
  const struct link_map *map = found.dlfo_link_map;
  *o = (struct object){.start = (uintptr_t)found.dlfo_map_start,
                       .end = (uintptr_t)found.dlfo_map_end,
                       .bias = map->l_addr,
                       .identity = map,
                       .name = map->l_name};
  return true;
}
static bool have_fast(void) { return _dl_find_object != NULL; }
#else
static bool find_fast(uintptr_t address, struct object *o) {
  (void)address;
  (void)o;
  return false;
}
static bool have_fast(void) { return false; }
#endif

struct search {
  uintptr_t address;
  struct object *found;
  bool hit;
};

static int search_one(struct dl_phdr_info *info, size_t size, void *argument) {
  struct search *search = argument;
  (void)size;
  uintptr_t start = UINTPTR_MAX, end = 0;
  for (unsigned i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *h = &info->dlpi_phdr[i];
    if (h->p_type != PT_LOAD)
      continue;
    uintptr_t from = info->dlpi_addr + h->p_vaddr;
    if (from < start)
      start = from & ~(uintptr_t)(MSRT_PAGE - 1);
    if (from + h->p_memsz > end)
      end = from + h->p_memsz;
  }
  if (search->address < start || search->address >= end)
    return 0;
  *search->found = (struct object){.start = start, .end = end, .bias = info->dlpi_addr,
                                   .identity = info->dlpi_phdr, .name = info->dlpi_name,
                                   .headers = info->dlpi_phdr,
                                   .header_count = info->dlpi_phnum};
  search->hit = true;
  return 1;
}

static bool find_object(uintptr_t address, struct object *o) {
  if (have_fast())
    return find_fast(address, o);
  struct search search = {.address = address, .found = o};
  dl_iterate_phdr(search_one, &search);
  return search.hit;
}

/* Find the program headers: from the ELF header at the start of the mapping, which the
 * loader has validated; the program's own from the auxiliary vector. True for those. */
static bool find_headers(struct object *o) {
  const ElfW(Phdr) *of_program = (const ElfW(Phdr) *)getauxval(AT_PHDR);
  if ((uintptr_t)of_program >= o->start && (uintptr_t)of_program < o->end) {
    o->headers = of_program;
    o->header_count = (unsigned)getauxval(AT_PHNUM);
    return true;
  }
  const ElfW(Ehdr) *elf = (const ElfW(Ehdr) *)o->start;
  if (o->headers || o->end - o->start < sizeof *elf ||
      memcmp(elf->e_ident, ELFMAG, SELFMAG) != 0 || elf->e_phoff > o->end - o->start ||
      elf->e_phnum * sizeof(ElfW(Phdr)) > o->end - o->start - elf->e_phoff)
    return false;
  o->headers = (const ElfW(Phdr) *)(o->start + elf->e_phoff);
  o->header_count = elf->e_phnum;
  return false;
}

static void read_build_id(struct module *m, uintptr_t start, size_t size) {
  if (start < m->start || start > m->end || size > m->end - start)
    return;
  const uint8_t *p = (const uint8_t *)start;
  while (size >= sizeof(ElfW(Nhdr))) {
    ElfW(Nhdr) note;
    memcpy(&note, p, sizeof note);
    size_t name = (note.n_namesz + 3u) & ~(size_t)3, desc = (note.n_descsz + 3u) & ~(size_t)3;
    if (name > size - sizeof note || desc > size - sizeof note - name)
      return;
    const uint8_t *text = p + sizeof note;
    if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 && memcmp(text, "GNU", 4) == 0 &&
        note.n_descsz <= BUILD_ID_MAX) {
      memcpy(m->build_id, text + name, note.n_descsz);
      m->build_id_len = note.n_descsz;
      return;
    }
    p += sizeof note + name + desc;
    size -= sizeof note + name + desc;
  }
}

/* A slot for O; -1 when the table is full. */
static int add(struct object *o) {
  unsigned index = atomic_fetch_add_explicit(&module_count, 1, memory_order_relaxed);
  if (index >= MODULES_MAX) {
    atomic_store_explicit(&module_count, MODULES_MAX, memory_order_relaxed);
    return -1;
  }
  struct module *m = &modules[index];
  m->start = o->start;
  m->end = o->end;
  m->bias = o->bias;
  m->identity = o->identity;
  m->code_start = UINTPTR_MAX;
  bool is_program = find_headers(o);
  for (unsigned i = 0; i < o->header_count; i++) {
    const ElfW(Phdr) *h = &o->headers[i];
    uintptr_t from = o->bias + h->p_vaddr;
    if (h->p_type == PT_LOAD && (h->p_flags & PF_X)) {
      if (from < m->code_start)
        m->code_start = from;
      if (from + h->p_memsz > m->code_end)
        m->code_end = from + h->p_memsz;
    }
    if (h->p_type == PT_GNU_EH_FRAME && from >= m->start && from < m->end && h->p_memsz <= m->end - from) {
      m->unwind = from;
      m->unwind_end = from + h->p_memsz;
    }
    if (h->p_type == PT_NOTE && m->build_id_len == 0)
      read_build_id(m, from, h->p_memsz);
  }
  if (m->code_end == 0) { /* no headers: believe all of it */
    m->code_start = m->start;
    m->code_end = m->end;
  }
  if (o->name && o->name[0]) {
    size_t len = strnlen(o->name, sizeof m->path - 1);
    memcpy(m->path, o->name, len);
  } else {
    msrt_sys_readlink("/proc/self/exe", m->path, sizeof m->path - 1);
  }
  atomic_store_explicit(&m->ready, true, memory_order_release);
  if (is_program)
    atomic_store_explicit(&program_slot, (int)index, memory_order_release);
  return (int)index;
}

/* The slot of the object that holds ADDRESS, made if need be; -1 if there is none. The
 * program itself is never unloaded, so its slot need not be verified. */
static int lookup(uintptr_t address) {
  int program = atomic_load_explicit(&program_slot, memory_order_acquire);
  if (program >= 0 && address >= modules[program].start && address < modules[program].end)
    return program;
  struct object o;
  if (!find_object(address, &o))
    return -1;
  unsigned count = atomic_load_explicit(&module_count, memory_order_relaxed);
  for (unsigned i = 0; i < count && i < MODULES_MAX; i++) {
    struct module *m = &modules[i];
    if (atomic_load_explicit(&m->ready, memory_order_acquire) && m->start == o.start &&
        m->end == o.end && m->identity == o.identity &&
        !atomic_load_explicit(&m->dead, memory_order_relaxed))
      return (int)i;
  }
  return add(&o);
}

bool msrt_module_has_code(uintptr_t address) {
  int i = lookup(address);
  return i >= 0 && address >= modules[i].code_start && address < modules[i].code_end;
}

uintptr_t msrt_module_function(uintptr_t address) {
  int i = lookup(address);
  if (i < 0 || !modules[i].unwind)
    return 0;
  const struct module *m = &modules[i];
  return msrt_unwind_function(m->unwind, m->unwind_end, m->start, m->end, address);
}

bool msrt_module_has_sites(uintptr_t address) {
  int module = lookup(address);
  if (module < 0 || address < modules[module].code_start || address >= modules[module].code_end)
    return false;
  unsigned count = atomic_load_explicit(&table_count, memory_order_relaxed);
  for (unsigned i = 0; i < count && i < MODULES_MAX; i++)
    if (atomic_load_explicit(&tables[i].ready, memory_order_acquire) &&
        tables[i].module == (unsigned)module &&
        !atomic_load_explicit(&tables[i].dead, memory_order_relaxed))
      return true;
  return false;
}

const void *msrt_module_identity(uintptr_t address) {
  struct object o;
  return find_object(address, &o) ? o.identity : NULL;
}

static uint32_t str_bytes(size_t len) { return (uint32_t)(2 + (len < TEXT_MAX ? len : TEXT_MAX)); }

static uint8_t *put_str(uint8_t *at, const char *text, size_t len) {
  uint16_t len16 = (uint16_t)(len < TEXT_MAX ? len : TEXT_MAX);
  memcpy(at, &len16, 2);
  memcpy(at + 2, text, len16);
  return at + 2 + len16;
}

/* Write the MODULE record unless this file has it. */
static void publish_module(struct msrt_lane *lane, unsigned index) {
  struct module *m = &modules[index];
  uint32_t file = atomic_load_explicit(&file_number, memory_order_relaxed);
  if (atomic_load_explicit(&m->written, memory_order_relaxed) == file)
    return;
  struct {
    uint32_t id, reserved;
    uint64_t start, end, bias;
  } head = {index + 1, 0, m->start, m->end, m->bias};
  size_t path_len = strlen(m->path);
  uint32_t len = (uint32_t)sizeof head + str_bytes(m->build_id_len) + str_bytes(path_len);
  uint8_t *at = msrt_meta_reserve(lane, len);
  if (!at)
    return;
  memcpy(at, &head, sizeof head);
  at = put_str(at + sizeof head, (const char *)m->build_id, m->build_id_len);
  put_str(at, m->path, path_len);
  msrt_meta_commit(lane, MS_META_MODULE, len);
  atomic_store_explicit(&m->written, file, memory_order_relaxed);
}

uint64_t msrt_module_frame(struct msrt_lane *lane, uintptr_t address) {
  int i = lookup(address);
  if (i < 0)
    return address & 0x0000ffffffffffffu;
  publish_module(lane, (unsigned)i);
  return (uint64_t)(i + 1) << 48 | (address - modules[i].start);
}

void msrt_module_add_sites(const void *handle, const struct ms_site *first,
                           const struct ms_site *last) {
  if (first == last)
    return;
  int module = lookup((uintptr_t)first);
  if (module < 0)
    return;
  unsigned index = atomic_fetch_add_explicit(&table_count, 1, memory_order_relaxed);
  if (index >= MODULES_MAX) {
    atomic_store_explicit(&table_count, MODULES_MAX, memory_order_relaxed);
    return;
  }
  struct site_table *table = &tables[index];
  size_t sites = (size_t)(last - first);
  table->written = msrt_sys_map_anon((sites + 63) / 64 * 8);
  if (!table->written)
    return;
  table->handle = handle;
  table->first = first;
  table->last = last;
  table->module = (unsigned)module;
  atomic_store_explicit(&table->ready, true, memory_order_release);
}

void msrt_module_remove_sites(const void *handle) {
  unsigned count = atomic_load_explicit(&table_count, memory_order_relaxed);
  for (unsigned i = 0; i < count && i < MODULES_MAX; i++)
    if (tables[i].handle == handle)
      atomic_store_explicit(&tables[i].dead, true, memory_order_relaxed);
}

/* Write the SITE record of SITE. */
static void publish_site(struct msrt_lane *lane, uint64_t key, const struct ms_site *site) {
  struct {
    uint64_t key;
    uint32_t line;
    uint16_t column;
    uint8_t kind, slot;
    uint32_t flags, type_size, decl_line, offset;
  } head = {key,         site->line,      site->column,    site->kind, site->slot,
            site->flags, site->type_size, site->decl_line, site->offset};
  const int32_t *const fields[] = {&site->func, &site->file,   &site->dir,   &site->path,
                                   &site->type, &site->callee, &site->field, &site->src};
  enum { FIELDS = sizeof fields / sizeof *fields };
  size_t lens[FIELDS];
  uint32_t len = sizeof head + 2;
  for (unsigned i = 0; i < FIELDS; i++) {
    lens[i] = strnlen(ms_site_str(fields[i]), TEXT_MAX);
    len += str_bytes(lens[i]);
  }
  uint8_t *at = msrt_meta_reserve(lane, len);
  if (!at)
    return;
  memcpy(at, &head, sizeof head);
  at += sizeof head;
  for (unsigned i = 0; i < FIELDS; i++)
    at = put_str(at, ms_site_str(fields[i]), lens[i]);
  at[0] = site->src_slot;
  at[1] = site->index;
  msrt_meta_commit(lane, MS_META_SITE, len);
}

/* The same unless it is in the file. The parameters of a function come with it. */
static void publish_once(struct msrt_lane *lane, struct site_table *table, uint64_t key,
                         const struct ms_site *site) {
  bool is_function = site->kind == MS_SITE_FUNC;
  do {
    uint64_t index = (uint64_t)(site - table->first), bit = 1ull << (index & 63);
    if (atomic_load_explicit(&table->written[index / 64], memory_order_relaxed) & bit)
      return;
    /* Set after writing: a kill in between leaves a record too many, never one too few. */
    publish_site(lane, key, site);
    atomic_fetch_or_explicit(&table->written[index / 64], bit, memory_order_relaxed);
    site++;
    key++;
  } while (is_function && site < table->last && site->kind == MS_SITE_PARAM);
}

uint64_t msrt_site_key(struct msrt_lane *lane, const struct ms_site *site) {
  if (!site)
    return 0;
  unsigned count = atomic_load_explicit(&table_count, memory_order_relaxed);
  for (unsigned i = 0; i < count && i < MODULES_MAX; i++) {
    struct site_table *table = &tables[i];
    if (!atomic_load_explicit(&table->ready, memory_order_acquire) || site < table->first ||
        site >= table->last || atomic_load_explicit(&table->dead, memory_order_relaxed))
      continue;
    uint64_t index = (uint64_t)(site - table->first);
    uint64_t key = (uint64_t)(table->module + 1) << 32 | (index + 1);
    uint32_t file = atomic_load_explicit(&file_number, memory_order_relaxed);
    if (atomic_load_explicit(&table->written_file, memory_order_relaxed) != file) {
      for (size_t w = 0; w < ((size_t)(table->last - table->first) + 63) / 64; w++)
        atomic_store_explicit(&table->written[w], 0, memory_order_relaxed);
      atomic_store_explicit(&table->written_file, file, memory_order_relaxed);
    }
    publish_module(lane, table->module);
    publish_once(lane, table, key, site);
    return key;
  }
  return 0;
}

void msrt_modules_recheck(void) {
  unsigned count = atomic_load_explicit(&module_count, memory_order_relaxed);
  for (unsigned i = 0; i < count && i < MODULES_MAX; i++) {
    struct module *m = &modules[i];
    struct object o;
    if (!atomic_load_explicit(&m->ready, memory_order_acquire))
      continue;
    if (!find_object(m->code_start, &o) || o.start != m->start || o.identity != m->identity)
      atomic_store_explicit(&m->dead, true, memory_order_relaxed);
  }
}

void msrt_modules_new_file(void) {
  atomic_fetch_add_explicit(&file_number, 1, memory_order_relaxed);
}
