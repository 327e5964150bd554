"""truth_labels.py - compare what MemScope calls a copy with what it is by construction.

SPDX-License-Identifier: MIT OR Apache-2.0

The generator knows of some lines that every copy on them is a move, a borrow or a clone.
Where the source is a plain local, the compiler alone can tell a move from a borrow: the
site must say that the variable is dead or live afterwards.
"""

FACTS = {"move": "src-dead", "borrow": "src-live"}


def copy_sites(sites):
    """The sites of stores: {(function, line): [their keys]}."""
    found = {}
    for keys in sites.values():
        if keys.get("kind") == "store":
            found.setdefault((keys.get("function"), int(keys.get("line", 0))), []).append(keys)
    return found


def compare_facts(labels, sites):
    """Lines on which the site of the copy contradicts, or lacks, the expected fact. A copy
    that the optimiser removed has no site and is not judged."""
    at = copy_sites(sites)
    for label in labels:
        fact = FACTS.get(label["label"])
        if not fact or not label["variable"]:
            continue
        for keys in at.get((label["function"], label["line"]), []):
            if fact not in keys.get("flags", "").split(","):
                yield f"line {label['line']} in {label['function']}: {keys.get('path')} = " \
                      f"{label['variable']} is a {label['label']}, the site says " \
                      f"{keys.get('flags', 'nothing')}"


def compare_labels(labels, holders, level):
    """Lines whose copies, as the model labels them at some mark, are something else. Not decided
    yet ("undecided") is no answer; the first holder of a block ("birth") is no copy where the
    source is a plain local, which is no holder below level full."""
    for label in labels:
        where = (label["function"], label["line"])
        if level == "refs" and label["level"] == "full":
            continue
        if label["label"] == "clone":
            if not holders.clones.get(where, True):
                yield f"line {where[1]} in {where[0]}: the block is a clone, the model says it is not"
            continue
        allowed = {label["label"], "undecided"}
        if label["variable"] and level == "refs":
            allowed.add("birth")
        for wrong in sorted(l for f, n, l in holders.labels if (f, n) == where and l not in allowed):
            yield f"line {where[1]} in {where[0]}: a {label['label']}, the model says {wrong}"
