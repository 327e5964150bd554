"""slot_report.py - how right the conclusions about slots were, as text.

SPDX-License-Identifier: MIT OR Apache-2.0
"""

import collections

from .ownership import CONFIDENCE
from .table import format_table

PRECISION = 0.95  # of what is concluded with high confidence


def describe(judgement):
    """One conclusion beside its label, in one line."""
    e = judgement.fact["_evidence"]
    return (f"{judgement.name}: {judgement.said} ({judgement.confidence} {judgement.fact['_confidence']:.2f}, "
            f"{judgement.rule}, {e['observed_for']} for, {e['observed_against']} against), is "
            f"{' or '.join(sorted(judgement.label.words))}: {judgement.label.where}, {judgement.label.why}")


def _share(right, wrong):
    return f"{100 * right / (right + wrong):.1f} %" if right + wrong else "-"


def table(judged):
    """A row per rule and confidence; those that abstain in one."""
    counts = collections.defaultdict(collections.Counter)
    for j in judged:
        counts[("", "") if j.result == "abstained" else (j.rule, j.confidence)][j.result] += 1
    order = {c: i for i, c in enumerate((*CONFIDENCE, ""))}
    rows = [[rule or "(abstains)", confidence, c["right"], c["wrong"], _share(c["right"], c["wrong"]), c["depends"],
             c["abstained"]]
            for (rule, confidence), c in sorted(counts.items(), key=lambda x: (not x[0][0], x[0][0], order[x[0][1]]))]
    return format_table(["rule", "confidence", "right", "wrong", "precision", "depends", "abstained"], rows)


def _high(judged):
    return collections.Counter(j.result for j in judged if j.confidence == "high")


def verdict(judged):
    """One line about what was concluded with high confidence."""
    high = _high(judged)
    right, wrong = high["right"], high["wrong"]
    return (f"high: {right} of {right + wrong} right, {_share(right, wrong)} (bar {100 * PRECISION:.0f}); "
            f"{_share(right, wrong + high['depends'])} if what depends counts as wrong")


def is_good(judged):
    high = _high(judged)
    return high["right"] > 0 and high["right"] >= PRECISION * (high["right"] + high["wrong"])
