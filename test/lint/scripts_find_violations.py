"""A lint that never fails is no lint: the scripts must find what is planted here.

usage: scripts_find_violations.py UTILS_DIR
"""
import subprocess
import sys
import tempfile
from pathlib import Path

utils = Path(sys.argv[1])
SPDX = " *\n * SPDX-License-Identifier: MIT OR Apache-2.0\n */\n"
# file: (content, the script that must complain, what it must say)
PLANTED = {
    "runtime/a.c": (f'/* a.c - x.\n{SPDX}#include "support/error.h"\n', "layers.py",
                    "runtime may not include support/error.h"),
    "runtime/b.c": (f"/* b.c - x.\n{SPDX}#include <stdio.h>\n", "layers.py",
                    "stdio.h is not for runtime"),
    "render/c.c": (f'/* c.c - x.\n{SPDX}#include "analysis/model/model.h"\n', "layers.py",
                   "render may not include analysis/model/model.h"),
    "render/d.c": (f"/* d.c - x.\n{SPDX}#include <json-c/json.h>\n", "layers.py",
                   "json-c/json.h may be included only in"),
    "render/e.c": ("int e;\n", "check_style.py", "render/e.c: no SPDX line"),
    "render/f.c": (f"/* g.c - x.\n{SPDX}", "check_style.py", "does not open with 'f.c - "),
    "render/h.h": (f"/* h.h - x.\n{SPDX}typedef struct h h;\n", "check_style.py", "typedef"),
    "render/i.c": (f"/* i.c - x.\n{SPDX}/* TO" "DO later */\n", "check_style.py",
                   "a TO" "DO names its issue"),
    "render/j.c": (f"/* j.c - x.\n{SPDX}// /ro" "ot/x\n", "check_style.py", "a path of one"),
    "render/k.c": (f"/* k.c - x.\n{SPDX}int k; \n", "check_style.py", "trailing blanks"),
    "render/l.c": (f"/* l.c - x.\n{SPDX}" + "int l;\n" * 1001, "check_style.py", "at most 1000"),
    "driver/cli/k.c": (f"/* k.c - x.\n{SPDX}", "check_style.py", "another file of that name"),
    "support/error.h": (f"/* error.h - x.\n{SPDX}", "check_style.py", "no include guard"),
    "analysis/model/model.h": ("", "check_style.py", ""),
}

with tempfile.TemporaryDirectory() as directory:
    root = Path(directory)
    for name, (content, _, _) in PLANTED.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content)
    output = {}
    for script in ("layers.py", "check_style.py"):
        done = subprocess.run([sys.executable, utils / script, root], capture_output=True, text=True)
        assert done.returncode == 1, f"{script} ended with {done.returncode}\n{done.stderr}"
        output[script] = done.stdout
missed = [f"{script} missed {name}: {claim}" for name, (_, script, claim) in PLANTED.items()
          if claim not in output[script]]
print("\n".join(missed) or "everything planted was found")
sys.exit(1 if missed else 0)
