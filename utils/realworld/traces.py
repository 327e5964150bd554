"""traces.py - what MemScope and valgrind counted in a run.

SPDX-License-Identifier: MIT OR Apache-2.0

Both count a realloc as one allocation of the new size and one free.
"""

import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Totals:
    allocations: int
    frees: int
    bytes: int
    events: int = 0


class TraceError(Exception):
    pass


def memscope_totals(memscope_cc, files):
    """Totals over the trace FILES of one run, read by the memscope next to MEMSCOPE_CC."""
    command = Path(memscope_cc).with_name("memscope")
    total = Totals(0, 0, 0)
    for file in files:
        done = subprocess.run([str(command), "json", str(file)], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True)
        if done.returncode != 0:
            raise TraceError(f"{command.name} json: {done.stderr.strip()}")
        report = json.loads(done.stdout)
        t = report["totals"]["use"]
        total = Totals(total.allocations + t["allocations"], total.frees + t["frees"],
                       total.bytes + t["bytes"], total.events + report["run"]["events"])
    return total


def valgrind_totals(log):
    """From the text of valgrind's log; None if it says nothing."""
    found = re.findall(r"total heap usage: ([\d,]+) allocs, ([\d,]+) frees, ([\d,]+) bytes", log)
    if not found:
        return None
    return Totals(*(int(n.replace(",", "")) for n in found[-1]))
