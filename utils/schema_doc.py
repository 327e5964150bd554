#!/usr/bin/env python3
"""schema_doc.py - writes docs/report-schema.md from report/report.schema.json.

SPDX-License-Identifier: MIT OR Apache-2.0

usage: schema_doc.py [--check]     (--check: compare instead of writing; exit status 1)
"""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "report-schema.md"

INTRO = """# The report as JSON, schema version {version}

<!-- Written by utils/schema_doc.py from report/report.schema.json; edit that. -->

`memscope json TRACE -o DIR` writes one file a document and `manifest.json`; without `-o`, and
as `memscope report --format=json`, the document `report` with all parts goes to standard
output. `memscope doctor --json` writes `doctor`, `memscope holders --json` a line of
`holders` for each moment, `memscope why --json` `why`,
`memscope ownership --json` `ownership`,
`memscope passports --json` `passports`. The schema is installed as
`share/memscope/report.schema.json`; `utils/check_report.py` validates against it and checks
that the rows of each table add up to the totals.

- Every document begins with `schema_version`, `document` (its name) and `generator`. A reader
  refuses a `schema_version` that it does not know; a new version is a new number.
- Unknown is `null`, never `""` or `-1`. Times are seconds; sizes are bytes; counts are exact
  integers below 2^64; addresses are strings, because many readers hold numbers as doubles.
- `_source` says how the facts of an object are known: `captured` (seen at run time), `static`
  (known from the compiler), `inferred` (concluded by a rule; then with `_confidence`,
  `_rule` and `_evidence`).
  Of what version 1 holds, findings and ownership can be inferred.
- The texts are safe for a terminal: control characters and characters that reorder text are
  written as `\\uXXXX`. Names come from the traced program; other readers must escape them, too.

"""


def type_text(schema):
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return name if name in ("source", "severity") else f"[{name}](#{name})"
    if "const" in schema:
        return f"`{json.dumps(schema['const'])}`"
    if "enum" in schema:
        return " ".join(f"`{json.dumps(v)}`" for v in schema["enum"])
    kinds = schema.get("type", "any")
    if kinds == "array":
        return "array of " + type_text(schema["items"])
    if kinds == "object" and "properties" in schema:
        return "object: " + ", ".join(f"`{k}`" for k in schema["properties"])
    return " or ".join(kinds) if isinstance(kinds, list) else kinds


def table(schema):
    required = set(schema["required"])
    lines = ["| key | type | meaning |", "|-----|------|---------|"]
    for key, value in schema["properties"].items():
        optional = "" if key in required else " (optional)"
        meaning = value.get("description", "") if "$ref" not in value else ""
        lines.append(f"| `{key}`{optional} | {type_text(value)} | {meaning} |")
    return "\n".join(lines)


def main():
    schema = json.loads((ROOT / "report" / "report.schema.json").read_text())
    parts = [INTRO.format(version=1), "## Documents\n"]
    objects = []
    for name, definition in schema["$defs"].items():
        if name.startswith("document_"):
            keys = [k for k in definition["properties"] if k not in ("schema_version", "document", "generator")]
            parts.append(f"- `{name[9:]}`: " + ", ".join(f"`{k}`" for k in keys))
        elif "properties" in definition:
            objects.append(f"### {name}\n\n{definition['description']}\n\n{table(definition)}\n")
    parts.append("\nThe tables `variables`, `sites`, `types`, `functions`, `modules` and `callsites` are arrays "
                 "of [row](#row), `threads` of [thread](#thread), `live` of [block](#block), `findings` of "
                 "[finding](#finding); `omitted` says how "
                 "many rows a limit left out of each.\n\n## Objects\n")
    text = "\n".join(parts) + "\n" + "\n".join(objects)
    if "--check" in sys.argv:
        if not PAGE.exists() or PAGE.read_text() != text:
            sys.exit(f"{PAGE.relative_to(ROOT)} is not what utils/schema_doc.py writes")
    else:
        PAGE.write_text(text)


if __name__ == "__main__":
    main()
