#!/usr/bin/env python3
"""growing_check.py - does leak.growing name the containers that grow, and no other?

SPDX-License-Identifier: MIT OR Apache-2.0

    growing_check.py --seeds 1-20 --clang clang-19

Each random program has lists that are pushed and popped by different rules, and writes down, at 65 moments,
how long each is. A list grows for ever if the slope of its length, by least squares, is above
zero in each eighth of the run and it never loses half of what it had; exactly those, with that
many blocks, must be found. Exit status: 0 no mismatch, 1 some, 2 something did not run.
"""

import argparse
import json
import random
import sys
import tempfile
from pathlib import Path

from truth_check import seeds_of
from truth_run import Failed, Toolbox, run

LISTS, SAMPLES, BLOCKS_MIN = 6, 64, 256

HEAD = """\
#include <stdio.h>
#include <stdlib.h>
struct node { struct node *next; unsigned value; };
static unsigned state = %du * 2654435761u + 88675123u;
static unsigned rnd(void) {
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state >> 3;
}
"""
LIST = """\
static struct node *head%(i)d;
static unsigned count%(i)d;
static void push%(i)d(void) {
  struct node *n = malloc(sizeof *n); /* list %(i)d */
  *n = (struct node){head%(i)d, rnd()};
  head%(i)d = n;
  count%(i)d++;
}
static void pop%(i)d(void) {
  struct node *n = head%(i)d;
  if (!n)
    return;
  head%(i)d = n->next;
  free(n);
  count%(i)d--;
}
"""


def rule(rng, i, rounds):
    """What happens to list I in a round."""
    kind = rng.choice(("grows", "grows with pops", "bounded", "phase", "sawtooth", "late"))
    bound = rng.randint(300, 900)
    return {
        "grows": f"if (rnd() % {rng.randint(1, 4)} == 0) push{i}();",
        "grows with pops": f"if (rnd() % 2) push{i}(); if (rnd() % {rng.randint(4, 8)} == 0) pop{i}();",
        "bounded": f"push{i}(); if (count{i} > {bound}) pop{i}();",
        "phase": f"if (round < {int(rounds * rng.uniform(0.2, 0.7))}) push{i}();",
        "sawtooth": f"push{i}(); if (count{i} == {bound}) while (head{i}) pop{i}();",
        "late": f"if (round > {int(rounds * rng.uniform(0.4, 0.8))}) push{i}();",
    }[kind]


def generate(seed, rounds):
    rng = random.Random(seed)
    text = HEAD % seed + "".join(LIST % {"i": i} for i in range(LISTS))
    counts = ", ".join(f"count{i}" for i in range(LISTS))
    rules = "\n".join("    " + rule(rng, i, rounds) for i in range(LISTS))
    show = f'fprintf(out, "{" ".join(["%u"] * LISTS)}\\n", {counts});'
    return text + f"""\
int main(void) {{
  FILE *out = fopen(getenv("TRUTH_OUT"), "w");
  for (unsigned round = 0; round < {rounds}; round++) {{
    if (round % {rounds // SAMPLES} == 0)
      {show}
{rules}
  }}
  {show}
  fclose(out);
  return 0;
}}
"""


def slope(values):
    n = len(values)
    x, y = (n - 1) / 2, sum(values) / n
    return sum((i - x) * (v - y) for i, v in enumerate(values)) / sum((i - x) ** 2 for i in range(n))


def grows(values):
    eighth = (len(values) - 1) // 8
    return values[-1] >= BLOCKS_MIN and \
        all(2 * v >= max(values[:i + 1]) for i, v in enumerate(values)) and \
        all(slope(values[i * eighth:(i + 1) * eighth + 1]) > 0 for i in range(8))


def check(seed, opt, args, tools):
    """Lines that say what is wrong, and how many lists grow."""
    program = tools.directory / f"growing-{seed}-{opt}"
    source, truth, trace = (program.with_suffix(s) for s in (".c", ".truth", ".mscope"))
    source.write_text(generate(seed, args.rounds))
    run([tools.memscope_cc, "-g", f"-{opt}", "-fmemscope=refs", source, "-o", program],
        {"MEMSCOPE_CLANG": tools.clang})
    trace.unlink(missing_ok=True)
    run([program], {"TRUTH_OUT": str(truth), "MEMSCOPE_OPTIONS": f"track=all:out={trace}"})
    series = list(zip(*(map(int, line.split()) for line in truth.read_text().splitlines())))
    lines = {n: int(line.split("/* list ")[1].split()[0])
             for n, line in enumerate(source.read_text().splitlines(), 1) if "/* list " in line}
    found = {lines[f["place"]["line"]]: f["memory"]["blocks"]
             for f in json.loads(run([tools.memscope, "findings", "--json", trace]))["findings"]
             if f["kind"] == "leak.growing"}
    want = {i: values[-1] for i, values in enumerate(series) if grows(values)}
    return [f"list {i}: {want.get(i, 'does not grow')}, found {found.get(i, 'nothing')}"
            for i in sorted(set(want) | set(found)) if want.get(i) != found.get(i)], len(want)


def main():
    parser = argparse.ArgumentParser(description="compare leak.growing with brute force")
    parser.add_argument("--seeds", type=seeds_of, default=[1], help='programs: "7", "1-20"')
    parser.add_argument("--opt", default="O0,O2", help="optimisation levels")
    parser.add_argument("--rounds", type=int, default=6400)
    parser.add_argument("--clang", default="clang", help="the LLVM under test")
    parser.add_argument("--memscope-cc", default="memscope-cc")
    parser.add_argument("--memscope", default="memscope")
    args = parser.parse_args()
    builds = wrong = failed = growing = 0
    with tempfile.TemporaryDirectory(prefix="growing") as directory:
        tools = Toolbox(directory, args.clang, args.memscope_cc, args.memscope)
        for seed in args.seeds:
            for opt in args.opt.split(","):
                builds += 1
                try:
                    problems, count = check(seed, opt, args, tools)
                except (Failed, OSError) as error:
                    failed += 1
                    print(f"seed {seed} -{opt}: {error}")
                    continue
                growing += count
                wrong += bool(problems)
                for problem in problems:
                    print(f"seed {seed} -{opt}: {problem}", flush=True)
    print(f"{len(args.seeds)} programs, {builds} builds, {builds * LISTS} lists, {growing} grow, "
          f"{wrong} builds with mismatches, {failed} did not run")
    return 2 if failed else 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
