"""truth_statements.py - random statements that copy pointers.

SPDX-License-Identifier: MIT OR Apache-2.0

Statements is the body of one function: its methods named do_* each return lines of C. What
may free or move blocks comes after tell(), which gives the oracle the values of the plain
locals: a block to which a plain local points is not freed.
"""

from truth_places import ARRAY, SCALARS, Places, Variable
from truth_types import declare


def guarded(guards, text, count=1):
    """TEXT, COUNT pointer operations, under GUARDS."""
    ops = "ops++" if count == 1 else f"ops += {count}"
    guards = list(dict.fromkeys(guards))
    if guards:
        return [f"if ({' && '.join(guards)}) {{ {text} {ops}; }}"]
    return [f"{text} {ops};"]


class Statements(Places):
    def __init__(self, rng, types, features, function, signatures):
        super().__init__(rng, types, features)
        self.function, self.signatures, self.serial, self.in_loop = function, signatures, 0, 0

    WEIGHTS = {
        "assign": 30, "local": 14, "alloc": 6, "release": 6, "struct_copy": 6, "struct_local": 3,
        "escaping": 4, "inner": 2, "vector": 6, "pool": 2, "call": 4, "out": 3, "swap": 3,
        "walk": 3, "union": 10, "atomic": 3, "volatile": 2, "integer": 2, "stale": 1, "string": 3,
        "checkpoint": 2, "by_value": 2, "pair": 2, "varargs": 1, "static": 2, "memory": 2,
        "fill": 3, "sort": 1, "library": 2, "vla": 2, "literal": 2,
    }
    NOT_IN_LOOP = {"call", "struct_local", "escaping", "inner", "walk", "checkpoint", "static",
                   "stale", "by_value", "vla"}

    def statement(self):
        names = [n for n in self.WEIGHTS if n in self.features or n in self.ALWAYS]
        if self.in_loop:
            names = [n for n in names if n not in self.NOT_IN_LOOP]
        for _ in range(20):
            name = self.rng.choices(names, [self.WEIGHTS[n] for n in names])[0]
            lines = getattr(self, "do_" + name)()
            if lines:
                return lines
        return self.do_assign()

    ALWAYS = {"assign", "local", "alloc", "release", "checkpoint"}

    def fresh(self, prefix):
        self.serial += 1
        return f"{prefix}{self.serial}"

    def tell(self):
        plain = [v.name for v in self.variables if v.storage == "plain"]
        return [" ".join(f"OL({name});" for name in plain)] if plain else []

    def pointer_variable(self, storages=("plain", "slot", "static")):
        found = [v for v in self.variables if v.kind[0] == "p" and v.storage in storages]
        return self.pick(found) if found else None

    # --- single copies ----------------------------------------------------------------------

    def do_assign(self):
        kind = self.pick(self.kinds())
        (to, first), (value, second) = self.place(kind), self.value(kind)
        return guarded(first + second, f"{to} = {value};")

    def do_local(self):
        plain = [v for v in self.variables if v.storage == "plain"]
        if not plain:
            return None
        variable = self.pick(plain)
        value, guards = self.value(variable.kind)
        return guarded(guards, f"{variable.name} = {value};")

    def do_alloc(self):
        j = self.random_type()
        to, guards = self.place(("p", j))
        if self.rng.random() < 0.5:
            return guarded(guards, f"{to} = new_t{j}(rnd());")
        name = self.fresh("n")
        slot = self.pick(self.types[j].plain_slots())
        value, more = self.value(slot.kind)
        return [f"if ({' && '.join(guards + more) or 1}) {{",
                f"  struct t{j} *{name} = calloc(1, sizeof *{name});",
                f"  oracle_alloc({name}, sizeof *{name}, T{j}, 1, 0);",
                f"  {name}->{slot.path} = {value};", f"  {to} = {name};", "  ops += 3;", "}"]

    def do_out(self):
        j = self.random_type()
        (to, first), (value, second) = self.place(("p", j)), self.value(("p", j))
        return guarded(first + second, f"put_t{j}(&{to}, {value});", 2)

    def do_swap(self):
        kind = self.pick(self.kinds())
        (one, first), (two, second) = self.place(kind), self.place(kind)
        if "rnd" in one + two or second:  # "two" must mean the same after "one" has changed
            return None
        name = self.fresh("x")
        return guarded(["1"] + first + second,
                       f"{declare(kind, name)} = {one}; {one} = {two}; {two} = {name};", 3)

    def do_integer(self):
        j = self.random_type()
        (to, first), (value, second) = self.place(("p", j)), self.value(("p", j))
        name = self.fresh("n")
        return guarded(["1"] + first + second, f"uintptr_t {name} = (uintptr_t)({value}); {name} ^= 5; "
                       f"{to} = (struct t{j} *)({name} ^ 5);", 2)

    def special(self, qual):
        """A slot with QUAL and an object that has it."""
        found = [(t, s) for t in self.types for s in t.slots if s.qual == qual]
        if not found:
            return None
        type_, slot = self.pick(found)
        text, guards = self.pick([o for o in self.objects(type_.index) if "rnd" not in o[0]])
        return slot, text, guards

    def do_union(self):
        found = self.special("union")
        if not found:
            return None
        slot, text, guards = found
        tag, member = text + slot.tag, text + slot.path
        case = self.rng.randrange(5)
        if case == 3:
            return self.copied_union(slot, text, guards)
        if case == 4:
            return self.either_union(slot, text, guards)
        if case == 0:
            value, more = self.value(slot.kind)
            return guarded(guards + more, f"{member} = {value}; {tag} = 1;")
        if case == 1:
            # Half a pointer must not be one: a negative int is above all blocks.
            number = self.pick(["n = rnd() % 100", "d = rnd() % 100 / 3.0",
                                "i = (int)(rnd() % 100) - 200"])
            value, more = self.value(slot.kind)
            return guarded(guards + more, f"if ({tag} == 0) {{ {member} = {value}; {tag} = 1; }} "
                           f"else {{ {member[:-1]}{number}; {tag} = 0; }}")
        to, more = self.place(slot.kind)
        return guarded(guards + more, f"if ({tag}) {to} = {member};")

    def either_union(self, slot, text, guards):
        """The union SLOT of TEXT gets one thing or another: the optimiser makes one store of both."""
        union, tag = slot.path.rsplit(".", 1)[0], slot.tag
        (one, first), (two, second) = self.value(slot.kind), self.value(slot.kind)
        type_ = next(t for t in self.types if slot in t.slots)
        other, more = self.pick([o for o in self.objects(type_.index) if "rnd" not in o[0]])
        ways = [f"{text}{union}.p = {one}; {text}{tag} = 1;", f"{text}{union}.p = {two}; {text}{tag} = 1;",
                f"{text}{union}.n = rnd() % 90; {text}{tag} = 0;",
                f"{text}{union}.d = rnd() % 90 / 7.0; {text}{tag} = 0;",
                f"{text}{union} = {other}{union}; {text}{tag} = {other}{tag};"]
        this, that = self.rng.sample(ways, 2)
        return guarded(guards + first + second + more, f"if (rnd() % 2) {{ {this} }} else {{ {that} }}")

    def copied_union(self, slot, text, guards):
        """The whole of the union SLOT of the object TEXT gets another one's, in a macro."""
        type_ = next(t for t in self.types if slot in t.slots)
        other, more = self.pick([o for o in self.objects(type_.index) if "rnd" not in o[0]])
        to, source = (t[:-2] if t.endswith("->") else "&" + t[:-1] for t in (text, other))
        return guarded(guards + more, f"COPY_UNION(struct t{type_.index}, {to}, {source}, "
                       f"{slot.path.rsplit('.', 1)[0]}, {slot.tag});")

    def do_volatile(self):
        found = self.special("volatile")
        if not found:
            return None
        slot, text, guards = found
        if self.rng.random() < 0.6:
            value, more = self.value(slot.kind)
            return guarded(guards + more, f"{text}{slot.path} = {value};")
        to, more = self.place(slot.kind)
        return guarded(guards + more, f"{to} = {text}{slot.path};")

    def do_atomic(self):
        found = self.special("atomic")
        if not found:
            return None
        slot, text, guards = found
        case, at = self.rng.randrange(5), text + slot.path
        value, more = self.value(slot.kind)
        to, third = self.place(slot.kind)
        if case == 0:
            return guarded(guards + more, f"{at} = {value};")
        if case == 1:
            return guarded(guards + more,
                           f"atomic_store_explicit(&{at}, {value}, memory_order_release);")
        if case == 2:
            return guarded(guards + third, f"{to} = atomic_load(&{at});")
        if case == 3:
            return guarded(guards + more + third, f"{to} = atomic_exchange(&{at}, {value});", 2)
        name = self.fresh("old")
        expected = self.pick([f"atomic_load(&{at})", "NULL"])
        return guarded(["1"] + guards + more, f"{declare(slot.kind, name)} = {expected}; "
                       f"atomic_compare_exchange_strong(&{at}, &{name}, {value});", 2)

    def do_string(self):
        (to, first), (value, second) = self.place(("s",)), self.place(("s",))
        case = self.rng.randrange(3)
        if case == 0:
            return guarded(first + second, f"{to} = step({value});")
        if case == 1:
            return self.tell() + [f"grow_text({self.rng.randint(1, 60)}); ops++;"]
        return guarded(first + second, f"{to} = {value} ? dup({value}) : NULL;") \
            if "rnd" not in value else None

    def do_varargs(self):
        j = self.random_type()
        values = [self.value(("p", j)) for _ in range(2)]
        guards = values[0][1] + values[1][1]
        return guarded(guards, f"spread_t{j}(2, (struct t{j} *)({values[0][0]}), "
                       f"(struct t{j} *)({values[1][0]}));", 2)

    # --- whole objects -------------------------------------------------------------------------

    def object(self, j):
        """An object of type J: (lvalue, address, guards)."""
        text, guards = self.pick([o for o in self.objects(j) if "rnd" not in o[0]])
        if text.endswith("->"):
            return f"*{text[:-2]}", text[:-2], guards
        return text[:-1], "&" + text[:-1], guards

    def do_struct_copy(self):
        j = self.random_type()
        (to, to_at, first), (of, of_at, second) = self.object(j), self.object(j)
        guards, count = first + second, len(self.types[j].slots)
        case = self.rng.randrange(5)
        if to == of and case != 4:
            return None
        if case <= 1:
            return guarded(guards, f"{to} = {of};", count)
        if case == 2:
            return guarded(guards + [f"{to_at} != {of_at}"],
                           f"memcpy({to_at}, {of_at}, sizeof(struct t{j}));", count)
        if case == 3:
            return guarded(guards, f"memmove({to_at}, {of_at}, sizeof(struct t{j}));", count)
        return guarded(first, f"memset({to_at}, 0, sizeof(struct t{j}));", count) \
            if self.rng.random() < 0.3 else None

    def do_by_value(self):
        j = self.random_type()
        (to, _, first), (of, _, second) = self.object(j), self.object(j)
        return self.tell() + guarded(first + second, f"{to} = with_t{j}({of}, rnd());",
                                     2 * len(self.types[j].slots))

    def do_pair(self):
        (one, first), (two, second) = self.value(("p", 0)), self.value(("s",))
        to, third = self.place(("p", 0))
        case = self.rng.randrange(4)
        if case == 0:
            return guarded(first + second, f"pair = make_pair({one}, {two});", 2)
        if case == 1:
            return guarded(first, f"pair = (struct pair){{.a = {one}}};", 2)
        if case == 2:
            return guarded(third, f"{to} = first_of(pair);")
        return guarded([], "pairs[rnd() % 2] = pair;", 2)

    def do_literal(self):
        j = self.random_type()
        (to, _, guards), slot = self.object(j), self.pick(self.types[j].plain_slots())
        value, more = self.value(slot.kind)
        return guarded(guards + more, f"{to} = (struct t{j}){{.{slot.paths[0]} = {value}}};",
                       len(self.types[j].slots))

    def do_fill(self):
        """Loops that the optimiser turns into vectors, memcpy or memmove."""
        j, i, case = self.random_type(), self.fresh("i"), self.rng.randrange(4)
        if case == 0:
            value, guards = self.value(("p", j))
            text, guards = f"a{j}[{i}] = a{j}[0];", guards
            lines = guarded(guards, f"a{j}[0] = {value};")
        elif case == 1:
            text, lines = f"if ({i} < (int)vn{j}) a{j}[{i}] = vec{j}[{i}];", []
        elif case == 2:
            text, lines = f"a{j}[{i}] = a{j}[({i} + 1) % {ARRAY}];", []
        else:
            return [f"if (vn{j} >= {ARRAY}) {{ memcpy(a{j}, vec{j}, sizeof a{j}); ops += {ARRAY}; }}"]
        return lines + [f"for (int {i} = 0; {i} < {ARRAY}; {i}++) {{ {text} ops++; }}"]

    def do_sort(self):
        j = self.random_type()
        return self.pick([[f"qsort(a{j}, {ARRAY}, sizeof *a{j}, null_last); ops += {ARRAY};"],
                          [f"if (vn{j}) {{ qsort(vec{j}, vn{j}, sizeof *vec{j}, null_last); "
                           f"ops += vn{j}; }}"]])

    def do_library(self):
        """libc stores the pointer."""
        j, k = self.random_type(), self.rng.randrange(SCALARS)
        if self.rng.random() < 0.4:
            return [f"if (asprintf(&gs{k}, \"%u bottles\", rnd() % 1000) > 0) {{ "
                    f"oracle_alloc(gs{k}, strlen(gs{k}) + 1, 0, 1, 0); ops++; }}"]
        to = f"&g{j}_{k}"
        return [f"if (!posix_memalign((void **){to}, 16, sizeof(struct t{j}))) {{ "
                f"oracle_alloc(g{j}_{k}, sizeof(struct t{j}), T{j}, 1, 0); "
                f"memset(g{j}_{k}, 0, sizeof(struct t{j})); ops++; }}"]

    def do_struct_local(self):
        j, name = self.random_type(), self.fresh("o")
        of, _, guards = self.object(j)
        slot = self.pick(self.types[j].plain_slots())
        value, second = self.value(slot.kind)
        to, third = self.place(slot.kind)
        init = f" = {{.{slot.paths[0]} = NULL}}" if self.rng.random() < 0.5 else " = {0}"
        lines = [f"struct t{j} {name}{init};",
                 f"oracle_slot(&{name}, T{j}, 1, \"{self.function}.{name}\");"]
        if self.rng.random() < 0.6:
            lines += guarded(guards, f"{name} = {of};", len(self.types[j].slots))
        lines += guarded(second, f"{name}.{slot.path} = {value};")
        lines += self.maybe_checkpoint()
        lines += guarded(third, f"{to} = {name}.{slot.path};")
        return ["{"] + ["  " + line for line in lines + [f"oracle_unslot(&{name});"]] + ["}"]

    # --- variables of an inner scope --------------------------------------------------------------

    def do_escaping(self):
        kind, name = self.pick(self.kinds()), self.fresh("e")
        value, guards = self.value(kind)
        volatile = "volatile" in self.features and self.rng.random() < 0.2
        decl = declare(kind, f"volatile {name}" if volatile else name)
        lines = [f"{decl} = NULL;",
                 f"oracle_slot((void *)&{name}, TP, 1, \"{self.function}.{name}\");"]
        lines += guarded(guards, f"{name} = {value};")
        if not volatile:
            self.variables.append(Variable(kind, name, "slot"))
        lines += self.statement_at_depth() + self.maybe_checkpoint() + self.statement_at_depth()
        if not volatile:
            self.variables.pop()
        return ["{"] + ["  " + line for line in lines + [f"oracle_unslot((void *)&{name});"]] + ["}"]

    def do_vla(self):
        j, name, n = self.random_type(), self.fresh("z"), self.fresh("n")
        value, guards = self.value(("p", j))
        is_array = self.rng.random() < 0.6
        make = f"struct t{j} *{name}[{n}];" if is_array else \
            f"struct t{j} **{name} = __builtin_alloca({n} * sizeof *{name});"
        lines = [f"unsigned {n} = 1 + rnd() % 5;", make,
                 f"memset({name}, 0, {n} * sizeof *{name});",
                 f"oracle_slot({name}, TP, {n}, \"{self.function}.{name}\");"]
        lines += guarded(guards, f"{name}[rnd() % {n}] = {value};")
        lines += guarded([], f"{name}[0] = {name}[{n} - 1];")
        lines += self.maybe_checkpoint()
        if is_array:  # the other one lives as long as the function
            lines.append(f"oracle_unslot({name});")
        return ["{"] + ["  " + line for line in lines] + ["}"]

    def do_inner(self):
        kind, name = self.pick(self.kinds()), self.fresh("w")
        value, guards = self.value(kind)
        lines = [f"{declare(kind, name)} = NULL;"] + guarded(guards, f"{name} = {value};")
        self.variables.append(Variable(kind, name, "plain"))
        lines += self.statement_at_depth() + self.maybe_checkpoint() + self.statement_at_depth()
        self.variables.pop()
        return ["{"] + ["  " + line for line in lines + [f"oracle_unlocal(\"{name}\");"]] + ["}"]

    def statement_at_depth(self):
        self.in_loop += 1
        lines = self.statement()
        self.in_loop -= 1
        return lines

    def do_static(self):
        kind, name = ("p", self.random_type()), self.fresh("keep")
        value, guards = self.value(kind)
        to, more = self.place(kind)
        return ["{", f"  static {declare(kind, name)};",
                f"  oracle_global(&{name}, TP, 1, \"{self.function}.{name}\");"] + [
            "  " + line for line in guarded(more, f"{to} = {name};") +
            guarded(guards, f"{name} = {value};")] + ["}"]

    def do_walk(self):
        j = self.random_type()
        links = [s for s in self.types[j].plain_slots(("p", j))]
        if not links:
            return None
        start, guards = self.value(("p", j))
        name, n = self.fresh("c"), self.fresh("k")
        self.variables.append(Variable(("p", j), name, "plain"))
        inner = self.statement_at_depth() + self.statement_at_depth()
        self.variables.pop()
        return ([f"if ({' && '.join(guards) or 1}) {{", f"  struct t{j} *{name} = {start};",
                 f"  for (int {n} = 0; {name} && {n} < {self.rng.randint(2, 6)}; {n}++) {{"] +
                ["    " + line for line in inner] +
                [f"    {name} = {name} ? {name}->{self.pick(links).path} : NULL;", "    ops++;",
                 "  }", f"  oracle_unlocal(\"{name}\");", "}"])

    # --- memory that moves or ends -----------------------------------------------------------------

    def do_memory(self):
        """A block that lives in this statement only; new ones will reuse its address."""
        j, name = self.random_type(), self.fresh("y")
        value, guards = self.value(("p", j))
        return guarded(["1"] + guards, f"struct t{j} **{name} = malloc(2 * sizeof *{name}); "
                       f"oracle_alloc({name}, 2 * sizeof *{name}, TP, 2, 0); "
                       f"{name}[0] = {value}; {name}[1] = {name}[0]; "
                       f"oracle_free({name}); free({name});", 2)

    def do_release(self):
        v = self.pointer_variable(("plain",))
        if not v:
            return None
        lines = [f"if (oracle_ok({v.name}, \"{v.name}\")) {{",
                 f"  drop_refs({v.name}, NULL); oracle_free({v.name}); free({v.name});",
                 f"  {v.name} = NULL; OL({v.name}); ops++;", "}"]
        before, guards = [], []
        if self.rng.random() < 0.8:  # what a caller also holds is not freed: take another
            text, guards = self.place(v.kind)
            before = guarded(guards, f"{v.name} = {text};")
        return before + self.tell() + lines

    def do_stale(self):
        j, k, name = self.random_type(), self.rng.randrange(2), self.fresh("d")
        text, guards = self.place(("p", j))
        return self.tell() + [
            f"if ({' && '.join(guards) or 1}) {{", f"  struct t{j} *{name} = {text};",
            f"  if (oracle_ok({name}, NULL)) {{", f"    oracle_fresh(&stale{k});",
            f"    stale{k} = {name}; drop_refs({name}, &stale{k});",
            f"    oracle_free({name}); free({name}); ops += 2;", "  }", "}"]

    def do_vector(self):
        j = self.random_type()
        case = self.rng.randrange(6)
        if case <= 2:
            value, guards = self.value(("p", j))
            return self.tell() + guarded(guards, f"vec_push_t{j}({value});")
        if case == 3:
            value, guards = self.value(("p", j))
            return guarded(guards, f"vec_insert_t{j}({value}, rnd());", 2)
        if case == 4:
            return [f"vec_remove_t{j}(rnd()); ops += 2;"]
        return self.tell() + [f"vec_trim_t{j}(); ops++;"]

    def do_pool(self):
        j = self.random_type()
        return self.tell() + [f"pool_resize_t{j}(rnd() % {self.rng.randint(2, 7)});"]

    # --- calls and checkpoints ------------------------------------------------------------------------

    def do_call(self):
        name, result, params, table = self.pick(self.signatures)
        targets = self.named(("p", result))
        args, guards = [], []
        for param in params:
            value, more = self.value(("p", param))
            args.append(value)
            guards += more
        callee = f"table{table}[rnd() % (sizeof table{table} / sizeof *table{table})]" \
            if self.rng.random() < 0.3 else name
        call = f"{callee}({', '.join(args)}, depth - 1)"
        if targets and self.rng.random() < 0.8:
            call = f"{self.pick(targets).name} = {call}"
        else:
            to, more = self.place(("p", result))
            call, guards = (f"{to} = {call}", guards + more) if "rnd" not in to and not more \
                else (call, guards)
        return self.tell() + guarded(["depth > 0"] + guards, f"{call};", 1 + len(params))

    def maybe_checkpoint(self):
        return self.tell() + [f"if (rnd() % 8 == 0) checkpoint();"]

    def do_checkpoint(self):
        return self.maybe_checkpoint()
