#!/usr/bin/env python3
"""trace_dump.py - prints a MemScope trace, from docs/trace-format.md alone.

SPDX-License-Identifier: MIT OR Apache-2.0

A second reading of the format that shares no code with the first: its output must be that
of `memscope dump` (the text form, docs/trace-text.md) byte for byte, also on damaged files.
Simple rather than fast; the whole file is held in memory.
"""

import heapq
import struct
import sys

PAGE = 4096
MAGIC = bytes([0x89, 0x4D, 0x53, 0x43, 0x50, 0x0D, 0x0A, 0x1A])
CHUNK_MAGIC = 0x4B43534D
CHUNK_HEADER = 64
MASK64 = (1 << 64) - 1

EVENTS = {
    1: "alloc", 2: "free", 3: "realloc-begin", 4: "realloc-end", 5: "realloc-fail",
    6: "alloc-fail", 7: "thread", 8: "thread-end", 9: "fork", 10: "exec", 11: "exit",
    12: "store", 13: "clear", 14: "bind", 16: "enter", 17: "leave", 18: "count", 19: "pass",
    20: "mark", 21: "name", 22: "scope-begin", 23: "scope-end", 24: "pool-alloc",
    25: "pool-reset", 26: "pool", 27: "snapshot", 28: "region", 29: "edge", 30: "snapshot-end",
    31: "object", 32: "report", 33: "mute", 34: "canary", 35: "retire",
}
EXTENDED = 15
# What the fields of each kind mean (section 3).
WITH_CONTEXT = {1, 2, 3, 4, 5, 6, 12, 13, 14, 16, 17, 18, 19, 24, 25, 26, 32}
WITH_STRING = {20, 21, 22, 23, 27, 31}
WITH_ADDRESS = {1, 2, 3, 4, 12, 13, 14, 16, 17, 18, 19, 21, 24, 25, 26, 28, 29, 31, 32, 33, 34, 35}
WITH_SIZE = {1, 4, 5, 6, 13, 24, 28, 31, 35}
WITH_VALUE = {12, 14, 17, 19, 29}
FUNCTIONS = {
    1: "malloc", 2: "calloc", 3: "realloc", 4: "reallocarray", 5: "free",
    6: "posix_memalign", 7: "aligned_alloc", 8: "memalign", 9: "valloc", 10: "pvalloc",
    11: "operator new", 12: "operator new[]", 13: "operator delete",
    14: "operator delete[]", 15: "cfree",
}
SITE_KINDS = {
    1: "alloc", 2: "call", 3: "realloc", 4: "free", 5: "out", 6: "opaque", 7: "store",
    8: "copy", 9: "bind", 10: "frame", 11: "func", 12: "param", 13: "return", 14: "count",
    15: "pass", 16: "scope", 17: "drop",
}
SLOTS = {
    1: "local", 2: "param", 3: "global", 4: "field", 5: "element", 6: "deref", 7: "return",
    8: "arg", 9: "dropped", 10: "temp", 11: "call", 12: "null", 13: "address", 14: "integer",
}
SITE_FLAGS = {
    1: "passes-result", 2: "no-debug", 4: "several", 8: "indirect", 16: "fresh", 32: "frame",
    0x40: "src-dead", 0x80: "src-live", 0x100: "offset", 0x200: "atomic", 0x400: "volatile",
    0x800: "down", 0x1000: "returned", 0x2000: "stored", 0x4000: "freed", 0x8000: "passed",
    0x10000: "const", 0x20000: "static", 0x40000: "variadic",
    0x80000: "end-set", 0x100000: "end-unsure", 0x200000: "end-other", 0x400000: "end-again",
    0x800000: "end-passed",
}
CONTEXT_FLAGS = {1: "cut", 2: "incomplete"}
ARCHS = {1: "x86-64", 2: "aarch64"}
STATES = {0: "running", 1: "exited"}
STOPS = {0: "none", 1: "no-space", 2: "file-limit", 3: "io", 4: "file-lost"}


class BadTrace(Exception):
    """The file is not a trace that this program can read."""


class ShortRecord(Exception):
    """A meta record ends before its fields do."""


def crc32c_table():
    table = []
    for byte in range(256):
        crc = byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
        table.append(crc)
    return table


CRC_TABLE = crc32c_table()


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = (crc >> 8) ^ CRC_TABLE[(crc ^ byte) & 255]
    return crc ^ 0xFFFFFFFF


# --- header and chunks ------------------------------------------------------------------


def read_header(data):
    if data[:8] != MAGIC:
        raise BadTrace("no magic number")
    if len(data) < 176:
        raise BadTrace("header cut short")
    names = ("major", "minor", "header_size", "features", "start_time", "start_unix_ns", "tick_hz",
             "pid", "ppid", "arch", "pointer_bytes", "abi", "fork_parent", "fork_time")
    h = dict(zip(names, struct.unpack_from("<HHIQQQQIIBBHIQ", data, 8)))
    names = ("last_time", "last_unix_ns", "state", "stop", "errno", "threads", "dropped")
    h.update(zip(names, struct.unpack_from("<QQIIIIQ", data, 128)))
    if h["major"] != 1:
        raise BadTrace(f"version {h['major']}")
    if struct.unpack_from("<I", data, 124)[0] != crc32c(data[:124]):
        raise BadTrace("header checksum")
    if h["features"] != 0:
        raise BadTrace(f"features {h['features']:#x}")
    if h["header_size"] == 0 or h["header_size"] % PAGE or h["header_size"] > 1 << 20 or h["pointer_bytes"] != 8:
        raise BadTrace("header size or pointer size")
    return h


class Chunk:
    def __init__(self, data, offset):
        (self.magic, self.kind, self.flags, self.size, self.used, self.lane, self.seq, self.base_time,
         self.base_addr, self.thread, self.head_crc, self.data_crc) = struct.unpack_from(
             "<IHHIIIIQQIII", data, offset)
        self.offset = offset
        head = data[offset:offset + 6] + bytes(2) + data[offset + 8:offset + 12] + bytes(4) + \
            data[offset + 16:offset + 44]
        self.is_valid = (self.magic == CHUNK_MAGIC and self.head_crc == crc32c(head) and
                         self.size % PAGE == 0 and PAGE <= self.size <= 16 << 20)

    def payload(self, data):
        """The payload to read, or None if its checksum is wrong."""
        room = self.size - CHUNK_HEADER - (64 if self.kind == 1 else 0)
        is_sealed = self.flags & 1
        if is_sealed and self.used > room:
            return None
        want = self.used if is_sealed else room
        payload = data[self.offset + CHUNK_HEADER:self.offset + CHUNK_HEADER + want]
        if is_sealed and len(payload) == want and crc32c(payload) != self.data_crc:
            return None
        return payload


def walk(data, offset):
    while offset + CHUNK_HEADER <= len(data):
        chunk = Chunk(data, offset)
        if chunk.is_valid:
            yield chunk
            offset += chunk.size
        else:
            offset += PAGE


# --- metadata ---------------------------------------------------------------------------


class Record:
    """Takes fields off the front of a meta record."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, fmt):
        size = struct.calcsize("<" + fmt)
        if self.at + size > len(self.data):
            raise ShortRecord
        values = struct.unpack_from("<" + fmt, self.data, self.at)
        self.at += size
        return values

    def bytes(self):
        length, = self.take("H")
        if self.at + length > len(self.data):
            raise ShortRecord
        value = self.data[self.at:self.at + length]
        self.at += length
        return value

    def str(self):
        return self.bytes().split(b"\0")[0]


class Tables:
    """Everything the META chunks define; dictionaries keep the order of the file."""

    def __init__(self):
        self.infos, self.args, self.threads, self.modules = {}, [], {}, {}
        self.sites, self.symbols = {}, {}
        self.contexts = {}  # content -> id of the whole trace
        self.local = {}  # (lane, id) -> id of the whole trace
        self.strings = {}  # (lane, id) -> text

    def read_chunk(self, chunk, payload):
        at = 0
        while at + 8 <= len(payload):
            kind, _, length = struct.unpack_from("<HHI", payload, at)
            if kind == 0 or at + 8 + length > len(payload):
                return
            try:
                self.read_record(chunk.lane, kind, Record(payload[at + 8:at + 8 + length]))
            except ShortRecord:
                pass
            at += 8 + (length + 7) // 8 * 8

    def complete(self):
        """Adds a site without fields for each key that only contexts know."""
        for _, _, name, call, _ in self.contexts:
            for key in (name, call):
                if key:
                    self.sites.setdefault(key, ([0] * 8, [b""] * 8, (0, 0)))

    def read_record(self, lane, kind, r):
        if kind == 1:
            key, value = r.str(), r.str()
            self.infos.setdefault(key, value)
        elif kind == 2:
            number, _, start, end, bias = r.take("IIQQQ")
            module = (start, end, bias, r.bytes(), r.str())
            if number:
                self.modules.setdefault(number, module)
        elif kind == 3:
            key, *numbers = r.take("QIHBBIIII")
            strings, rest = [r.str() for _ in range(6)], ([b"", b""], (0, 0))
            try:
                rest = ([r.str(), r.str()], r.take("BB"))
            except ShortRecord:
                pass  # of version 1.0
            if key:
                self.sites.setdefault(key, (numbers, strings + rest[0], rest[1]))
        elif kind == 4:
            number, function, count, flags, name, call = r.take("IBBHQQ")
            content = (function, flags, name, call, r.take(f"{count}Q"))
            if number:
                context = self.contexts.setdefault(content, len(self.contexts) + 1)
                self.local.setdefault((lane, number), context)
        elif kind == 5:
            number, os_id = r.take("II")
            name = r.str()
            self.threads.setdefault(number, (os_id, name))
        elif kind == 6:
            frame, level, _, line = r.take("QHHI")
            symbol = (line, r.str(), r.str())
            self.symbols.setdefault((frame, level), symbol)
        elif kind == 7:
            self.args.append(r.str())
        elif kind == 8:
            number, _ = r.take("II")
            text = r.str()
            if number:
                self.strings.setdefault((lane, number), text)


# --- events -----------------------------------------------------------------------------


def ror3(x):
    return (x >> 3 | x << 61) & MASK64


def rol3(x):
    return (x << 3 | x >> 61) & MASK64


def unzigzag(x):
    return (x >> 1) ^ (MASK64 if x & 1 else 0)


def decode(payload):
    """The events of a payload up to its end or the first one that is malformed."""
    at = 0
    while at + 2 <= len(payload):
        header, = struct.unpack_from("<H", payload, at)
        if header & 15 == 0:
            return
        at += 2
        fields = []
        for shift in (4, 7, 10, 13):
            code = header >> shift & 7
            length = 8 if code == 7 else code
            fields.append(int.from_bytes(payload[at:at + length], "little"))
            at += length
        if at > len(payload):
            return
        yield header & 15, fields


def lane_events(data, chunks, start_time, tables):
    """The events of one lane: (time, is a birth, lane, kind, a, b, address, thread)."""
    last = start_time
    for chunk in chunks:
        payload = chunk.payload(data)
        if payload is None:
            continue
        time, address, thread = chunk.base_time, ror3(chunk.base_addr), chunk.thread
        for kind, (a, b, c, d) in decode(payload):
            time += d
            if time > MASK64:
                break
            address = address + unzigzag(c) & MASK64
            if kind == EXTENDED:
                kind, a = 16 + (a & 31), a >> 5
            if kind not in EVENTS:
                continue
            last = max(last, time)
            if kind == 7:
                thread = a & 0xFFFFFFFF
            if kind in WITH_CONTEXT:
                a = tables.local.get((chunk.lane, a), 0)
            elif kind in WITH_STRING:
                a = tables.strings.get((chunk.lane, a), b"")
            if kind in WITH_VALUE and b:
                b = rol3(address + unzigzag(b - 1) & MASK64)
            yield last - start_time, kind in (1, 4), chunk.lane, kind, a, b, rol3(address), thread


def lanes(data, chunks, start_time, tables):
    by_lane = {}
    for chunk in chunks:
        if chunk.kind == 1 and not (chunk.flags & 1 and chunk.used > chunk.size - 128):
            by_lane.setdefault(chunk.lane, {}).setdefault(chunk.seq, chunk)
    return [lane_events(data, [by_seq[seq] for seq in sorted(by_seq)], start_time, tables)
            for by_seq in by_lane.values()]


# --- text -------------------------------------------------------------------------------


def quoted(raw):
    out = ['"']
    for byte in raw:
        if byte in b'"\\':
            out.append("\\" + chr(byte))
        elif byte == 10:
            out.append("\\n")
        elif byte == 9:
            out.append("\\t")
        elif 0x20 <= byte <= 0x7E:
            out.append(chr(byte))
        else:
            out.append(f"\\x{byte:02x}")
    return "".join(out) + '"'


def pair(key, value):
    return f" {key}={value}" if value else ""


def hexpair(key, value):
    return f" {key}={value:#x}" if value else ""


def strpair(key, value):
    return f" {key}={quoted(value)}" if value else ""


def named(names, value):
    name = names.get(value, str(value))
    return f'"{name}"' if " " in name else name


def namepair(key, names, value):
    return f" {key}={named(names, value)}" if value else ""


def flagpair(names, value):
    words = [name for bit, name in names.items() if value & bit]
    rest = value & ~sum(names)
    if rest:
        words.append(f"{rest:#x}")
    return " flags=" + ",".join(words) if words else ""


def site_text(key):
    return f"{key - 1 >> 32}:{key - 1 & 0xFFFFFFFF}"


def frame_text(tables, frame):
    module = frame >> 48
    if module and module in tables.modules:
        return f"{module}+{frame & (1 << 48) - 1:#x}"
    return f"{frame:#x}"


def head_lines(h):
    yield f"mscope {h['major']}.{h['minor']}"
    yield (f"process pid={h['pid']}" + pair("ppid", h["ppid"]) + f" start={h['start_time']}" +
           pair("start-unix", h["start_unix_ns"]) + f" hz={h['tick_hz']} arch={named(ARCHS, h['arch'])}" +
           f" abi={h['abi']}" + pair("fork-parent", h["fork_parent"]) + pair("fork-time", h["fork_time"]))
    yield (f"status state={named(STATES, h['state'])}" + pair("last", h["last_time"]) +
           pair("last-unix", h["last_unix_ns"]) + namepair("stop", STOPS, h["stop"]) +
           pair("errno", h["errno"]) + pair("threads", h["threads"]) + pair("dropped", h["dropped"]))


def table_lines(t):
    for key, value in t.infos.items():
        yield f"info {quoted(key)}" + strpair("value", value)
    for arg in t.args:
        yield f"arg {quoted(arg)}"
    for number, (os_id, name) in t.threads.items():
        yield f"thread {number}" + pair("os", os_id) + strpair("name", name)
    for number, (start, end, bias, build, path) in t.modules.items():
        yield (f"module {number} start={start:#x} end={end:#x}" + hexpair("bias", bias) +
               pair("build", build.hex()) + strpair("path", path))
    for key, ((line, column, kind, slot, flags, size, decl, offset), strings, last) in t.sites.items():
        func, file, directory, path, type_, callee, field, src = strings
        yield (f"site {site_text(key)}" + namepair("kind", SITE_KINDS, kind) + namepair("slot", SLOTS, slot) +
               strpair("function", func) + strpair("file", file) + strpair("dir", directory) +
               pair("line", line) + pair("column", column) + strpair("path", path) + strpair("type", type_) +
               pair("type-size", size) + pair("decl-line", decl) + strpair("callee", callee) +
               strpair("field", field) + pair("offset", offset) + strpair("src", src) +
               namepair("src-slot", SLOTS, last[0]) + pair("index", last[1]) +
               flagpair(SITE_FLAGS, flags))
    for (frame, level), (line, function, file) in t.symbols.items():
        yield (f"symbol {frame_text(t, frame)}" + pair("level", level) + strpair("function", function) +
               strpair("file", file) + pair("line", line))
    for (function, flags, name, call, frames), number in t.contexts.items():
        if name == call:
            sites = f" site={site_text(name)}" if name else ""
        else:
            sites = (f" name={site_text(name)}" if name else "") + (f" call={site_text(call)}" if call else "")
        stack = ",".join(frame_text(t, frame) for frame in frames)
        yield (f"context {number}" + namepair("fn", FUNCTIONS, function) + sites +
               flagpair(CONTEXT_FLAGS, flags) + pair("frames", stack))


def event_lines(streams):
    owners = {}
    for time, _, lane, kind, a, b, address, thread in heapq.merge(*streams, key=lambda e: e[:3]):
        if kind != 7 and owners.get(lane, lane) != thread:
            yield f"lane {lane} thread={thread}"
        owners[lane] = thread
        text = f"@{time} {EVENTS[kind]}"
        if kind in WITH_ADDRESS:
            text += f" {address:#x}"
        if kind in WITH_STRING:
            text += " " + quoted(a)
        if kind in (28, 34):
            text += f" {a}"
        if kind in WITH_SIZE:
            text += f" size={b}"
        if kind in WITH_VALUE:
            text += f" value={b:#x}"
        if kind in (18, 27, 30, 32, 34):
            text += f" value={b}"
        if kind in (7, 8, 9, 30):
            text += f" {a}"
        if kind == 7:
            text += pair("os", b)
        if kind == 11 and a:
            text += f" status={a - 1}"
        if kind in WITH_CONTEXT:
            text += pair("ctx", a)
        yield text + pair("lane", lane)


def dump(data, out):
    header = read_header(data)
    chunks = list(walk(data, header["header_size"]))
    tables = Tables()
    for chunk in chunks:
        payload = chunk.payload(data) if chunk.kind == 2 else None
        if payload:
            tables.read_chunk(chunk, payload)
    tables.complete()
    for lines in (head_lines(header), table_lines(tables),
                  event_lines(lanes(data, chunks, header["start_time"], tables))):
        for line in lines:
            out.write(line + "\n")


def main():
    if len(sys.argv) != 2:
        print("usage: trace_dump.py TRACE", file=sys.stderr)
        return 2
    try:
        with open(sys.argv[1], "rb") as file:
            dump(file.read(), sys.stdout)
    except BadTrace as error:
        print(f"trace_dump.py: error: {sys.argv[1]}: {error}", file=sys.stderr)
        return 3
    except OSError as error:
        print(f"trace_dump.py: error: {error}", file=sys.stderr)
        return 4
    return 0


if __name__ == "__main__":
    sys.exit(main())
