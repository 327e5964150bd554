"""truth_graph.py - what keeps what, by brute force, against what MemScope computes.

SPDX-License-Identifier: MIT OR Apache-2.0

The graph is the oracle's: its blocks, the slots that lie in them, and the others as roots.
What a block retains is found by leaving it out and looking what cannot be reached any more;
cycles by asking of every two lost blocks whether they reach each other. Slow and simple on purpose.
"""

import bisect
import json
from collections import Counter, defaultdict


class Graph:
    """Of one checkpoint. edges: block: set of blocks; roots: blocks held from outside."""

    def __init__(self, truth, mark, with_locals):
        self.sizes = truth.blocks[mark]
        starts = sorted(self.sizes)
        self.edges, self.roots = defaultdict(set), set()
        for slot, block in truth.slots[mark]:
            i = bisect.bisect_right(starts, slot) - 1
            if i >= 0 and slot < starts[i] + self.sizes[starts[i]]:
                self.edges[starts[i]].add(block)
            else:
                self.roots.add(block)
        if with_locals:
            self.roots |= {block for _, _, block in truth.locals[mark]}

    def reached(self, start, without=None):
        found, work = set(), [b for b in start if b != without]
        while work:
            block = work.pop()
            if block not in found:
                found.add(block)
                work += [b for b in self.edges[block] if b != without]
        return found

    def retained(self):
        """{block within reach: (blocks, bytes)}"""
        alive, result = self.reached(self.roots), {}
        for block in alive:
            gone = alive - self.reached(self.roots, without=block)
            result[block] = len(gone), sum(self.sizes[b] for b in gone)
        return result

    def lost(self):
        """Counter of (kind, "blocks" or "bytes"): each group of lost blocks that reach each other, and
        which no other lost block reaches, is a leak or a cycle; the rest hangs on them."""
        lost = set(self.sizes) - self.reached(self.roots)
        below = {b: self.reached(self.edges[b]) & lost for b in lost}
        result = Counter()
        for block in lost:
            group = {b for b in below[block] if block in below[b]} | {block}
            is_first = not any(block in below[b] for b in lost - group)
            kind = "leak.indirect" if not is_first else "leak.cycle" if len(group) > 1 else "leak.lost"
            result[kind, "blocks"] += 1
            result[kind, "bytes"] += self.sizes[block]
        return result


def compare_retained(truth, holders, with_locals):
    """Lines that say which block retains something else, at every mark."""
    for mark in truth.marks:
        graph, found = Graph(truth, mark, with_locals), holders.retained.get(mark, {})
        retained = graph.retained()
        for block in sorted(graph.sizes):
            want, got = retained.get(block, (0, 0)), found.get(block, (0, 0))
            if want != got:
                yield f"{mark}: block {block:#x} retains {want[0]} blocks with {want[1]} bytes, " \
                      f"the model says {got[0]} with {got[1]}"


def compare_lost(truth, text):
    """Lines that say what `memscope findings --json`, TEXT, tells of the end of the program."""
    want, got = Graph(truth, truth.marks[-1], False).lost(), Counter()
    for finding in json.loads(text)["findings"]:
        if finding["kind"] in ("leak.lost", "leak.cycle", "leak.indirect"):
            for what in ("blocks", "bytes"):
                got[finding["kind"], what] += finding["memory"][what]
    for key in sorted(set(want) | set(got)):
        if want[key] != got[key]:
            yield f"end: {key[0]}: {want[key]} {key[1]}, found {got[key]}"
