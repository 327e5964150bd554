"""measure.py - run a command and say what it used.

SPDX-License-Identifier: MIT OR Apache-2.0

See measure.c for what is counted.
"""

import os
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

TIMED_OUT = 124


@dataclass
class Usage:
    status: int
    user: float
    system: float
    wall: float
    rss: int  # bytes


class Meter:
    """Measures commands. CC compiles the launcher; SCRATCH is a directory for it."""

    def __init__(self, cc, scratch):
        self.scratch = Path(scratch)
        self.launcher = self.scratch / "measure"
        source = Path(__file__).with_name("measure.c")
        subprocess.run([*cc.split(), "-O2", str(source), "-o", str(self.launcher)], check=True)

    def start(self, argv, env=None, **popen):
        """Start ARGV; give the result to finish()."""
        result = self.scratch / f"usage.{os.getpid()}"
        result.unlink(missing_ok=True)
        child = subprocess.Popen([str(self.launcher), str(result), *map(str, argv)],
                                 env={**os.environ, **(env or {})}, start_new_session=True, **popen)
        child.result_file = result
        return child

    def finish(self, child, timeout=None):
        try:
            child.wait(timeout)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
            return Usage(TIMED_OUT, 0, 0, 0, 0)
        status, user, system, wall, rss = child.result_file.read_text().split()
        return Usage(int(status), float(user), float(system), float(wall), int(rss) * 1024)

    def run(self, argv, env=None, timeout=None, **popen):
        return self.finish(self.start(argv, env, **popen), timeout)
