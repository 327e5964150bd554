/* program.c - see program.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A program has the runtime if it has a site table (which survives strip), needs
 * libmemscope_rt.so, or has one of the runtime's symbols.
 */
#include "driver/cli/program.h"

#include <fcntl.h>
#include <gelf.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "memscope/abi.h"
#include "support/xalloc.h"

static bool is_runnable(const char *path) {
  struct stat st;
  return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

char *ms_program_find(const char *name) {
  if (strchr(name, '/'))
    return is_runnable(name) ? ms_xstrdup(name) : NULL;
  const char *path = getenv("PATH");
  for (const char *at = path ? path : "/bin:/usr/bin"; at;) {
    const char *end = strchrnul(at, ':');
    char *file = ms_xasprintf("%.*s%s%s", (int)(end - at), at, end == at ? "./" : "/", name);
    if (is_runnable(file))
      return file;
    free(file);
    at = *end ? end + 1 : NULL;
  }
  return NULL;
}

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

static enum ms_program_kind kind_of(Elf *elf) {
  size_t names = 0, segments = 0;
  if (elf_kind(elf) != ELF_K_ELF || elf_getshdrstrndx(elf, &names) != 0)
    return MS_PROGRAM_OTHER;
  Elf_Scn *section = NULL;
  while ((section = elf_nextscn(elf, section)) != NULL) {
    GElf_Shdr header;
    if (!gelf_getshdr(section, &header))
      continue;
    const char *name = elf_strptr(elf, names, header.sh_name);
    if (name && strcmp(name, MS_SITE_SECTION) == 0)
      return MS_PROGRAM_INSTRUMENTED;
    if ((header.sh_type == SHT_SYMTAB || header.sh_type == SHT_DYNSYM) && has_runtime_symbol(elf, section, &header))
      return MS_PROGRAM_INSTRUMENTED;
    if (header.sh_type == SHT_DYNAMIC && needs_runtime(elf, section, &header))
      return MS_PROGRAM_INSTRUMENTED;
  }
  GElf_Phdr segment;
  if (elf_getphdrnum(elf, &segments) == 0)
    for (size_t i = 0; i < segments && gelf_getphdr(elf, (int)i, &segment); i++)
      if (segment.p_type == PT_INTERP)
        return MS_PROGRAM_PLAIN;
  return MS_PROGRAM_STATIC;
}

enum ms_program_kind ms_program_kind(const char *path) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0 || elf_version(EV_CURRENT) == EV_NONE)
    return MS_PROGRAM_OTHER;
  Elf *elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
  enum ms_program_kind kind = elf ? kind_of(elf) : MS_PROGRAM_OTHER;
  elf_end(elf);
  close(fd);
  return kind;
}

char *ms_lib_dir(void) {
  const char *dir = getenv("MEMSCOPE_LIB_DIR");
  if (dir && *dir)
    return ms_xstrdup(dir);
  char self[4096];
  ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
  if (n <= 0)
    return ms_xstrdup("/usr/lib/memscope");
  self[n] = '\0';
  char *slash = strrchr(self, '/');
  if (slash)
    *slash = '\0';
  char *relative = ms_xasprintf("%s/../lib/memscope", self);
  char *real = realpath(relative, NULL);
  if (!real)
    return relative;
  free(relative);
  return real;
}
