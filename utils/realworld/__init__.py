"""realworld - real programs from Debian's source packages, for utils/corpus and utils/bench.

SPDX-License-Identifier: MIT OR Apache-2.0

    sources.py     fetch a Debian source package into a cache, unpack it
    toolchain.py   compilers (plain, memscope, asan, memprof) and their flags
    recipes.py     how each program is built and tested, with its own build system
    builds.py      programs built once per compiler, for what runs them
    workloads.py   deterministic runs of those programs
    measure.py     run a command; user time, wall time, peak memory  (measure.c)
    traces.py      what MemScope and valgrind counted in a run
    table.py       plain text tables

Imports go upwards in this list only, table.py by all. Python's standard library is all
that is needed.
"""
