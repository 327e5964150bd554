/* site_table.c - an object with a small site table, a seed for fuzz_site_table.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#define SITE(line, kind, slot)                                                          \
  ".long .Lfunc-.\n.long .Lfile-.\n.long 0\n.long .Lpath-.\n.long .Ltype-.\n.long .Lcallee-.\n" \
  ".long .Lfield-.\n.long .Lsrc-.\n"                                                  \
  ".long " #line "\n.short 3\n.byte " #kind "\n.byte " #slot "\n.long 1\n.long 24\n.long 2\n" \
  ".byte 11\n.byte 3\n.short 0\n.long 8\n.long 0\n"

__asm__(".section .rodata.memscope,\"a\"\n"
        ".Lfunc: .asciz \"list_push\"\n.Lfile: .asciz \"list.c\"\n.Lpath: .asciz \"it->name\"\n"
        ".Ltype: .asciz \"struct item\"\n.Lcallee: .asciz \"malloc\"\n"
        ".Lfield: .asciz \"struct item.name\"\n.Lsrc: .asciz \"name\"\n"
        ".section memscope_sites,\"aw\"\n.p2align 3\n" SITE(12, 1, 4) SITE(13, 4, 1) SITE(14, 2, 9)
        ".text\n");

int fuzz_seed_value;
int fuzz_seed_function(void);
int fuzz_seed_function(void) { return fuzz_seed_value; }
