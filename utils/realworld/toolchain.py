"""toolchain.py - the compilers that programs are built with, and their flags.

SPDX-License-Identifier: MIT OR Apache-2.0

Builds differ in what stands here and in nothing else.
"""

import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

LEVELS_DEF = Path(__file__).parents[2] / "driver" / "cc" / "levels.def"
SUPPORTED_LLVM = (19, 22)
# DWARF 4: valgrind reads clang's DWARF 5 only since 3.20. The code is the same.
BASE_FLAGS = "-O2 -g -gdwarf-4"


@dataclass(frozen=True)
class Toolchain:
    """NAME is for people and directories. ENV is what a program built with it gets when
    it runs, with {out} for a directory that takes what the tool writes."""
    name: str
    cc: str
    cxx: str
    flags: str = ""
    env: dict = field(default_factory=dict)

    @property
    def cflags(self):
        return f"{BASE_FLAGS} {self.flags}".strip()

    def run_env(self, out):
        return {k: v.format(out=out) for k, v in self.env.items()}


def clang(llvm, cxx=False):
    """clang of major version LLVM, or None."""
    name = "clang++" if cxx else "clang"
    return (shutil.which(f"{name}-{llvm}")
            or shutil.which(name, path=f"/usr/lib/llvm-{llvm}/bin"))


def installed_llvm():
    return [v for v in SUPPORTED_LLVM if clang(v) and clang(v, cxx=True)]


def plain(llvm):
    return Toolchain(f"plain-{llvm}", clang(llvm), clang(llvm, cxx=True))


def memscope(memscope_cc, llvm, level=None, options=""):
    """LEVEL None: what memscope-cc does when it is told nothing. OPTIONS: for the runtime."""
    memscope_cxx = str(Path(memscope_cc).with_name("memscope-c++"))
    flags = f"-fmemscope={level}" if level else ""
    return Toolchain(f"memscope-{level}-{llvm}" if level else f"memscope-{llvm}",
                     f"{memscope_cc} --memscope-clang={clang(llvm)}",
                     f"{memscope_cxx} --memscope-clang={clang(llvm, cxx=True)}",
                     flags, {"MEMSCOPE_OPTIONS": "out={out}/" + (":" + options if options else "")})


def address_sanitizer(llvm):
    return Toolchain(f"asan-{llvm}", clang(llvm), clang(llvm, cxx=True),
                     "-fsanitize=address -fno-omit-frame-pointer",
                     {"ASAN_OPTIONS": "exitcode=0:log_path={out}/asan"})


def memprof(llvm):
    return Toolchain(f"memprof-{llvm}", clang(llvm), clang(llvm, cxx=True),
                     "-fmemory-profile", {"MEMPROF_OPTIONS": "log_path={out}/memprof"})


def custom(command):
    """A compiler that the user names; its C++ twin is guessed (gcc, g++; cc, c++)."""
    words = command.split()
    name = Path(words[0]).name
    for c, cxx in (("memscope-cc", "memscope-c++"), ("clang", "clang++"), ("gcc", "g++"),
                   ("cc", "c++")):
        if c in name:
            twin = str(Path(words[0]).with_name(name.replace(c, cxx))) \
                if os.sep in words[0] else name.replace(c, cxx)
            break
    else:
        twin = words[0]
    return Toolchain(name, command, " ".join([twin, *words[1:]]), "",
                     {"MEMSCOPE_OPTIONS": "out={out}/"})


def find_memscope_cc(given=None):
    """memscope-cc as GIVEN, else from PATH; None if there is none."""
    found = shutil.which(given) if given else shutil.which("memscope-cc")
    return str(Path(found).resolve()) if found else None


def works(toolchain):
    """Whether TOOLCHAIN can make an executable."""
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch) / "probe.c"
        source.write_text("int main(void) { return 0; }\n")
        done = subprocess.run([*toolchain.cc.split(), *toolchain.cflags.split(), str(source),
                               "-o", str(source.with_suffix(""))],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return done.returncode == 0


def levels(memscope_cc, llvm):
    """MemScope's levels, cheapest first, that MEMSCOPE_CC really has."""
    known = re.findall(r'^MS_LEVEL\("(\w+)"', LEVELS_DEF.read_text(encoding="utf-8"), re.M)
    return [level for level in known if works(memscope(memscope_cc, llvm, level))]
