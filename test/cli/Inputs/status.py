"""status.py - runs a command and insists on its exit status: status.py STATUS COMMAND..."""
import subprocess
import sys

got = subprocess.call(sys.argv[2:])
if got != int(sys.argv[1]):
    sys.exit(f"exit status {got}, expected {sys.argv[1]}")
