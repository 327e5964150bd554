/* site_table.c - see site_table.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * In a linked file a string lies at the address of its field plus the field's value, so
 * addresses are looked up among the allocated sections. In an object file those values are
 * still relocations, PC-relative against a symbol (value = S + A - P), so the string lies in
 * the symbol's section at S + A. Both end as (section, offset), from where the string is
 * read up to its NUL, within the section.
 */
#include "analysis/trace/site_table.h"

#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/grow.h"
#include "support/intern.h"

struct ms_site_table {
  struct ms_trace_site *sites;
  size_t count, capacity;
  struct ms_intern strings;
};

/* A section whose bytes can hold strings. */
struct region {
  uint64_t address, size;
  const char *bytes;
  size_t index;
};

struct elf_reader {
  const char *path;
  Elf *elf;
  uint64_t file_size;
  bool is_object;
  struct region *regions; /* sorted by address */
  size_t region_count, region_capacity;
  struct ms_site_table *table;
};

static enum ms_status elf_fail(struct elf_reader *r, struct ms_error *err, const char *what) {
  return ms_error_set(err, MS_ERR_INPUT, "%s: %s: %s", r->path, what, elf_errmsg(-1));
}

static int compare_regions(const void *a, const void *b) {
  const struct region *x = a, *y = b;
  return x->address < y->address ? -1 : x->address > y->address;
}

static void collect_regions(struct elf_reader *r) {
  for (Elf_Scn *scn = NULL; (scn = elf_nextscn(r->elf, scn));) {
    GElf_Shdr shdr;
    if (!gelf_getshdr(scn, &shdr) || shdr.sh_type == SHT_NOBITS || !(shdr.sh_flags & SHF_ALLOC))
      continue;
    Elf_Data *data = elf_rawdata(scn, NULL);
    if (!data || !data->d_buf || !data->d_size)
      continue;
    MS_GROW(r->regions, r->region_count, r->region_capacity);
    r->regions[r->region_count++] =
        (struct region){shdr.sh_addr, data->d_size, data->d_buf, elf_ndxscn(scn)};
  }
  if (!r->is_object && r->region_count)
    qsort(r->regions, r->region_count, sizeof *r->regions, compare_regions);
}

static const char *take_string(struct elf_reader *r, const struct region *region, uint64_t offset) {
  return offset < region->size
             ? ms_intern(&r->table->strings, region->bytes + offset, region->size - offset)
             : "";
}

/* The string at ADDRESS of a linked file. */
static const char *string_at(struct elf_reader *r, uint64_t address) {
  size_t low = 0, high = r->region_count;
  while (low < high) {
    size_t mid = low + (high - low) / 2;
    if (r->regions[mid].address <= address)
      low = mid + 1;
    else
      high = mid;
  }
  return low ? take_string(r, &r->regions[low - 1], address - r->regions[low - 1].address) : "";
}

/* The relocations of a site section, as what each 4-byte field refers to. */
struct target {
  size_t section;
  uint64_t offset;
};

static enum ms_status read_targets(struct elf_reader *r, size_t section, struct target *targets,
                                   size_t field_count, struct ms_error *err) {
  for (Elf_Scn *scn = NULL; (scn = elf_nextscn(r->elf, scn));) {
    GElf_Shdr shdr, symtab_shdr;
    if (!gelf_getshdr(scn, &shdr) || shdr.sh_type != SHT_RELA || shdr.sh_info != section || !shdr.sh_entsize)
      continue;
    Elf_Scn *symtab_scn = elf_getscn(r->elf, shdr.sh_link);
    Elf_Data *relas = elf_getdata(scn, NULL), *symbols = NULL;
    if (symtab_scn && gelf_getshdr(symtab_scn, &symtab_shdr) && symtab_shdr.sh_type == SHT_SYMTAB)
      symbols = elf_getdata(symtab_scn, NULL);
    if (!relas || !symbols)
      return elf_fail(r, err, "cannot read the relocations of the site table");
    size_t count = relas->d_size / sizeof(Elf64_Rela);
    for (size_t i = 0; i < count && i <= INT32_MAX; i++) {
      GElf_Rela rela;
      GElf_Sym symbol;
      if (!gelf_getrela(relas, (int)i, &rela))
        return elf_fail(r, err, "cannot read the relocations of the site table");
      if (!gelf_getsym(symbols, (int)GELF_R_SYM(rela.r_info), &symbol) || rela.r_offset % 4 ||
          rela.r_offset / 4 >= field_count)
        continue;
      targets[rela.r_offset / 4] = (struct target){symbol.st_shndx, symbol.st_value + (uint64_t)rela.r_addend};
    }
  }
  return MS_OK;
}

static const char *string_of_target(struct elf_reader *r, const struct target *target) {
  if (target->section)
    for (size_t i = 0; i < r->region_count; i++)
      if (r->regions[i].index == target->section)
        return take_string(r, &r->regions[i], target->offset);
  return "";
}

static enum ms_status read_section(struct elf_reader *r, Elf_Scn *scn, const GElf_Shdr *shdr, struct ms_error *err) {
  static const size_t string_fields[] = {offsetof(struct ms_site, func), offsetof(struct ms_site, file),
                                         offsetof(struct ms_site, dir),  offsetof(struct ms_site, path),
                                         offsetof(struct ms_site, type), offsetof(struct ms_site, callee),
                                         offsetof(struct ms_site, field), offsetof(struct ms_site, src)};
  enum { STRINGS = sizeof string_fields / sizeof string_fields[0] };
  Elf_Data *data = elf_rawdata(scn, NULL);
  if (!data || (data->d_size && !data->d_buf))
    return elf_fail(r, err, "cannot read the section " MS_SITE_SECTION);
  if (data->d_size % sizeof(struct ms_site))
    return ms_error_set(err, MS_ERR_INPUT, "%s: the section " MS_SITE_SECTION " has %zu bytes, expected a multiple of %zu",
                        r->path, data->d_size, sizeof(struct ms_site));
  struct target *targets = NULL;
  if (r->is_object) {
    targets = ms_xcalloc(data->d_size / 4, sizeof *targets);
    enum ms_status status = read_targets(r, elf_ndxscn(scn), targets, data->d_size / 4, err);
    if (status != MS_OK) {
      free(targets);
      return status;
    }
  }
  for (size_t at = 0; at < data->d_size; at += sizeof(struct ms_site)) {
    struct ms_site raw;
    memcpy(&raw, (const char *)data->d_buf + at, sizeof raw);
    const char *strings[STRINGS];
    for (size_t i = 0; i < STRINGS; i++) {
      int32_t value;
      memcpy(&value, (const char *)&raw + string_fields[i], sizeof value);
      if (r->is_object)
        strings[i] = string_of_target(r, &targets[(at + string_fields[i]) / 4]);
      else
        strings[i] = value ? string_at(r, shdr->sh_addr + at + string_fields[i] + (uint64_t)(int64_t)value) : "";
    }
    struct ms_site_table *t = r->table;
    MS_GROW(t->sites, t->count, t->capacity);
    uint64_t key = (UINT64_C(1) << 32 | t->count) + 1;
    t->sites[t->count++] = (struct ms_trace_site){
        .key = key, .func = strings[0], .file = strings[1], .dir = strings[2], .path = strings[3],
        .type = strings[4], .callee = strings[5], .field = strings[6], .src = strings[7], .line = raw.line,
        .flags = raw.flags, .type_size = raw.type_size, .decl_line = raw.decl_line, .offset = raw.offset,
        .column = raw.column, .kind = raw.kind, .slot = raw.slot, .src_slot = raw.src_slot,
        .index = raw.index};
  }
  free(targets);
  return MS_OK;
}

static enum ms_status read_elf(struct elf_reader *r, struct ms_error *err) {
  GElf_Ehdr ehdr;
  size_t names;
  if (elf_kind(r->elf) != ELF_K_ELF || !gelf_getehdr(r->elf, &ehdr))
    return ms_error_set(err, MS_ERR_INPUT, "%s: not an ELF file", r->path);
  if (ehdr.e_ident[EI_CLASS] != ELFCLASS64 || ehdr.e_ident[EI_DATA] != ELFDATA2LSB)
    return ms_error_set(err, MS_ERR_INPUT, "%s: not a 64-bit little-endian ELF file", r->path);
  /* libelf takes a table of sections beyond the end of the file for none at all. */
  if (ehdr.e_shoff > r->file_size || (r->file_size - ehdr.e_shoff) / sizeof(Elf64_Shdr) < ehdr.e_shnum)
    return ms_error_set(err, MS_ERR_INPUT, "%s: the file is cut short: %llu bytes, its sections are described at %llu",
                        r->path, (unsigned long long)r->file_size, (unsigned long long)ehdr.e_shoff);
  if (elf_getshdrstrndx(r->elf, &names) != 0)
    return elf_fail(r, err, "cannot read the section headers");
  r->is_object = ehdr.e_type == ET_REL;
  collect_regions(r);
  for (Elf_Scn *scn = NULL; (scn = elf_nextscn(r->elf, scn));) {
    GElf_Shdr shdr;
    const char *name;
    if (!gelf_getshdr(scn, &shdr) || !(name = elf_strptr(r->elf, names, shdr.sh_name)) ||
        strcmp(name, MS_SITE_SECTION) != 0 || shdr.sh_type == SHT_NOBITS)
      continue;
    MS_TRY(read_section(r, scn, &shdr, err));
  }
  return MS_OK;
}

enum ms_status ms_site_table_open(const char *path, struct ms_site_table **ret_table, struct ms_error *err) {
  struct elf_reader reader = {.path = path};
  elf_version(EV_CURRENT);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  struct stat st;
  if (fd < 0)
    return ms_error_errno(err, errno, "%s", path);
  reader.file_size = fstat(fd, &st) == 0 ? (uint64_t)st.st_size : 0;
  reader.table = ms_xcalloc(1, sizeof *reader.table);
  /* ELF_C_READ, not the mapping one: the file may be cut short under us. */
  reader.elf = elf_begin(fd, ELF_C_READ, NULL);
  enum ms_status status = reader.elf ? read_elf(&reader, err) : elf_fail(&reader, err, "cannot read");
  elf_end(reader.elf);
  close(fd);
  free(reader.regions);
  if (status != MS_OK)
    ms_site_table_close(reader.table);
  else
    *ret_table = reader.table;
  return status;
}

void ms_site_table_close(struct ms_site_table *table) {
  if (!table)
    return;
  free(table->sites);
  ms_intern_fini(&table->strings);
  free(table);
}

const struct ms_trace_site *ms_site_table_sites(const struct ms_site_table *table) { return table->sites; }
size_t ms_site_table_count(const struct ms_site_table *table) { return table->count; }

bool ms_site_table_is_elf(const char *path) {
  char magic[SELFMAG] = {0};
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0)
    return false;
  ssize_t got = read(fd, magic, sizeof magic);
  close(fd);
  return got == SELFMAG && memcmp(magic, ELFMAG, SELFMAG) == 0;
}
