"""slot_labels.py - labels of slots that a person gave, and how conclusions compare with them.

SPDX-License-Identifier: MIT OR Apache-2.0

A label file, labels/PROGRAM.txt, has a line for each slot, its columns two blanks apart:

    SLOT    WORDS    FILE:FUNCTION    why

SLOT: `struct.member`, `global NAME`, `local NAME in FUNCTION`. WORDS: owns, borrows or shares;
`owns/shares`: both words are true of it; `owns|borrows`: it depends on something (a flag, the kind
of container), and no one word is true. FILE:FUNCTION: where the source says so. A line
`version V` names the version of the source package that was read.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

LABELS = Path(__file__).with_name("labels")
WORDS = ("owns", "borrows", "shares")


class LabelError(Exception):
    pass


@dataclass(frozen=True)
class Label:
    words: frozenset
    depends: bool  # on something; each of the words is true at times
    where: str
    why: str


@dataclass
class Labels:
    version: str = ""
    slots: dict = field(default_factory=dict)  # (kind, function, name) -> Label


def _key(text):
    local = re.fullmatch(r"local (\S+) in (\S+)", text)
    if local:
        return "local", local[2], local[1]
    if text.startswith("global "):
        return "global", "", text.removeprefix("global ")
    return "field", "", text


def parse(text, name):
    labels = Labels()
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("version "):
            labels.version = line.removeprefix("version ").strip()
            continue
        columns = re.split(r"  +", line.strip(), maxsplit=3)
        if len(columns) != 4:
            raise LabelError(f"{name}:{number}: got {len(columns)} columns, expected 4")
        slot, words, where, why = columns
        depends = "|" in words
        parts = frozenset(words.split("|" if depends else "/"))
        if not parts <= set(WORDS):
            raise LabelError(f"{name}:{number}: got {words}, expected {', '.join(WORDS)}")
        if _key(slot) in labels.slots:
            raise LabelError(f"{name}:{number}: {slot} has a label already")
        labels.slots[_key(slot)] = Label(parts, depends, where, why)
    return labels


def read(program):
    file = LABELS / f"{program}.txt"
    return parse(file.read_text(encoding="utf-8"), file.name)


def programs():
    return sorted(file.stem for file in LABELS.glob("*.txt"))


@dataclass(frozen=True)
class Judgement:
    """One conclusion beside its label. RESULT: right, wrong, depends (it says one word of a slot
    of which that word is true at times), abstained."""
    name: str
    said: str
    label: Label
    rule: str
    confidence: str
    result: str
    fact: dict


def key_of(fact):
    """The key of the slot that FACT is about, and whether it is only of pointers into blocks."""
    name = fact["name"] or ""
    inside = name.endswith(", inside")
    name = name.removesuffix(", inside").removeprefix("struct ").removeprefix("union ")
    return (fact["kind"], fact["function"] or "" if fact["kind"] == "local" else "", name), inside


def _label_for(fact, labels):
    key, inside = key_of(fact)
    special = (key[0], key[1], key[2] + ", inside")
    return labels.slots.get(special if inside and special in labels.slots else key)


def judge(document, labels):
    """Every conclusion of DOCUMENT about a slot that has a label."""
    found = []
    for fact in document["facts"]:
        if fact["kind"] not in ("field", "global", "local"):
            continue
        label = _label_for(fact, labels)
        if not label:
            continue
        said = fact["verdict"]
        if said not in WORDS:
            result = "abstained"
        elif said not in label.words:
            result = "wrong"
        else:
            result = "depends" if label.depends else "right"
        name = fact["name"] + (f" in {fact['function']}" if fact["kind"] == "local" else "")
        found.append(Judgement(name, said, label, fact["_rule"] or "", fact["_label"], result, fact))
    return found
