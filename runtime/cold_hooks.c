/* cold_hooks.c - the entries of the hooks that keep all general registers.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Instrumented code calls them behind an unlikely branch in the middle of its hot code, by LLVM's
 * preserve_most convention, which not every C compiler knows: so they are written in assembly, save
 * what C may change, and call msrt_hook_NAME of copies.c with the same arguments and the entry's
 * own frame address. x86-64: r11 and the vector registers are the only ones that change.
 *
 * Most calls of __memscope_store are about muted blocks, under track=auto, once a program has run
 * for a while, and of __memscope_bind about blocks whose names are used up: those return after 15 to 24
 * instructions.
 */
#include "runtime/copies.h"
#include "runtime/track.h"

#define TEXT(x) #x
#define VALUE(x) TEXT(x)

#define BEGIN(name)                                                                           \
  ".pushsection .text." name ",\"ax\",@progbits\n"                                          \
  ".p2align 4\n.globl " name "\n.type " name ",@function\n" name ":\n.cfi_startproc\n"
#define END(name) ".cfi_endproc\n.size " name ",.-" name "\n.popsection\n"

#if defined(__x86_64__)

/* FRAME: the register of the argument that C gets last. CALL calls msrt_hook_NAME, perhaps by parts. */
#define ENTRY(hook, FRAME, quick, CALL)                                                             \
  __asm__(BEGIN("__memscope_" hook)                                                           \
          "endbr64\n" quick                                                                   \
          "push %rbp\n.cfi_def_cfa_offset 16\n.cfi_offset %rbp,-16\n"                         \
          "mov %rsp,%rbp\n.cfi_def_cfa_register %rbp\n"                                       \
          "push %rax\n.cfi_offset %rax,-24\n"                                                 \
          "push %rcx\n.cfi_offset %rcx,-32\n"                                                 \
          "push %rdx\n.cfi_offset %rdx,-40\n"                                                 \
          "push %rsi\n.cfi_offset %rsi,-48\n"                                                 \
          "push %rdi\n.cfi_offset %rdi,-56\n"                                                 \
          "push %r8\n.cfi_offset %r8,-64\n"                                                   \
          "push %r9\n.cfi_offset %r9,-72\n"                                                   \
          "push %r10\n.cfi_offset %r10,-80\n"                                                 \
          "mov %rbp,%" FRAME "\n" CALL                                                          \
          "pop %r10\npop %r9\npop %r8\npop %rdi\npop %rsi\npop %rdx\npop %rcx\npop %rax\n"    \
          "pop %rbp\n.cfi_def_cfa %rsp,8\n"                                                   \
          "ret\n" END("__memscope_" hook))

#define CALL_HOOK(hook) "call msrt_hook_" hook "\n"
/* The usual case first; for the others the arguments are taken from where they were saved. */
#define CALL_STORE                                                                            \
  "call msrt_quick_store\ntest %al,%al\njne 4f\n"                                            \
  "mov -16(%rbp),%rcx\nmov -24(%rbp),%rdx\nmov -32(%rbp),%rsi\nmov -40(%rbp),%rdi\n"         \
  "mov %rbp,%r8\ncall msrt_store_other\n4:\n"
#define CALL_BIND                                                                             \
  "call msrt_quick_bind\ntest %al,%al\njne 4f\n"                                             \
  "mov -32(%rbp),%rsi\nmov -40(%rbp),%rdi\n"                                                  \
  "mov %rbp,%rdx\ncall msrt_bind_other\n4:\n"

/* What REG points to is followed, by its heat (NOT_MUTED, NOT_SPENT): on to TO. */
#define IF_FOLLOWED(REG, FOLLOWED, TO, LABEL)                                                 \
  "mov %" REG ",%r11\n"                                                                       \
  "shr $" VALUE(MS_ARENA_SHIFT) ",%r11\n"                                                     \
  "cmp msrt_arena_key(%rip),%r11d\n"                                                                         \
  "jne " LABEL "f\n"                                                                          \
  "mov %" REG ",%r11\n"                                                                       \
  "shr $3,%r11\n"                                                                             \
  "and $-2,%r11\n"                                                                            \
  FOLLOWED " " TO "f\n" LABEL ":\n"
#define NOT_MUTED "cmpw $-1,(%r11)\njne"
#define NOT_SPENT "cmpw $0,(%r11)\njns"

#ifdef MSRT_ASAN
#define QUICK_STORE ""
#define QUICK_BIND ""
#else
#define QUICK_BIND                                                                            \
  "cmpb $0,msrt_names_mute(%rip)\n"                                                           \
  "je 3f\n"                                                                                   \
  IF_FOLLOWED("rdi", NOT_SPENT, "3", "1")                                                     \
  "mov msrt_copies_patience@gottpoff(%rip),%r11\n"                                            \
  "subl $1,%fs:(%r11)\n"                                                                      \
  "jc 3f\n"                                                                                   \
  "ret\n"                                                                                     \
  "3:\n"
#define QUICK_STORE                                                                           \
  "cmpb $0,msrt_copies_mute(%rip)\n"                                                          \
  "je 3f\n"                                                                                   \
  IF_FOLLOWED("rsi", NOT_MUTED, "3", "1")                                                     \
  IF_FOLLOWED("rdx", NOT_MUTED, "3", "2")                                                     \
  "mov msrt_copies_patience@gottpoff(%rip),%r11\n"                                            \
  "subl $1,%fs:(%r11)\n"                                                                      \
  "jc 3f\n"                                                                                   \
  "ret\n"                                                                                     \
  "3:\n"
_Static_assert(MSRT_ARENA_HEAT == MS_ARENA_BASE >> 3 && MSRT_MUTED == 0xffff && MSRT_SPENT == 0x8000,
               "what IF_FOLLOWED knows");
#endif

ENTRY("store", "r8", QUICK_STORE, CALL_STORE);
ENTRY("bind", "rdx", QUICK_BIND, CALL_BIND);
ENTRY("frame", "rdx", "", CALL_HOOK("frame"));
ENTRY("scope", "rcx", "", CALL_HOOK("scope"));
ENTRY("count", "rcx", "", CALL_HOOK("count"));
ENTRY("pass", "rdx", "", CALL_HOOK("pass"));

#elif defined(__aarch64__)

/* x0 to x8 may change, x9 to x15 may not. */
#define ENTRY(hook, FRAME)                                                                    \
  __asm__(BEGIN("__memscope_" hook)                                                           \
          "hint #25\n" /* paciasp */                                                          \
          ".cfi_negate_ra_state\n"                                                            \
          "stp x29,x30,[sp,#-80]!\n"                                                          \
          ".cfi_def_cfa_offset 80\n.cfi_offset 29,-80\n.cfi_offset 30,-72\n"                  \
          "mov x29,sp\n.cfi_def_cfa_register 29\n"                                            \
          "stp x9,x10,[sp,#16]\nstp x11,x12,[sp,#32]\nstp x13,x14,[sp,#48]\nstr x15,[sp,#64]\n" \
          "mov " FRAME ",x29\n"                                                               \
          "bl msrt_hook_" hook "\n"                                                           \
          "ldp x9,x10,[sp,#16]\nldp x11,x12,[sp,#32]\nldp x13,x14,[sp,#48]\nldr x15,[sp,#64]\n" \
          "ldp x29,x30,[sp],#80\n.cfi_def_cfa 31,0\n.cfi_restore 29\n.cfi_restore 30\n"       \
          "hint #29\n.cfi_negate_ra_state\n" /* autiasp */                                    \
          "ret\n" END("__memscope_" hook))

ENTRY("store", "x4");
ENTRY("bind", "x2");
ENTRY("frame", "x2");
ENTRY("scope", "x3");
ENTRY("count", "x3");
ENTRY("pass", "x2");

#endif
