/* abi.h - the contract between instrumented code and the runtime.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Instrumented code does three things:
 *   - before a call that may allocate it stores the address of a site record in
 *     __memscope_tls.site (who gets the name), and before a call of a known
 *     allocator or deallocator also in __memscope_tls.at (the call itself);
 *   - each executable or shared object registers its site table (hooks.def);
 *   - every module refers to MS_ABI_SYMBOL, so that objects of another ABI version
 *     fail at link time.
 *
 * Who sets what (S = the site of this call, E = __memscope_tls.site as it was when the
 * enclosing function was entered):
 *
 *   call                                              .site              .at
 *   allocator, result stays in this function          S                  S
 *   allocator, result may be returned (wrapper)       E if not 0 else S  S
 *   free                                              unchanged          S
 *   other call that may reach an allocation           S                  unchanged
 *   the same, and its result may be returned          E if not 0 else S  unchanged
 *
 * A call that may well be of code without frame pointers (libc) also stores its function's
 * frame address in .frame and its stack pointer in .stack; the site says so in its flags.
 * A stack that breaks off goes on from there.
 *
 * A function whose address is taken (it may be called back by code that was not
 * instrumented) restores .site to E, and .frame and .stack, before it
 * returns. The runtime sets .at to 0 once
 * an allocation or free has consumed it; it never writes .site.
 */
#ifndef MEMSCOPE_ABI_H
#define MEMSCOPE_ABI_H

#include "memscope/site.h"

#define MS_ABI_VERSION 1
#define MS_ABI_SYMBOL_NAME "__memscope_abi_v1"
#define MS_TLS_SYMBOL_NAME "__memscope_tls"

#ifdef __cplusplus
extern "C" {
#endif

/* Per-thread; initial-exec TLS, so that an access is one or two instructions. */
struct ms_tls {
  const struct ms_site *site; /* offset 0 */
  const struct ms_site *at;   /* offset 8 */
  const void *frame;          /* offset 16: frame address of the calling function */
  const void *stack;          /* offset 24: its stack pointer, or 0 before a tail call */
};

extern const char __memscope_abi_v1;

#define MS_HOOK(name, sig, ret, params) ret name params;
#include "memscope/hooks.def"

#ifdef __cplusplus
}
#endif

#endif
