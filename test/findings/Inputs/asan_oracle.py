#!/usr/bin/env python3
"""asan_oracle.py - does level check find everything that plain AddressSanitizer finds?

SPDX-License-Identifier: MIT OR Apache-2.0

usage: asan_oracle.py --clang CLANG [--opt O0,O2] [--include DIR] [-j N] DIR...

Each program of the DIRs is built twice, with CLANG -fsanitize=address and with memscope-cc
-fmemscope=check, and run. For every report of AddressSanitizer's (a kind, and the lines of the
program on its stack) `memscope findings` must have a finding of that kind with one of those lines
in its story.
"""

import argparse
import concurrent.futures
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True

import planted  # noqa: E402

# AddressSanitizer's words, and the kinds of findings that say the same.
KINDS = {
    "heap-use-after-free": ("use-after-free",),
    "heap-buffer-overflow": ("overflow.heap",),
    "stack-buffer-overflow": ("overflow.stack",),
    "stack-buffer-underflow": ("overflow.stack",),
    "dynamic-stack-buffer-overflow": ("overflow.stack",),
    "global-buffer-overflow": ("overflow.global",),
    "stack-use-after-scope": ("use-after-scope",),
    # It takes the bytes before a pointer into the middle for the state of a freed block.
    "attempting double-free": ("free.double", "free.interior"),
    "attempting free on address which was not malloc()-ed": ("free.invalid", "free.interior"),
    "alloc-dealloc-mismatch": ("free.mismatch",),
    "SEGV": ("access.invalid",),
}
REPORT = re.compile(r"ERROR: AddressSanitizer: (attempting (?:double-free|free on address which was not malloc\(\)-ed)|[\w-]+)")


def run(command, **more):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace",
                          timeout=120, **more)


def reports(text, source):
    """(kind, lines in SOURCE) of each report in what AddressSanitizer printed."""
    found = set()
    for part in re.split(r"(?==+\n==\d+==ERROR)", text):
        kind = REPORT.search(part)
        if kind:
            stack = part[kind.start():].split("\n\n")[0]
            lines = re.findall(rf"#\d+ .*{re.escape(source.name)}:(\d+)", stack)
            found.add((kind.group(1), tuple(int(n) for n in lines)))
    return found


def compare(source, opt, args, directory):
    """What AddressSanitizer reports and MemScope does not, and how many reports both have."""
    libraries = [planted.library(source.parent / file, directory)
                 for file in re.findall(r"^// OPAQUE: (\S+)", source.read_text(), re.M)]
    flags = ["-g", f"-{opt}", "-w", "-fno-omit-frame-pointer", "-I", args.include, "-pthread", str(source),
             *[str(path) for path in libraries]]
    plus = "++" if source.suffix == ".cpp" else ""
    name = f"{source.stem}.{opt}"
    exe, ours, trace = (directory / f"{name}.{end}" for end in ("asan", "check", "mscope"))
    clang = args.clang.replace("clang", "clang++") if plus else args.clang
    for command in ([clang, "-fsanitize=address", "-fsanitize-recover=address", *flags, "-o", str(exe)],
                    [f"memscope-c{plus or 'c'}", f"--memscope-clang={clang}", "-fmemscope=check", *flags, "-o", str(ours)]):
        built = run(command)
        if built.returncode:
            return name, [f"does not compile: {built.stderr}"], 0
    asan = "halt_on_error=0:detect_leaks=0:detect_stack_use_after_return=0:allocator_may_return_null=1"
    told = run([str(exe)], env=dict(os.environ, ASAN_OPTIONS=asan)).stderr
    run([str(ours)], env=dict(os.environ, MEMSCOPE_OPTIONS=f"track=all:out={trace}"))
    found = run(["memscope", "findings", "--json", str(trace)])
    if found.returncode not in (0, 1):
        return name, [f"memscope findings: {found.stderr}"], 0
    findings = json.loads(found.stdout)["findings"]
    missing, both = [], 0
    for kind, theirs in sorted(reports(told, source), key=str):
        same = [f for f in findings if f["kind"] in KINDS.get(kind, ())]
        lines = {s["place"]["line"] for f in same for s in f["steps"] if s.get("place")}
        # Its stack of a bad free begins with the caller's caller where that one has no frame.
        is_access = kind in KINDS and KINDS[kind][0].startswith(("use", "overflow"))
        if same and (not is_access or not theirs or lines.intersection(theirs)):
            both += 1
        else:
            missing.append(f"{kind} at lines {theirs}: MemScope has {[f['kind'] for f in findings]}, lines {sorted(lines)}")
    return name, missing, both


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--clang", required=True)
    parser.add_argument("--opt", default="O0,O2")
    parser.add_argument("--include", default=str(Path(__file__).resolve().parents[3] / "include"))
    parser.add_argument("-j", type=int, default=2)
    parser.add_argument("directories", type=Path, nargs="+")
    args = parser.parse_args()
    sources = sorted(p for d in args.directories for p in d.iterdir() if p.suffix in (".c", ".cpp"))
    bad = total = 0
    with tempfile.TemporaryDirectory(prefix="asan-oracle-") as name, concurrent.futures.ThreadPoolExecutor(args.j) as pool:
        jobs = [(s, opt, args, Path(name)) for s in sources for opt in args.opt.split(",")]
        for build, missing, both in pool.map(lambda j: compare(*j), jobs):
            bad += bool(missing)
            total += both
            for line in missing:
                print(f"{build}: {line}")
    print(f"{len(sources)} programs, {len(jobs)} builds, {total} reports found by both, {bad} builds with reports that MemScope lacks")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
