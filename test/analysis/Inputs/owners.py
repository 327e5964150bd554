#!/usr/bin/env python3
"""owners.py - a trace as text: records that own their name, and one name that two records own.

SPDX-License-Identifier: MIT OR Apache-2.0

usage: owners.py freed|live|indexed|generic|interned

Six records live and go, each with a name of its own. Then two have one name between them: at the end
of the trace (live), or the one is destroyed with it (freed). indexed: live, but every name is also in an
index all the time, which makes two holders a habit. generic: live, but records hold a `void *`. interned:
the names that live and go lie in a table; the last one does as well, and is copied with the whole of four
records from where nobody saw it put.
"""

import sys

HEAD = '''mscope 1.2
info arena value="0x500000000000-0x540000000000"
info levels value=refs
module 1 start=0x400000 end=0x500000 path=prog
site new kind=alloc slot=field function=make file=p.c line=5 path="r->name" field="struct rec.name" callee=strdup
site again kind=alloc slot=field function=change file=p.c line=9 path="r->name" field="struct rec.name" callee=strdup
site put kind=store slot=field function=make file=p.c line=5 path="r->name" field="struct rec.name" type=char src=strdup src-slot=call
site put2 kind=store slot=field function=change file=p.c line=9 path="r->name" field="struct rec.name" type=char src=strdup src-slot=call
site copy kind=store slot=field function=copy file=p.c line=14 path="c->name" field="struct rec.name" type=char src="r->name" src-slot=field
site kept kind=store slot=global function=main file=p.c line=20 path=kept
site rec kind=alloc slot=local function=main file=p.c line=19 path=r callee=malloc
site fr kind=free slot=field function=destroy file=p.c line=30 path="r->name" field="struct rec.name" callee=free
site frr kind=free slot=local function=destroy file=p.c line=31 path=r callee=free
site index kind=store slot=element function=add file=p.c line=40 path="by_name[]" src="r->name" src-slot=field
site table kind=alloc slot=local function=main file=p.c line=50 path=tab type="char *" type-size=8 callee=malloc
site names kind=store slot=global function=main file=p.c line=50 path=names
site enter kind=store slot=element function=intern file=p.c line=51 path="tab[]" src=strdup src-slot=call
site leave kind=free slot=element function=forget file=p.c line=52 path="tab[]" callee=free
site typed kind=alloc slot=local function=main file=p.c line=53 path=r type="struct rec" type-size=16 callee=malloc
site whole kind=copy slot=deref function=move file=p.c line=54 path="*r" type="struct rec" type-size=16 src="*s" src-slot=deref
site unindex kind=store slot=element function=drop file=p.c line=41 path="by_name[]" src-slot=null
'''
RECORDS, NAMES, GLOBALS = 0x500000000000, 0x500100000000, 0x400100


class Trace:
    """The lines of one trace; time goes on with each event."""

    def __init__(self):
        self.lines, self.time = [HEAD.rstrip()], 0

    def event(self, text):
        self.time += 1
        self.lines.append(f"@{self.time} {text}")

    def life(self, number, is_indexed):
        record, name = RECORDS + number * 0x1000, NAMES + number * 0x1000
        site, store = ("again", "put2") if number % 2 else ("new", "put")
        self.event(f"alloc {record:#x} size=16 fn=malloc site=rec")
        self.event(f"alloc {name:#x} size=8 fn=malloc site={site}")
        self.event(f"store {record:#x} value={name:#x} site={store}")
        if is_indexed:
            self.event(f"store {GLOBALS + 64:#x} value={name:#x} site=index")
            self.event(f"store {GLOBALS + 64:#x} value=0 site=unindex")
        self.event(f"free {name:#x} fn=free site=fr")
        self.event(f"free {record:#x} fn=free site=frr")

    def interned(self):
        table = RECORDS + 0x20000
        self.event(f"alloc {table:#x} size=64 fn=malloc site=table")
        self.event(f"store {GLOBALS + 32:#x} value={table:#x} site=names")
        for number in range(7):
            name = NAMES + number * 0x1000
            self.event(f"alloc {name:#x} size=8 fn=malloc site=new")
            self.event(f"store {table + 8 * number:#x} value={name:#x} site=enter")
            if number < 6:
                self.event(f"free {name:#x} fn=free site=leave")
                self.event(f"store {table + 8 * number:#x} value=0 site=enter")
        edges = [(GLOBALS + 32, table), (table + 48, name)]
        for number in range(4):
            at, record = GLOBALS + 8 * number, RECORDS + number * 0x1000
            self.event(f"alloc {record:#x} size=16 fn=malloc site=typed")
            self.event(f"store {at:#x} value={record:#x} site=kept")
            self.event(f"store {record + 8:#x} value={name:#x} site=whole")
            edges += [(at, record), (record + 8, name)]
        self.end(edges)

    def end(self, edges):
        self.event('snapshot "exit" value=1 lane=1')
        self.lines.append(f"@{self.time} region 0x400000 0 size=4096 lane=1")
        self.lines += [f"@{self.time} edge {at:#x} value={to:#x} lane=1" for at, to in edges]
        self.lines.append(f"@{self.time} snapshot-end 1 value={len(edges)} lane=1")
        self.event("exit status=0")


def main():
    what, trace = sys.argv[1], Trace()
    if what == "interned":
        trace.interned()
        print("\n".join(trace.lines))
        return
    for number in range(6):
        trace.life(number, what == "indexed")
    first, second, name = RECORDS + 0x10000, RECORDS + 0x11000, NAMES + 0x10000
    for at, record in (GLOBALS, first), (GLOBALS + 8, second):
        trace.event(f"alloc {record:#x} size=16 fn=malloc site=rec")
        trace.event(f"store {at:#x} value={record:#x} site=kept")
    trace.event(f"alloc {name:#x} size=8 fn=malloc site=new")
    trace.event(f"store {first:#x} value={name:#x} site=put")
    trace.event(f"store {second:#x} value={name:#x} site=copy")
    edges = [(GLOBALS, first), (GLOBALS + 8, second), (first, name), (second, name)]
    if what == "freed":
        trace.event(f"free {name:#x} fn=free site=fr")
        trace.event(f"free {first:#x} fn=free site=frr")
        edges = [(GLOBALS + 8, second), (second, name)]
    trace.end(edges)
    text = "\n".join(trace.lines)
    print(text.replace("type=char", "type=void") if what == "generic" else text)


if __name__ == "__main__":
    main()
