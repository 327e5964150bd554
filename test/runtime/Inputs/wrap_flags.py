"""wrap_flags.py - the arguments that link the static runtime, from interposed.def.

SPDX-License-Identifier: MIT OR Apache-2.0

usage: wrap_flags.py INCLUDE LIBDIR [c++]
"""

import re
import sys

with open(sys.argv[1] + "/memscope/interposed.def", encoding="utf-8") as f:
    symbols = re.findall(r'^MS_INTERPOSED(_CXX)?\("(\w+)"\)', f.read(), re.M)
for cxx, symbol in symbols:
    print("-Wl,--wrap=" + symbol)
    if cxx and len(sys.argv) > 3:
        print("-Wl,--undefined=" + symbol)
print(f"-Wl,--whole-archive {sys.argv[2]}/libmemscope_rt_static.a -Wl,--no-whole-archive")
