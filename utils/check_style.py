#!/usr/bin/env python3
"""check_style.py - the house rules that a script can check (CONTRIBUTING.md).

SPDX-License-Identifier: MIT OR Apache-2.0

Works on the tree it is given, by default its own, and knows nothing of git. Exit status 1
and one line per violation; what only deserves a look is printed as a note.
"""

import re
import sys
from pathlib import Path

SKIP = {"build", ".git", "__pycache__", "node_modules", "Inputs", "inputs", "seeds", "corpus"}
CODE = {".c", ".h", ".cpp", ".def"}
TEXT = CODE | {".py", ".sh", ".cmake", ".md", ".txt", ".in", ".json", ".1", ".5", ".7", ""}
SOURCE_DIRS = ("include", "pass", "runtime", "support", "analysis", "report", "render", "driver")
LOOK_AT, LIMIT = 600, 1000

# What must not be in the tree: a pattern, and why.
FORBIDDEN = [
    (re.compile(r"\b(TODO|FIXME|XXX)\b(?!.*#\d)"), "a TODO names its issue (#12)"),
    (re.compile(r"(?<![\w/.])/(root|home/[a-z]+|work)/(?!\.)[\w.]"), "a path of one machine"),
    (re.compile(r"[ \t]+$"), "trailing blanks"),
]
NO_TABS = {".c", ".h", ".cpp", ".def", ".py", ".cmake"}
VERSION_IF = re.compile(r"^\s*#\s*if.*LLVM_VERSION_MAJOR", re.M)
TYPEDEF_STRUCT = re.compile(r"^\s*typedef\s+(struct|union|enum)\b", re.M)
GUARD = re.compile(r"^#ifndef (MEMSCOPE_\w+_H)\n#define \1\n", re.M)


def tree(root):
    for path in sorted(root.iterdir()):
        if path.name in SKIP or path.name.startswith("build") or path.is_symlink():
            continue
        if path.is_dir():
            yield from tree(path)
        elif path.suffix in TEXT and path.name not in ("LICENSE-APACHE", "LICENSE-MIT"):
            yield path


def check_opening(name, path, text):
    """Rule 8: a file opens with its name, a line about it, and SPDX."""
    head = "\n".join(text.splitlines()[:8])
    if "SPDX-License-Identifier: MIT OR Apache-2.0" not in head:
        yield "no SPDX line in its opening comment"
    opening = re.compile(rf"(/\*|//=*-*|#|\"\"\") ?{re.escape(path.name)} - \S")
    if path.suffix in CODE and not opening.search(head):
        yield f"does not open with '{path.name} - what it is'"


def check_code(name, path, text):
    if path.suffix == ".h" and not GUARD.search(text) and path.name not in ("unit.h",):
        yield "no include guard MEMSCOPE_<PATH>_H"
    if VERSION_IF.search(text) and path.name != "LLVMCompat.h":
        yield "#if LLVM_VERSION_MAJOR belongs in LLVMCompat.h"
    if path.suffix in (".c", ".h") and TYPEDEF_STRUCT.search(text):
        yield "typedef of a struct, union or enum"


def check_file(root, path, notes):
    name = path.relative_to(root).as_posix()
    text = path.read_text(errors="replace")
    lines = text.splitlines()
    is_test = name.startswith("test/") and not name.startswith(("test/unit/", "test/fuzz/"))
    is_source = name.startswith(SOURCE_DIRS) and path.suffix in CODE
    if is_source or name.startswith(("utils/", "test/unit/")) and path.suffix in {*CODE, ".py"}:
        yield from check_opening(name, path, text)
    if path.suffix in CODE and is_source:
        yield from check_code(name, path, text)
    if path.suffix in CODE | {".py", ".sh"} and not is_test:
        if len(lines) > LIMIT:
            yield f"{len(lines)} lines, at most {LIMIT}"
        elif len(lines) > LOOK_AT:
            notes.append(f"note: {name}: {len(lines)} lines: can it be two files?")
    if not text.isspace() and text and not text.endswith("\n"):
        yield "no newline at the end"
    for number, line in enumerate(lines, 1):
        if "\t" in line and path.suffix in NO_TABS:
            yield f"line {number}: a tab"
        for pattern, why in FORBIDDEN:
            if pattern.search(line) and name != "utils/check_style.py":
                yield f"line {number}: {why}"


def check_unique(root, files):
    """Rule 7: a C file's basename is unique among what is built into programs."""
    seen = {}
    for path in files:
        name = path.relative_to(root).as_posix()
        if path.suffix == ".c" and name.startswith(SOURCE_DIRS):
            if path.name in seen:
                yield f"{name}: another file of that name is {seen[path.name]}"
            seen[path.name] = name


def main():
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[1]).resolve()
    files, notes = list(tree(root)), []
    problems = [f"{path.relative_to(root)}: {p}" for path in files
                for p in check_file(root, path, notes)]
    problems += check_unique(root, files)
    print("\n".join(problems + notes))
    print(f"{len(files)} files, {len(problems)} violations")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
