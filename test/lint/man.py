"""Every man page formats as mdoc without a warning.

usage: man.py GROFF MAN_DIR; exit status 77 if there is no page.
"""
import subprocess
import sys
from pathlib import Path

groff, pages = sys.argv[1], sorted(p for p in Path(sys.argv[2]).glob("*.[1-9]"))
if not pages:
    sys.exit(77)
failed = 0
for page in pages:
    done = subprocess.run([groff, "-mdoc", "-ww", "-z", "-Tutf8", page], capture_output=True, text=True)
    if done.returncode != 0 or done.stderr:
        failed += 1
        print(f"{page.name}:\n{done.stderr}")
print(f"{len(pages)} pages, {failed} with warnings")
sys.exit(1 if failed else 0)
