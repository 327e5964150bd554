/* elf_symbols.c - see elf_symbols.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Names come from DWARF if there is any (a DIE knows `list_push` where the symbol table says
 * `list_push.part.0`), else from the symbol table, be it only .dynsym. For an inlined
 * function the DIE of the inlined call holds its name, and the line at which it was called
 * belongs to the function around it. Units and functions are looked up in maps made here:
 * libdw's own look-up of a unit wants .debug_aranges, which clang does not write, and
 * its look-ups of functions and symbols walk whole tables for every address (20,000 frames in
 * libc: 11 s against 0.5 s). Asking debuginfod is switched off by removing DEBUGINFOD_URLS:
 * reading a trace must not talk to anybody.
 */
#include "analysis/trace/elf_symbols.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/grow.h"

#define DEMANGLE_MAX 4096u /* longer names stay mangled; demangling may multiply the length */
#define INLINE_MAX 64
#define DEPTH_MAX 256 /* nesting of scopes in debug information */

/* The C++ runtime's own, from libstdc++: the demangler that every C++ program has. */
char *__cxa_demangle(const char *name, char *buffer, size_t *length, int *status);

/* Code of a compilation unit or a function. */
struct range {
  Dwarf_Addr low, high;
  size_t owner; /* of the DIEs beside */
};

/* DIEs with the code that belongs to them. */
struct code_map {
  bool is_ready;
  Dwarf_Die *dies;
  struct range *ranges; /* sorted by low */
  size_t die_count, die_capacity, range_count, range_capacity;
};

/* A function in the symbol table. */
struct symbol {
  GElf_Addr low, high; /* dwfl's addresses; high == low: up to the next symbol */
  int rank;            /* of symbols at one address the smallest counts */
  const char *name;
};

struct ms_elf_symbols {
  Dwfl *dwfl;
  Dwfl_Module *module;
  GElf_Addr bias; /* dwfl's address = link-time address + bias */

  struct code_map units;      /* addresses are dwfl's */
  struct code_map *functions; /* of each unit; addresses are the file's */

  bool has_symbols; /* whether the following were read */
  struct symbol *symbols; /* sorted by low */
  size_t symbol_count, symbol_capacity;
};

static const Dwfl_Callbacks callbacks = {
    .find_elf = dwfl_build_id_find_elf, /* unused: the file is reported by descriptor */
    .find_debuginfo = dwfl_standard_find_debuginfo,
    .section_address = dwfl_offline_section_address,
};

static void free_map(struct code_map *map) {
  free(map->dies);
  free(map->ranges);
}

struct ms_elf_symbols *ms_elf_symbols_open(const char *path, const unsigned char *build_id, size_t len,
                                           const char **ret_problem) {
  struct ms_elf_symbols *s = ms_xcalloc(1, sizeof *s);
  struct stat st;
  const unsigned char *bits;
  GElf_Addr where;
  unsetenv("DEBUGINFOD_URLS");
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
    *ret_problem = "file not found";
    goto fail;
  }
  s->dwfl = dwfl_begin(&callbacks);
  if (!s->dwfl) {
    *ret_problem = "libdw does not start";
    goto fail;
  }
  dwfl_report_begin(s->dwfl);
  s->module = dwfl_report_offline(s->dwfl, path, path, fd);
  if (!s->module) {
    *ret_problem = "not an ELF file";
    goto fail;
  }
  fd = -1; /* dwfl's now */
  dwfl_report_end(s->dwfl, NULL, NULL);
  if (!dwfl_module_getelf(s->module, &s->bias)) {
    *ret_problem = "not an ELF file";
    goto fail;
  }
  int found = dwfl_module_build_id(s->module, &bits, &where);
  if ((found > 0 ? (size_t)found : 0) != len || (len && memcmp(bits, build_id, len) != 0)) {
    *ret_problem = "build-id differs";
    goto fail;
  }
  return s;

fail:
  if (fd >= 0)
    close(fd);
  ms_elf_symbols_close(s);
  return NULL;
}

void ms_elf_symbols_close(struct ms_elf_symbols *s) {
  if (!s)
    return;
  if (s->dwfl)
    dwfl_end(s->dwfl);
  for (size_t i = 0; s->functions && i < s->units.die_count; i++)
    free_map(&s->functions[i]);
  free(s->functions);
  free_map(&s->units);
  free(s->symbols);
  free(s);
}

/* Adds DIE with its ranges, moved by BIAS. */
static void add_die(struct code_map *map, Dwarf_Die *die, Dwarf_Addr bias) {
  Dwarf_Addr base, low, high;
  for (ptrdiff_t at = 0; (at = dwarf_ranges(die, at, &base, &low, &high)) > 0;) {
    MS_GROW(map->ranges, map->range_count, map->range_capacity);
    map->ranges[map->range_count++] = (struct range){low + bias, high + bias, map->die_count};
  }
  MS_GROW(map->dies, map->die_count, map->die_capacity);
  map->dies[map->die_count++] = *die;
}

static int compare_ranges(const void *a, const void *b) {
  const struct range *x = a, *y = b;
  return x->low < y->low ? -1 : x->low > y->low;
}

static void finish_map(struct code_map *map) {
  if (map->range_count)
    qsort(map->ranges, map->range_count, sizeof *map->ranges, compare_ranges);
  map->is_ready = true;
}

/* The DIE at ADDRESS, or NULL. */
static Dwarf_Die *find_die(const struct code_map *map, Dwarf_Addr address) {
  size_t low = 0, high = map->range_count;
  while (low < high) {
    size_t mid = low + (high - low) / 2;
    if (map->ranges[mid].low <= address)
      low = mid + 1;
    else
      high = mid;
  }
  return low && address < map->ranges[low - 1].high ? &map->dies[map->ranges[low - 1].owner] : NULL;
}

static void read_units(struct ms_elf_symbols *s) {
  Dwarf_Addr bias;
  for (Dwarf_Die *cu = NULL; (cu = dwfl_module_nextcu(s->module, cu, &bias));)
    add_die(&s->units, cu, bias);
  finish_map(&s->units);
  s->functions = ms_xcalloc(s->units.die_count, sizeof *s->functions);
}

/* Collects the functions below PARENT, also those in namespaces and classes. */
static void read_functions(struct code_map *map, Dwarf_Die *parent, int depth) {
  Dwarf_Die die;
  for (int more = dwarf_child(parent, &die); more == 0; more = dwarf_siblingof(&die, &die)) {
    int tag = dwarf_tag(&die);
    if (tag == DW_TAG_subprogram)
      add_die(map, &die, 0);
    else if (depth < DEPTH_MAX && (tag == DW_TAG_namespace || tag == DW_TAG_module || tag == DW_TAG_class_type ||
                                   tag == DW_TAG_structure_type))
      read_functions(map, &die, depth + 1);
  }
}

static int compare_symbols(const void *a, const void *b) {
  const struct symbol *x = a, *y = b;
  if (x->low != y->low)
    return x->low < y->low ? -1 : 1;
  return x->rank != y->rank ? x->rank - y->rank : strcmp(x->name, y->name);
}

static void read_symbols(struct ms_elf_symbols *s) {
  s->has_symbols = true;
  int count = dwfl_module_getsymtab(s->module);
  for (int i = 1; i < count; i++) {
    GElf_Sym sym;
    GElf_Addr address;
    GElf_Word section;
    const char *name = dwfl_module_getsym_info(s->module, i, &sym, &address, &section, NULL, NULL);
    int type = GELF_ST_TYPE(sym.st_info), binding = GELF_ST_BIND(sym.st_info);
    if (!name || !name[0] || section == SHN_UNDEF || section == SHN_ABS ||
        (type != STT_FUNC && type != STT_GNU_IFUNC && type != STT_NOTYPE))
      continue;
    int underscores = (int)strspn(name, "_"); /* of getcontext and __getcontext the former */
    int rank = (type == STT_NOTYPE) * 100 + (underscores < 9 ? underscores : 9) * 10 + (binding == STB_LOCAL);
    MS_GROW(s->symbols, s->symbol_count, s->symbol_capacity);
    s->symbols[s->symbol_count++] = (struct symbol){address, address + sym.st_size, rank, name};
  }
  if (s->symbol_count)
    qsort(s->symbols, s->symbol_count, sizeof *s->symbols, compare_symbols);
}

/* The function at ADDRESS by the symbol table, or NULL. */
static const char *find_symbol(struct ms_elf_symbols *s, GElf_Addr address) {
  if (!s->has_symbols)
    read_symbols(s);
  size_t low = 0, high = s->symbol_count;
  while (low < high) {
    size_t mid = low + (high - low) / 2;
    if (s->symbols[mid].low <= address)
      low = mid + 1;
    else
      high = mid;
  }
  if (low == 0)
    return NULL;
  for (low--; low > 0 && s->symbols[low - 1].low == s->symbols[low].low; low--) {
  }
  const struct symbol *symbol = &s->symbols[low];
  return symbol->high == symbol->low || address < symbol->high ? symbol->name : NULL;
}

static void report(ms_elf_symbol_fn *fn, void *context, const char *name, const char *file, int line) {
  char *plain = NULL;
  if (name && name[0] == '_' && (name[1] == 'Z' || name[1] == 'R') && strlen(name) <= DEMANGLE_MAX) {
    int status;
    plain = __cxa_demangle(name, NULL, NULL, &status);
  }
  fn(context, plain ? plain : name ? name : "", file ? file : "", line > 0 ? (uint32_t)line : 0);
  free(plain);
}

static const char *die_name(Dwarf_Die *die) {
  Dwarf_Attribute attr;
  const char *name = dwarf_formstring(dwarf_attr_integrate(die, DW_AT_linkage_name, &attr));
  if (!name)
    name = dwarf_formstring(dwarf_attr_integrate(die, DW_AT_MIPS_linkage_name, &attr));
  return name ? name : dwarf_formstring(dwarf_attr_integrate(die, DW_AT_name, &attr));
}

/* The function at ADDRESS in UNIT and the inlined calls around ADDRESS, outermost first, as
 * they are nested in the code, into SCOPES; returns how many. */
static int find_scopes(struct ms_elf_symbols *s, Dwarf_Die *unit, Dwarf_Addr address, Dwarf_Die scopes[INLINE_MAX]) {
  struct code_map *functions = &s->functions[unit - s->units.dies];
  if (!functions->is_ready) {
    read_functions(functions, unit, 0);
    finish_map(functions);
  }
  Dwarf_Die *function = find_die(functions, address);
  if (!function)
    return 0;
  Dwarf_Die parent = *function, die;
  int count = 0;
  scopes[count++] = parent;
  for (int depth = 0; depth < DEPTH_MAX; depth++) {
    bool is_inside = false;
    for (int more = dwarf_child(&parent, &die); more == 0 && !is_inside;
         more = is_inside ? 0 : dwarf_siblingof(&die, &die)) {
      int tag = dwarf_tag(&die);
      is_inside = (tag == DW_TAG_inlined_subroutine || tag == DW_TAG_lexical_block || tag == DW_TAG_try_block ||
                   tag == DW_TAG_catch_block) && dwarf_haspc(&die, address) > 0;
      if (is_inside && tag == DW_TAG_inlined_subroutine && count < INLINE_MAX)
        scopes[count++] = die;
    }
    if (!is_inside)
      break;
    parent = die;
  }
  return count;
}

size_t ms_elf_symbols_find(struct ms_elf_symbols *s, uint64_t link_address, ms_elf_symbol_fn *fn, void *context) {
  GElf_Addr address = link_address + s->bias;
  size_t found = 0;
  int line = 0, count = 0;
  const char *file = NULL;
  Dwarf_Addr bias = 0;
  Dwarf_Files *files = NULL;
  Dwarf_Die scopes[INLINE_MAX];
  if (!s->units.is_ready)
    read_units(s);
  Dwarf_Die *unit = find_die(&s->units, address);
  if (unit && dwfl_module_getdwarf(s->module, &bias)) {
    Dwarf_Line *source = dwarf_getsrc_die(unit, address - bias);
    if (source && dwarf_lineno(source, &line) == 0)
      file = dwarf_linesrc(source, NULL, NULL);
    count = find_scopes(s, unit, address - bias, scopes);
    if (count > 1 && dwarf_getsrcfiles(unit, &files, NULL) != 0)
      files = NULL;
  }
  for (int i = count; i-- > 0; found++) {
    const char *name = die_name(&scopes[i]);
    report(fn, context, name || i ? name : find_symbol(s, address), file, line);
    if (i == 0)
      continue;
    Dwarf_Attribute attr;
    Dwarf_Word call_file, call_line;
    bool has_file = files && dwarf_formudata(dwarf_attr(&scopes[i], DW_AT_call_file, &attr), &call_file) == 0;
    bool has_line = dwarf_formudata(dwarf_attr(&scopes[i], DW_AT_call_line, &attr), &call_line) == 0;
    file = has_file ? dwarf_filesrc(files, call_file, NULL, NULL) : NULL;
    line = has_line ? (int)call_line : 0;
  }
  if (found)
    return found;
  const char *name = find_symbol(s, address);
  if (!name && !file)
    return 0;
  report(fn, context, name, file, line);
  return 1;
}
