"""ownership.py - what `memscope ownership` concludes from traces.

SPDX-License-Identifier: MIT OR Apache-2.0
"""

import json
import subprocess
from pathlib import Path

CONFIDENCE = ("high", "medium", "low")


def document(memscope_cc, traces):
    """The ownership document of TRACES, which are one body of evidence."""
    command = Path(memscope_cc).with_name("memscope")
    out = subprocess.run([command, "ownership", "--json", *map(str, traces)], stdout=subprocess.PIPE, check=True)
    return json.loads(out.stdout)


def is_exercised(fact):
    """Whether the runs had anything to say about what FACT is about."""
    evidence = fact["_evidence"]
    return evidence["observed_for"] + evidence["observed_against"] > 0 or fact["verdict"] == "unknown"
