#!/usr/bin/env python3
"""borrower.py - a trace as text: a global that points at items of a table for a while.

SPDX-License-Identifier: MIT OR Apache-2.0

usage: borrower.py IN_TIME LATE

IN_TIME times it lets go before the item is freed, LATE times after it, and in the end not at all.
"""

import sys

HEAD = """mscope 1.2
info arena value="0x500000000000-0x540000000000"
info levels value=refs
module 1 start=0x400000 end=0x500000 path=prog
site new kind=alloc slot=element function=main file=p.c line=4 path="items[]" callee=malloc
site put kind=store slot=element function=main file=p.c line=4 path="items[]" src=malloc src-slot=call
site cur kind=store slot=global function=begin file=p.c line=8 path=current src="items[]" src-slot=element
site done kind=store slot=global function=end file=p.c line=9 path=current src-slot=null
site fr kind=free slot=element function=drop file=p.c line=12 path="items[]" callee=free
site gone kind=store slot=element function=drop file=p.c line=13 path="items[]" src-slot=null"""
ITEMS, CURRENT, HEAP = 0x400100, 0x400080, 0x500000000000


def main():
    in_time, late = int(sys.argv[1]), int(sys.argv[2])
    lines = [HEAD]
    for i in range(in_time + late + 1):
        slot, block = ITEMS + 8 * i, HEAP + 0x1000 * i
        events = [f"alloc {block:#x} size=32 fn=malloc site=new", f"store {slot:#x} value={block:#x} site=put",
                  f"store {CURRENT:#x} value={block:#x} site=cur"]
        free = [f"free {block:#x} fn=free site=fr", f"store {slot:#x} value=0 site=gone"]
        done = [f"store {CURRENT:#x} value=0 site=done"]
        events += done + free if i < in_time else free + done if i < in_time + late else free
        lines += [f"@{i + 1} {e}" for e in events]
    print("\n".join(lines))


if __name__ == "__main__":
    main()
