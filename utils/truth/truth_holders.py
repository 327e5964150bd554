"""truth_holders.py - who holds what at each mark, as `memscope holders --json` says.

SPDX-License-Identifier: MIT OR Apache-2.0
"""

import json


class Holders:
    """What a model says. slots[mark]: {(slot address, block address): function, path and
    line of the store}; locals[mark]: list of (function, variable, block address); retained[mark]: {block
    address: (blocks, bytes)}; labels: set of
    (function, line, label); clones: {(function, line) where a block was born: was it always a
    clone}; sites: the site table, if the source has it."""

    def __init__(self):
        self.slots, self.locals, self.labels, self.clones, self.sites = {}, {}, set(), {}, {}
        self.retained = {}


def read_holders(text):
    """The Holders of `memscope holders --at=marks --json`, a line a mark."""
    found = Holders()
    for line in text.splitlines():
        moment = json.loads(line)
        slots, locals_, retained = {}, [], {}
        for block in moment["blocks"]:
            at = int(block["address"], 0)
            if block["retained_blocks"]:
                retained[at] = block["retained_blocks"], block["retained_bytes"]
            born = (block["function"], block["line"])
            found.clones[born] = found.clones.get(born, True) and block["clone_of"] is not None
            for holder in block["holders"]:
                found.labels.add((holder["function"], holder["line"], holder["label"]))
                if holder["where"] == "variable":
                    locals_.append((holder["function"], holder["path"], at))
                else:
                    slots[int(holder["address"], 0), at] = \
                        (holder["function"], holder["path"], holder["line"])
        found.slots[moment["mark"]] = slots
        found.retained[moment["mark"]] = retained
        found.locals[moment["mark"]] = sorted(locals_)
    return found
