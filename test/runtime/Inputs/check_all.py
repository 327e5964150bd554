"""check_all.py - run trace_check on every trace of a directory; blocks that a forked child
inherited are no errors of its trace.

SPDX-License-Identifier: MIT OR Apache-2.0

usage: check_all.py CHECKER DIRECTORY
"""

import os
import re
import struct
import subprocess
import sys

checker, directory = sys.argv[1:]
bad = traces = 0
for name in sorted(os.listdir(directory)):
    path = os.path.join(directory, name)
    with open(path, "rb") as f:
        head = f.read(176)
    fork_parent = struct.unpack_from("<I", head, 60)[0]
    out = subprocess.run([checker, path], capture_output=True, text=True).stdout
    traces += 1
    print(("child " if fork_parent else "parent ") + out.strip())
    found = re.search(r"bad=(\d+) gaps=(\d+)", out)
    if not found or int(found[2]) or int(found[1]) > (1 if fork_parent else 0):
        bad += 1
print(f"traces={traces} bad={bad}")
