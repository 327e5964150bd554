"""excerpts.py - findings in files that can and cannot be shown.

usage: excerpts.py DIRECTORY
"""
import json
import os
import sys
from pathlib import Path

out = Path(sys.argv[1])
(out / "good.c").write_text("int first;\nint second;\n")
(out / "newer.c").write_text("int first;\n")
(out / "directory.c").mkdir()
(out / "binary.c").write_bytes(b"a\0b\n")
os.mkfifo(out / "pipe.c")
os.symlink("/dev/zero", out / "zero.c")
with open(out / "large.c", "wb") as file:
    file.truncate(1 << 40)
OLD = 1_000_000_000
for name in ("good.c", "large.c", "binary.c"):
    os.utime(out / name, (OLD, OLD))
CASES = [("good.c", 2, 5, "shown"), ("good.c", 2, None, "no column"), ("good.c", 9, 1, "no such line"),
         ("good.c", 2, 99, "no such column"), ("missing.c", 1, 1, "missing"), ("directory.c", 1, 1, "a directory"),
         ("pipe.c", 1, 1, "a pipe"), ("zero.c", 1, 1, "a device"), ("large.c", 1, 1, "too large"),
         ("binary.c", 1, 1, "binary"), ("newer.c", 1, 1, "changed since")]
findings = [{"kind": "leak.lost", "severity": "error", "title": title, "_source": "captured",
             "place": {"file": name, "line": line, "column": column}, "fingerprint": title}
            for name, line, column, title in CASES]
(out / "excerpts.json").write_text(json.dumps(
    {"schema_version": 1, "document": "findings", "kinds": [{"name": "leak.lost"}], "findings": findings,
     "run": {"start": "2020-01-01T00:00:00.0Z"}}))
