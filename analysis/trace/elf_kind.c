/* elf_kind.c - see elf_kind.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A program has the runtime if it has a site table (which survives strip), needs
 * libmemscope_rt.so, or has one of the runtime's symbols.
 */
#include "analysis/trace/elf_kind.h"

#include <fcntl.h>
#include <gelf.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "memscope/abi.h"

static bool has_runtime_symbol(Elf *elf, Elf_Scn *section, const GElf_Shdr *header) {
  Elf_Data *data = elf_getdata(section, NULL);
  size_t count = header->sh_entsize ? header->sh_size / header->sh_entsize : 0;
  GElf_Sym symbol;
  for (size_t i = 0; data && i < count && gelf_getsym(data, (int)i, &symbol); i++) {
    const char *name = elf_strptr(elf, header->sh_link, symbol.st_name);
    if (name && (strcmp(name, MS_ABI_SYMBOL_NAME) == 0 || strcmp(name, MS_TLS_SYMBOL_NAME) == 0))
      return true;
  }
  return false;
}

static bool needs_runtime(Elf *elf, Elf_Scn *section, const GElf_Shdr *header) {
  Elf_Data *data = elf_getdata(section, NULL);
  size_t count = header->sh_entsize ? header->sh_size / header->sh_entsize : 0;
  GElf_Dyn entry;
  for (size_t i = 0; data && i < count && gelf_getdyn(data, (int)i, &entry); i++) {
    const char *name = entry.d_tag == DT_NEEDED ? elf_strptr(elf, header->sh_link, entry.d_un.d_val) : NULL;
    if (name && strncmp(name, "libmemscope_rt.so", 17) == 0)
      return true;
  }
  return false;
}

static enum ms_elf_kind kind_of(Elf *elf) {
  size_t names = 0, segments = 0;
  if (elf_kind(elf) != ELF_K_ELF || elf_getshdrstrndx(elf, &names) != 0)
    return MS_ELF_OTHER;
  Elf_Scn *section = NULL;
  while ((section = elf_nextscn(elf, section)) != NULL) {
    GElf_Shdr header;
    if (!gelf_getshdr(section, &header))
      continue;
    const char *name = elf_strptr(elf, names, header.sh_name);
    if (name && strcmp(name, MS_SITE_SECTION) == 0)
      return MS_ELF_INSTRUMENTED;
    if ((header.sh_type == SHT_SYMTAB || header.sh_type == SHT_DYNSYM) && has_runtime_symbol(elf, section, &header))
      return MS_ELF_INSTRUMENTED;
    if (header.sh_type == SHT_DYNAMIC && needs_runtime(elf, section, &header))
      return MS_ELF_INSTRUMENTED;
  }
  GElf_Phdr segment;
  if (elf_getphdrnum(elf, &segments) == 0)
    for (size_t i = 0; i < segments && gelf_getphdr(elf, (int)i, &segment); i++)
      if (segment.p_type == PT_INTERP)
        return MS_ELF_PLAIN;
  return MS_ELF_STATIC;
}

enum ms_elf_kind ms_elf_kind(const char *path) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0 || elf_version(EV_CURRENT) == EV_NONE)
    return MS_ELF_OTHER;
  Elf *elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
  enum ms_elf_kind kind = elf ? kind_of(elf) : MS_ELF_OTHER;
  elf_end(elf);
  close(fd);
  return kind;
}
