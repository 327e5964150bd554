"""Each public header compiles alone as C11 and as C++17, pedantically, twice in a row.

usage: headers.py INCLUDE_DIR CC CXX
"""
import subprocess
import sys
from pathlib import Path

include, cc, cxx = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
headers = sorted(p.relative_to(include) for p in include.rglob("*.h"))
failed = 0
for header in headers:
    source = f'#include "{header}"\n#include "{header}"\n'
    for compiler, language, standard in ((cc, "c", "c11"), (cxx, "c++", "c++17")):
        done = subprocess.run(
            [compiler, "-x", language, f"-std={standard}", "-pedantic-errors", "-Wall", "-Wextra",
             "-Werror", "-Wno-unused-function", "-fsyntax-only", f"-I{include}", "-"],
            input=source, text=True, capture_output=True)
        if done.returncode != 0:
            failed += 1
            print(f"{header} as {standard}:\n{done.stderr}")
print(f"{len(headers)} headers, {failed} failures")
sys.exit(1 if failed else 0)
