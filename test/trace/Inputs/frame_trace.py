"""Prints a trace with one context, whose frame is the return address of the first call in a
function of a shared object."""

import re
import subprocess
import sys

library, function, build_id = sys.argv[1:]
listing = subprocess.run(["llvm-objdump", "-d", "--no-show-raw-insn", f"--disassemble-symbols={function}", library],
                         check=True, capture_output=True, text=True).stdout
lines = [line for line in listing.splitlines() if re.match(r"\s+[0-9a-f]+:", line)]
after = next(i for i, line in enumerate(lines) if re.search(r"\b(call|bl)", line)) + 1
offset = int(lines[after].split(":")[0], 16)
print("mscope 1.0")
print(f'module 1 start=0x7f0000000000 end=0x7f0000100000 bias=0x7f0000000000 build={build_id} path="{library}"')
print(f"@1 alloc 0x1000 size=1 fn=malloc frames=1+{offset:#x}")
