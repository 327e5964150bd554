"""truth_run.py - build and run one generated program; read what its oracle wrote.

SPDX-License-Identifier: MIT OR Apache-2.0

A Toolbox knows the compilers and where files go. It never decides whether something is right.
"""

import os
import re
import subprocess
from collections import defaultdict
from pathlib import Path

HERE = Path(__file__).resolve().parent
INCLUDE = HERE.parents[1] / "include"


class Failed(Exception):
    """A step did not work: what was run, and what it said."""


def run(command, env=None, timeout=120):
    """What COMMAND printed. Raises Failed with its output unless it ends with 0 in time."""
    command = [str(c) for c in command]
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace",
                              timeout=timeout, env={**os.environ, **(env or {})}, check=False)
    except subprocess.TimeoutExpired as error:
        raise Failed(f"{' '.join(command)}: no end after {timeout} s") from error
    except OSError as error:
        raise Failed(f"{command[0]}: {error.strerror}") from error
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-12:])
        raise Failed(f"{' '.join(command)}: exit status {done.returncode}\n{tail}")
    return done.stdout


class Truth:
    """What the oracle wrote. slots[mark]: {(slot address, block address): name of the slot},
    locals[mark]: a sorted list of (function, variable, block address), blocks[mark]: {block
    address: size}. TEXT: the same lines
    without addresses, which two builds of one program have in common."""

    def __init__(self, path):
        self.slots, self.locals, self.blocks = defaultdict(dict), defaultdict(list), defaultdict(dict)
        self.operations, self.marks, self.text, ended = 0, [], [], False
        for line in Path(path).read_text().splitlines():
            words = line.split()
            self.text.append(re.sub(r" 0x[0-9a-f]+", "", line))
            if words[0] == "operations":
                self.operations = int(words[1])
            elif words[0] == "end":
                ended = True
            elif words[2] == "live":
                self.marks.append("cp" + words[1])
            elif words[2] == "block":
                self.blocks["cp" + words[1]][int(words[3], 16)] = int(words[4])
            elif words[2] == "slot":
                self.slots["cp" + words[1]][int(words[3], 16), int(words[5], 16)] = words[6]
            else:
                self.locals["cp" + words[1]].append((words[3], words[4], int(words[6], 16)))
        if not ended:
            raise Failed(f"{path}: the oracle did not come to its end")


class Toolbox:
    def __init__(self, directory, clang, memscope_cc, memscope):
        self.directory, self.clang = Path(directory), clang
        self.memscope_cc, self.memscope = memscope_cc, memscope
        self.oracle = self.directory / "oracle.o"

    def build_oracle(self):
        run([self.clang, "-O2", "-c", HERE / "oracle.c", "-o", self.oracle])

    def build_plain(self, source, program, flags):
        """With the compiler alone; with sanitizers the oracle's reads are checked, too."""
        oracle = HERE / "oracle.c" if any("sanitize" in f for f in flags) else self.oracle
        run([self.clang, "-w", "-g", *flags, f"-I{INCLUDE}", f"-I{HERE}", source, oracle,
             "-lpthread", "-o", program])

    def build_instrumented(self, source, program, flags):
        run([self.memscope_cc, "-w", "-g", *flags, f"-I{INCLUDE}", f"-I{HERE}", source,
             self.oracle, "-lpthread", "-o", program], {"MEMSCOPE_CLANG": self.clang})

    def execute(self, program, options=""):
        """Runs PROGRAM and returns the truth about it."""
        out = f"{program}.truth"
        run([program], {"TRUTH_OUT": out, "MEMSCOPE_OPTIONS": options,
                        "ASAN_OPTIONS": "detect_leaks=0"}, timeout=60)
        return Truth(out)

    def record(self, program):
        """Runs PROGRAM under MemScope: the truth, and the path of the trace."""
        trace = Path(f"{program}.mscope")
        trace.unlink(missing_ok=True)
        truth = self.execute(program, f"track=all:out={trace}")
        if not trace.exists():
            raise Failed(f"{program}: wrote no trace")
        return truth, trace
