"""Prints, for each block of the `memscope holders --json` on stdin, its holders' labels."""

import json
import sys

for line in sys.stdin:
    for block in json.loads(line)["blocks"]:
        words = [f"{h['path']}={h['label']}/{h['_rule']}" for h in block["holders"]]
        if block["clone_of"]:
            words.append(f"clone of {block['clone_of']}")
        print(f"block {block['id']}:", *words)
