"""slots_oracle.py - random pointer copies, replayed by a second, slow model; memscope must agree.

usage: slots_oracle.py FIRST_SEED COUNT EVENTS DIR

For each seed it writes a text trace into DIR, assembles it, and compares what `memscope
holders --at=marks` says at every mark with its own replay: which slot (address or variable)
points at which generation of which block, where in it, since which event, and at which event
the last holder of a block vanished. Blocks, frees and stores reuse few addresses; reallocs
move, grow and shrink, on several lanes at once; frames are left by longjmp.
"""

import json
import random
import subprocess
import sys

ARENA = 0x500000000000
GLOBALS = 0x404000
HEAP = 0x600000000000  # blocks outside the arena: not tracked, but slots lie in them
LANES = 3


def stack(thread):
    return 0x7F0000000000 + thread * 0x1000000


class Block:
    def __init__(self, number, addr, size):
        self.id, self.addr, self.size = number, addr, size
        self.live, self.displaced, self.inside = True, False, False
        self.muted = False
        self.lost = None

    @property
    def tracked(self):
        return ARENA <= self.addr < ARENA + (1 << 42) and not self.muted


class Slot:
    def __init__(self, place, value, block, event):
        self.place, self.value, self.block, self.event = place, value, block, event
        self.container = None
        self.is_carried = False  # it lies in a block whose address another one has got


class Model:
    """Everything by linear search."""

    def __init__(self):
        self.blocks, self.slots, self.dead = [], [], {}
        self.acts = {lane: [] for lane in range(LANES)}
        self.act_count = self.number = self.event = 0
        self.pending = {}

    def live_at(self, value, inclusive):
        below = [b for b in self.blocks if b.live and not b.displaced and b.addr <= value]
        best = max(below, key=lambda b: b.addr, default=None)
        return best if best and value - best.addr < best.size + inclusive else None

    def resolve(self, value):
        if not ARENA <= value < ARENA + (1 << 42):
            return None
        block = self.live_at(value, 1)
        if block:
            return None if block.muted else block
        below = [a for a in self.dead if a <= value]
        if below and value - max(below) <= self.dead[max(below)].size:
            return self.dead[max(below)]
        return None

    def is_inside(self, slot, block):
        return slot.container is block

    def outside(self, block):
        return [s for s in self.slots if s.block is block and not self.is_inside(s, block)]

    def end(self, slot):
        was_outside = not self.is_inside(slot, slot.block)
        self.slots.remove(slot)
        block = slot.block
        if block.live and was_outside and not self.outside(block) and not block.lost:
            block.lost = self.event
        if not block.live and not any(s.block is block for s in self.slots) and self.dead.get(block.addr) is block:
            del self.dead[block.addr]

    def hold(self, place, value, block):
        slot = Slot(place, value, block, self.event)
        slot.container = self.live_at(place, 0) if isinstance(place, int) else None
        self.slots.append(slot)
        if not self.is_inside(slot, block):
            block.lost = None

    def in_memory(self, first, behind):
        return [s for s in self.slots if isinstance(s.place, int) and first <= s.place < behind and not s.is_carried]

    def replace(self, old, place, value):
        """OLD, the slot at PLACE or None, gets VALUE."""
        block = self.resolve(value)
        if old and old.block is block:
            self.slots.remove(old)
        elif old:
            self.end(old)
        if block:
            self.hold(place, value, block)

    def store(self, addr, value):
        for slot in self.in_memory(addr - 7, addr + 8):
            if slot.place != addr:
                self.end(slot)
        old = self.in_memory(addr, addr + 1)
        self.replace(old[0] if old else None, addr, value)

    def clear(self, addr, size):
        if size:
            for slot in self.in_memory(addr - 7, addr + size):
                self.end(slot)

    def begin(self, addr, size):
        for block in self.blocks:
            if block.live and block.addr == addr and not block.displaced:
                if block.inside:
                    block.displaced = True
                    for slot in self.slots:
                        slot.is_carried |= slot.container is block
                else:
                    self.finish(block)
        self.number += 1
        block = Block(self.number, addr, size)
        self.blocks.append(block)
        return block

    def die(self, block):
        block.live, block.lost = False, None
        if any(s.block is block for s in self.slots):
            self.dead[block.addr] = block

    def finish(self, block):
        for slot in [s for s in self.slots if s.container is block]:
            self.end(slot)
        self.die(block)

    def alloc(self, addr, size):
        block = self.begin(addr, size)
        for slot in self.in_memory(addr, addr + size):
            self.end(slot)
        return block

    def mute(self, block):
        block.muted, block.lost = True, None
        self.slots = [s for s in self.slots if s.block is not block]

    def find(self, addr):
        return next((b for b in self.blocks if b.live and b.addr == addr and not b.displaced and not b.inside), None)

    def realloc_end(self, lane, addr, size):
        old = self.pending.pop(lane)
        contents = [s for s in self.slots if s.container is old]
        keep = min(old.size, size)
        for slot in [s for s in contents if s.place - old.addr + 8 > keep]:
            self.end(slot)
            contents.remove(slot)
        was_in_place = addr == old.addr
        was_muted = old.muted
        old.inside = False
        old.live = False  # its address may be the new block's
        holders = [s for s in self.slots if s.block is old]
        new = self.begin(addr, size)
        new.muted = was_muted
        for slot in contents:
            self.slots.remove(slot)
        if not was_in_place:
            for slot in self.in_memory(addr, addr + size):
                self.end(slot)
        for slot in contents:
            slot.place += addr - old.addr
            slot.container, slot.is_carried = new, False
            self.slots.append(slot)
        if was_in_place:
            for slot in holders:
                if slot.value - addr <= size:
                    slot.block = new
        self.die(old)

    def top(self, lane, frame):
        acts = self.acts[lane]
        while acts and acts[-1][1] < frame:
            self.pop(lane)
        return acts[-1] if acts and acts[-1][1] == frame else None

    def pop(self, lane):
        number = self.acts[lane].pop()[0]
        for slot in [s for s in self.slots if isinstance(s.place, tuple) and s.place[0] == number]:
            self.end(slot)

    def enter(self, lane, frame):
        self.top(lane, frame)
        self.act_count += 1
        self.acts[lane].append((self.act_count, frame))

    def leave(self, lane, frame):
        if self.top(lane, frame):
            self.pop(lane)

    def bind(self, lane, frame, variable, value):
        act = self.top(lane, frame)
        if not act:
            return
        place = (act[0], variable)
        old = [s for s in self.slots if s.place == place]
        self.replace(old[0] if old else None, place, value)

    def thread_end(self, lane):
        while self.acts[lane]:
            self.pop(lane)
        for slot in self.in_memory(stack(lane), stack(lane) + 0x10000):
            self.end(slot)

    def state(self):
        live = [(b.id, b.addr, b.size, b.lost, self.sort(b)) for b in self.blocks if b.live and b.tracked]
        dead = [(b.id, b.addr, b.size, None, self.sort(b)) for b in self.blocks
                if not b.live and any(s.block is b for s in self.slots)]
        return sorted(live), sorted(dead)

    def sort(self, block):
        return sorted((str(s.place), s.value, s.value - block.addr, s.event) for s in self.slots if s.block is block)


def generate(seed, events):
    """The text of a trace, and what the slow model knows at each mark."""
    rnd = random.Random(seed)
    lines = ["mscope 1.1", 'info arena value="0x500000000000-0x540000000000"', "info track value=all",
             "module 1 start=0x400000 end=0x500000 path=prog",
             "site heap kind=store slot=field path=p->f function=f", "site stack kind=store slot=local path=x function=f",
             "site global kind=store slot=global path=g function=f", "site func kind=func function=f",
             "site ret kind=return function=f"]
    lines += [f"site v{i} kind=bind slot=local path=v{i} function=f decl-line={i}" for i in range(4)]
    slots = rnd.choice([3, 6, 20])
    homes = [ARENA + 0x1000 * i for i in range(slots)] + [HEAP + 0x1000 * i for i in range(2)]
    m, states, time = Model(), [], 0

    def emit(text):
        nonlocal time
        m.event += 1
        time += rnd.randint(1, 3)  # equal times on other lanes have another order
        lines.append(f"@{time} {text}")

    def pointer():
        live = [b for b in m.blocks if b.live and b.tracked]
        if rnd.random() < 0.15 or not live:
            return rnd.choice([0, 0, 0x1234, HEAP, ARENA + 0x1000 * rnd.randrange(slots) + rnd.randrange(80)])
        b = rnd.choice(live)
        return b.addr + rnd.choice([0, 0, 0, 8, b.size, b.size // 2])

    def place(lane):
        """An address to store to and the site that says what it is."""
        live = [b for b in m.blocks if b.live and not b.displaced and b.size >= 8]
        kind = rnd.random()
        if kind < 0.5 and live:
            b = rnd.choice(live)
            odd = rnd.choice([0] * 9 + [1, 4])
            return min(b.addr + rnd.randrange(b.size // 8) * 8 + odd, b.addr + b.size - 8), "heap"
        if kind < 0.75:
            return stack(lane) + 8 * rnd.randrange(16), "stack"
        return GLOBALS + 8 * rnd.randrange(6) + rnd.choice([0] * 9 + [4]), "global"

    def frame(lane):
        return stack(lane) + 0x8000 + 0x40 * rnd.randrange(8)

    def free_home():
        used = {b.addr for b in m.blocks if b.live and not b.displaced and not b.inside}
        free = [h for h in homes if h not in used]
        return rnd.choice(free) if free else None

    size = lambda: rnd.choice([0, 8, 16, 24, 64, 12])
    while m.event < events:
        lane = rnd.randrange(LANES)
        where = f" lane={lane}"
        kind = rnd.choices(["store", "alloc", "free", "realloc", "clear", "enter", "leave", "bind", "mark", "over", "end", "mute"],
                           [40, 12, 8, 8, 4, 6, 4, 12, 8, 0.3, 0.2, 1])[0]
        if kind == "store":
            (addr, site), value = place(lane), pointer()
            if value == addr ^ 4:  # the one pointer that a trace cannot hold
                continue
            emit(f"store {addr:#x} value={value:#x} site={site}{where}")
            m.store(addr, value)
        elif kind in ("alloc", "over"):
            addr = free_home() if kind == "alloc" else rnd.choice(homes)
            inside = any(b.inside and not b.displaced and b.addr == addr for b in m.blocks if b.live)
            if addr is None or (kind == "over" and inside):
                continue
            n = size()
            emit(f"alloc {addr:#x} size={n} fn=malloc{where}")
            m.alloc(addr, n)
        elif kind == "free":
            live = [b for b in m.blocks if b.live and not b.inside and not b.displaced]
            if live:
                b = rnd.choice(live)
                emit(f"free {b.addr:#x} fn=free{where}")
                m.finish(b)
        elif kind == "realloc":
            live = [b for b in m.blocks if b.live and not b.inside and not b.displaced]
            if lane not in m.pending and live:
                b = rnd.choice(live)
                emit(f"realloc-begin {b.addr:#x} fn=realloc{where}")
                b.inside = True
                m.pending[lane] = b
            elif lane in m.pending:
                b, n = m.pending[lane], size()
                if not b.displaced and rnd.random() < 0.15:
                    emit(f"realloc-fail size={n} fn=realloc{where}")
                    m.pending.pop(lane).inside = False
                    continue
                addr = free_home() if b.displaced or rnd.random() < 0.6 else b.addr
                taken = any(o.live and not o.displaced and o is not b and o.addr == addr for o in m.blocks)
                if addr is None or taken:
                    continue
                emit(f"realloc-end {addr:#x} size={n} fn=realloc{where}")
                m.realloc_end(lane, addr, n)
        elif kind == "clear":
            addr, n = rnd.choice([(stack(lane), 64), place(lane)]) if rnd.random() < 0.5 else (place(lane)[0], 16)
            n = n if isinstance(n, int) else rnd.choice([0, 4, 8, 40])
            emit(f"clear {addr:#x} size={n}{where}")
            m.clear(addr, n)
        elif kind == "enter":
            f = frame(lane)
            emit(f"enter {f:#x} site=func{where}")
            m.enter(lane, f)
        elif kind == "leave":
            f = m.acts[lane][-1][1] if m.acts[lane] and rnd.random() < 0.9 else frame(lane)
            emit(f"leave {f:#x} value=0 site=ret{where}")
            m.leave(lane, f)
        elif kind == "bind":
            f = m.acts[lane][-1][1] if m.acts[lane] and rnd.random() < 0.95 else frame(lane)
            variable, value = rnd.randrange(4), pointer()
            emit(f"bind {f:#x} value={value:#x} site=v{variable}{where}")
            m.bind(lane, f, variable, value)
        elif kind == "mute":
            live = [b for b in m.blocks if b.tracked and b.live and not b.displaced and b.size]
            if live:
                b = rnd.choice(live)
                emit(f"mute {b.addr:#x}{where}")
                m.mute(b)
        elif kind == "end":
            emit(f"thread-end {lane}{where}")
            m.thread_end(lane)
        else:
            emit(f'mark "m{len(states)}"{where}')
            states.append(m.state())
    return lines, states


def told(block):
    holders = sorted((str(int(h["address"], 16) if h["address"] else (h["activation"], int(h["path"][1:]))),
                      int(h["value"], 16), h["offset"], h["event"]) for h in block["holders"])
    return (block["id"], int(block["address"], 16), block["size"], block["lost"] and block["lost"]["event"], holders)


def main():
    first, count, events = map(int, sys.argv[1:4])
    marks = 0
    for seed in range(first, first + count):
        path = f"{sys.argv[4]}/{seed}"
        lines, expected = generate(seed, events)
        with open(path + ".txt", "w", encoding="ascii") as file:
            file.write("\n".join(lines) + "\n")
        subprocess.run(["memscope", "assemble", path + ".txt", "-o", path + ".mscope"], check=True)
        out = subprocess.run(["memscope", "holders", "--at=marks", "--json", path + ".mscope"], check=True,
                             capture_output=True, text=True).stdout
        got = [json.loads(line) for line in out.splitlines()]
        if len(got) != len(expected):
            raise SystemExit(f"seed {seed}: {len(got)} marks, expected {len(expected)}")
        for moment, (live, dead) in zip(got, expected):
            for what, blocks, wanted in (("live", moment["blocks"], live), ("dangling", moment["dangling"], dead)):
                blocks = [told(b) for b in blocks]
                if blocks != wanted:
                    extra = [b for b in blocks if b not in wanted]
                    missing = [b for b in wanted if b not in blocks]
                    raise SystemExit(f"seed {seed}, event {moment['event']}, {what}: got {extra}, expected {missing}")
        marks += len(got)
    print(f"{count} traces, {marks} marks, no difference")


main()
