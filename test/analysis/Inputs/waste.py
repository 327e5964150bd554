#!/usr/bin/env python3
"""waste.py - a trace as text: blocks of which many are temporary, and one that grows.

SPDX-License-Identifier: MIT OR Apache-2.0

usage: waste.py temporary BLOCKS KEPT | realloc STEPS FIRST ADD FACTOR

temporary: BLOCKS blocks are freed by the function that allocates them, KEPT more by another. realloc: a block of
FIRST bytes grows in STEPS steps to its size * FACTOR + ADD.
"""

import sys

HEAD = """mscope 1.2
info arena value="0x500000000000-0x540000000000"
info levels value=refs
module 1 start=0x400000 end=0x500000 path=prog
site 1:1 kind=alloc slot=local function=work file=p.c line=4 path=tmp callee=malloc
site 1:2 kind=free slot=local function=work file=p.c line=6 path=tmp callee=free
site 1:3 kind=free slot=local function=other file=p.c line=9 path=x callee=free
site 1:4 kind=realloc slot=field function=grow file=p.c line=12 path="b->data" callee=realloc
context 1 fn=malloc site=1:1
context 2 fn=free site=1:2
context 3 fn=free site=1:3
context 4 fn=realloc site=1:4"""


def main():
    kind, *numbers = sys.argv[1:]
    print(HEAD)
    if kind == "temporary":
        blocks, kept = map(int, numbers)
        for i in range(blocks + kept):
            print(f"@{2 * i + 1} alloc 0x500000000000 size=32 ctx=1")
            print(f"@{2 * i + 2} free 0x500000000000 ctx={2 if i < blocks else 3}")
        return
    steps, size, add, factor = int(numbers[0]), int(numbers[1]), int(numbers[2]), float(numbers[3])
    print(f"@1 alloc 0x500000000000 size={size} ctx=1")
    for i in range(steps):
        size = int(size * factor) + add
        print(f"@{2 * i + 2} realloc-begin 0x500000000000 ctx=4")
        print(f"@{2 * i + 3} realloc-end 0x500000000000 size={size} ctx=4")


if __name__ == "__main__":
    main()
