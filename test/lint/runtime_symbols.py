"""The runtime asks of others only what is on its allow-list, and what it defines for others
is prefixed or interposed. A symbol is on the list with the reason why it is safe.

usage: runtime_symbols.py NM ARCHIVE ALLOW_LIST
"""
import re
import subprocess
import sys

nm, archive, allow_list = sys.argv[1:4]
sections = {"needs": set(), "defines": set()}
current = None
for line in open(allow_list, encoding="utf-8"):
    line = line.split("#")[0].strip()
    if line.endswith(":"):
        current = sections[line[:-1]]
    elif line:
        current.update(line.split())

lines = subprocess.run([nm, archive], capture_output=True, text=True, check=True).stdout
defined, undefined = set(), set()
for line in lines.splitlines():
    match = re.match(r"^[0-9a-f ]* ([A-Za-z]) (\S+)$", line)
    if match and match[1] in "Uw":
        undefined.add(match[2])
    elif match and (match[1].isupper() or match[1] in "vw"):
        defined.add(match[2])

problems = [f"needs {s}, which is not on the allow-list"
            for s in sorted(undefined - defined - sections["needs"])]
problems += [f"defines {s}: neither prefixed (msrt_, __memscope_, memscope_) nor on the list"
             for s in sorted(defined - sections["defines"])
             if not s.startswith(("msrt_", "__memscope_", "memscope_"))]
problems += [f"the allow-list names {s}, which is not needed any more"
             for s in sorted(sections["needs"] - undefined)]
print("\n".join(problems))
print(f"{len(undefined - defined)} symbols needed, {len(defined)} defined, {len(problems)} problems")
sys.exit(1 if problems else 0)
