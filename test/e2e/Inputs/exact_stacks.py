"""exact_stacks.py - whether blocks of every-event-has-the-stack-it-came-from.c have their stacks.

SPDX-License-Identifier: MIT OR Apache-2.0

usage: exact_stacks.py MEMSCOPE DIRECTORY
"""
import re
import subprocess
import sys
from pathlib import Path


def way_of(frames):
    """The number that the functions f0 to f3, outermost first, make."""
    way = 1
    for name in reversed(frames):
        if re.fullmatch("f[0-3]", name):
            way = way * 4 + int(name[1])
    return way


def main():
    memscope, directory = sys.argv[1], Path(sys.argv[2])
    traces = sorted(directory.glob("*.mscope"))
    allocations = wrong = 0
    for trace in traces:
        subprocess.run([memscope, "symbolize", trace], check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
        text = subprocess.run([memscope, "dump", trace], check=True, capture_output=True,
                              text=True).stdout
        names = dict(re.findall(r'^symbol (\S+) function="(.*?)"', text, re.M))
        ways, leafs, sizes = {}, set(), {}
        for number, frames in re.findall(r"^context (\d+) .*frames=(\S+)", text, re.M):
            stack = [names.get(f, "?") for f in frames.split(",")]
            ways[number] = way_of(stack)
            if stack[0] == "leaf" or stack[1:2] == ["leaf"] or stack[0] == "step":
                leafs.add(number)
        for kind, block, size, context in re.findall(
                r"^@\d+ (alloc|free) (\S+)(?: size=(\d+))? ctx=(\d+)", text, re.M):
            if context not in leafs:
                continue
            if kind == "alloc":
                sizes[block] = int(size)
            elif block not in sizes:
                continue
            allocations += kind == "alloc"
            wrong += ways[context] != sizes[block]
    print(f"{len(traces)} traces, {allocations} allocations, {wrong} with another stack")


if __name__ == "__main__":
    main()
