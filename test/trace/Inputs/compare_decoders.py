"""Compares what `memscope dump` and trace_dump.py print of every file in a directory."""

import os
import subprocess
import sys

decoder, directory = sys.argv[1:]
names = sorted(os.listdir(directory))
differences = 0
for name in names:
    path = os.path.join(directory, name)
    ours = subprocess.run(["memscope", "dump", path], capture_output=True, check=False)
    other = subprocess.run([sys.executable, decoder, path], capture_output=True, check=False)
    if (ours.returncode, ours.stdout) != (other.returncode, other.stdout):
        differences += 1
        print("differs:", path, ours.returncode, other.returncode)
print(f"{len(names)} traces, {differences} differences")
