#!/usr/bin/env python3
"""owners_check.py - which slots own, in programs that are made so that it is known?

SPDX-License-Identifier: MIT OR Apache-2.0

    owners_check.py --seeds 1-50 --clang clang-19 [--opt O0,O2] [--keep DIRECTORY]

Each random program (owners_gen.py) is built at level full, run with every block followed, and what
`memscope ownership` concludes of its members, globals and locals is compared with the truth.
Prints each conclusion that is wrong, a table per rule and confidence, and one line of totals. Exit
status: 0 at least 95 % of the high conclusions are right, 1 fewer, 2 something did not run.
"""

import argparse
import collections
import json
import sys
import tempfile
from pathlib import Path

import owners_gen
from truth_check import seeds_of
from truth_run import Failed, Toolbox, run

sys.path.insert(0, str(Path(__file__).parents[1]))
from realworld import slot_labels, slot_report  # noqa: E402

SANITIZE = ["-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=undefined"]


def labels_of(words):
    lines = [f"{slot}  {word}  owners_gen.py:generate  by construction" for slot, word in words.items()]
    return slot_labels.parse("\n".join(lines), "generated")


def check(seed, opt, args, tools):
    """The judgements of one build."""
    program = tools.directory / f"owners-{seed}-{opt}"
    source, trace = program.with_suffix(".c"), program.with_suffix(".mscope")
    text, words = owners_gen.generate(seed, args.rounds)
    source.write_text(text)
    run([tools.memscope_cc, "-g", f"-{opt}", "-fmemscope=full", source, "-o", program], {"MEMSCOPE_CLANG": tools.clang})
    trace.unlink(missing_ok=True)
    run([program], {"MEMSCOPE_OPTIONS": f"track=all:out={trace}"})
    document = json.loads(run([tools.memscope, "ownership", "--json", trace]))
    return slot_labels.judge(document, labels_of(words)), document["violations"]


def check_plain(seed, args, tools):
    """The program itself: no leak, no error. Raises Failed."""
    source = tools.directory / f"plain-{seed}.c"
    source.write_text(owners_gen.generate(seed, args.rounds)[0])
    run([tools.clang, "-w", "-g", *SANITIZE, source, "-o", source.with_suffix("")])
    run([source.with_suffix("")])


def main():
    parser = argparse.ArgumentParser(description="compare conclusions about slots with the truth")
    parser.add_argument("--seeds", type=seeds_of, default=[1], help='programs: "7", "1-20"')
    parser.add_argument("--opt", default="O0,O2", help="optimisation levels")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--plain", action="store_true", help="the programs themselves, with sanitizers")
    parser.add_argument("--keep", type=Path, help="where all files stay")
    parser.add_argument("--clang", default="clang", help="the LLVM under test")
    parser.add_argument("--memscope-cc", default="memscope-cc")
    parser.add_argument("--memscope", default="memscope")
    args = parser.parse_args()
    everything, builds, failed, accused = [], 0, 0, collections.Counter()
    with tempfile.TemporaryDirectory(prefix="owners") as directory:
        if args.keep:
            args.keep.mkdir(parents=True, exist_ok=True)
        tools = Toolbox(args.keep or directory, args.clang, args.memscope_cc, args.memscope)
        for seed in args.seeds:
            for opt in ["plain"] if args.plain else args.opt.split(","):
                builds += 1
                try:
                    if args.plain:
                        check_plain(seed, args, tools)
                        continue
                    judged, violations = check(seed, opt, args, tools)
                except (Failed, OSError) as error:
                    failed += 1
                    print(f"seed {seed} -{opt}: {error}")
                    continue
                everything += judged
                accused.update(v["_rule"] for v in violations)
                for j in judged:
                    if j.result == "wrong":
                        print(f"seed {seed} -{opt}: {slot_report.describe(j)}", flush=True)
    if not args.plain:
        print(slot_report.table(everything))
        print("violations, none of which the programs commit:", dict(accused) or "none")
        print(slot_report.verdict(everything))
    print(f"{len(args.seeds)} programs, {builds} builds, {failed} did not run")
    return 2 if failed else 0 if args.plain or slot_report.is_good(everything) else 1


if __name__ == "__main__":
    sys.exit(main())
