"""send_signal.py - runs a program under memscope and sends SIGTERM to memscope alone."""
import os
import signal
import subprocess
import sys

out = sys.argv[1]
script = "trap 'echo program got the signal; exit 5' TERM; echo ready; while :; do sleep 0.05; done"
p = subprocess.Popen(["memscope", "run", "-q", "-o", out + ".mscope", "--", "sh", "-c", script],
                     stdout=subprocess.PIPE, text=True)
assert p.stdout.readline() == "ready\n"
os.kill(p.pid, signal.SIGTERM)
print(p.stdout.read(), end="")
print("status", p.wait())
