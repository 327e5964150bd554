"""hostile_findings.py - a document and a source file with everything that could act on a terminal.

usage: hostile_findings.py DIRECTORY
"""
import json
import sys
from pathlib import Path

EVIL = "x\x1b[31m\x07\u202e\u009b5m\x7f\r\n]]>-->::error::<&\"'%0A"
out = Path(sys.argv[1])
out.mkdir(parents=True, exist_ok=True)
(out / "evil.c").write_bytes(b"int ok;\n\tint \x1b]0;title\x07 \xff\xfe \xe2\x80\xae y;\n" + b"z" * 100000 + b"\n")
place = {"function": EVIL, "file": "evil.c", "directory": None, "line": 2, "column": 6}
nowhere = dict(place, file="dir\x1b[2J/" + EVIL)
frame = {"function": EVIL, "file": EVIL, "line": 3, "module": EVIL, "offset": "0x10"}
stack = {"frames": [frame, frame], "cut": True}
step = {"role": EVIL, "slot": EVIL, "text": EVIL, "event": 3, "time": 1, "place": nowhere, "stack": stack,
        "_source": EVIL}
memory = {"name": EVIL, "type": EVIL, "path": EVIL, "block": 1, "blocks": 2, "bytes": 3}
findings = [
    {"kind": kind, "severity": severity, "title": EVIL + " " + "long" * 50, "fingerprint": EVIL, "memory": memory,
     "place": where, "stack": stack, "steps": [dict(step, role=role)], "advice": EVIL, "limited": True,
     "blind_spot": EVIL, "suppressed": None, "_source": EVIL, "_confidence": 0.5, "_rule": EVIL,
     "_evidence": {"for": 1, "against": 2}}
    for kind, severity, where, role in ((EVIL, "error", place, "lost"), ("leak.lost", "warning", nowhere, EVIL),
                                        ("b", EVIL, dict(place, line=3, column=50000), "used"))]
kinds = [{"name": n, "severity": "error", "noun": EVIL, "nouns": EVIL, "description": EVIL}
         for n in (EVIL, "leak.lost", "b")]
run = {"trace": EVIL, "program": EVIL, "arguments": [EVIL], "pid": 1}
(out / "evil.json").write_text(json.dumps({"schema_version": 1, "document": "findings", "run": run, "kinds": kinds,
                                           "findings": findings}))
(out / "suppressions").write_bytes(b"overflow:\x1b[31mred\n")
