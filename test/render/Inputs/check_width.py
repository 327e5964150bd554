"""check_width.py - fails if a line of standard input is wider than COLUMNS on a terminal."""
import re
import sys
import unicodedata

limit = int(sys.argv[1])
for line in sys.stdin.buffer.read().decode("utf-8").split("\n"):
    text = re.sub(r"\x1b\[[0-9;]*m", "", line)
    width = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
    if width > limit:
        sys.exit(f"{width} columns, {limit} allowed: {text}")
    if text != text.rstrip():
        sys.exit(f"blanks at the end: {text!r}")
