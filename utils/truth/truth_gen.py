#!/usr/bin/env python3
"""truth_gen.py - write a random C program that knows which slots hold its blocks.

SPDX-License-Identifier: MIT OR Apache-2.0

    truth_gen.py --seed 7 -o prog.c [--labels prog.json] [--features=-threads,-union]

The program is free of undefined behaviour and deterministic; linked with oracle.c it writes
the truth at its checkpoints to $TRUTH_OUT. The labels file says, per line, which copies are
a move, a borrow or a clone by construction. truth_check.py compares both with MemScope's view.
"""

import argparse
import json
import random
import re
import sys
from pathlib import Path

import truth_helpers as helpers
from truth_places import ARRAY, SCALARS, Variable
from truth_statements import Statements
from truth_types import Type, declare

# What a program may contain beyond plain stores; each can be turned off to isolate a defect.
FEATURES = ("struct_copy struct_local escaping inner vector pool call out swap walk union atomic "
            "volatile integer stale string by_value pair varargs static memory fill sort library vla "
            "literal threads jump labels by_value_checkpoint macro").split()
# Off unless asked for: a store that no compiler pass sees, which a comparison has to find.
HIDDEN = "hidden"
TP, TJOB, TPAIR, TINNER = 15, 14, 13, 8


class Program:
    def __init__(self, seed, features, rounds, checkpoints):
        self.rng = random.Random(seed)
        self.seed, self.features = seed, features
        self.rounds, self.checkpoints = rounds, checkpoints
        count = self.rng.randint(2, 4)
        self.types = [Type(self.rng, j, count, features) for j in range(count)]
        self.lines = []

    def add(self, text, **values):
        self.lines += helpers.expand(text, ARRAY=ARRAY, **values).rstrip("\n").split("\n")

    def link(self, j):
        """A member of struct t<j> that points at such a structure; None: it has none."""
        found = [s.paths[0] for s in self.types[j].plain_slots(("p", j))]
        return found[0] if found else None

    def generate(self):
        self.add(helpers.PRELUDE, SEED=self.seed + 1, CHECKPOINTS=self.checkpoints)
        n = len(self.types)
        self.add("enum { " + ", ".join(f"T{j} = {j + 1}" for j in range(n)) +
                 f", TPAIR = {TPAIR}, TJOB = {TJOB}, TP = {TP} }};")
        self.lines += [f"struct t{j};" for j in range(n)]
        for j in range(n):
            self.lines += self.types[j].inner_lines
        self.lines += [f"struct in{j};" for j in range(n)]
        for type_ in self.types:
            self.lines += type_.text()[len(type_.inner_lines):]
        for j in range(n):
            self.add(helpers.TYPE_GLOBALS, J=j)
        self.add(helpers.GLOBALS)
        for type_ in self.types:
            self.add(helpers.TYPE_HELPERS, J=type_.index, INIT=self.init(type_),
                     CHANGE=self.change(type_), BY_VALUE_CHECKPOINT="checkpoint();"
                     if "by_value_checkpoint" in self.features else "ops++;")
        self.add(helpers.SWEEP)
        self.functions()
        if "threads" in self.features and self.rng.random() < 0.4:
            self.add(helpers.THREADS, JOBS=3 * self.rng.randint(5, 40))
            self.extra.append("if (round == 3) run_threads();")
            self.with_threads = True
        links = [j for j in range(n) if self.link(j)]
        if "jump" in self.features and links and self.rng.random() < 0.3:
            j = self.rng.choice(links)
            self.add(helpers.JUMP, J=j, LINK=self.link(j))
            self.extra.append("if (round % 8 == 5) catch_jump();")
        if "labels" in self.features:
            self.labels(links)
        if HIDDEN in self.features:
            self.add(helpers.HIDDEN)
        self.main()
        if "macro" in self.features:
            self.lines = bodies_to_macros(self.lines, random.Random(self.seed + 0.5))
        return "\n".join(self.lines) + "\n"

    def init(self, type_):
        """A constructor's body: every slot gets NULL or a global of its kind."""
        lines = []
        for slot in type_.slots:
            for path in slot.paths:
                if slot.qual == "union":
                    lines += [f"  p->{slot.tag} = 0;", f"  p->{path} = NULL;"]
                    continue
                value = "NULL"
                if self.rng.random() < 0.4:
                    value = {"p": lambda k: f"g{k[1]}_0", "i": lambda k: f"gi{k[1]}",
                             "pp": lambda k: f"gr{k[1]}", "s": lambda k: "gs1",
                             "v": lambda k: "gv1"}[slot.kind[0]](slot.kind)
                lines.append(f"  p->{path} = {value};")
        return "\n".join(lines)

    def change(self, type_):
        slot = self.rng.choice(type_.plain_slots(("p", type_.index)) or type_.plain_slots(("s",)))
        value = f"g{type_.index}_1" if slot.kind[0] == "p" else "gs0"
        return f"s.{slot.paths[0]} = {value};"

    def functions(self):
        """f0, f1 ...: random statements, calling each other directly and through tables."""
        self.extra, self.with_threads = [], False
        n, groups = len(self.types), []
        for table in range(self.rng.randint(1, 2)):
            result = self.rng.randrange(n)
            params = [self.rng.randrange(n) for _ in range(self.rng.randint(1, 3))]
            groups.append((table, result, params))
        signatures = []
        for number in range(self.rng.randint(3, 5)):
            table, result, params = groups[number % len(groups)]
            signatures.append((f"f{number}", result, params, table))

        def prototype(name, result, params):
            args = [declare(("p", p), f"p{i}") for i, p in enumerate(params)] + ["int depth"]
            return f"static struct t{result} *{name}({', '.join(args)})"

        for name, result, params, _ in signatures:
            self.lines.append(prototype(name, result, params) + ";")
        for table, result, params in groups:
            types = ", ".join([f"struct t{p} *" for p in params] + ["int"])
            members = ", ".join(s[0] for s in signatures if s[3] == table)
            self.lines.append(f"static struct t{result} *(*const table{table}[])({types}) = "
                              f"{{{members}}};")
        for name, result, params, _ in signatures:
            self.lines += [prototype(name, result, params) + " {"]
            self.lines += self.body(name, result, params, signatures) + ["}"]
        self.signatures = signatures

    def body(self, name, result, params, signatures):
        code = Statements(self.rng, self.types, self.features, name, signatures)
        lines = [f"oracle_enter(\"{name}\");"]
        code.variables = [Variable(("p", p), f"p{i}", "plain") for i, p in enumerate(params)]
        for i in range(self.rng.randint(1, 4)):
            kind = ("p", result) if i == 0 else self.rng.choice(code.kinds())
            value, guards = code.value(kind)
            text = f"{' && '.join(guards)} ? {value} : NULL" if guards and "?" not in value \
                else "NULL" if guards else value
            lines.append(f"{declare(kind, f'v{i}')} = {text};")
            code.variables.append(Variable(kind, f"v{i}", "plain"))
        if "escaping" in self.features:
            for i in range(self.rng.randint(0, 2)):
                kind = self.rng.choice(code.kinds())
                lines += [f"{declare(kind, f'm{i}')} = NULL;",
                          f"oracle_slot(&m{i}, TP, 1, \"{name}.m{i}\");"]
                code.variables.append(Variable(kind, f"m{i}", "slot"))
        for _ in range(self.rng.randint(8, 16)):
            lines += code.statement()
        lines += code.maybe_checkpoint() + ["oracle_leave();", "return v0;"]
        return ["  " + line for line in lines]

    def labels(self, links):
        names = self.rng.sample(sorted(helpers.LABELS), 4)
        for name in names:
            j = k = self.rng.randrange(len(self.types))
            if name == "push":
                if not links:
                    continue
                j = k = self.rng.choice(links)
            # A move or borrow of a field needs a member that points at some type J.
            field = self.rng.choice([s for s in self.types[k].plain_slots() if s.kind[0] == "p"])
            if "@FIELD" in helpers.LABELS[name]:
                j = field.kind[1]
                if j == k:  # the two would share their globals
                    continue
            slots = self.types[j].plain_slots()
            self.add(helpers.LABELS[name], J=j, K=k, FIELD=field.paths[0],
                     SLOT=slots[0].paths[0], LINK=self.link(j) or "")
            self.extra.append(f"if (round % 16 == {self.rng.randrange(16)}) {{ label_{name}(); "
                              "checkpoint(); }")

    def main(self):
        n = len(self.types)
        main = ["int main(void) {", "oracle_begin();"]
        for type_ in self.types:
            j, offsets = type_.index, type_.offsets()
            main += [f"static const size_t offsets{j}[] = {{{', '.join(offsets)}}};",
                     f"oracle_type(T{j}, sizeof(struct t{j}), {len(offsets)}, offsets{j});"]
        main += ["static const size_t one[] = {0};", "oracle_type(0, 1, 0, one);",
                 "oracle_type(TP, sizeof(void *), 1, one);",
                 "static const size_t two[] = {offsetof(struct pair, a), offsetof(struct pair, s)};",
                 "oracle_type(TPAIR, sizeof(struct pair), 2, two);",
                 "oracle_global(&pair, TPAIR, 1, \"pair\");",
                 "oracle_global(pairs, TPAIR, 2, \"pairs\");"]
        for j in range(n):
            main += [f"oracle_global(&g{j}_{i}, TP, 1, \"g{j}_{i}\");" for i in range(SCALARS)]
            main += [f"oracle_global(a{j}, TP, {ARRAY}, \"a{j}\");",
                     f"oracle_global(&s{j}, T{j}, 1, \"s{j}\");"]
            main += [f"oracle_global(&{v}{j}, TP, 1, \"{v}{j}\");"
                     for v in ("gr", "gi", "vec", "pool")]
        main += [f"oracle_global(&{v}, TP, 1, \"{v}\");" for v in
                 ("gs0", "gs1", "gs2", "gv0", "gv1", "gv2", "stale0", "stale1")]
        if self.with_threads:
            main += ["static const size_t three[] = {offsetof(struct job, next), "
                     "offsetof(struct job, text), offsetof(struct job, about)};",
                     "oracle_type(TJOB, sizeof(struct job), 3, three);",
                     "oracle_global(&workers[0].head, TP, 1, \"workers[0].head\");",
                     "oracle_global(&workers[1].head, TP, 1, \"workers[1].head\");",
                     "oracle_global(queue, TP, 8, \"queue\");"]
        main += ["oracle_enter(\"main\");", f"for (int round = 0; round < {self.rounds}; round++) {{"]
        for name, _, params, _ in self.signatures:
            args = [f"rnd() % 2 ? g{p}_{self.rng.randrange(SCALARS)} : NULL" for p in params]
            main.append(f"  {name}({', '.join(args)}, {self.rng.randint(0, 2)});")
        main += ["  " + line for line in self.extra]
        if HIDDEN in self.features:
            main.append("  if (round == 1) hide();")
        main += ["  sweep(60);", f"  if (round % {max(1, self.rounds // 8)} == 0) checkpoint();",
                 "}", "checkpoints = 0; /* the end is one, in any case */", "checkpoint();",
                 "oracle_leave();", "oracle_operations(ops);", "oracle_end();",
                 "return 0;"]
        self.lines += [main[0]] + ["  " + line for line in main[1:]] + ["}"]


def bodies_to_macros(lines, rng):
    """One function in four has its body in a macro: then all that it does is at one place of the
    source, which is where a compiler pass looks for what the optimiser has taken the name of.
    Functions with expected labels are told by their lines and stay."""
    out, at = [], 0
    while at < len(lines):
        opening = re.match(r"static .*?(\w+)\(.*\{$", lines[at])
        end = next((i for i in range(at, len(lines)) if lines[i] == "}"), at) if opening else at
        body = lines[at + 1:end]
        if body and rng.random() < 0.25 and not any("expect:" in line or line.startswith("#") for line in body):
            name = f"BODY_{len(out)}"
            out += [f"#define {name} " + " ".join(line.strip() for line in body), lines[at], f"  {name}", "}"]
        else:
            out += lines[at:end + 1]
        at = end + 1
    return out


def labels_of(text):
    """The copies with an expected label, found by their comments."""
    found, function = [], ""
    for number, line in enumerate(text.split("\n"), 1):
        opening = re.match(r"static .*?(\w+)\(.*\{$", line)
        if opening:
            function = opening[1]
        label = re.search(r"/\* expect: (\w+)( at full)? \*/", line)
        if label:
            source = re.search(r"= ([a-z]+);", line)  # globals have digits in their names
            found.append({"function": function, "line": number, "label": label[1],
                          "level": "full" if label[2] else "refs",
                          "variable": source[1] if source else ""})
    return found


def chosen_features(text):
    """All FEATURES without those that TEXT ("-union,-atomic") takes away, or only those it
    names ("call,swap")."""
    words = [w for w in text.split(",") if w]
    for word in words:
        if word.lstrip("-") not in FEATURES + [HIDDEN]:
            raise ValueError(f"unknown feature {word.lstrip('-')}, known: {' '.join(FEATURES)}")
    named = {w for w in words if not w.startswith("-")}
    wanted = named if named - {HIDDEN} else set(FEATURES) | named
    return wanted - {w[1:] for w in words if w.startswith("-")}


def generate(seed, features=None, rounds=16, checkpoints=40):
    """The C text of program SEED and its expected labels."""
    chosen = set(FEATURES) if features is None else features
    # A sorted list of what is on: a set's order would differ from run to run.
    text = Program(seed, sorted(chosen), rounds, checkpoints).generate()
    return text, labels_of(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0].split(" - ")[1])
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("-o", "--output", required=True, help="the program")
    parser.add_argument("--labels", help="the expected labels, as JSON")
    parser.add_argument("--features", default="", help="what to leave out (-union,-atomic) or use")
    parser.add_argument("--rounds", type=int, default=16)
    parser.add_argument("--checkpoints", type=int, default=40)
    args = parser.parse_args()
    try:
        text, labels = generate(args.seed, chosen_features(args.features), args.rounds,
                                args.checkpoints)
    except ValueError as error:
        sys.exit(f"truth_gen.py: error: {error}")
    Path(args.output).write_text(text)
    if args.labels:
        Path(args.labels).write_text(json.dumps(labels, indent=1) + "\n")


if __name__ == "__main__":
    main()
