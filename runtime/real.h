/* real.h - the allocator underneath ours, and how a hook is spelled in each build.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Dynamic builds define `malloc` and find the next one with dlsym; until that is done (the
 * search itself may allocate) a small static buffer serves. In the static build the linker
 * renames (--wrap): our function is __wrap_malloc, the real one __real_malloc. For level
 * check the real ones are AddressSanitizer's, which are in the same executable; its own
 * definition of `malloc` is weak and steps aside for ours.
 */
#ifndef MEMSCOPE_RUNTIME_REAL_H
#define MEMSCOPE_RUNTIME_REAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Exported, and weak so that a program's own definition is no clash. */
#ifdef MSRT_ASAN
#define MSRT_EXPORT __attribute__((visibility("default")))
#else
#define MSRT_EXPORT __attribute__((visibility("default"), weak))
#endif

/* The heap functions: name, result, parameters. */
#define MSRT_HEAP_FUNCTIONS(X)                                  \
  X(malloc, void *, (size_t))                                   \
  X(calloc, void *, (size_t, size_t))                           \
  X(realloc, void *, (void *, size_t))                          \
  X(free, void, (void *))                                       \
  X(posix_memalign, int, (void **, size_t, size_t))             \
  X(aligned_alloc, void *, (size_t, size_t))                    \
  X(memalign, void *, (size_t, size_t))                         \
  X(valloc, void *, (size_t))                                   \
  X(pvalloc, void *, (size_t))                                  \
  X(malloc_usable_size, size_t, (void *))

#ifdef MSRT_STATIC
#define MSRT_HOOK(name) __wrap_##name
#define MSRT_REAL(name) __real_##name
#define MSRT_DECLARE(name, result, parameters) \
  result __real_##name parameters;             \
  result __wrap_##name parameters;
#elif defined(MSRT_ASAN)
#define MSRT_HOOK(name) name
#define MSRT_REAL(name) ___interceptor_##name
#define MSRT_DECLARE(name, result, parameters) \
  result ___interceptor_##name parameters;     \
  result name parameters;
#else
#define MSRT_HOOK(name) name
#define MSRT_REAL(name) msrt_real_##name
#define MSRT_DECLARE(name, result, parameters)                                  \
  extern result(*msrt_real_##name) parameters __attribute__((visibility("hidden"))); \
  result name parameters;
#endif
MSRT_HEAP_FUNCTIONS(MSRT_DECLARE)
#undef MSRT_DECLARE

/* Our malloc and free, whatever the names stand for in the program. */
#ifndef MSRT_STATIC
extern void *msrt_own_malloc(size_t size) __attribute__((visibility("hidden")));
extern void msrt_own_free(void *block) __attribute__((visibility("hidden")));
#endif

/* Find the real heap functions. Once, with the gate at INTERNAL. */
void msrt_real_resolve(void);

/* Whether blocks may be handed to functions that we do not stand before (mallocx, sdallocx). */
bool msrt_real_has_other_interface(void);

/* Find a real function that not every program has; NULL if there is none. */
void *msrt_real_find(const char *name);

/* Whether BLOCK came from the buffer that served during resolution, which is hardly ever
 * needed. 1 instruction and a branch. */
extern char msrt_boot_memory[] __attribute__((visibility("hidden")));
extern bool msrt_boot_used __attribute__((visibility("hidden")));
#define MSRT_BOOT_BYTES 65536u
static inline bool msrt_is_boot(const void *block) {
#if defined(MSRT_STATIC) || defined(MSRT_ASAN)
  (void)block;
  return false;
#else
  return __builtin_expect(msrt_boot_used, false) &&
         (uintptr_t)block - (uintptr_t)msrt_boot_memory < MSRT_BOOT_BYTES;
#endif
}

#endif
