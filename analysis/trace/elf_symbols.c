/* elf_symbols.c - see elf_symbols.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Names come from DWARF if there is any (a DIE knows `list_push` where the symbol table says
 * `list_push.part.0`), else from the symbol table, be it only .dynsym. For an inlined
 * function the DIE of the inlined call holds its name, and the line at which it was called
 * belongs to the function around it. Units are found by their own address ranges, because
 * libdw's look-up wants .debug_aranges, which clang does not write. libdw's own look-up through debuginfod is switched off
 * by emptying DEBUGINFOD_URLS: reading a trace must not talk to anybody.
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

/* The C++ runtime's own, from libstdc++: the demangler that every C++ program has. */
char *__cxa_demangle(const char *name, char *buffer, size_t *length, int *status);

/* Code of a compilation unit. */
struct unit_range {
  Dwarf_Addr low, high;
  size_t unit; /* of units */
};

struct ms_elf_symbols {
  Dwfl *dwfl;
  Dwfl_Module *module;
  GElf_Addr bias; /* dwfl's address = link-time address + bias */

  bool has_units; /* whether the following were read */
  Dwarf_Die *units;
  struct unit_range *ranges; /* sorted by low */
  size_t unit_count, unit_capacity, range_count, range_capacity;
};

static const Dwfl_Callbacks callbacks = {
    .find_elf = dwfl_build_id_find_elf, /* unused: the file is reported by descriptor */
    .find_debuginfo = dwfl_standard_find_debuginfo,
    .section_address = dwfl_offline_section_address,
};

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
  free(s->units);
  free(s->ranges);
  free(s);
}

static int compare_ranges(const void *a, const void *b) {
  const struct unit_range *x = a, *y = b;
  return x->low < y->low ? -1 : x->low > y->low;
}

static void read_units(struct ms_elf_symbols *s) {
  Dwarf_Addr bias;
  s->has_units = true;
  for (Dwarf_Die *cu = NULL; (cu = dwfl_module_nextcu(s->module, cu, &bias));) {
    Dwarf_Addr base, low, high;
    for (ptrdiff_t at = 0; (at = dwarf_ranges(cu, at, &base, &low, &high)) > 0;) {
      MS_GROW(s->ranges, s->range_count, s->range_capacity);
      s->ranges[s->range_count++] = (struct unit_range){low + bias, high + bias, s->unit_count};
    }
    MS_GROW(s->units, s->unit_count, s->unit_capacity);
    s->units[s->unit_count++] = *cu;
  }
  if (s->range_count)
    qsort(s->ranges, s->range_count, sizeof *s->ranges, compare_ranges);
}

/* The compilation unit at ADDRESS, or NULL. */
static Dwarf_Die *find_unit(struct ms_elf_symbols *s, Dwarf_Addr address) {
  if (!s->has_units)
    read_units(s);
  size_t low = 0, high = s->range_count;
  while (low < high) {
    size_t mid = low + (high - low) / 2;
    if (s->ranges[mid].low <= address)
      low = mid + 1;
    else
      high = mid;
  }
  return low && address < s->ranges[low - 1].high ? &s->units[s->ranges[low - 1].unit] : NULL;
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

/* The scopes around ADDRESS as they are nested in the code, innermost first; free() them. */
static int physical_scopes(struct ms_elf_symbols *s, GElf_Addr address, Dwarf_Die *cu, Dwarf_Addr bias,
                           Dwarf_Die **ret_scopes) {
  Dwarf_Die *scopes = NULL, innermost;
  int count = dwarf_getscopes(cu, address - bias, &scopes);
  if (count <= 0)
    return 0;
  /* dwarf_getscopes follows an inlined function to its definition; going up from the DIE
   * itself gives the functions it was inlined into. */
  bool is_found = dwarf_offdie(dwfl_module_getdwarf(s->module, &bias), dwarf_dieoffset(&scopes[0]), &innermost);
  free(scopes);
  return is_found ? dwarf_getscopes_die(&innermost, ret_scopes) : 0;
}

size_t ms_elf_symbols_find(struct ms_elf_symbols *s, uint64_t link_address, ms_elf_symbol_fn *fn, void *context) {
  GElf_Addr address = link_address + s->bias;
  GElf_Off offset;
  GElf_Sym symbol;
  size_t found = 0;
  const char *symbol_name = dwfl_module_addrinfo(s->module, address, &offset, &symbol, NULL, NULL, NULL);

  int line = 0, count = 0;
  const char *file = NULL;
  Dwarf_Addr bias = 0;
  Dwarf_Files *files = NULL;
  Dwarf_Die *scopes = NULL, *cu = find_unit(s, address);
  if (cu && dwfl_module_getdwarf(s->module, &bias)) {
    Dwarf_Line *source = dwarf_getsrc_die(cu, address - bias);
    if (source && dwarf_lineno(source, &line) == 0)
      file = dwarf_linesrc(source, NULL, NULL);
    count = physical_scopes(s, address, cu, bias, &scopes);
  }
  if (count > 0 && dwarf_getsrcfiles(cu, &files, NULL) != 0)
    files = NULL;
  for (int i = 0; i < count && found < INLINE_MAX; i++) {
    int tag = dwarf_tag(&scopes[i]);
    if (tag == DW_TAG_subprogram) {
      const char *name = die_name(&scopes[i]);
      report(fn, context, name ? name : symbol_name, file, line);
      found++;
      break;
    }
    if (tag != DW_TAG_inlined_subroutine)
      continue;
    report(fn, context, die_name(&scopes[i]), file, line);
    found++;
    Dwarf_Attribute attr;
    Dwarf_Word call_file, call_line;
    bool has_file = files && dwarf_formudata(dwarf_attr(&scopes[i], DW_AT_call_file, &attr), &call_file) == 0;
    bool has_line = dwarf_formudata(dwarf_attr(&scopes[i], DW_AT_call_line, &attr), &call_line) == 0;
    file = has_file ? dwarf_filesrc(files, call_file, NULL, NULL) : NULL;
    line = has_line ? (int)call_line : 0;
  }
  free(scopes);
  if (!found && (symbol_name || file)) {
    report(fn, context, symbol_name, file, line);
    found = 1;
  }
  return found;
}
