"""oracle.py - random traces, replayed by a second, slow model; memscope must agree.

usage: oracle.py FIRST_SEED COUNT EVENTS DIR

For each seed it writes a text trace into DIR, assembles it, and compares what `memscope
json` says with its own replay: totals, the peak and what each site held at it, what is live.
"""

import json
import random
import subprocess
import sys
from collections import Counter

SITES = 7
LANES = 3


def generate(seed, events):
    """Lines of text, and the same as tuples (kind, lane, address, size, site)."""
    rnd = random.Random(seed)
    lines = ["mscope 1.0", "process pid=7"]
    for i in range(SITES):
        lines.append(f'site s{i} kind=alloc slot=local function=f{i} file=a.c line={i + 1} path=v{i} '
                     f'type=t{i} type-size={[1, 4, 8, 24, 0, 16, 3][i]} callee=malloc')
    out, time = [], 0
    pending = {}
    addresses = [0x1000 + 64 * i for i in range(rnd.choice([6, 40, 200]))]
    for _ in range(events):
        time += rnd.randint(1, 9)
        lane, site = rnd.randrange(LANES), rnd.randrange(SITES)
        address, size = rnd.choice(addresses), rnd.choice([0, 1, 7, 24, 48, 4096, rnd.randint(0, 10**9)])
        if lane in pending and rnd.random() < 0.7:
            kind = "realloc-fail" if rnd.random() < 0.2 else "realloc-end"
            address = pending.pop(lane) if rnd.random() < 0.5 else address
        else:
            kind = rnd.choices(["alloc", "free", "realloc-begin", "alloc-fail", "realloc-end", "realloc-fail"],
                               [50, 40, 8, 1, 0.3, 0.3])[0]
        if kind == "realloc-begin":
            pending[lane] = address
        out.append((kind, lane, address, size, site))
        where = "" if kind in ("alloc-fail", "realloc-fail") else f" 0x{address:x}"
        what = "" if kind in ("free", "realloc-begin") else f" size={size}"
        lines.append(f"@{time} {kind}{where}{what} fn=malloc site=s{site} lane={lane}")
    return lines, out


class Block:
    def __init__(self, number, size, site, thread):
        self.number, self.size, self.site, self.thread = number, size, site, thread


def replay(events):
    live, inside, last = {}, {}, {}
    n = Counter()
    number = peak = 0
    at_peak = Counter()

    def live_blocks():
        return list(live.values()) + [b for b in inside.values() if b]

    def end(block, lane):
        n["frees"] += 1
        if block.thread != lane:
            n["freed_elsewhere"] += 1
        elif last.get(lane) == block.number:
            n["temporary"] += 1

    def begin(address, size, site, lane):
        nonlocal number
        if live.pop(address, None):
            n["replaced"] += 1
        number += 1
        last[lane] = number
        live[address] = Block(number, size, site, lane)
        n["allocations"] += 1
        n["bytes"] += size

    def put_back(block):
        if block:
            if live.pop(block.address, None):
                n["replaced"] += 1
            live[block.address] = block

    for kind, lane, address, size, site in events:
        if kind == "alloc":
            begin(address, size, site, lane)
        elif kind == "free":
            block = live.pop(address, None)
            if block:
                end(block, lane)
            else:
                n["unknown_frees"] += 1
        elif kind == "realloc-begin":
            if lane in inside:
                put_back(inside.pop(lane))
                n["unfinished_reallocs"] += 1
            inside[lane] = live.pop(address, None)
            if inside[lane]:
                inside[lane].address = address
        elif kind == "realloc-end":
            old = inside.pop(lane, None)
            n["reallocs"] += 1
            if old:
                n["reallocs_moved"] += old.address != address
                end(old, lane)
            else:
                n["unknown_reallocs"] += 1
            begin(address, size, site, lane)
        elif kind == "realloc-fail":
            n["reallocs_failed"] += 1
            if lane in inside:
                put_back(inside.pop(lane))
        elif kind == "alloc-fail":
            n["failed"] += 1
        total = sum(b.size for b in live_blocks())
        if total > peak:
            peak = total
            at_peak = Counter()
            for b in live_blocks():
                at_peak[b.site] += b.size
                n["peak_blocks"] = len(live_blocks())
    for block in list(inside.values()):
        put_back(block)
        n["unfinished_reallocs"] += 1
    n["peak_bytes"] = peak
    n["live_bytes"] = sum(b.size for b in live.values())
    n["live_blocks"] = len(live)
    return n, at_peak, Counter(b.site for b in live.values())


def compare(seed, events, directory):
    text, tuples = generate(seed, events)
    path = f"{directory}/{seed}"
    with open(path + ".txt", "w", encoding="ascii") as file:
        file.write("\n".join(text) + "\n")
    subprocess.run(["memscope", "assemble", path + ".txt", "-o", path + ".mscope"], check=True)
    got = json.loads(subprocess.run(["memscope", "json", path + ".mscope"], check=True,
                                    stdout=subprocess.PIPE).stdout)
    n, at_peak, live = replay(tuples)
    flat = {**got["totals"], **got["totals"]["use"], **got["gaps"]}
    keys = ["allocations", "frees", "bytes", "live_bytes", "live_blocks", "peak_bytes", "peak_blocks", "temporary",
            "freed_elsewhere", "reallocs", "reallocs_moved", "reallocs_failed", "failed", "unknown_frees",
            "unknown_reallocs", "replaced", "unfinished_reallocs"]
    for key in keys:
        if flat[key] != n[key]:
            raise SystemExit(f"{path}.txt: {key} is {flat[key]}, the oracle says {n[key]}")
    for row in got["sites"]:
        site = int(row["name"][1:])
        if row["use"]["peak_bytes"] != at_peak[site] or row["use"]["live_blocks"] != live[site]:
            raise SystemExit(f"{path}.txt: site v{site}: {row['use']}, the oracle says "
                             f"{at_peak[site]} bytes at the peak, {live[site]} blocks live")


def main():
    first, count, events = map(int, sys.argv[1:4])
    for seed in range(first, first + count):
        compare(seed, events, sys.argv[4])
    print(f"{count} traces agree")


if __name__ == "__main__":
    main()
