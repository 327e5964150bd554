"""mutant_runs.py - build a mutant twice, ask valgrind and MemScope about it, compare.

SPDX-License-Identifier: MIT OR Apache-2.0

Only the changed file is compiled; the other objects are those of the unchanged program.
"""

import os
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from . import findings, mutants
from .recipes import INPUTS

TIMEOUT = 120
LEAKS = ("leak.lost", "leak.cycle", "leak.indirect", "leak.possible")
ROOTS = ("leak.lost", "leak.cycle")


class RunError(Exception):
    pass


@dataclass
class Lost:
    """Where a finding says that the last pointer vanished. EXACT: on the changed line. RIGHT: there,
    or where another holder that the change leaves is seen to go (docs/findings-checked.md)."""
    text: str
    exact: bool
    right: bool


@dataclass
class Result:
    """VERDICT: leaks, none, crashes, invalid (does not compile), endless."""
    mutant: mutants.Mutant
    verdict: str
    kinds: list = field(default_factory=list)
    lost: list = field(default_factory=list)

    @property
    def is_found(self):
        return bool(self.kinds)

    @property
    def is_exact(self):
        return bool(self.lost) and all(x.exact for x in self.lost)

    @property
    def is_right(self):
        return bool(self.lost) and all(x.right for x in self.lost)

    @property
    def is_wrong(self):
        return self.verdict == "leaks" and not self.is_right

    def __str__(self):
        told = "; ".join(f"{'on it' if x.exact else 'follows' if x.right else 'WRONG'}: {x.text}"
                         for x in self.lost)
        if self.verdict == "leaks" and not self.kinds:
            told = "NOT FOUND"
        return f"{self.mutant.name} {self.mutant.slot}: {self.verdict} {told}".rstrip()


def _run(argv, cwd, **more):
    return subprocess.run([str(a) for a in argv], cwd=cwd, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace",
                          stdin=subprocess.DEVNULL, timeout=TIMEOUT, **more)


def _leaked(log):
    """Bytes that memcheck calls definitely or indirectly lost."""
    found = re.findall(r"(?:definitely|indirectly) lost: ([\d,]+) bytes", log)
    return sum(int(n.replace(",", "")) for n in found)


def _member(path):
    """The last word of an access path."""
    words = re.findall(r"\w+", re.sub(r"\[\w*\]", "", path))
    return words[-1] if words else ""


class Bench:
    """PROGRAM, unpacked in DIRECTORY."""

    def __init__(self, program, directory, clang, memscope_cc, opt, level):
        self.program = program
        self.directory = Path(directory)
        common = [opt, "-g", "-gdwarf-4", "-w", *(f"-I{i}" for i in program.includes),
                  *(f"-D{d}" for d in program.defines)]
        self.compilers = {
            "plain": [clang, *common],
            "memscope": [memscope_cc, f"--memscope-clang={clang}", f"-fmemscope={level}", *common]}
        self.memscope = Path(memscope_cc).with_name("memscope")
        self.objects = {}
        self.functions, self.lines, self.callers = {}, {}, {}
        self.baseline = 0

    def _compile(self, kind, source, output):
        return _run([*self.compilers[kind], "-c", source, "-o", output], self.directory)

    def _link(self, kind, objects, output):
        done = _run([*self.compilers[kind], *objects, "-o", output, "-lm"], self.directory)
        if done.returncode:
            raise RunError(f"{output} does not link\n{done.stdout}")

    def prepare(self):
        """Compile the program itself; it must have no leak."""
        if self.program.configure:
            done = _run(self.program.configure, self.directory)
            if done.returncode:
                raise RunError(f"configure failed\n{done.stdout}")
        driver = INPUTS / self.program.driver
        for kind in self.compilers:
            for source in (*self.program.sources, driver):
                output = self.directory / f"{kind}-{Path(source).stem}.o"
                done = self._compile(kind, source, output)
                if done.returncode:
                    raise RunError(f"{source} does not compile\n{done.stdout}")
                self.objects[kind, str(source)] = output
            self._link(kind, self._objects(kind), self.directory / f"base-{kind}")
        self.read_sources(driver)
        status, log = self._valgrind(self.directory / "base-plain")
        if status or _leaked(log):
            raise RunError(f"the unchanged program leaks or fails\n{log}")
        found = self._findings(self.directory / "base-memscope", self.directory / "base.mscope")
        if any(f["severity"] != "note" for f in found):
            raise RunError(f"MemScope finds something in the unchanged program: {found[0]['title']}")

    def read_sources(self, driver):
        texts = []
        for file in (*self.program.sources, *self.program.headers, str(driver)):
            texts.append((self.directory / file).read_text())
            self.lines[Path(file).name] = texts[-1].split("\n")
            self.functions[Path(file).name] = mutants.functions(texts[-1])
        self.callers = mutants.callers(texts)

    def _objects(self, kind, but=None, instead=None):
        return [instead if source == but else o for (k, source), o in self.objects.items()
                if k == kind]

    def _valgrind(self, exe):
        done = _run(["valgrind", "--leak-check=full", exe], self.directory)
        return done.returncode, done.stdout

    def _findings(self, exe, trace):
        trace.unlink(missing_ok=True)
        done = _run([exe], self.directory,
                    env={**os.environ, "MEMSCOPE_OPTIONS": f"track=all:out={trace}"})
        if not trace.exists():
            raise RunError(f"{exe} wrote no trace\n{done.stdout}")
        return findings.of_trace(self.memscope, trace)

    def judge(self, number, mutant):
        """The Result of MUTANT; NUMBER names its files."""
        place = self.directory / f"mutant-{number}"
        place.mkdir(exist_ok=True)
        changed = place / Path(mutant.file).name
        original = self.directory / mutant.file
        changed.write_text(f'#line 1 "{mutant.file}"\n'
                           + mutant.text(original.read_text()))
        try:
            return self._judge(mutant, changed, place)
        except subprocess.TimeoutExpired:
            return Result(mutant, "endless")

    def _build(self, kind, mutant, changed, place):
        output, exe = place / f"{kind}.o", place / kind
        done = _run([*self.compilers[kind], f"-I{Path(mutant.file).parent}", "-c", changed, "-o",
                     output], self.directory)
        if done.returncode:
            return None
        self._link(kind, self._objects(kind, mutant.file, output), exe)
        return exe

    def _judge(self, mutant, changed, place):
        plain = self._build("plain", mutant, changed, place)
        if not plain:
            return Result(mutant, "invalid")
        status, log = self._valgrind(plain)
        if not _leaked(log):
            return Result(mutant, "none" if status == 0 else "crashes")
        if status or "Invalid " in log:
            return Result(mutant, "crashes")  # what is undefined need not be the same twice
        exe = self._build("memscope", mutant, changed, place)
        found = [f for f in self._findings(exe, place / "trace.mscope") if f["kind"] in LEAKS]
        return Result(mutant, "leaks", [f["kind"] for f in found],
                      [self._look(mutant, f) for f in found if f["kind"] in ROOTS])

    def _function_at(self, file, line):
        return next((n for n, first, last in self.functions.get(file, []) if first <= line <= last),
                    None)

    def _look(self, mutant, finding):
        """What LOST-AT of FINDING is worth."""
        step = next(s for s in finding["steps"] if s["role"] == "lost")
        place, slot, words = step["place"] or {}, step["slot"] or "", step["text"] or ""
        frames = (step.get("stack") or {}).get("frames") or []
        if "was freed" in words:  # a function that only frees stands for its caller
            while place.get("function") in self.program.frees and len(frames) > 1:
                place, frames = frames[1], frames[1:]
        file, line = Path(place.get("file") or "?").name, place.get("line") or 0
        statement = self.lines.get(file, [""] * line)[line - 1].strip() if line else ""
        text = f"{file}:{line} {slot} {words} [{statement}]"
        here = Path(mutant.file).name
        if (file, line) == (here, mutant.line):
            return Lost(text, True, True)
        function, mutated = self._function_at(file, line), self._function_at(here, mutant.line)
        leads = function in self.callers.get(mutated, ())
        after = function != mutated or file != here or line > mutant.line
        if step["_source"] == "inferred":
            return Lost(text, False, False)
        member = re.escape(_member(slot) or "?")
        if "was freed" in words:
            return Lost(text, False, statement.startswith(self.program.frees))
        if "was overwritten" in words or "was cleared" in words:
            if slot.startswith("*"):  # a structure that was copied as a whole
                member = re.escape(_member(mutant.slot))
            does = re.search(rf"\b{member}(\[\w*\])?\s*=[^=]", statement)
            return Lost(text, False, bool(does or (leads and statement.startswith("mem"))))
        turn = statement.startswith(("while", "for"))  # each turn ends the variables of the body
        return Lost(text, False, leads and (after or turn))
