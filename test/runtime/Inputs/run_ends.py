"""run_ends.py - run a program that ends in different ways and check each trace.

SPDX-License-Identifier: MIT OR Apache-2.0

usage: run_ends.py PROGRAM RUNTIME.so CHECKER
"""

import os
import subprocess
import sys

program, runtime, checker = sys.argv[1:]
for how in ("return", "exit", "_exit", "quick_exit", "syscall", "abort", "segv", "kill", "atexit"):
    trace = f"{program}.{how}.mscope"
    if os.path.exists(trace):
        os.unlink(trace)
    env = dict(os.environ, LD_PRELOAD=runtime, MEMSCOPE_OPTIONS="out=" + trace)
    subprocess.run([program, how], env=env, stderr=subprocess.DEVNULL)
    check = subprocess.run([checker, trace], capture_output=True, text=True)
    print(f"{how}: {check.stdout.strip()}")
