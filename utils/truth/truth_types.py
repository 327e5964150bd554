"""truth_types.py - the structure types of a generated program, and their pointer slots.

SPDX-License-Identifier: MIT OR Apache-2.0

A *kind* says what a slot may point at, so that every pointer in a program may be used as its
type promises: ("p", j) struct tj, ("i", j) the structure inj inside some tj, ("pp", j) a slot
that holds a ("p", j), ("s",) a string, ("v",) anything, also one past an end (never followed).
"""

UNION = "u"


def declare(kind, name):
    """The C declaration of NAME as a variable or member of KIND."""
    return {"p": lambda: f"struct t{kind[1]} *{name}", "i": lambda: f"struct in{kind[1]} *{name}",
            "pp": lambda: f"struct t{kind[1]} **{name}", "s": lambda: f"char *{name}",
            "v": lambda: f"void *{name}"}[kind[0]]()


class Slot:
    """A place in a structure. PATH is how C writes it for a random one of several; PATHS are
    all of them, for offsetof. QUAL: "", "volatile", "atomic" or "union" (then TAG says whether
    it holds a pointer)."""

    def __init__(self, kind, path, paths, qual="", tag=""):
        self.kind, self.path, self.paths, self.qual, self.tag = kind, path, paths, qual, tag


class Type:
    """struct t<index>: its members as C text, its slots, and the path of its inner structure
    (every type has exactly one, or an array of them, so that &x->in0 always exists)."""

    def __init__(self, rng, index, count, features):
        self.index, self.slots, self.lines = index, [], []
        self.inner = self.make_inner(rng, count)
        members = ["p", "p", "s", "in"] + rng.choices(
            ["p", "v", "s", "array", "pp", "i", "int", "char"], k=rng.randint(2, 5))
        for extra in ("union", "volatile", "atomic"):
            if extra in features and rng.random() < 0.5:
                members.append(extra)
        rng.shuffle(members)
        for number, what in enumerate(members):
            self.add(rng, what, f"m{number}", rng.randrange(count))

    def make_inner(self, rng, count):
        kinds = [("p", rng.randrange(count)), ("s",)]
        rng.shuffle(kinds)
        kinds = kinds[:rng.randint(1, 2)]
        text = [f"struct in{self.index} {{"]
        if rng.random() < 0.5:
            text.append("  long k;")
        text += [f"  {declare(kind, f'q{i}')};" for i, kind in enumerate(kinds)]
        self.inner_lines = text + ["};"]
        return [(kind, f"q{i}") for i, kind in enumerate(kinds)]

    def add(self, rng, what, name, target):
        line = None
        if what in ("p", "pp", "i"):
            kind = (what, target)
            line = declare(kind, name)
        elif what in ("s", "v"):
            kind = (what,)
            line = declare(kind, name)
        elif what == "array":
            n, kind = rng.randint(2, 4), ("p", target)
            self.lines.append(declare(kind, f"{name}[{n}]"))
            self.slots.append(Slot(kind, f"{name}[rnd() % {n}]",
                                   [f"{name}[{i}]" for i in range(n)]))
        elif what == "in":
            n = rng.choice([0, 0, 2])
            self.lines.append(f"struct in{self.index} {name}" + (f"[{n}]" if n else ""))
            self.inner_path = name + (f"[rnd() % {n}]" if n else "")
            for kind, inner in self.inner:
                paths = [f"{name}[{i}].{inner}" for i in range(n)] or [f"{name}.{inner}"]
                self.slots.append(Slot(kind, f"{self.inner_path}.{inner}", paths))
        elif what == "union":
            self.lines += [f"union {{ struct t{target} *p; unsigned long n; double d; int i; }} {name}",
                           f"int {name}_tag"]
            self.slots.append(Slot(("p", target), f"{name}.p", [f"{name}.p"], "union",
                                   f"{name}_tag"))
        elif what == "volatile":
            self.lines.append(f"struct t{target} *volatile {name}")
            self.slots.append(Slot(("p", target), name, [name], "volatile"))
        elif what == "atomic":
            self.lines.append(f"_Atomic(struct t{target} *) {name}")
            self.slots.append(Slot(("p", target), name, [name], "atomic"))
        else:
            self.lines.append({"int": "int ", "char": "char "}[what] + name)
        if line:
            self.lines.append(line)
            self.slots.append(Slot(kind, name, [name]))

    def text(self):
        return self.inner_lines + [f"struct t{self.index} {{"] + [
            f"  {line};" for line in self.lines] + ["};"]

    def offsets(self):
        return [f"offsetof(struct t{self.index}, {path})" for slot in self.slots
                for path in slot.paths]

    def plain_slots(self, kind=None):
        """Slots that an ordinary pointer variable can stand for, of KIND."""
        return [s for s in self.slots if not s.qual and (kind is None or s.kind == kind)]
