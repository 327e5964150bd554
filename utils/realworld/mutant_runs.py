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
    or where another holder that the change leaves is seen to go (docs/findings-checked.md). An
    inferred one is neither; CONFIRMED: a build that records all variables saw it go there.
    KEY: line of the allocation and line of LOST-AT."""
    text: str
    exact: bool
    right: bool
    inferred: bool = False
    confirmed: bool = False
    key: tuple = ()

    def __str__(self):
        verdict = ("on it" if self.exact else "follows" if self.right
                   else "inferred" if self.confirmed else "WRONG")
        return f"{verdict}: {self.text}"


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
    def is_told(self):
        """Right, be it seen or inferred."""
        return bool(self.lost) and all(x.right or x.confirmed for x in self.lost)

    @property
    def is_wrong(self):
        return self.verdict == "leaks" and not self.is_told

    def __str__(self):
        told = "; ".join(str(x) for x in self.lost)
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


def _place(place):
    """File and line of PLACE, which may be none."""
    place = place or {}
    return Path(place.get("file") or "?").name, place.get("line") or 0


class Bench:
    """PROGRAM, unpacked in DIRECTORY."""

    def __init__(self, program, directory, clang, memscope_cc, opt, level):
        self.program = program
        self.directory = Path(directory)
        common = ["-g", "-gdwarf-4", "-w", *(f"-I{i}" for i in program.includes),
                  *(f"-D{d}" for d in program.defines)]
        ours = [memscope_cc, f"--memscope-clang={clang}", *common]
        self.compilers = {
            "plain": [clang, *common, opt],
            "memscope": [*ours, f"-fmemscope={level}", opt]}
        self.has_tail_calls = opt not in ("-O0", "-O1")
        self.witnesses = ()  # builds in which every variable is recorded
        if opt != "-O0" and level != "full":
            self.witnesses = ("unoptimised", "full")
            self.compilers["unoptimised"] = [*ours, f"-fmemscope={level}", "-O0"]
            self.compilers["full"] = [*ours, "-fmemscope=full", opt]
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
                    env={**os.environ, "MEMSCOPE_OPTIONS": f"track=all:copy_stack=8:out={trace}"})
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
        lost = self._look_at_all(mutant, found)
        if any(x.inferred for x in lost):
            seen = self._seen_otherwise(mutant, changed, place)
            for x in lost:
                x.confirmed = x.inferred and x.key in seen
        return Result(mutant, "leaks", [f["kind"] for f in found], lost)

    def _look_at_all(self, mutant, found):
        return [self._look(mutant, f) for f in found if f["kind"] in ROOTS]

    def _seen_otherwise(self, mutant, changed, place):
        """The keys of what is seen to be lost, and rightly so, where every variable is recorded."""
        keys = set()
        for kind in self.witnesses:
            exe = self._build(kind, mutant, changed, place)
            found = self._findings(exe, place / f"{kind}.mscope")
            keys |= {x.key for x in self._look_at_all(mutant, found) if x.right}
        return keys

    def _function_at(self, file, line):
        return next((n for n, first, last in self.functions.get(file, []) if first <= line <= last),
                    None)

    def _statement(self, file, line):
        return self.lines.get(file, [""] * line)[line - 1].strip() if line else ""

    def _last_call(self, file, line):
        """The last statement of a function that is called at LINE. In optimised code a call there
        leaves no frame: what it does stands in the stack as done by the statement at LINE."""
        for name in re.findall(r"\b(\w+)\s*\(", self._statement(file, line)):
            for there, functions in self.functions.items():
                for function, _, last in functions:
                    if function == name and self._statement(there, last - 1).endswith(");"):
                        return there, last - 1
        return None

    def _freeing(self, file, line):
        """The place of the statement that frees, of which LINE stands in the stack."""
        for _ in range(4):
            if not self.has_tail_calls or self._statement(file, line).startswith(self.program.frees):
                break
            file, line = self._last_call(file, line) or (file, line)
        return file, line

    def _look(self, mutant, finding):
        """What LOST-AT of FINDING is worth."""
        step = next(s for s in finding["steps"] if s["role"] == "lost")
        born = next((s for s in finding["steps"] if s["role"] == "allocated"), {})
        place, slot, words = step["place"] or {}, step["slot"] or "", step["text"] or ""
        frames = (step.get("stack") or {}).get("frames") or []
        inferred = step["_source"] == "inferred"
        key = (*_place(born.get("place")), *_place(place))
        if "was freed" in words:  # a function that only frees stands for its caller
            while place.get("function") in self.program.frees and len(frames) > 1:
                place, frames = frames[1], frames[1:]
        file, line = _place(place)
        if "was freed" in words:
            file, line = self._freeing(file, line)
        statement = self._statement(file, line)
        text = f"{file}:{line} {slot} {words} [{statement}]"
        here = Path(mutant.file).name
        if (file, line) == (here, mutant.line):
            return Lost(text, not inferred, not inferred, inferred, False, key)
        function, mutated = self._function_at(file, line), self._function_at(here, mutant.line)
        leads = function in self.callers.get(mutated, ())
        after = function != mutated or file != here or line > mutant.line
        if inferred:
            return Lost(text, False, False, True, False, key)
        return Lost(text, False, bool(self._follows(mutant, slot, words, statement, leads, after, frames)),
                    key=key)

    def _follows(self, mutant, slot, words, statement, leads, after, frames):
        """Whether STATEMENT does what WORDS say of SLOT, as a consequence of the change."""
        member = re.escape(_member(slot) or "?")
        if "was freed" in words:
            return statement.startswith(self.program.frees)
        if "was overwritten" in words or "was cleared" in words:
            if slot.startswith("*"):  # a structure that was copied as a whole
                member = re.escape(_member(mutant.slot))
            does = re.search(rf"\b{member}(\[\w*\])?\s*=[^=]", statement)
            return does or (statement.startswith("mem") and (leads or self._calls_after(mutant, frames)))
        turn = statement.startswith(("while", "for"))  # each turn ends the variables of the body
        return leads and (after or turn)

    def _calls_after(self, mutant, frames):
        """Whether the changed function made one of the calls in FRAMES behind the change."""
        here = Path(mutant.file).name
        mutated = self._function_at(here, mutant.line)
        return any(file == here and line > mutant.line and self._function_at(file, line) == mutated
                   for file, line in map(_place, frames))
