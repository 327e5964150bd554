#!/usr/bin/env python3
"""planted.py - are the planted bugs found, each as it should be, and is the corrected twin clean?

SPDX-License-Identifier: MIT OR Apache-2.0

usage: planted.py [--opt O0,O2] [--level refs] [--include DIR] [--only TEXT] [--keep DIR] [-j N] DIR

Every program in DIR has one bug. Its comments say what must be found, one line a finding:

  // FIND: KIND key=value ...     all of these, and nothing else but notes of leaks
  // OPAQUE: FILE.c               is linked as a library that MemScope does not compile
  // EXIT: crash                  a signal ends the buggy program (else, and at level check, its
                                  status is 0)
  // OPTIONS: guard=1              more options of the runtime

keys: name (of the memory), slot, words, advice (a regular expression that a step, the title or
the advice must match), path, blocks; at, lost, freed, used, noticed (the line of that step). A line is
@tag: the line that has @tag in a comment. `optional` may be found as well. KEY.O2=...,
KEY.O2.refs=... hold for those builds only; * is anything. `if=O0,full` restricts the whole line.
With -DFIXED nothing may be found but notes of leaks (blocks within reach).
"""

import argparse
import concurrent.futures
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

BUILDING = threading.Lock()
ROLES = {"at": "allocated", "lost": "lost", "freed": "freed", "used": "used",
         "noticed": "noticed"}


class Expectation:
    """One FIND line."""

    def __init__(self, text, lines, build):
        self.text = text
        words = text.split()
        self.kind = words[0]
        self.optional = "optional" in words
        self.keys = {}
        self.applies = True
        for word in words[1:]:
            key, _, value = word.partition("=")
            if key == "if":
                self.applies = all(part in build for part in value.split(","))
                continue
            name, *conditions = key.split(".")
            if name == "optional" or not all(c in build for c in conditions):
                continue
            if value.startswith("@"):
                if value[1:] not in lines:
                    raise ValueError(f"no line is tagged {value}")
                value = lines[value[1:]]
            self.keys[name] = value

    def miss(self, finding):
        """Why FINDING is not it; None if it is."""
        for key, want in self.keys.items():
            if want == "*":
                continue
            steps = finding["steps"]
            if key in ROLES:
                got = [s["place"]["line"] for s in steps if s["role"] == ROLES[key] and s.get("place")]
                ok = want in got
            elif key in ("name", "path", "blocks"):
                got = finding["memory"][key]
                ok = str(got) == want
            elif key == "slot":
                got = [s["slot"] for s in steps]
                ok = want in got
            elif key == "words":
                got = [finding["title"]] + [s["text"] or "" for s in steps]
                ok = any(re.search(want, g) for g in got)
            elif key == "advice":
                got = finding["advice"] or ""
                ok = bool(re.search(want, got))
            else:
                raise ValueError(f"unknown key {key}")
            if not ok:
                return f"{key} is {got}, not {want}"
        return None


def compare(expected, found):
    """Lines that say what is wrong."""
    problems, left = [], list(found)
    for e in expected:
        same = [f for f in left if f["kind"] == e.kind]
        match = next((f for f in same if e.miss(f) is None), None)
        if match:
            left.remove(match)
        elif not e.optional:
            why = e.miss(same[0]) if same else "nothing of the kind"
            problems.append(f"not found: {e.text}: {why}")
    for f in left:
        if f["severity"] != "note" or not f["kind"].startswith("leak"):
            problems.append(f"false: {f['severity']} {f['kind']}: {f['title']}")
    return problems


def run(command, **more):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=120, **more)


def library(source, directory):
    """SOURCE as a shared library that MemScope knows nothing of; built once."""
    path = directory / f"lib{source.stem}.so"
    with BUILDING:
        if not path.exists():
            clang = os.environ.get("MEMSCOPE_CLANG", "clang")
            clang = clang.replace("clang", "clang++") if source.suffix == ".cpp" else clang
            built = run([clang, "-g", "-O1", "-shared", "-fPIC",
                         "-fno-omit-frame-pointer", str(source), "-o", str(path), f"-Wl,-soname,{path}"])
            if built.returncode:
                raise RuntimeError(built.stderr)
    return path


def check(source, fixed, opt, level, args, directory):
    """Build, run, look at one program; what is wrong with it."""
    text = source.read_text()
    lines = {tag: n for n, line in enumerate(text.splitlines(), 1) for tag in re.findall(r"@(\w+)", line)
             if "FIND:" not in line}
    expected = [] if fixed else [Expectation(t, lines, (opt, level))
                                 for t in re.findall(r"^// FIND: (.*)", text, re.M)]
    expected = [e for e in expected if e.applies]
    crashes = not fixed and "// EXIT: crash" in text and level != "check"
    name = f"{source.stem}.{opt}.{level}{'.fixed' if fixed else ''}"
    exe, trace = directory / name, directory / f"{name}.mscope"
    opaque = re.findall(r"^// OPAQUE: (\S+)", text, re.M)
    libraries = [library(source.parent / file, directory) for file in opaque]
    compiler = "memscope-c++" if source.suffix == ".cpp" else "memscope-cc"
    built = run([compiler, "-g", f"-{opt}", f"-fmemscope={level}", "-w", "-I", args.include, "-pthread",
                 *(["-DFIXED"] if fixed else []), str(source), "-o", str(exe),
                 *[str(lib) for lib in libraries]])
    if built.returncode:
        return name, [f"does not compile: {built.stderr}"]
    trace.unlink(missing_ok=True)
    more = "".join(":" + o for o in re.findall(r"^// OPTIONS: (.*)", text, re.M))
    env = dict(os.environ, MEMSCOPE_OPTIONS=f"track=all:out={trace}{more}")
    ran = run([str(exe)], env=env)
    if ran.returncode >= 0 if crashes else ran.returncode:
        return name, [f"exit status {ran.returncode}: {ran.stderr}"]
    told = run(["memscope", "findings", "--json", str(trace)])
    if told.returncode not in (0, 1):
        return name, [f"memscope findings: {told.stderr}"]
    return name, compare(expected, json.loads(told.stdout)["findings"])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--opt", default="O0,O2")
    parser.add_argument("--level", default="refs")
    parser.add_argument("--include", default=str(Path(__file__).resolve().parents[3] / "include"))
    parser.add_argument("--only", default="")
    parser.add_argument("--keep")
    parser.add_argument("-j", type=int, default=2)
    parser.add_argument("directory", type=Path)
    args = parser.parse_args()
    sources = sorted(p for p in args.directory.iterdir() if p.suffix in (".c", ".cpp") and args.only in p.name)
    directory = Path(args.keep or tempfile.mkdtemp(prefix="planted-")).resolve()
    directory.mkdir(parents=True, exist_ok=True)
    jobs = [(s, fixed, opt, level) for s in sources for opt in args.opt.split(",")
            for level in args.level.split(",") for fixed in (False, True)]
    bad = 0
    with concurrent.futures.ThreadPoolExecutor(args.j) as pool:
        for name, problems in pool.map(lambda job: check(*job, args, directory), jobs):
            bad += bool(problems)
            for problem in problems:
                print(f"{name}: {problem}")
    print(f"{len(sources)} programs, {len(jobs)} builds, {bad} wrong")
    if not args.keep:
        shutil.rmtree(directory)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
