"""workloads.py - deterministic runs of the programs that recipes.py builds.

SPDX-License-Identifier: MIT OR Apache-2.0

Each comes in two sizes: "full" takes 0.5 to 4 seconds when built plainly with -O2 and is
for timing, "small" is for everything that is slow. The inputs are generated once, from
fixed seeds. A run is judged by the hash of what it produced, so that a build that
computes something else is never counted as fast.
"""

import hashlib
import json
import os
import random
import re
import socket
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Callable, Optional

SIZES = ("small", "full")
LUA = Path(__file__).with_name("inputs")


# Inputs: functions of (path, size) that write PATH ---------------------------------------

def _words(seed):
    rng = random.Random(seed)
    letters = "etaoinshrdlucmfwypvbgkjqxz"
    vocabulary = ["".join(rng.choices(letters, range(26, 0, -1), k=rng.randint(2, 10)))
                  for _ in range(4000)]
    while True:
        yield " ".join(rng.choices(vocabulary, k=12)) + f" {rng.randint(0, 10**6)}\n"


def text_input(path, size, megabytes):
    words, limit = _words(1), megabytes[size] * 1_000_000
    with open(path, "w", encoding="ascii") as out:
        while out.tell() < limit:
            out.write("".join(next(words) for _ in range(1000)))


def json_records(path, size, count):
    rng, words = random.Random(2), _words(3)
    records = [{"id": i, "name": next(words)[:24], "group": rng.randint(0, 99),
                "value": round(rng.random() * 1000, 3),
                "tags": [f"t{rng.randint(0, 30)}" for _ in range(rng.randint(0, 5))],
                "nested": {"a": [i, i + 1, None, True], "b": {"deep": next(words).strip()}}}
               for i in range(count[size])]
    path.write_text(json.dumps(records), encoding="ascii")


def xml_document(path, size, count):
    rng, words = random.Random(4), _words(5)
    with open(path, "w", encoding="ascii") as out:
        out.write('<?xml version="1.0"?>\n<!DOCTYPE catalog [<!ENTITY house "MemScope">]>\n'
                  '<catalog xmlns="urn:a" xmlns:p="urn:b">\n')
        for i in range(count[size]):
            out.write(f'<p:item id="i{i}" price="{rng.randint(1, 999)}" note="{next(words)[:40]}">'
                      f"<title>{next(words).strip()} &house;</title><!-- {i} -->"
                      f"<p:tag v='{i % 7}'/><![CDATA[{next(words)}]]></p:item>\n")
        out.write("</catalog>\n")


def sql_script(path, size, rows):
    rng, words = random.Random(6), _words(7)
    with open(path, "w", encoding="ascii") as out:
        out.write("CREATE TABLE t(id INTEGER PRIMARY KEY, k INT, s TEXT);\n"
                  "CREATE INDEX tk ON t(k);\nBEGIN;\n")
        for i in range(rows[size]):
            out.write(f"INSERT INTO t VALUES({i},{rng.randint(0, 999)},'{next(words).strip()}');\n")
        out.write("COMMIT;\nSELECT count(*), sum(k) FROM t;\n"
                  "SELECT k, count(*), group_concat(substr(s,1,3)) FROM t GROUP BY k ORDER BY k;\n"
                  "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n+1 FROM c WHERE n<2000)"
                  " SELECT sum(n), length(group_concat(n)) FROM c;\n"
                  "SELECT a.id, b.id FROM t a JOIN t b ON a.k=b.k AND a.id<b.id"
                  " ORDER BY a.s, b.s LIMIT 50;\nDELETE FROM t WHERE k%3=0;\nVACUUM;\n"
                  "SELECT json_group_array(s) FROM (SELECT s FROM t ORDER BY s LIMIT 20);\n")


def ninja_manifest(path, size, edges):
    """A directory with a manifest; no input exists, so -n plans every edge."""
    path.mkdir()
    rng, count = random.Random(8), edges[size]
    with open(path / "build.ninja", "w", encoding="ascii") as out:
        out.write("rule cc\n  command = cc $flags -c $in -o $out\n  description = CC $out\n"
                  "rule link\n  command = cc $in -o $out\n")
        (path / "src.c").write_text("")
        for i in range(count):
            headers = " ".join(f"gen/h{rng.randint(0, i)}.h" for _ in range(rng.randint(0, 4)) if i)
            out.write(f"build gen/h{i}.h: cc src.c\n  flags = -Dh{i}\n"
                      f"build obj/d{i % 97}/f{i}.o: cc src.c | {headers} || gen/h{i}.h\n"
                      f"  flags = -O2 -Dx={i} -Iinclude/d{i % 97}\n")
        for i in range(0, count, 50):
            objects = " ".join(f"obj/d{j % 97}/f{j}.o" for j in range(i, min(i + 50, count)))
            out.write(f"build bin/p{i}: link {objects}\n")


def file_tree(path, size, count):
    rng, words = random.Random(9), _words(10)
    for i in range(count[size]):
        place = path / f"d{i % 113}" / f"e{i % 7}"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"file{i}").write_text("".join(next(words) for _ in range(rng.randint(1, 40))))


# The redis client: one connection, pipelined, replies hashed -----------------------------

def redis_client(out, size):
    rounds = {"small": 3, "full": 120}[size]
    path, deadline = str(out / "redis.sock"), time.monotonic() + 60
    while True:
        client = socket.socket(socket.AF_UNIX)
        try:
            client.connect(path)
            break
        except OSError:
            client.close()
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)

    def command(*words):
        return b"*%d\r\n" % len(words) + b"".join(
            b"$%d\r\n%s\r\n" % (len(w), w) for w in (str(x).encode() for x in words))

    digest = hashlib.sha256()
    for r in range(rounds):
        batch = []
        for i in range(1000):
            n = r * 1000 + i
            batch += [command("SET", f"key:{n % 20000}", f"value-{n}" * (n % 9 + 1)),
                      command("GET", f"key:{n * 7 % 20000}"),
                      command("HSET", f"hash:{n % 300}", f"f{n % 1000}", n),
                      command("RPUSH", f"list:{n % 50}", n, n + 1),
                      command("LPOP", f"list:{n % 50}"),
                      command("ZADD", f"zset:{n % 100}", n % 5000, f"m{n}"),
                      command("SADD", f"set:{n % 100}", f"s{n % 3000}")]
        batch += [command("DEL", *(f"key:{r * 83 % 20000 + k}" for k in range(100))),
                  command("ZRANGE", f"zset:{r % 100}", 0, 40), command("ECHO", f"end-of-{r}")]
        client.sendall(b"".join(batch))
        marker, received = b"end-of-%d\r\n" % r, b""
        while not received.endswith(marker):
            part = client.recv(1 << 20)
            if not part:
                return "connection closed by redis-server"
            digest.update(part)
            received = (received + part)[-64:]
    client.sendall(command("SHUTDOWN", "NOSAVE"))
    client.close()
    return digest.hexdigest()


# The workloads ---------------------------------------------------------------------------

@dataclass
class Workload:
    """PROGRAM of recipe RECIPE, with ARGUMENTS: a function of the size that gives a list
    in which {in} and {out} stand for the directories of inputs and outputs."""
    recipe: str
    program: str
    about: str
    arguments: Callable
    inputs: dict = field(default_factory=dict)  # file name -> function(path, size)
    stdin: Optional[str] = None
    outputs: tuple = ()                         # files that the run writes below {out}
    unstable: tuple = ()                        # patterns in stdout that hold times
    client: Optional[Callable] = None           # function(out, size) -> digest of replies
    created: int = 0         # threads that main creates, all of one stack each
    repeatable: bool = True  # allocates the same in every run

    def argv(self, executable, inputs, out, size):
        def fill(argument):
            for name, place in (("{in}", inputs), ("{out}", out), ("{lua}", LUA)):
                argument = argument.replace(name, str(place))
            return argument
        return [str(executable), *map(fill, self.arguments(size))]

    def digest(self, out, stdout):
        """Of what the run produced."""
        total = hashlib.sha256()
        if not self.client:
            content = Path(stdout).read_bytes()
            for pattern in self.unstable:
                content = re.sub(pattern, b"", content)
            total.update(content)
        for name in self.outputs:
            total.update((Path(out) / name).read_bytes())
        return total.hexdigest()


def _fixed(*arguments):
    return lambda size: list(arguments)


def _pick(small, full, *rest):
    return lambda size: [*rest, str(full if size == "full" else small)]


def _file(maker, **by_size):
    return lambda path, size: maker(path, size, by_size)


RECORDS = _file(json_records, small=300, full=60_000)
DOCUMENTS = _file(json_records, small=60, full=1000)

WORKLOADS = {
    "lua": Workload("lua5.4", "lua", "Lua 5.4, binary trees of depth 16",
                    _pick(8, 16, "{lua}/binary-trees.lua")),
    "sqlite": Workload("sqlite3", "speedtest1", "SQLite's speedtest1, in memory",
                       lambda size: ["--size", "1" if size == "small" else "20", "--verify",
                                     "--memdb", ":memory:"],
                       unstable=(rb"\d+\.\d{3}s",)),
    "jq": Workload("jq", "jq", "jq, select, group and reduce 60,000 records",
                   _fixed("-c", "[.[] | select(.id % 3 != 0) | {name, group, value, t: .tags}] |"
                          " group_by(.group) | map({g: .[0].group, n: length,"
                          " sum: (map(.value) | add), tags: ([.[].t[]] | unique),"
                          " names: (map(.name | ascii_upcase) | sort | .[0:5])})",
                          "{in}/records.json"), {"records.json": RECORDS}),
    "bzip2": Workload("bzip2", "bzip2", "bzip2 -9, 20 MB of text", _fixed("-9", "-c", "{in}/text"),
                      {"text": _file(text_input, small=1, full=20)}),
    "xmlwf": Workload("expat", "xmlwf", "expat's xmlwf, canonical copy of 30 MB of XML",
                      _fixed("-n", "-d", "{out}", "{in}/doc.xml"),
                      {"doc.xml": _file(xml_document, small=500, full=90_000)},
                      outputs=("doc.xml",)),
    "cjson": Workload("cjson", "cjson_loop", "cJSON, parse, duplicate, print, delete",
                      lambda size: ["{in}/docs.json", "3" if size == "small" else "60", "1"],
                      {"docs.json": DOCUMENTS}, created=1),
    "minigzip": Workload("zlib", "minigzip", "zlib's minigzip, 30 MB of text", _fixed("-c"),
                         {"text": _file(text_input, small=1, full=20)}, stdin="text"),
    "redis": Workload("redis", "redis-server", "redis-server, 840,000 commands from one client",
                      _fixed("--port", "0", "--unixsocket", "{out}/redis.sock", "--save", "",
                             "--appendonly", "no", "--dir", "{out}", "--loglevel", "warning",
                             "--activerehashing", "no"), client=redis_client,
                      repeatable=False),
    "ninja": Workload("ninja", "ninja", "ninja (C++), plan 80,000 edges",
                      _fixed("-C", "{in}/manifest", "-n"),
                      {"manifest": _file(ninja_manifest, small=300, full=40_000)}),
    "threads": Workload("cjson", "cjson_loop", "cJSON as above, in 4 threads",
                        lambda size: ["{in}/docs.json", "3" if size == "small" else "15", "4"],
                        {"docs.json": DOCUMENTS}, created=4, repeatable=False),
    "mksquashfs": Workload("squashfs", "mksquashfs", "mksquashfs, 12,000 files, 2 processors",
                           _fixed("{in}/tree", "{out}/image", "-processors", "2", "-mem", "256M",
                                  "-noappend", "-no-progress", "-mkfs-time", "0", "-all-time", "0",
                                  "-all-root"),
                           {"tree": _file(file_tree, small=200, full=12_000)},
                           outputs=("image",), unstable=(rb"[^\n]*/image[^\n]*",),
                           repeatable=False),
}

def _again(name, *arguments):
    """Workload NAME with other arguments, and nothing but stdout to compare."""
    return replace(WORKLOADS[name], arguments=_fixed(*arguments), outputs=())


# More runs for counting, where time does not matter.
COUNTED = {
    **{name: work for name, work in WORKLOADS.items() if work.repeatable},
    "lua strings": _again("lua", "{lua}/strings.lua", "2"),
    "lua queens": _again("lua", "{lua}/queens.lua", "6"),
    "jq identity": _again("jq", ".", "{in}/records.json"),
    "jq paths": _again("jq", "-c", '[paths(type == "number")] | length', "{in}/records.json"),
    "jq regex": _again("jq", "-r", '.[] | select(.name | test("^[a-e]")) | @csv "\\([.id, .name])"',
                       "{in}/records.json"),
    "sqlite shell": Workload("sqlite3", "sqlite3", "SQLite's shell, a script", _fixed("-batch"),
                             {"script.sql": _file(sql_script, small=2000, full=200_000)},
                             stdin="script.sql"),
    "bzip2 -1": _again("bzip2", "-1", "-c", "{in}/text"),
    "xmlwf plain": _again("xmlwf", "{in}/doc.xml"),
}


def prepare_inputs(workload, directory, size):
    """Generate what WORKLOAD reads; returns the directory of this size's inputs."""
    place = Path(directory) / size
    place.mkdir(parents=True, exist_ok=True)
    for name, make in workload.inputs.items():
        if not (place / name).exists():
            scratch = place / f".{name}.{os.getpid()}"
            make(scratch, size)
            scratch.rename(place / name)
    return place
