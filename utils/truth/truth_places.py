"""truth_places.py - where pointers can be read from and written to in a generated program.

SPDX-License-Identifier: MIT OR Apache-2.0

An expression comes with *guards*, conditions under which it may be evaluated. Every pointer
slot always holds NULL or a pointer to what its type says (a freed block's slots are nulled
first), so "not null" is all that a guard has to ask.
"""

ARRAY = 4       # elements of the global arrays of pointers
SCALARS = 3     # global pointers per type


class Variable:
    """STORAGE: "plain" (may be in a register), "slot" (its address is known to others) or
    "static"."""

    def __init__(self, kind, name, storage):
        self.kind, self.name, self.storage = kind, name, storage


class Places:
    """Expressions over the program's globals and the variables of one function."""

    def __init__(self, rng, types, features, variables=()):
        self.rng, self.types, self.features = rng, types, features
        self.variables = list(variables)

    def pick(self, options):
        return self.rng.choice(options)

    def random_type(self):
        return self.rng.randrange(len(self.types))

    def named(self, kind, storages=("plain", "slot", "static")):
        return [v for v in self.variables if v.kind == kind and v.storage in storages]

    # --- objects: ("x->", guards) prefixes through which a member can be reached ----------

    def objects(self, index):
        """Prefixes for members of a struct t<index>: (text, guards)."""
        found = [(f"s{index}.", [])]
        found += [(f"{v.name}->", [v.name]) for v in self.named(("p", index))] * 3
        found.append((f"g{index}_{self.rng.randrange(SCALARS)}->", None))
        found.append((f"pool{index}[rnd() % pn{index}].", [f"pn{index} > 0"]))
        return [(text, [text[:-2]] if guards is None else guards) for text, guards in found]

    def through(self, kind):
        """Slots of KIND inside structures, as (expression, guards)."""
        found = []
        for type_ in self.types:
            for slot in type_.plain_slots(kind):
                text, guards = self.pick(self.objects(type_.index))
                found.append((text + slot.path, guards))
                if "rnd" in text + slot.path:
                    continue
                # one step further: x->m1->m2
                if kind[0] == "p" and self.rng.random() < 0.5:
                    for far in self.types[kind[1]].plain_slots(kind)[:1]:
                        found.append((f"{text}{slot.path}->{far.path}",
                                      guards + [text + slot.path]))
        for type_ in self.types:
            found += [(f"gi{type_.index}->{name}", [f"gi{type_.index}"])
                      for of, name in type_.inner if of == kind]
        return found

    def place(self, kind):
        """A slot of KIND in memory, to read, write or take the address of."""
        options = [(v.name, []) for v in self.named(kind, ("slot", "static"))] * 2
        options += self.through(kind)
        if kind[0] == "p":
            j = kind[1]
            options += [(f"g{j}_{i}", []) for i in range(SCALARS)]
            options += [(f"a{j}[rnd() % {ARRAY}]", []),
                        (f"vec{j}[rnd() % vn{j}]", [f"vn{j} > 0"]), (f"*gr{j}", [f"gr{j}"])]
        elif kind[0] == "i":
            options.append((f"gi{kind[1]}", []))
        elif kind[0] == "pp":
            options.append((f"gr{kind[1]}", []))
        elif kind[0] == "s":
            options += [(f"gs{i}", []) for i in range(SCALARS)]
        else:
            options += [(f"gv{i}", []) for i in range(SCALARS)]
        return self.pick(options)

    # --- values ---------------------------------------------------------------------------

    def value(self, kind):
        """An expression of KIND, with guards."""
        if self.rng.random() < 0.12:
            return "NULL", []
        if self.rng.random() < 0.3:
            locals_ = self.named(kind)
            if locals_:
                return self.pick(locals_).name, []
        if self.rng.random() < 0.35:
            return self.place(kind)
        return getattr(self, "value_" + kind[0])(kind)

    def value_p(self, kind):
        j = kind[1]
        case = self.rng.randrange(8)
        if case <= 1:
            return f"new_t{j}(rnd())", []
        if case == 2:
            return f"&pool{j}[rnd() % pn{j}]", [f"pn{j} > 0"]
        if case == 3:
            return f"&s{j}", []
        if case == 4:
            return f"find_t{j}(rnd())", []
        if case == 5:
            text, guards = self.place(kind)
            return f"same_t{j}({text})", guards
        if case == 6:
            (one, first), (two, second) = self.place(kind), self.place(kind)
            return f"rnd() % 2 ? {one} : {two}", first + second
        text, guards = self.place(kind)
        return f"(struct t{j} *)(uintptr_t){text}", guards

    def value_i(self, kind):
        j = kind[1]
        text, guards = self.pick(self.objects(j))
        return f"&{text}{self.types[j].inner_path}", guards

    def value_pp(self, kind):
        """The address of a slot that outlives every function."""
        j = kind[1]
        options = [(f"&g{j}_{i}", []) for i in range(SCALARS)]
        options += [(f"&a{j}[rnd() % {ARRAY}]", []), (f"&vec{j}[rnd() % vn{j}]", [f"vn{j} > 0"])]
        for type_ in self.types:
            for slot in type_.plain_slots(("p", j)):
                text, guards = self.pick(self.objects(type_.index))
                options.append((f"&{text}{slot.path}", guards))
        return self.pick(options)

    def value_s(self, kind):
        case = self.rng.randrange(5)
        if case <= 1:
            return f"dup(\"{'abcdefgh'[:self.rng.randint(3, 8)]}\")", []
        if case == 2:
            return '"literal"', []
        if case == 3:
            return f"text(rnd() % {self.rng.randint(2, 40)})", []
        text, guards = self.place(kind)
        return f"step({text})", guards

    def value_v(self, kind):
        case = self.rng.randrange(6)
        if case == 0:
            return self.value(("s",))
        j = self.random_type()
        if case == 1:
            text, guards = self.value(("p", j))
            return text, guards
        text, guards = self.pick(self.objects(j))
        if case == 2:
            return f"&{text}{self.pick(self.types[j].plain_slots()).path}", guards
        arrow = text[:-2] if text.endswith("->") else "&" + text[:-1]
        if case == 3:
            return f"{arrow} + 1", guards  # one past the end of a block, or the next element
        if case == 4:
            return f"(char *)({arrow}) + rnd() % sizeof *({arrow})", guards
        return arrow, guards

    def kinds(self):
        n = len(self.types)
        return ([("p", j) for j in range(n)] * 4 + [("s",)] * 2 * n + [("v",)] * n +
                [("i", j) for j in range(n)] + [("pp", j) for j in range(n)])
