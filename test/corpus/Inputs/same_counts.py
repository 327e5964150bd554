# same_counts.py - do a valgrind log and a MemScope report give the same totals?
#
#   same_counts.py LOG REPORT.json [BYTES]     BYTES: how many more MemScope must have
import json
import re
import sys

log, report = open(sys.argv[1]).read(), json.load(open(sys.argv[2]))
more = int(sys.argv[3]) if len(sys.argv) > 3 else 0
said = re.search(r"total heap usage: ([\d,]+) allocs, ([\d,]+) frees, ([\d,]+) bytes", log)
expected = [int(n.replace(",", "")) for n in said.groups()]
use = report["totals"]["use"]
got = [use["allocations"], use["frees"], use["bytes"] - more]
print("valgrind", *expected, "memscope", *got, "same" if expected == got else "DIFFERENT")
