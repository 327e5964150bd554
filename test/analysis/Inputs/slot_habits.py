#!/usr/bin/env python3
"""slot_habits.py - a trace as text: what programs do with slots, in small.

SPDX-License-Identifier: MIT OR Apache-2.0

usage: slot_habits.py helper|inner|cursor|built|handed|working|counted|last|length|visits|merged|contradicts|
                      second|cleared|drained|relinked|backlink

Six records, each with a name of its own. helper: the name is freed by a function that got it from the
record, which also has a second pointer to it. inner: the same, by a variable and with nothing said about
the argument. cursor: a variable gets the name from a second pointer, which then moves on, and frees it.
handed: the name is copied from the record to a global, which it is freed through, and the record stays
as it was. last: the counter of references is not counted down for the last one. length: a counter goes up far
beyond the number of pointers, and down to 0 before the free. built: the name is put into a structure on the stack,
copied from there to the record, and the structure is left as it is. working: whole records are
copied to a structure on the stack for a while. counted: names have a counter of references, and the
records hold them as `void *`. visits: a variable gets a name while a counter in it goes up that has
nothing to do with who holds it. merged: a store without a name puts the name into a global, next to
the record's second pointer. contradicts: names are freed through records again and again, but the records have
let go of many that lived on elsewhere. relinked: the same, but they lived on where a function put them that was given
them by the one that takes them out of the record, as a list is sorted. backlink: a second pointer is the only one left in memory when
the name is freed, not through it. second: a record frees its name, of which a global that frees what it holds
has a pointer, too. cleared: the same, and the global is cleared after the free. drained: the same, by a function that got
the name as its argument; the caller clears the global.
"""

import sys

HEAD = """mscope 1.2
info arena value="0x500000000000-0x540000000000"
info levels value=full
module 1 start=0x400000 end=0x500000 path=prog
site main kind=func function=main src="int main(void)"
site work kind=func function=work src="void work(void)"
site ret kind=return function=work
site rec kind=alloc slot=local function=work file=p.c line=4 path=r type="struct rec" type-size=16 callee=malloc
site new kind=alloc slot=field function=work file=p.c line=5 path="r->name" field="struct rec.name" callee=malloc
site put kind=store slot=field function=work file=p.c line=5 path="r->name" field="struct rec.name" type=char src=malloc src-slot=call
site view kind=store slot=field function=work file=p.c line=6 path="r->view" field="struct rec.view" type=char src="r->name" src-slot=field
site hand kind=pass slot=arg function=work file=p.c line=7 callee=discard src="r->name" src-slot=field
site discard kind=func function=discard index=1 src="void discard(void *p)"
site discard0 kind=param slot=param function=discard path=p index=0 flags=freed
site frp kind=free slot=param function=discard file=p.c line=8 path=p callee=free
site retd kind=return function=discard
site frr kind=free slot=local function=work file=p.c line=9 path=r callee=free
site build kind=store slot=field function=work file=p.c line=10 path="b.text" field="struct builder.text" type=char src=malloc src-slot=call
site built kind=store slot=field function=work file=p.c line=11 path="r->name" field="struct rec.name" type=char src="b.text" src-slot=field
site frn kind=free slot=field function=work file=p.c line=12 path="r->name" field="struct rec.name" callee=free
site whole kind=copy slot=local function=work file=p.c line=13 path=copy type="struct rec" type-size=16 src="*r" src-slot=deref
site end kind=scope slot=local function=work file=p.c line=14 path=copy
site item kind=store slot=field function=work file=p.c line=15 path="r->item" field="struct rec.item" type=void src=item src-slot=local
site up kind=count slot=field function=work file=p.c line=16 path="i->refs" field="struct item.refs"
site down kind=count slot=field function=work file=p.c line=17 path="i->refs" field="struct item.refs" flags=down
site look kind=bind slot=local function=work file=p.c line=18 path=n type="struct item" src="r->name" src-slot=field flags=src-live
site frl kind=free slot=local function=work file=p.c line=19 path=n callee=free
site null kind=store slot=field function=work file=p.c line=20 path="r->name" field="struct rec.name" src-slot=null
site over kind=store slot=field function=work file=p.c line=22 path="r->view" field="struct rec.view" src-slot=null
site see kind=bind slot=local function=work file=p.c line=23 path=v type="struct item" src="r->view" src-slot=field flags=src-live
site frv kind=free slot=local function=work file=p.c line=24 path=v callee=free
site hold kind=store slot=global function=work file=p.c line=25 path=kept type=char src="r->name" src-slot=field
site frk kind=free slot=global function=work file=p.c line=26 path=kept callee=free
site sunk kind=store function=work file=p.c line=27
site any kind=free function=work file=p.c line=28 callee=free
site keep kind=store slot=global function=work file=p.c line=21 path=kept type=char src=malloc src-slot=call
"""
RECORDS, NAMES, GLOBALS, MAIN, WORK, HELPER = 0x500000000000, 0x500100000000, 0x400100, 0x7fff3000, 0x7fff2000, 0x7fff1000
LOCAL = WORK + 0x40  # a structure in work's frame

LIVES = {"contradicts": 14, "relinked": 14, "backlink": 14, "second": 8, "cleared": 8, "drained": 8}  # the others: 6


class Trace:
    """The lines of one trace; time goes on with each event."""

    def __init__(self):
        self.lines, self.time = [HEAD.rstrip()], 0

    def event(self, text):
        self.time += 1
        self.lines.append(f"@{self.time} {text}")

    def life(self, what, number):
        record, name, caller = RECORDS + number * 0x1000, NAMES + number * 0x1000, 0x400400 + number * 16
        self.event(f"enter {WORK:#x} site=work frames=1+{caller - 0x400000:#x}")
        self.event(f"alloc {record:#x} size=16 fn=malloc site=rec")
        self.event(f"alloc {name:#x} size=8 fn=malloc site=new")
        getattr(self, what)(record, name, number)
        self.event(f"free {record:#x} fn=free site=frr")
        self.event(f"leave {WORK:#x} value=0 site=ret")

    def helper(self, record, name, number):
        self.event(f"store {record:#x} value={name:#x} site=put")
        self.event(f"store {record + 8:#x} value={name:#x} site=view")
        self.event(f"pass {WORK:#x} value={name:#x} site=hand")
        self.event(f"enter {HELPER:#x} site=discard")
        self.event(f"bind {HELPER:#x} value={name:#x} site=discard0")
        self.event(f"free {name:#x} fn=free site=frp")
        self.event(f"leave {HELPER:#x} value=0 site=retd")

    def inner(self, record, name, number):
        self.event(f"store {record:#x} value={name:#x} site=put")
        self.event(f"store {record + 8:#x} value={name:#x} site=view")
        self.event(f"bind {WORK:#x} value={name:#x} site=look")
        self.event(f"enter {HELPER:#x} site=discard")
        self.event(f"bind {HELPER:#x} value={name:#x} site=discard0")
        self.event(f"free {name:#x} fn=free site=frp")
        self.event(f"leave {HELPER:#x} value=0 site=retd")

    def cursor(self, record, name, number):
        self.event(f"store {record:#x} value={name:#x} site=put")
        self.event(f"store {record + 8:#x} value={name:#x} site=view")
        self.event(f"bind {WORK:#x} value={name:#x} site=see")
        self.event(f"store {record + 8:#x} value=0 site=over")
        self.event(f"free {name:#x} fn=free site=frv")

    def handed(self, record, name, number):
        self.event(f"store {record:#x} value={name:#x} site=put")
        self.event(f"store {GLOBALS:#x} value={name:#x} site=hold")
        self.event(f"bind {WORK:#x} value={name:#x} site=look")
        self.event(f"bind {WORK:#x} value=0 site=look")
        self.event(f"free {name:#x} fn=free site=frk")
        self.event(f"store {GLOBALS:#x} value=0 site=keep")

    def last(self, record, name, number):
        self.event(f"store {record:#x} value={name:#x} site=item")
        self.event(f"count {name:#x} value=2 site=up")
        self.event(f"count {name:#x} value=1 site=down")
        self.event(f"free {name:#x} fn=free site=frn")

    def length(self, record, name, number):
        self.event(f"store {record:#x} value={name:#x} site=item")
        for value in range(1, 10):
            self.event(f"count {name:#x} value={value} site=up")
        for value in range(8, -1, -1):
            self.event(f"count {name:#x} value={value} site=down")
        self.event(f"free {name:#x} fn=free site=frn")

    def built(self, record, name, number):
        self.event(f"store {LOCAL:#x} value={name:#x} site=build")
        self.event(f"store {record:#x} value={name:#x} site=built")
        self.event(f"bind {WORK:#x} value={name:#x} site=look")
        self.event(f"bind {WORK:#x} value=0 site=look")
        self.event(f"free {name:#x} fn=free site=frn")

    def working(self, record, name, number):
        self.event(f"store {record:#x} value={name:#x} site=put")
        self.event(f"store {LOCAL:#x} value={name:#x} site=whole")
        self.event(f"bind {WORK:#x} value={name:#x} site=look")
        self.event(f"bind {WORK:#x} value=0 site=look")
        self.event(f"store {LOCAL:#x} value=0 site=end")
        self.event(f"free {name:#x} fn=free site=frn")

    def counted(self, record, name, number):
        self.event(f"store {record:#x} value={name:#x} site=item")
        self.event(f"count {name:#x} value=0 site=down")
        self.event(f"free {name:#x} fn=free site=frn")

    def visits(self, record, name, number):
        self.event(f"store {record:#x} value={name:#x} site=put")
        self.event(f"count {name:#x} value=1 site=up")
        self.event(f"bind {WORK:#x} value={name:#x} site=look")
        self.event(f"bind {WORK:#x} value=0 site=look")
        self.event(f"free {name:#x} fn=free site=frn")

    def backlink(self, record, name, number):
        self.event(f"store {record:#x} value={name:#x} site=put")
        self.event(f"store {record + 8:#x} value={name:#x} site=view")
        self.event(f"bind {WORK:#x} value={name:#x} site=look")
        self.event(f"bind {WORK:#x} value=0 site=look")
        if number < 11:
            self.event(f"free {name:#x} fn=free site=frn")
            return
        self.event(f"store {record:#x} value=0 site=null")
        self.event(f"free {name:#x} fn=free site=any")

    def merged(self, record, name, number):
        self.event(f"store {GLOBALS:#x} value={name:#x} site=sunk")
        self.event(f"store {record + 8:#x} value={name:#x} site=view")
        self.event(f"free {name:#x} fn=free site=any")

    def second(self, record, name, number, end="left"):
        through_global = number % 2
        if through_global or number >= 6:
            self.event(f"store {GLOBALS:#x} value={name:#x} site=keep")
        if not through_global or number >= 6:
            self.event(f"store {record:#x} value={name:#x} site=put")
        if end == "drained" and number >= 6:
            self.event(f"pass {WORK:#x} value={name:#x} site=hand")
            self.event(f"enter {HELPER:#x} site=discard")
            self.event(f"bind {HELPER:#x} value={name:#x} site=discard0")
            self.event(f"free {name:#x} fn=free site=frp")
            self.event(f"leave {HELPER:#x} value=0 site=retd")
        else:
            self.event(f"free {name:#x} fn=free site={'frk' if through_global and number < 6 else 'frn'}")
        if end != "left" or number < 6:
            self.event(f"store {GLOBALS:#x} value=0 site=keep")

    def cleared(self, record, name, number):
        self.second(record, name, number, "cleared")

    def drained(self, record, name, number):
        self.second(record, name, number, "drained")

    def contradicts(self, record, name, number):
        if number >= 2:
            self.event(f"store {GLOBALS + 8 * number:#x} value={name:#x} site=keep")
        self.event(f"store {record:#x} value={name:#x} site=put")
        if number < 2:
            self.event(f"free {name:#x} fn=free site=frn")
            return
        self.event(f"store {record:#x} value=0 site=null")

    def relinked(self, record, name, number):
        self.event(f"store {record:#x} value={name:#x} site=put")
        if number < 2:
            self.event(f"free {name:#x} fn=free site=frn")
            return
        self.event(f"enter {HELPER:#x} site=discard")
        self.event(f"bind {HELPER:#x} value={name:#x} site=discard0")
        self.event(f"store {GLOBALS + 8 * number:#x} value={name:#x} site=keep")
        self.event(f"leave {HELPER:#x} value=0 site=retd")
        self.event(f"store {record:#x} value=0 site=null")


def main():
    what, trace = sys.argv[1], Trace()
    trace.event(f"enter {MAIN:#x} site=main")
    for number in range(LIVES.get(what, 6)):
        trace.life(what, number)
    trace.event("exit status=0")
    print("\n".join(trace.lines))


if __name__ == "__main__":
    main()
