/* memscope.h - tell MemScope what a compiler cannot see: names, scopes, pools, marks.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Include it anywhere in C or C++; nothing needs to be linked. In a program that runs
 * without MemScope's runtime every function here does nothing and costs a test of a weak
 * symbol. All may be called from any thread and from signal handlers; none fails, allocates
 * or changes errno. Strings are copied.
 */
#ifndef MEMSCOPE_MEMSCOPE_H
#define MEMSCOPE_MEMSCOPE_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MEMSCOPE_WEAK __attribute__((weak, visibility("default")))
void MEMSCOPE_WEAK __memscope_user_name(const void *block, const char *name);
void MEMSCOPE_WEAK __memscope_user_ignore(const void *block);
void MEMSCOPE_WEAK __memscope_user_mark(const char *name);
void MEMSCOPE_WEAK __memscope_user_scope(const char *name, int begins);
void MEMSCOPE_WEAK __memscope_user_pool_alloc(const void *pool, const void *part, size_t size);
void MEMSCOPE_WEAK __memscope_user_pool_reset(const void *pool);
void MEMSCOPE_WEAK __memscope_user_snapshot(const char *name);
#undef MEMSCOPE_WEAK

/* Calls BLOCK, or the block that BLOCK points into, NAME in reports from now on. */
static inline void memscope_name(const void *block, const char *name) {
  if (__memscope_user_name)
    __memscope_user_name(block, name);
}

/* BLOCK, or the block that BLOCK points into, is meant to live until the program ends: neither it
 * nor what only it leads to is a leak. */
static inline void memscope_ignore(const void *block) {
  if (__memscope_user_ignore)
    __memscope_user_ignore(block);
}

/* Puts a mark into the recording: reports can show the state at it. */
static inline void memscope_mark(const char *name) {
  if (__memscope_user_mark)
    __memscope_user_mark(name);
}

/* What this thread does until the matching end belongs to NAME (a request, a frame, a
 * test case). Scopes nest. */
static inline void memscope_scope_begin(const char *name) {
  if (__memscope_user_scope)
    __memscope_user_scope(name, 1);
}
static inline void memscope_scope_end(const char *name) {
  if (__memscope_user_scope)
    __memscope_user_scope(name, 0);
}

/* A pool is known by its address (of the pool's own structure). PART, SIZE bytes, has been
 * given out; a reset takes back all parts of POOL at once. */
static inline void memscope_pool_alloc(const void *pool, const void *part, size_t size) {
  if (__memscope_user_pool_alloc)
    __memscope_user_pool_alloc(pool, part, size);
}
static inline void memscope_pool_reset(const void *pool) {
  if (__memscope_user_pool_reset)
    __memscope_user_pool_reset(pool);
}

/* Records what points at the blocks that are followed, by looking through all memory, in a
 * copy of the process; the program is stopped for as long as a fork takes. */
static inline void memscope_snapshot(const char *name) {
  if (__memscope_user_snapshot)
    __memscope_user_snapshot(name);
}

#ifdef __cplusplus
}
#endif

#endif
