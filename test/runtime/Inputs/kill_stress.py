"""kill_stress.py - SIGKILL a multi-threaded program at random instants, COUNT times; every
trace must hold what the program had confirmed.

SPDX-License-Identifier: MIT OR Apache-2.0

usage: kill_stress.py COUNT TARGET CHECKER RUNTIME.so SCRATCH
"""

import os
import random
import subprocess
import sys
import time

count, target, checker, runtime, scratch = sys.argv[1:]
random.seed(int(os.environ.get("KILL_SEED", "1")))
failed = 0
for number in range(int(count)):
    trace, counters = scratch + ".mscope", scratch + ".counters"
    for path in (trace, counters):
        if os.path.exists(path):
            os.unlink(path)
    env = dict(os.environ, LD_PRELOAD=runtime, MEMSCOPE_OPTIONS="out=" + trace)
    with subprocess.Popen([target, counters], env=env, stdout=subprocess.PIPE) as child:
        child.stdout.readline()
        time.sleep(random.random() ** 3 * 0.06)
        child.kill()
    check = subprocess.run([checker, trace, counters], capture_output=True, text=True)
    if check.returncode != 0:
        failed += 1
        print(f"kill {number}:", check.stdout.strip(), check.stderr.strip())
        os.rename(trace, f"{scratch}.failed-{number}.mscope")
    elif number == 0:
        print("first:", check.stdout.strip())
print(f"kills={count} failed={failed}")
sys.exit(failed != 0)
