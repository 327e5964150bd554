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
 * The runtime takes .at for .site where that is 0, so a function none of whose calls sets
 * .site but wrapped allocators' stores .at only.
 *
 * A call that may well be of code without frame pointers (libc) also stores its function's
 * frame address in .frame and its stack pointer in .stack; the site says so in its flags.
 * A stack that breaks off goes on from there.
 *
 * Pointer copies (level refs and up). Tracked blocks lie in one range of addresses, the
 * tracked arena, which is the same in every process. It has several generations, of which one is
 * followed at a time, so "does this concern a tracked block" is
 * value >> MS_ARENA_SHIFT == __memscope_arena: whether byte 5 of the pointer is that variable's first.
 * "In the arena" means that, below. The code that is inlined:
 *
 *   store of V to memory S   right before or right after it (atomic: after it), if V or what
 *                            *S was is in the arena: __memscope_store(S, V, old, site);
 *                            old is what *S was, or 0 if that is not in the arena
 *   memcpy, memset, struct   before it: __memscope_copy(dst, src, n, site)
 *   variable gets V          refs: only results of calls, if V is in the arena;
 *                            full: if V or what the variable had before is in the arena:
 *                            __memscope_bind(V, site)
 *   return, where the frame  if tls.slots >= ~frame address:
 *   holds pointer variables  __memscope_frame(frame address, site)
 *   full only: function      __memscope_enter(frame address, FUNC site), then a bind for each
 *                            pointer parameter; before each return:
 *                            __memscope_leave(frame address, value or NULL, RETURN site)
 *   full only: a variable's  if what it had is in the arena:
 *   block ends               __memscope_bind(NULL, SCOPE site)
 *   full only: setjmp or a   __memscope_bind(NULL, SCOPE site without a path)
 *   landing pad is reached
 *   full only: x->n++        after it, if &x->n is in the arena: __memscope_count
 *   full only: pointer       before a call of a function that the module does not define, if
 *   argument                 V is in the arena: __memscope_pass(V, site)
 *
 * The slot of a store is known by its address. A variable that is bound (not stored) is known
 * by the function's activation and its name; it never has an address here, so that the
 * optimiser may keep it in a register.
 *
 * A function whose address is taken (it may be called back by code that was not
 * instrumented) restores .site to E, and .frame and .stack, before it
 * returns. The runtime sets .at to 0 once
 * an allocation or free has consumed it; it never writes .site.
 *
 * Anchors. A function that may come to an allocator in a loop stores 0 into
 * __memscope_tls.anchors[MS_ANCHOR_OF(frame address)] when it is entered, before it calls anything, and has
 * MS_ANCHOR_MARK before its code. The runtime may then put a number there: while it finds it again, no
 * such function has begun whose frame leads to that word, so the one that is known to have its
 * frame there is still in the same activation, and the stack above it is as it was.
 */
#ifndef MEMSCOPE_ABI_H
#define MEMSCOPE_ABI_H

#include "memscope/site.h"

#define MS_ABI_VERSION 4
#define MS_ABI_SYMBOL_NAME "__memscope_abi_v4"
#define MS_TLS_SYMBOL_NAME "__memscope_tls"

/* Which of __memscope_tls.anchors a function with frame address FRAME (16 bytes aligned) uses. */
#define MS_ANCHORS 64u
#define MS_ANCHOR_OF(frame) ((frame) >> 4 & (MS_ANCHORS - 1))
#define MS_ANCHOR_MARK 0x6e615f65706f6373u, 0xb4c5d2f8926b0e17u /* 16 bytes, as code is aligned */

/* The tracked arena: MS_ARENA_GENERATIONS times 1 << MS_ARENA_SHIFT bytes from MS_ARENA_BASE. Above
 * the heap of a program that is not position independent, below where the kernel puts position
 * independent programs. __memscope_arena is MS_ARENA_NONE while nothing is followed. */
#define MS_ARENA_BASE 0x400000000000u
#define MS_ARENA_SHIFT 40
#define MS_ARENA_GENERATIONS 16u
#define MS_ARENA_NONE UINT32_MAX
#define MS_ARENA_SYMBOL_NAME "__memscope_arena"

/* Level check: the heap is AddressSanitizer's, which lies elsewhere in each process (at the
 * arena's addresses in some releases of LLVM). "In the arena" is then
 * value - __memscope_heap.start < __memscope_heap.size; the rest of the contract is the same.
 * The range begins MS_HEAP_MARGIN bytes below the first block: .start itself, which a snapshot comes
 * across, is then no pointer to it. */
#define MS_HEAP_SYMBOL_NAME "__memscope_heap"
#define MS_HEAP_MARGIN 8u

/* What a module was compiled to record, beyond allocations (__memscope_module_register). */
#define MS_MODULE_REFS 1u
#define MS_MODULE_FULL 2u
#define MS_MODULE_CHECK 4u

#ifdef __cplusplus
extern "C" {
#endif

/* Per-thread; initial-exec TLS, so that an access is one or two instructions. */
struct ms_tls {
  const struct ms_site *site; /* offset 0 */
  const struct ms_site *at;   /* offset 8 */
  const void *frame;          /* offset 16: frame address of the calling function */
  const void *stack;          /* offset 24: its stack pointer, or 0 before a tail call */
  uintptr_t slots;            /* offset 32: complement of the lowest stack address at which a
                               * tracked pointer has been recorded; 0: there is none */
  uintptr_t anchors[MS_ANCHORS + 1]; /* from offset 40; the last stays 0 */
};

struct ms_heap_range {
  uintptr_t start, size;
};

extern struct ms_heap_range __memscope_heap;
extern uint32_t __memscope_arena;
extern const char __memscope_abi_v4;

#ifdef __clang__
#define MS_COLD __attribute__((preserve_most))
#else
#define MS_COLD /* who calls a hook need not know what it keeps */
#endif
#define MS_HOOK(name, sig, ret, params) ret name params;
#define MS_COLD_HOOK(name, sig, ret, params) MS_COLD ret name params;
#include "memscope/hooks.def"

#ifdef __cplusplus
}
#endif

#endif
