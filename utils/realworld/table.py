"""table.py - plain text tables.

SPDX-License-Identifier: MIT OR Apache-2.0
"""


def format_table(header, rows, markdown=False):
    """The first column to the left, all others to the right."""
    cells = [[str(c) for c in row] for row in [header, *rows]]
    widths = [max(len(row[i]) for row in cells) for i in range(len(header))]

    def line(row):
        padded = [c.ljust(w) if i == 0 else c.rjust(w)
                  for i, (c, w) in enumerate(zip(row, widths))]
        return "| " + " | ".join(padded) + " |" if markdown else "  ".join(padded).rstrip()

    if markdown:
        rule = "|" + "|".join("-" * (w + 2) if i == 0 else "-" * (w + 1) + ":"
                              for i, w in enumerate(widths)) + "|"
    else:
        rule = "-" * len("  ".join("-" * w for w in widths))
    return "\n".join([line(cells[0]), rule, *map(line, cells[1:])])


def ratio(value, base):
    return f"{value / base:.2f}x" if value and base else "-"


def size(octets):
    if octets is None:
        return "-"
    for unit in ("B", "KiB", "MiB", "GiB"):
        if octets < 1024 or unit == "GiB":
            return f"{octets:.0f} {unit}" if unit == "B" else f"{octets:.1f} {unit}"
        octets /= 1024
    return None
