"""Runs a command while a file is mapped (and no longer open), as the runtime has its trace."""

import mmap
import subprocess
import sys

with open(sys.argv[1], "r+b") as file:
    mapping = mmap.mmap(file.fileno(), 0)
status = subprocess.run(sys.argv[2:], check=False).returncode
mapping.close()
sys.exit(status)
