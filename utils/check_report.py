#!/usr/bin/env python3
"""check_report.py - validates JSON documents of memscope against report.schema.json.

SPDX-License-Identifier: MIT OR Apache-2.0

usage: check_report.py SCHEMA FILE...       (- is standard input)

Beside the schema it checks what a schema cannot say: that the rows of each table add up to
the totals, and that live blocks refer to sites that exist.
"""

import json
import sys

import jsonschema


def check_sums(document):
    """The sums of the tables that hold all rows are the totals."""
    if document["document"] != "report":
        return
    totals = document["totals"]["use"]
    keys = ("allocations", "frees", "bytes", "live_blocks", "live_bytes", "peak_blocks", "peak_bytes")
    for table in ("variables", "sites", "types", "functions", "modules", "callsites"):
        if document["omitted"][table]:
            continue
        for key in keys:
            found = sum(row["use"][key] for row in document[table]) % 2**64  # as C adds
            if found != totals[key]:
                raise SystemExit(f"{table}: the rows' {key} add up to {found}, the total is {totals[key]}")
    sites = {row["id"] for row in document["sites"]}
    for block in document["live"]:
        if not document["omitted"]["sites"] and block["site"] not in sites:
            raise SystemExit(f"live block {block['id']} refers to site {block['site']}, which does not exist")


def main():
    schema_path, *paths = sys.argv[1:]
    with open(schema_path, encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    for path in paths:
        raw = sys.stdin.buffer.read() if path == "-" else open(path, "rb").read()
        text = raw.decode("utf-8")
        for c in text:
            if c != "\n" and (ord(c) < 0x20 or 0x7f <= ord(c) <= 0x9f):
                raise SystemExit(f"{path}: control character U+{ord(c):04X} in the text")
        document = json.loads(text)
        name = document.get("document")
        if f"document_{name}" not in schema["$defs"]:
            raise SystemExit(f"{path}: unknown document {name!r}")
        # Against the document's own branch: errors of oneOf would speak of all branches.
        branch = {key: value for key, value in schema.items() if key != "oneOf"}
        branch["$ref"] = f"#/$defs/document_{name}"
        errors = list(jsonschema.Draft202012Validator(branch).iter_errors(document))
        for error in errors[:5]:
            print(f"{path}: {'/'.join(map(str, error.absolute_path))}: {error.message}", file=sys.stderr)
        if errors:
            raise SystemExit(1)
        check_sums(document)
        print(f"{path}: a valid {name} document")


if __name__ == "__main__":
    main()
