#!/usr/bin/env python3
"""truth_check.py - compare MemScope's holders with the truth, over many random programs.

SPDX-License-Identifier: MIT OR Apache-2.0

    truth_check.py --seeds 1-500 --opt O0,O2 --level refs --jobs 4
    truth_check.py --seeds 17 --keep out/         one program, its files stay
    truth_check.py --seeds 1-50 --plain           the generator itself: no MemScope; -O0, -O2
                                                  and sanitizers must agree on the truth

Each program is built, run with track=all, and at each checkpoint the slots that hold a live
block according to its memory (oracle.c) must be exactly those that the model says. With --graph
also what each block retains, and at the end what is lost and in cycles, as brute force over
the oracle's graph says. Prints each
mismatch with what is needed to see it again, then one line of totals. Exit status: 0 no
mismatch, 1 some, 2 something did not run.
"""

import argparse
import collections
import json
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import truth_gen
import truth_graph
import truth_labels
from truth_holders import read_holders
from truth_replay import replay
from truth_run import Failed, Toolbox, run

SANITIZE = ["-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=undefined"]


def compare_slots(mark, truth, found, plain):
    """Lines that say where FOUND, the model's slots at MARK, differs from the truth. PLAIN: the
    plain locals that hold a block, where these may be in memory (at -O0): for them the
    truth is known by name only."""
    found_at = {place: stored for place, stored in found.items()
                if place in truth or (*stored[:2], place[1]) not in plain}
    for (slot, block), name in sorted(truth.items()):
        if (slot, block) not in found_at:
            says = [f"{b:#x}" for s, b in found_at if s == slot]
            yield f"{mark}: slot {name} ({slot:#x}) holds block {block:#x}, the model says " \
                  f"{', '.join(says) or 'nothing'}"
    for (slot, block), stored in sorted(found_at.items()):
        if (slot, block) not in truth:
            is_slot = [name for (s, _), name in truth.items() if s == slot]
            stored = f"{stored[1]} in {stored[0]}, line {stored[2]}"
            yield f"{mark}: the model says slot {slot:#x} ({stored}) holds block {block:#x}, " \
                  f"the truth is {'another block: ' + is_slot[0] if is_slot else 'nothing'}"


def compare_locals(mark, truth, found):
    truth, found = collections.Counter(truth), collections.Counter(found)
    for (function, variable, block), _ in sorted((truth - found).items()):
        yield f"{mark}: {variable} of {function} holds block {block:#x}, the model does not say so"
    for (function, variable, block), _ in sorted((found - truth).items()):
        yield f"{mark}: the model says {variable} of {function} holds block {block:#x}"


def compare(truth, holders, level, opt):
    """All differences between the truth and the model, in the order of the marks."""
    for mark in truth.marks:
        if mark not in holders.slots:
            yield f"{mark}: the model does not know this mark"
            continue
        plain = truth.locals[mark] if opt == "O0" and level == "refs" else ()
        yield from compare_slots(mark, truth.slots[mark], holders.slots[mark], plain)
        if level == "full":
            yield from compare_locals(mark, truth.locals[mark], holders.locals[mark])


class Check:
    """One program in one build: what is checked, and under which name files are kept."""

    def __init__(self, seed, opt, args, tools):
        self.seed, self.opt, self.args, self.tools = seed, opt, args, tools
        self.base = tools.directory / f"truth-{seed}-{opt}"

    def source(self):
        text, labels = truth_gen.generate(self.seed, self.args.features, self.args.rounds,
                                          self.args.checkpoints)
        # Not the base's name: the label comparison and people look for PROGRAM.c.
        path = self.base.with_suffix(".c")
        path.write_text(text)
        self.base.with_suffix(".json").write_text(json.dumps(labels, indent=1) + "\n")
        return path, labels

    def run(self):
        """(operations, comparisons, mismatches)."""
        source, labels = self.source()
        try:
            return self.plain(source) if self.args.plain else self.recorded(source, labels)
        finally:
            if not self.args.keep:
                for path in self.tools.directory.glob(self.base.name + ".*"):
                    path.unlink()

    def plain(self, source):
        truths = []
        for name, flags in (("O0", ["-O0"]), ("O2", ["-O2"]), ("sanitized", SANITIZE)):
            program = f"{self.base}.{name}"
            self.tools.build_plain(source, program, flags)
            truths.append((name, self.tools.execute(program)))
        first = truths[0][1]
        return first.operations, len(first.text), [
            f"{name} differs from O0: {one or 'nothing'} / {two or 'nothing'}"
            for name, truth in truths[1:] for one, two in zip_longest(first.text, truth.text)
            if one != two]

    def recorded(self, source, labels):
        program = f"{self.base}.prog"
        level = self.args.level
        self.tools.build_instrumented(source, program, [f"-{self.opt}", f"-fmemscope={level}"])
        truth, trace = self.tools.record(program)
        replayed = replay(run([self.tools.memscope, "dump", trace]))
        holders = replayed
        if not self.args.replay:
            holders = read_holders(run([self.tools.memscope, "holders", "--at=marks", "--json", trace]))
        wrong = list(compare(truth, holders, level, self.opt))
        wrong += truth_labels.compare_facts(labels, replayed.sites)
        wrong += truth_labels.compare_labels(labels, holders, level)
        if self.args.graph:
            # Without full, locals in registers hold nothing; at -O0 some of them are slots.
            if level == "full" or self.opt != "O0":
                wrong += truth_graph.compare_retained(truth, holders, level == "full")
            if level == "full":  # below, words that were left in memory are taken for pointers
                wrong += truth_graph.compare_lost(
                    truth, run([self.tools.memscope, "findings", "--json", trace]))
        return truth.operations, sum(len(s) for s in truth.slots.values()), wrong


def zip_longest(one, two):
    for i in range(max(len(one), len(two))):
        yield one[i] if i < len(one) else "", two[i] if i < len(two) else ""


def seeds_of(text):
    """"3", "1-500" or "1-9,20"."""
    seeds = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        seeds += range(int(first), int(last or first) + 1)
    return seeds


def arguments():
    parser = argparse.ArgumentParser(description="compare MemScope's holders with the truth")
    parser.add_argument("--seeds", type=seeds_of, default=[1], help='programs: "7", "1-500"')
    parser.add_argument("--opt", default="O0,O2", help="optimisation levels")
    parser.add_argument("--level", choices=("refs", "full"), default="refs")
    parser.add_argument("--plain", action="store_true", help="test the generator, not MemScope")
    parser.add_argument("--graph", action="store_true",
                        help="compare retained sizes and cycles with brute force, too")
    parser.add_argument("--replay", action="store_true",
                        help="judge the pass and the runtime: replay the dump, ask no model")
    parser.add_argument("--features", default="", type=truth_gen.chosen_features,
                        help="what to leave out (-union,-threads) or use")
    parser.add_argument("--rounds", type=int, default=60, help="iterations of main's loop")
    parser.add_argument("--checkpoints", type=int, default=40, help="at most, per program")
    parser.add_argument("--clang", default="clang", help="the LLVM under test")
    parser.add_argument("--memscope-cc", default="memscope-cc")
    parser.add_argument("--memscope", default="memscope")
    parser.add_argument("--keep", metavar="DIR", help="leave programs, traces and truth there")
    parser.add_argument("--jobs", "-j", type=int, default=2)
    parser.add_argument("--show", type=int, default=5, help="mismatches shown per program")
    return parser.parse_args()


def main():
    args = arguments()
    temporary = tempfile.TemporaryDirectory(prefix="truth")
    directory = Path(args.keep or temporary.name)
    directory.mkdir(parents=True, exist_ok=True)
    tools = Toolbox(directory, args.clang, args.memscope_cc, args.memscope)
    tools.build_oracle()
    opts = ["all"] if args.plain else args.opt.split(",")
    checks = [Check(seed, opt, args, tools) for seed in args.seeds for opt in opts]
    programs, operations, compared, wrong_programs, failed = set(), 0, 0, 0, 0

    def guarded(check):
        try:
            return check, check.run(), None
        except (Failed, OSError) as error:
            return check, None, error

    with ThreadPoolExecutor(args.jobs) as pool:
        for check, result, error in pool.map(guarded, checks):
            where = f"seed {check.seed} -{check.opt} {args.level}"
            if error:
                failed += 1
                print(f"{where}: {error}", flush=True)
                continue
            programs.add(check.seed)
            operations += result[0]
            compared += result[1]
            if result[2]:
                wrong_programs += 1
                print("\n".join(f"{where}: {line}" for line in result[2][:args.show]))
                print(f"{where}: {len(result[2])} mismatches; see it again: truth_check.py "
                      f"--seeds {check.seed} --opt {check.opt} --level {args.level} --keep DIR",
                      flush=True)
    temporary.cleanup()
    print(f"{len(programs)} programs, {len(checks)} builds, {operations} pointer operations, "
          f"{compared} holders compared, {wrong_programs} builds with mismatches, "
          f"{failed} did not run")
    return 2 if failed else 1 if wrong_programs else 0


if __name__ == "__main__":
    sys.exit(main())
