/* real.c - find the next malloc, and serve allocations while looking.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * RTLD_NEXT finds whatever would have been used without us: libc's functions, or those of
 * jemalloc or mimalloc. The boot buffer is never reused; what dlsym takes is a few bytes,
 * if anything. Not part of the static build.
 */
#include "runtime/real.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/auxv.h>

#include "runtime/modules.h"
#include "runtime/rt_sys_linux.h"
#include "runtime/thread.h"

__attribute__((aligned(16))) char msrt_boot_memory[MSRT_BOOT_BYTES];
bool msrt_boot_used;
static _Atomic size_t boot_bytes; /* relaxed: fetch_add hands out disjoint ranges */

static void *boot_take(size_t align, size_t size) {
  msrt_boot_used = true;
  if (align < 16)
    align = 16;
  if (size > MSRT_BOOT_BYTES || align > MSRT_PAGE)
    return NULL;
  size_t at = atomic_fetch_add_explicit(&boot_bytes, size + align + 16, memory_order_relaxed);
  if (at > MSRT_BOOT_BYTES || size + align + 16 > MSRT_BOOT_BYTES - at)
    return NULL;
  uintptr_t p = ((uintptr_t)msrt_boot_memory + at + 16 + align - 1) & ~(align - 1);
  ((size_t *)p)[-1] = size;
  return (void *)p;
}

static void *boot_malloc(size_t size) { return boot_take(16, size); }

static void *boot_calloc(size_t n, size_t size) {
  size_t bytes;
  return __builtin_mul_overflow(n, size, &bytes) ? NULL : boot_take(16, bytes);
}

static void *boot_realloc(void *old, size_t size) {
  void *p = boot_take(16, size);
  if (p && old) {
    size_t had = ((size_t *)old)[-1];
    memcpy(p, old, had < size ? had : size);
  }
  return p;
}

static void boot_free(void *block) { (void)block; }

static int boot_posix_memalign(void **ret, size_t align, size_t size) {
  void *p = boot_take(align, size);
  if (!p)
    return ENOMEM;
  *ret = p;
  return 0;
}

static void *boot_aligned_alloc(size_t align, size_t size) { return boot_take(align, size); }
static void *boot_memalign(size_t align, size_t size) { return boot_take(align, size); }
static size_t boot_malloc_usable_size(void *block) { return block ? ((size_t *)block)[-1] : 0; }
static void *boot_valloc(size_t size) { return boot_take(MSRT_PAGE, size); }
static void *boot_pvalloc(size_t size) { return boot_take(MSRT_PAGE, size); }

#define DEFINE(name, result, parameters) result(*msrt_real_##name) parameters = boot_##name;
MSRT_HEAP_FUNCTIONS(DEFINE)

void msrt_real_resolve(void) {
  /* All are looked up before any is used, so that blocks do not change allocators. */
#define FIND(name, result, parameters) \
  result(*found_##name) parameters = (result(*) parameters)dlsym(RTLD_NEXT, #name);
  MSRT_HEAP_FUNCTIONS(FIND)
#define STORE(name, result, parameters) \
  if (found_##name)                     \
    msrt_real_##name = found_##name;
  MSRT_HEAP_FUNCTIONS(STORE)
}

void *msrt_real_find(const char *name) {
  void *found = dlsym(RTLD_NEXT, name);
  if (found)
    return found;
  /* A C program that loads C++ plug-ins has these outside the global scope. */
  static const char *const libraries[] = {"libstdc++.so.6", "libc++abi.so.1", "libc++.so.1"};
  for (unsigned i = 0; i < sizeof libraries / sizeof *libraries && !found; i++) {
    void *handle = dlopen(libraries[i], RTLD_LAZY | RTLD_NOLOAD);
    if (handle)
      found = dlsym(handle, name);
  }
  return found;
}

bool msrt_real_has_other_interface(void) {
  /* A search in vain allocates, so libc's own malloc is recognised without one. */
  if (msrt_module_identity((uintptr_t)msrt_real_malloc) == msrt_module_identity((uintptr_t)&getauxval))
    return false;
  struct msrt_thread *t = &msrt_self;
  uintptr_t gate = t->gate;
  t->gate = MSRT_GATE_INTERNAL;
  bool has = dlsym(RTLD_DEFAULT, "mallocx") || dlsym(RTLD_DEFAULT, "mi_free");
  t->gate = gate;
  return has;
}
