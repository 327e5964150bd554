"""truth_replay.py - who holds what at each mark, replayed from the text of `memscope dump`.

SPDX-License-Identifier: MIT OR Apache-2.0

A second, slow and simple implementation of what docs/trace-format.md says about pointer
copies. Where it and `memscope holders` disagree, the model is wrong; where they agree
against the oracle, the pass or the runtime is. It reads the tool's text, so not the bytes.
"""

import bisect
import re

from truth_holders import Holders

WORD = re.compile(r'"(?:[^"\\]|\\.)*"|\S+')


class Block:
    def __init__(self, at, size):
        self.at, self.size, self.live = at, size, True


class Replay:
    def __init__(self):
        self.starts, self.blocks = [], {}       # live blocks by address
        self.slots = {}                         # slot address: block (dead ones stay until gone)
        self.activations = {}                   # lane: [[frame address, function, {path: block}]]
        self.sites, self.contexts, self.arena = {}, {}, (0, 0)
        self.stored = {}                        # slot address: context of its last store
        self.pending = {}                       # lane: the block in realloc
        self.result = Holders()

    def block_of(self, value):
        if not self.arena[0] <= value < self.arena[1]:
            return None
        i = bisect.bisect_right(self.starts, value) - 1
        if i < 0:
            return None
        block = self.blocks[self.starts[i]]
        if value < block.at + block.size or value in (block.at, block.at + block.size):
            return block
        return None

    def begin(self, at, size):
        if self.arena[0] <= at < self.arena[1] and at not in self.blocks:
            bisect.insort(self.starts, at)
            self.blocks[at] = Block(at, size)
        return self.blocks.get(at)

    def end(self, at):
        block = self.blocks.pop(at, None)
        if block:
            self.starts.remove(at)
            block.live = False
        return block

    def forget(self, at, size):
        for slot in [s for s in self.slots if at <= s < at + size]:
            del self.slots[slot]

    def event(self, kind, words, keys):
        lane = keys.get("lane", "0")
        number = int(words[0], 16) if words and words[0].startswith("0x") else 0
        if kind == "alloc":
            self.begin(number, int(keys["size"]))
        elif kind == "free":
            block = self.end(number)
            if block:
                self.forget(block.at, max(block.size, 1))
        elif kind == "realloc-begin":
            self.pending[lane] = self.blocks.get(number)
        elif kind == "realloc-fail":
            self.pending.pop(lane, None)
        elif kind == "realloc-end":
            self.realloc(self.pending.pop(lane, None), number, int(keys["size"]))
        elif kind == "store":
            block = self.block_of(int(keys["value"], 16))
            self.slots.pop(number, None)
            if block:
                self.slots[number] = block
                self.stored[number] = keys.get("ctx")
        elif kind == "clear":
            self.forget(number, int(keys["size"]))
        elif kind in ("bind", "enter", "leave"):
            self.activation(kind, lane, number, keys)
        elif kind == "mark":
            self.mark(words[0].strip('"'))

    def realloc(self, old, at, size):
        inside = {}
        if old:
            inside = {slot - old.at: block for slot, block in self.slots.items()
                      if 0 <= slot - old.at < old.size}
            self.end(old.at)
            self.forget(old.at, old.size)
        new = self.begin(at, size)
        for offset, block in inside.items():
            if new and offset + 8 <= size:
                self.slots[at + offset] = block

    def activation(self, kind, lane, frame, keys):
        stack = self.activations.setdefault(lane, [])
        while stack and stack[-1][0] < frame:
            stack.pop()
        site = self.sites.get(self.contexts.get(keys.get("ctx")), {})
        if kind == "enter":
            stack.append([frame, site.get("function", ""), {}])
        elif not stack:
            return
        elif kind == "leave":
            stack.pop()
        elif site.get("kind") == "scope" and not site.get("path"):
            while len(stack) > 1 and stack[-2][0] == frame and stack[-1][1] != site.get("function"):
                stack.pop()
        else:
            stack[-1][2][site.get("path", "")] = self.block_of(int(keys["value"], 16))

    def mark(self, name):
        self.result.slots[name] = {(s, b.at): self.describe(s) for s, b in self.slots.items()
                                   if b.live}
        self.result.locals[name] = sorted(
            (function, path, block.at) for stack in self.activations.values()
            for _, function, variables in stack for path, block in variables.items()
            if block and block.live)

    def describe(self, slot):
        site = self.sites.get(self.contexts.get(self.stored.get(slot)), {})
        return site.get("function"), site.get("path"), site.get("line")

    def line(self, text):
        words, keys = [], {}
        for word in WORD.findall(re.sub(r'=("(?:[^"\\]|\\.)*")',
                                        lambda m: "=" + m[1].replace(" ", "\x00"), text)):
            key, equals, value = word.partition("=")
            if equals and not word.startswith('"'):
                keys[key] = value.strip('"').replace("\x00", " ")
            else:
                words.append(word)
        if not words:
            return
        if words[0].startswith("@"):
            self.event(words[1], words[2:], keys)
        elif words[0] == "site":
            self.sites[words[1]] = keys
        elif words[0] == "context":
            self.contexts[words[1]] = keys.get("site", keys.get("name"))
        elif words[:2] == ["info", '"arena"']:
            self.arena = tuple(int(a, 16) for a in keys["value"].split("-"))


def replay(text):
    """The Holders at each mark of a dump."""
    state = Replay()
    for line in text.splitlines():
        state.line(line)
    state.result.sites = state.sites
    return state.result
