/* hooks.c - what instrumented code refers to: hooks.def, the thread-local, the version.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The names are exported, and the dynamic linker picks one definition for the whole
 * process; msrt_abi_local is this copy's own address of the version symbol, by which
 * lifecycle.c finds out whether it was picked.
 */
#include "runtime/hooks.h"
#include "runtime/asan_bridge.h"
#include "runtime/lifecycle.h"
#include "runtime/modules.h"
#include "runtime/record.h"
#include "runtime/track.h"

#define EXPORT __attribute__((visibility("default")))

EXPORT __thread struct ms_tls __memscope_tls;

EXPORT struct ms_heap_range __memscope_heap = {
    MS_ARENA_BASE - MS_HEAP_MARGIN,
    ((uintptr_t)MS_ARENA_GENERATIONS << MS_ARENA_SHIFT) + MS_HEAP_MARGIN};

EXPORT uint32_t __memscope_arena = MS_ARENA_NONE;

EXPORT const char __memscope_abi_v4 = MS_ABI_VERSION;
extern const char msrt_abi_local
    __attribute__((alias("__memscope_abi_v4"), visibility("hidden")));

EXPORT void __memscope_module_register(const void *handle, const struct ms_site *first,
                                       const struct ms_site *last, uint64_t features) {
#ifdef MSRT_ASAN
  msrt_asan_begin();
#endif
  msrt_module_add_sites(handle, first, last);
  if (!msrt_record_wanted(&msrt_self, MSRT_FRAME()))
    return;
  if (msrt_track_enable(features))
    msrt_lifecycle_describe_tracking();
  else
    msrt_lifecycle_describe_levels();
}

EXPORT void __memscope_module_unregister(const void *handle) {
  msrt_module_remove_sites(handle);
}
