/* annotations.c - what memscope.h calls.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Exported; programs refer to them weakly, so they link without the runtime, too.
 */
#include "memscope/memscope.h"
#include "runtime/copies.h"
#include "runtime/hooks.h"
#include "runtime/snapshot.h"

#define EXPORT __attribute__((visibility("default")))

EXPORT void __memscope_user_name(const void *block, const char *name) {
  if (block && name)
    msrt_string_event(&msrt_self, MSRT_FRAME(), MS_EV_NAME, name, (uintptr_t)block, true);
}

EXPORT void __memscope_user_ignore(const void *block) {
  if (block)
    msrt_string_event(&msrt_self, MSRT_FRAME(), MS_EV_NAME, MS_NAME_IGNORE, (uintptr_t)block, true);
}

EXPORT void __memscope_user_mark(const char *name) {
  if (!name)
    return;
  msrt_copies_frames_left(&msrt_self, MSRT_FRAME()); /* the state at a mark is exact */
  msrt_string_event(&msrt_self, MSRT_FRAME(), MS_EV_MARK, name, 0, false);
}

EXPORT void __memscope_user_scope(const char *name, int begins) {
  if (name)
    msrt_string_event(&msrt_self, MSRT_FRAME(), begins ? MS_EV_SCOPE_BEGIN : MS_EV_SCOPE_END,
                      name, 0, false);
}

EXPORT void __memscope_user_pool_alloc(const void *pool, const void *part, size_t size) {
  const struct ms_site *site = __memscope_tls.site;
  msrt_copy_event(&msrt_self, MSRT_FRAME(), MS_EV_POOL, site, MSRT_B_NONE, 0, (uintptr_t)pool);
  msrt_copy_event(&msrt_self, MSRT_FRAME(), MS_EV_POOL_ALLOC, site, MSRT_B_NUMBER, size,
                  (uintptr_t)part);
}

EXPORT void __memscope_user_pool_reset(const void *pool) {
  msrt_copy_event(&msrt_self, MSRT_FRAME(), MS_EV_POOL_RESET, __memscope_tls.site, MSRT_B_NONE,
                  0, (uintptr_t)pool);
}

EXPORT void __memscope_user_snapshot(const char *name) {
  msrt_snapshot(name ? name : "", false);
}
