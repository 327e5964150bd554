"""check_safe.py - fails on anything in standard input that could act on a terminal."""
import sys
import unicodedata

for c in sys.stdin.buffer.read().decode("utf-8"):
    if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Co", "Cs"):
        sys.exit(f"U+{ord(c):04X} in the output")
