"""mutants.py - places in C sources where one change makes a leak.

SPDX-License-Identifier: MIT OR Apache-2.0

A mutant differs from its source in one line and has the same number of lines:

  delete     a call that frees becomes an empty statement
  overwrite  a member is set to NULL right before the call that frees it
  cut        a member is set to NULL right after it has got what it owns; a local variable, or
             another member, may go on pointing there for a while

Places are found by the shape of the statement: it has its line to itself. What does not compile
is no mutant.
"""

import re
from dataclasses import dataclass
from pathlib import Path

MEMBER = r"(?:\w+(?:\[\w+\])?(?:->|\.))+\w+(?:\[\w+\])?"


@dataclass(frozen=True)
class Program:
    """PACKAGE: Debian source package. SOURCES: what is compiled, of which MUTATED is changed.
    FREES: functions that free or let go of their first argument. OWNING: members that own.
    DRIVER: in inputs/, calls it all."""
    package: str
    sources: tuple
    mutated: tuple
    frees: tuple
    owning: tuple
    driver: str
    configure: tuple = ()
    includes: tuple = (".",)
    defines: tuple = ()
    headers: tuple = ()  # with functions


PROGRAMS = {
    "cjson": Program(
        "cjson", ("cJSON.c", "cJSON_Utils.c"), ("cJSON.c", "cJSON_Utils.c"),
        ("global_hooks.deallocate", "hooks->deallocate", "hooks.deallocate",
         "p->hooks.deallocate", "input_buffer->hooks.deallocate", "cJSON_free", "cJSON_Delete"),
        ("child", "next", "valuestring", "string", "buffer"), "cjson_drive.c"),
    "jansson": Program(
        "jansson",
        tuple(f"src/{name}.c" for name in (
            "dump", "error", "hashtable", "hashtable_seed", "load", "memory", "pack_unpack",
            "strbuffer", "strconv", "utf", "value", "version")),
        ("src/dump.c", "src/hashtable.c", "src/load.c", "src/pack_unpack.c", "src/strbuffer.c",
         "src/value.c"),
        ("jsonp_free", "json_decref", "json_delete", "strbuffer_close", "hashtable_close",
         "lex_free_string", "lex_close"),
        ("table", "value", "buckets", "val"), "jansson_drive.c",
        configure=("cmake", "-S", ".", "-B", "build", "-DJANSSON_BUILD_DOCS=OFF",
                   "-DJANSSON_WITHOUT_TESTS=ON", "-DJANSSON_EXAMPLES=OFF"),
        includes=("build/include", "build/private_include", "src"), defines=("HAVE_CONFIG_H",),
        headers=("src/jansson.h",)),
}


@dataclass(frozen=True)
class Mutant:
    kind: str  # delete, overwrite, cut
    file: str
    line: int
    slot: str  # what is freed or overwritten, as the source writes it
    before: str
    after: str

    @property
    def name(self):
        return f"{Path(self.file).name}:{self.line} {self.kind}"

    def text(self, source):
        lines = source.split("\n")
        lines[self.line - 1] = self.after
        return "\n".join(lines)


def _without_casts(text):
    return re.sub(r"^\((?:const |unsigned |struct )*\w+ ?\**\)\s*", "", text.strip())


def _in_file(program, file, source):
    frees = "|".join(re.escape(f) for f in sorted(program.frees, key=len, reverse=True))
    call = re.compile(rf"^(\s*)((?:{frees})\s*\((.*)\);)\s*$")
    owned = re.compile(rf"^(\s*)(({MEMBER})\s*=\s*([^=].*);)\s*$")
    for number, line in enumerate(source.split("\n"), 1):
        freed = call.match(line)
        if freed and freed[3].count("(") == freed[3].count(")"):
            slot = _without_casts(freed[3])
            yield Mutant("delete", file, number, slot, line, f"{freed[1]};")
            if re.fullmatch(MEMBER, slot):
                yield Mutant("overwrite", file, number, slot, line,
                             f"{freed[1]}{{ {slot} = 0; {freed[2]} }}")
        stored = owned.match(line)
        if (stored and re.sub(r"\[\w+\]$", "", stored[3]).rsplit(".")[-1].rsplit(">")[-1]
                in program.owning and not re.fullmatch(r"NULL|0", _without_casts(stored[4]))):
            yield Mutant("cut", file, number, stored[3], line,
                         f"{stored[1]}{{ {stored[2]} {stored[3]} = 0; }}")


def find(program, directory):
    """All mutants of PROGRAM, whose sources lie in DIRECTORY, in the order of the sources."""
    for file in program.mutated:
        yield from _in_file(program, file, (Path(directory) / file).read_text())


def functions(source):
    """(name, first, last) of each function, for sources whose functions begin and end in the
    first column."""
    found, name, start = [], None, None
    for number, line in enumerate(source.split("\n"), 1):
        head = re.match(r"\w[\w\s*()]*?[\s*)](\w+)\s*\(", line)
        if start is None and head and not line.rstrip().endswith(";"):
            name = head[1]
        if start is None and name and (line.startswith("{") or line.rstrip().endswith("{")):
            start = number
        if start is not None and line.rstrip().endswith("}") and not line[0:1].isspace():
            found.append((name, start, number))
            name = start = None
    return found


def callers(sources):
    """Function -> all functions that lead to it by calls, itself among them."""
    bodies = {}
    for source in sources:
        lines = source.split("\n")
        for name, first, last in functions(source):
            words = set(re.findall(r"\b(\w+)\s*\(", "\n".join(lines[first:last])))
            bodies.setdefault(name, set()).update(words)
    closed = {name: {name} for name in bodies}
    changed = True
    while changed:
        changed = False
        for caller, words in bodies.items():
            for word in words & closed.keys():
                if caller not in closed[word]:
                    closed[word].add(caller)
                    changed = True
        for name in closed:  # the callers of callers
            more = set().union(*(closed[c] for c in closed[name])) - closed[name]
            changed = changed or bool(more)
            closed[name] |= more
    return closed
