"""kinds.py - are the kinds of findings in the documents those of finding_kinds.def?

SPDX-License-Identifier: MIT OR Apache-2.0
"""

import re
import sys
from pathlib import Path

root = Path(sys.argv[1])
kinds = dict(re.findall(r'^MS_FINDING\(\w+, "([^"]+)", (\w+)', (root / "analysis/findings/finding_kinds.def").read_text(), re.M))
rows = dict(re.findall(r"^\| `([^`]+)` \| (\w+) \|", (root / "docs/analyses/findings.md").read_text(), re.M))
items = set(re.findall(r"^\.It Ql (\S+)", (root / "docs/man/memscope-findings.1").read_text(), re.M))
wrong = [f"row {k}" for k in kinds.keys() ^ rows.keys()] + [f"severity of {k}" for k in rows if kinds.get(k, "").lower() != rows[k]]
wrong += [f"man {k}" for k in kinds.keys() ^ items]
print("\n".join(wrong) or f"{len(kinds)} kinds, all documented")
