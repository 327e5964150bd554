#!/usr/bin/env python3
"""check_docs.py - every option, command and variable is documented, and nothing else is.

SPDX-License-Identifier: MIT OR Apache-2.0

The lists are the .def files that the programs are compiled from; the documents are the man
pages. A page may not be missing, an entry may not be missing from its page, and a page may
not describe what does not exist. Exit status 1 and one line per difference.
"""

import re
import sys
from pathlib import Path

ROOT = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[1]).resolve()
MAN = ROOT / "docs" / "man"
problems = []


def entries(path, macro):
    """The argument lists of MACRO(...) in a .def file, comments taken out."""
    file = ROOT / path
    if not file.exists():
        return []
    text = re.sub(r"/\*.*?\*/|//[^\n]*", "", file.read_text(), flags=re.S)
    text = re.sub(r"#[^\n]*", "", text)
    found = []
    for call in re.finditer(rf"\b{macro}\(((?:[^()\"']|\"(?:[^\"\\]|\\.)*\"|'[^']*')*)\)", text):
        found.append([a.strip().strip('"') for a in
                      re.findall(r'\s*((?:"(?:[^"\\]|\\.)*"\s*)+|[^,]+)', call[1])])
    return found


def page_text(name):
    """The words of a man page with mdoc's macros resolved as far as spelling needs it."""
    page = MAN / name
    if not page.exists():
        problems.append(f"docs/man/{name} is missing")
        return None
    text = re.sub(r'\.\\"[^\n]*', "", page.read_text())
    text = re.sub(r"\bFl -", "--", text)
    text = re.sub(r"\bFl ([\w-])", r"-\1", text)
    return text.replace("\\-", "-").replace("\\&", "")


def documented_options(text, pattern):
    """What stands at the head of .It lines."""
    heads = "\n".join(l for l in text.splitlines() if l.startswith(".It"))
    return set(re.findall(pattern, heads))


def compare(page, wanted, found):
    problems.extend(f"docs/man/{page} does not describe {w}" for w in sorted(wanted - found))
    problems.extend(f"docs/man/{page} describes {f}, which does not exist"
                    for f in sorted(found - wanted))


def check_cc():
    text = page_text("memscope-cc.1")
    if text:
        wanted = {e[1] for e in entries("driver/cc/own_options.def", "MS_CC_OPTION")}
        compare("memscope-cc.1", wanted,
                documented_options(text, r"(--?(?:f|fno-)?memscope[\w-]*=?)"))
        for name, *_ in entries("driver/cc/levels.def", "MS_LEVEL"):
            if not re.search(rf"\bCm {name}\b", text):
                problems.append(f"docs/man/memscope-cc.1 does not name level {name}")


def check_cli():
    commands = [e[0] for e in entries("driver/cli/commands.def", "MS_COMMAND")]
    overview = page_text("memscope.1") if commands else None
    for command in commands:
        if overview is not None and not re.search(rf"\b{command}\b", overview):
            problems.append(f"docs/man/memscope.1 does not name the command {command}")
        text = page_text(f"memscope-{command}.1")
        if text is None:
            continue
        wanted = {f"--{e[2]}" for e in entries("driver/cli/options.def", "MS_OPTION")
                  if e[0] == command}
        found = documented_options(text, r"(?<![\w-])(--[a-z][\w-]*)")
        compare(f"memscope-{command}.1", wanted, found - {"--help"})


def check_runtime():
    keys = {e[0] for e in entries("runtime/rt_options.def", "MSRT_OPTION")}
    text = page_text("memscope-options.7") if keys else None
    if text:
        compare("memscope-options.7", keys, documented_options(text, r"(?:Cm|Ic|Li|Sy) (\w+)"))


def check_rules():
    """Every rule that concludes who owns has its page."""
    rules = {e[1] for macro in ("MS_OWNERSHIP_RULE", "MS_VIOLATION_RULE")
             for e in entries("analysis/ownership/ownership_rules.def", macro)}
    pages = {p.stem for p in (ROOT / "docs" / "analyses").glob("*.md")}
    problems.extend(f"docs/analyses/{r}.md is missing" for r in sorted(rules - pages))


def check_environment():
    """Every MEMSCOPE_ variable that a program reads stands in some page's ENVIRONMENT."""
    read = set()
    for folder in ("driver", "runtime", "support", "analysis", "report", "render"):
        for file in (ROOT / folder).rglob("*.[ch]"):
            read.update(re.findall(r'"(MEMSCOPE_[A-Z_]+)=?"', file.read_text(errors="replace")))
    pages = "\n".join(p.read_text() for p in MAN.glob("*.[1-9]"))
    documented = set(re.findall(r"\.It Ev (MEMSCOPE_\w+)", pages))
    problems.extend(f"no man page describes the variable {v}" for v in sorted(read - documented))
    problems.extend(f"a man page describes the variable {v}, which nothing reads"
                    for v in sorted(documented - read))


check_cc()
check_cli()
check_runtime()
check_rules()
check_environment()
print("\n".join(problems))
print(f"{len(problems)} differences between the lists and the documents")
sys.exit(1 if problems else 0)
