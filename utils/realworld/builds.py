"""builds.py - programs built once per compiler, and again when the compiler changes.

SPDX-License-Identifier: MIT OR Apache-2.0
"""

import hashlib
import subprocess
import tempfile
from pathlib import Path

from . import recipes


def _fingerprint(compiler):
    """Changes when the compiler does: its name, flags and version, and MemScope's files."""
    digest = hashlib.sha256(f"{compiler.cc} {compiler.cxx} {compiler.cflags}".encode())
    digest.update(subprocess.run([*compiler.cc.split(), "--version"],
                                 stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout)
    driver = Path(compiler.cc.split()[0])
    if driver.name.startswith("memscope"):
        libraries = driver.parent.parent / "lib"
        for file in [driver, *sorted(libraries.rglob("*.so")), *sorted(libraries.rglob("*.a"))]:
            digest.update(file.read_bytes())
    return digest.hexdigest()


class BuildCache:
    """Build trees below WORK. REBUILD: never reuse one of an earlier process. SAY is told
    what is being built."""

    def __init__(self, work, sources, jobs, rebuild, say):
        self.work = Path(work)
        self.sources = sources
        self.jobs = jobs
        self.rebuild = rebuild
        self.say = say
        self.fingerprints = {}
        self.fresh = set()

    def executable(self, recipe_name, program, compiler):
        """PROGRAM of recipe RECIPE_NAME, built statically with COMPILER."""
        return self.directory(recipe_name, compiler) / recipes.RECIPES[recipe_name].programs[program]

    def directory(self, recipe_name, compiler):
        """The tree in which recipe RECIPE_NAME was built statically with COMPILER."""
        recipe = recipes.RECIPES[recipe_name]
        directory = self.work / "build" / compiler.name / recipe_name
        if compiler.name not in self.fingerprints:
            self.fingerprints[compiler.name] = _fingerprint(compiler)
        stamp = directory / ".stamp"
        wanted = f"{self.fingerprints[compiler.name]} {self.sources.version(recipe.package)}"
        reusable = directory in self.fresh or not self.rebuild
        if not (reusable and stamp.exists() and stamp.read_text() == wanted):
            self.say(f"building {recipe_name} with {compiler.name}")
            with tempfile.TemporaryDirectory(dir=self.work) as out:
                recipes.unpack_and_build(recipe_name, self.sources, directory, compiler,
                                         self.jobs, out, static=True)
            stamp.write_text(wanted)
        self.fresh.add(directory)
        return directory
