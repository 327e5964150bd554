#!/usr/bin/env python3
"""layers.py - does every file include only what its layer may? (docs/architecture.md)

SPDX-License-Identifier: MIT OR Apache-2.0

Data flows one way. Each layer lists the folders it may include from; its own folder and
include/memscope are always allowed. Some third-party headers have one owner. Exit status 1
and one line per violation.
"""

import re
import sys
from pathlib import Path

# Longest prefix first: the first that matches is a file's layer.
LAYERS = {
    "include/memscope": [],
    "pass": [],
    "runtime": [],
    "support": [],
    "analysis/trace": ["support"],
    "analysis/model": ["support", "analysis/trace"],
    "analysis/query": ["support", "analysis/trace", "analysis/model"],
    "analysis": ["support", "analysis", "report"],
    "report": ["support"],
    "render": ["support", "report"],
    "driver/cc": ["support"],
    "driver/cli": ["support", "analysis", "report", "render"],
    "test/unit": ["support", "analysis", "report", "render", "runtime", "driver"],
    "test/fuzz": ["support", "analysis", "report", "render", "driver"],
    "test/runtime": ["runtime"],
}
# analysis/query is a consumer of the model, never needed by it or by the checks.
FORBIDDEN = {"analysis/query": ["analysis/checks", "analysis/ownership", "analysis/graph"]}

# A header of somebody else's -> the only folders that may include it.
OWNERS = {
    "sqlite3.h": ["analysis/query"],
    "json-c/": ["report", "test/unit", "test/fuzz"],
    "json.h": ["report"],
    "llvm/": ["pass"],
    "clang/": [],
    "elfutils/": ["analysis/trace"],
    "libelf.h": ["analysis/trace"],
    "gelf.h": ["analysis/trace"],
    "dwarf.h": ["analysis/trace"],
}
# System headers that a layer must not see at all.
BANNED = {
    "runtime": ["stdio.h", "malloc.h"],
    "include/memscope": ["stdio.h", "stdlib.h", "string.h"],
}

OURS = ("pass", "runtime", "support", "analysis", "report", "render", "driver", "test")
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.M)
SOURCES = {".c", ".h", ".cpp", ".def", ".inc"}


def layer_of(path):
    for layer in sorted(LAYERS, key=len, reverse=True):
        if path == layer or path.startswith(layer + "/"):
            return layer
    return None


def problems_of(root, file):
    path = file.relative_to(root).as_posix()
    layer = layer_of(path)
    if layer is None:
        return
    text = file.read_text(errors="replace")
    for match in INCLUDE.finditer(text):
        quote, name = match.groups()
        where = f"{path}:{text.count(chr(10), 0, match.start()) + 1}"
        if name.startswith("memscope/"):
            continue
        for prefix, owners in OWNERS.items():
            if (name == prefix or (prefix.endswith("/") and name.startswith(prefix))) and not any(
                    path.startswith(owner + "/") for owner in owners):
                yield f"{where}: {name} may be included only in {' '.join(owners) or 'nothing'}"
        if name in BANNED.get(layer, []):
            yield f"{where}: {name} is not for {layer}"
        if quote != '"' and not name.startswith(tuple(f"{top}/" for top in OURS)):
            continue
        if not (root / name).exists():
            if quote == '"' and (file.parent / name).exists():
                name = (file.parent / name).resolve().relative_to(root).as_posix()
            else:
                continue  # generated or someone else's
        target = layer_of(name) or name.split("/")[0]
        allowed = [layer, *LAYERS[layer]]
        if not any(target == a or target.startswith(a + "/") for a in allowed):
            yield f"{where}: {layer} may not include {name}"
        if layer in FORBIDDEN.get(target, []) or (target in FORBIDDEN and layer == "analysis" and
                                                  path.startswith(tuple(FORBIDDEN[target]))):
            yield f"{where}: {name} must not be needed here"


def main():
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[1]).resolve()
    files = [f for top in ("include", *OURS) for f in sorted((root / top).rglob("*"))
             if f.suffix in SOURCES and f.is_file()]
    problems = [p for f in files for p in problems_of(root, f)]
    print("\n".join(problems) if problems else f"{len(files)} files, every include is allowed")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
