"""findings.py - what `memscope findings` says of many traces, each distinct finding once.

SPDX-License-Identifier: MIT OR Apache-2.0

Two findings are the same if kind, place of the allocation and place where the block was
lost (or freed, or used) are: so what a test suite shows in a thousand traces is one line
that a person can look at.
"""

import concurrent.futures
import json
import subprocess
from dataclasses import dataclass

# The step whose place tells findings of a kind apart, beside the allocation.
DECISIVE = ("lost", "used", "freed", "grew")
SEVERITIES = ("error", "warning", "note")


@dataclass
class Seen:
    kind: str
    severity: str
    allocated: str
    where: str
    name: str
    title: str
    source: str
    confidence: float
    limited: str
    example: str
    traces: int = 0
    blocks: int = 0

    @property
    def is_sure(self):
        """Whether it must be right: seen as it happened, or concluded with high confidence."""
        return self.source != "inferred" or self.confidence >= 0.9


class FindingsError(Exception):
    pass


def place_text(place):
    if not place or not place.get("file"):
        return (place or {}).get("function") or "?"
    return f"{place['file'].rsplit('/', 1)[-1]}:{place['line']}"


def _step(finding, *roles):
    for role in roles:
        for step in finding["steps"]:
            if step["role"] == role:
                return step
    return None


def of_trace(memscope, trace):
    """The findings in the document of one TRACE."""
    done = subprocess.run([memscope, "findings", "--json", str(trace)], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True)
    if done.returncode not in (0, 1):
        raise FindingsError(f"{trace}: {done.stderr.strip()}")
    return json.loads(done.stdout)["findings"]


def _weakest(steps):
    return "inferred" if any(s["_source"] == "inferred" for s in steps) else "captured"


def collect(memscope, traces, jobs):
    """Seen, by severity and number of traces, over all TRACES; and what could not be read."""
    seen, unread = {}, []

    def look(trace):
        try:
            return trace, of_trace(memscope, trace)
        except FindingsError as error:
            return error, []

    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for trace, findings in pool.map(look, traces):
            if isinstance(trace, FindingsError):
                unread.append(str(trace))
            for f in findings:
                _add(seen, f, trace)
    return sorted(seen.values(), key=lambda s: (SEVERITIES.index(s.severity), s.kind, -s.traces,
                                                s.allocated, s.where)), unread


def _add(seen, f, trace):
    birth, end = _step(f, "allocated"), _step(f, *DECISIVE)
    allocated = place_text(birth["place"] if birth else f["place"])
    where = place_text(end["place"]) if end else f["memory"].get("path") or ""
    key = (f["kind"], allocated, where, f["memory"]["name"])
    s = seen.get(key)
    if not s:
        s = seen[key] = Seen(f["kind"], f["severity"], allocated, where, f["memory"]["name"],
                             f["title"], f["_source"], f["_confidence"],
                             f.get("blind_spot") or "", str(trace))
    s.traces += 1
    s.blocks += f["memory"]["blocks"]
