"""recipes.py - how each program is built and tested, with its own build system.

SPDX-License-Identifier: MIT OR Apache-2.0

A recipe is what a person would type. It knows nothing of MemScope: the compiler arrives
in CC, CXX, CFLAGS, CXXFLAGS and LDFLAGS, like any other.
"""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable

INPUTS = Path(__file__).with_name("inputs")


class BuildError(Exception):
    pass


@dataclass
class Outcome:
    """What a test suite said: a status per test, and the text it printed."""
    tests: dict = field(default_factory=dict)
    text: str = ""
    status: int = 0

    def count(self, status):
        return sum(s == status for s in self.tests.values())


class Build:
    """One program unpacked in DIRECTORY, with one toolchain. STATIC: a single executable
    rather than shared libraries and libtool's wrapper scripts."""

    def __init__(self, directory, toolchain, jobs, out, static=False):
        self.directory = Path(directory)
        self.toolchain = toolchain
        self.jobs = jobs
        self.static = static
        self.log = self.directory.with_name(self.directory.name + ".log")
        # Build systems run what they have just built: configure's probes, sqlite's lemon.
        self.env = {**os.environ, "LC_ALL": "C", "CC": toolchain.cc, "CXX": toolchain.cxx,
                    "CFLAGS": toolchain.cflags, "CXXFLAGS": toolchain.cflags,
                    "LDFLAGS": toolchain.flags, **toolchain.run_env(out)}
        if "ASAN_OPTIONS" in self.env:
            self.env["ASAN_OPTIONS"] = "detect_leaks=0:" + self.env["ASAN_OPTIONS"]

    def run(self, *argv, cwd=".", check=True, env=None, stdin=None):
        """Run ARGV, log it, return (status, output)."""
        done = subprocess.run([str(a) for a in argv], cwd=self.directory / cwd,
                              env={**self.env, **(env or {})}, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, errors="replace",
                              stdin=stdin or subprocess.DEVNULL)
        with open(self.log, "a", encoding="utf-8") as log:
            log.write(f"$ {' '.join(map(str, argv))}\n{done.stdout}\n")
        if check and done.returncode != 0:
            tail = "\n".join(done.stdout.strip().splitlines()[-15:])
            raise BuildError(f"{' '.join(map(str, argv))}: exit status {done.returncode}, "
                             f"log {self.log}\n{tail}")
        return done.returncode, done.stdout

    def configure(self, *options, cwd="."):
        shared = ["--disable-shared"] if self.static else []
        self.run("./configure", *shared, *options, cwd=cwd)

    def make(self, *targets, cwd="."):
        self.run("make", f"-j{self.jobs}", *targets, cwd=cwd)

    def compile(self, output, *arguments, cxx=False):
        """One program of our own around a library that was built before."""
        compiler = self.toolchain.cxx if cxx else self.toolchain.cc
        self.run(*compiler.split(), *self.toolchain.cflags.split(), "-o", output, *arguments)


@dataclass
class Recipe:
    """PACKAGE: Debian source package. NEEDS: Debian packages to build it. PRISTINE: build
    upstream's release, because Debian's patches replace its build system or bring in
    system libraries. PROGRAMS: name -> path, for workloads. SUITE: what test() runs."""
    package: str
    build: Callable
    test: Callable = None
    suite: str = "own test suite"
    needs: tuple = ()
    pristine: bool = False
    programs: dict = field(default_factory=dict)
    also: tuple = ()  # further source packages, unpacked beside it


AUTOTOOLS = ("autoconf", "automake", "libtool", "make")


def automake_tests(build, *targets, cwd="."):
    """make check; results from automake's .trs files, text from the .log files."""
    status, _ = build.run("make", "-k", *(targets or ["check"]), cwd=cwd, check=False)
    outcome = Outcome(status=status)
    root = build.directory / cwd
    for trs in sorted(root.rglob("*.trs")):
        name = str(trs.relative_to(root).with_suffix(""))
        results = re.findall(r"^:test-result: (\w+)(.*)$", trs.read_text(), re.M)
        for i, (result, title) in enumerate(results):
            outcome.tests[f"{name} {title.strip()}".strip() + (f" #{i}" if i else "")] = result
        outcome.text += trs.with_suffix(".log").read_text(errors="replace")
    return outcome


def lines_matching(build, pattern, *argv, cwd=".", **run):
    """Run a test script; tests are the lines that match PATTERN (groups: name, result)."""
    status, text = build.run(*argv, cwd=cwd, check=False, **run)
    outcome = Outcome(text=text, status=status)
    for i, match in enumerate(re.finditer(pattern, text, re.M)):
        name = match["name"].strip()
        outcome.tests[name if name not in outcome.tests else f"{name} #{i}"] = match["result"]
    return outcome


# jq ------------------------------------------------------------------------------------

def build_jq(b):
    b.run("autoreconf", "-fi")
    b.configure("--disable-docs", "--disable-maintainer-mode", "--disable-valgrind")
    b.make()


# Lua -----------------------------------------------------------------------------------

def build_lua(b):
    flags = b.toolchain.cflags
    b.make("linux", f"CC={b.toolchain.cc} -std=gnu99", f"MYCFLAGS={flags}",
           f"MYLDFLAGS={b.toolchain.flags}", cwd=".")
    b.run("make", "linux", f"LUADIR={b.directory}/src", f"CC={b.toolchain.cc}",
          f"COPT={flags} -DNDEBUG", cwd="also/lua-lpeg")


def test_lua(b):
    """Upstream's test suite is not part of Debian's source package. Instead: LPeg's test
    suite (a C module that the new lua loads with dlopen) and scripts of ours."""
    lpeg = b.directory / "also/lua-lpeg"
    status, text = b.run("../../src/lua", "test.lua", cwd=lpeg, check=False,
                         env={"LUA_PATH": f"{lpeg}/?.lua", "LUA_CPATH": f"{lpeg}/?.so"})
    outcome = Outcome({"lpeg test.lua": "PASS" if status == 0 else "FAIL"}, text, status)
    for script in sorted(INPUTS.glob("*.lua")):
        status, text = b.run("src/lua", script, "8", check=False)
        outcome.tests[script.name] = "PASS" if status == 0 else "FAIL"
        outcome.text += text
        outcome.status = outcome.status or status
    return outcome


# expat ---------------------------------------------------------------------------------

def build_expat(b):
    b.run("./buildconf.sh", cwd="expat")
    b.configure("--without-docbook", cwd="expat")
    b.make(cwd="expat")


# cJSON ---------------------------------------------------------------------------------

def build_cjson(b):
    b.run("cmake", "-S", ".", "-B", "build", "-DENABLE_CJSON_UTILS=On", "-DENABLE_CJSON_TEST=On",
          "-DENABLE_CUSTOM_COMPILER_FLAGS=Off", "-DBUILD_SHARED_AND_STATIC_LIBS=On",
          "-DCMAKE_BUILD_TYPE=None")
    b.make("-C", "build")
    b.compile("cjson_loop", INPUTS / "cjson_loop.c", "-I.", "build/libcjson.a", "-lm", "-lpthread")


def test_cjson(b):
    return lines_matching(b, r"Test +#\d+: (?P<name>\S+) \.+ *\**(?P<result>\w+)",
                          "ctest", "--test-dir", "build", "-j1")


# zlib ----------------------------------------------------------------------------------

def build_zlib(b):
    b.run("./configure")
    b.make()


def test_zlib(b):
    return lines_matching(b, r"\*\*\* zlib ?(?P<name>.*)test (?P<result>OK|FAILED)",
                          "make", "test")


# bzip2 ---------------------------------------------------------------------------------

def build_bzip2(b):
    b.make("bzip2", "bzip2recover", f"CC={b.toolchain.cc}", f"LDFLAGS={b.toolchain.flags}",
           f"CFLAGS=-Wall -Winline {b.toolchain.cflags} -D_FILE_OFFSET_BITS=64")


def test_bzip2(b):
    """make test compares with cmp and prints nothing about each: one test per command."""
    status, text = b.run("make", "-k", "test", f"CC={b.toolchain.cc}",
                         f"LDFLAGS={b.toolchain.flags}",
                         f"CFLAGS=-Wall -Winline {b.toolchain.cflags} -D_FILE_OFFSET_BITS=64",
                         check=False)
    outcome = Outcome(text=text, status=status)
    failed = set(re.findall(r"^(sample\S+) \S+ differ", text, re.M))
    for line in re.findall(r"^(?:\./bzip2|cmp) .*$", text, re.M):
        outcome.tests[line] = "FAIL" if any(f in line.split() for f in failed) else "PASS"
    if status and not failed:
        outcome.tests["make test"] = "FAIL"
    return outcome


# jansson -------------------------------------------------------------------------------

def build_jansson(b):
    b.run("autoreconf", "-fi")
    b.configure()
    b.make()


# json-c, libyaml, libxml2 --------------------------------------------------------------

def build_json_c(b):
    b.run("cmake", "-S", ".", "-B", "build", "-DBUILD_SHARED_LIBS=OFF", "-DDISABLE_WERROR=ON",
          "-DCMAKE_POLICY_VERSION_MINIMUM=3.5", "-DCMAKE_BUILD_TYPE=None")
    b.make("-C", "build")


def build_libyaml(b):
    b.run("./bootstrap")
    b.configure()
    b.make()


def build_libxml2(b):
    b.run("./autogen.sh", "--disable-shared", "--without-python", "--without-icu", "--without-lzma",
          "--without-zlib", "--without-http", "--without-ftp")
    b.make("xmllint")


# libconfig, Mini-XML -------------------------------------------------------------------

def build_libconfig(b):
    b.configure("--disable-cxx")
    b.make("-C", "lib")


def build_mxml(b):
    b.configure("--disable-threads")
    b.make("libmxml.a", "testmxml")


# SQLite --------------------------------------------------------------------------------

def build_sqlite3(b):
    # Not shared: the amalgamation is compiled twice instead of three times.
    b.configure("--disable-shared", "--disable-tcl", "--disable-readline")
    b.make("sqlite3.c", "sqlite3")
    b.compile("speedtest1", "-DSQLITE_THREADSAFE=1", "-DSQLITE_ENABLE_RTREE", "-I.",
              "test/speedtest1.c", "sqlite3.c",
              "-lpthread", "-ldl", "-lm")


def test_sqlite3(b):
    """Upstream's suite needs Tcl's development files. Instead: speedtest1, which hashes what
    its statements give, and a script of ours in the shell."""
    outcome = Outcome()
    runs = [(["./speedtest1", "--verify", "--size", "10", "--testset", name, ":memory:"], None)
            for name in ("main", "cte", "orm", "rtree")]
    runs += [(["./sqlite3", "-batch", ":memory:"], INPUTS / "shell.sql")]
    for argv, script in runs:
        with open(script or os.devnull, "rb") as stdin:
            status, text = b.run(*argv, check=False, stdin=stdin)
        outcome.tests[" ".join(argv[:1] + argv[-2:])] = "PASS" if status == 0 else "FAIL"
        outcome.text += re.sub(r" +\d+\.\d+s\b", " TIME", text)
        outcome.status = outcome.status or status
    return outcome


# redis ---------------------------------------------------------------------------------

def redis_arguments(b):
    return ["MALLOC=libc", "OPTIMIZATION=-O2", "BUILD_TLS=no", "USE_SYSTEMD=no",
            f"CC={b.toolchain.cc}", f"CXX={b.toolchain.cxx}"]


def build_redis(b):
    b.make(*redis_arguments(b))


def test_redis(b):
    units = ["unit/type/list", "unit/type/hash", "unit/type/set", "unit/type/zset", "unit/type/string",
             "unit/type/incr", "unit/expire", "unit/scan", "unit/keyspace", "unit/dump", "unit/sort",
             "unit/multi"]
    chosen = [x for u in units for x in ("--single", u)]
    line = r"^\[(?:\x1b\[[\d;]*m)?(?P<result>ok|err|ignore|skip)\S*\]: (?P<name>.*?)(?: \(\d+ ms\))?$"
    outcome = lines_matching(b, line, "./runtest", "--clients", "1", "--skiptest", "/.*PID.*", *chosen)
    outcome.text = ""  # times, ports, seeds: what each test says of itself is what can be compared
    return outcome


# ninja, mksquashfs ---------------------------------------------------------------------

def build_ninja(b):
    b.run("python3", "configure.py", "--bootstrap")


def build_squashfs(b):
    b.make(f"CC={b.toolchain.cc}", "XATTR_SUPPORT=0",
           f"EXTRA_CFLAGS={b.toolchain.cflags} -Wno-format-truncation",
           f"EXTRA_LDFLAGS={b.toolchain.flags}", "mksquashfs", cwd="squashfs-tools")


RECIPES = {
    "jq": Recipe("jq", build_jq, automake_tests, programs={"jq": "jq"},
                 needs=AUTOTOOLS + ("bison", "flex", "libonig-dev")),
    "lua5.4": Recipe("lua5.4", build_lua, test_lua, pristine=True, programs={"lua": "src/lua"},
                     suite="LPeg's suite and our scripts", also=("lua-lpeg",), needs=("make",)),
    "expat": Recipe("expat", build_expat, lambda b: automake_tests(b, cwd="expat"),
                    programs={"xmlwf": "expat/xmlwf/xmlwf"}, needs=AUTOTOOLS),
    "cjson": Recipe("cjson", build_cjson, test_cjson, programs={"cjson_loop": "cjson_loop"},
                    needs=("cmake", "make")),
    "zlib": Recipe("zlib", build_zlib, test_zlib, programs={"minigzip": "minigzip"},
                   needs=("make",)),
    "bzip2": Recipe("bzip2", build_bzip2, test_bzip2, pristine=True, programs={"bzip2": "bzip2"},
                    needs=("make",)),
    "jansson": Recipe("jansson", build_jansson, automake_tests, needs=AUTOTOOLS),
    "json-c": Recipe("json-c", build_json_c, needs=("cmake", "make")),
    "libconfig": Recipe("libconfig", build_libconfig, needs=("make",)),
    "libyaml": Recipe("libyaml", build_libyaml, needs=AUTOTOOLS),
    "libxml2": Recipe("libxml2", build_libxml2, programs={"xmllint": "xmllint"}, needs=AUTOTOOLS + ("pkgconf",)),
    "mxml": Recipe("mxml", build_mxml, programs={"testmxml": "testmxml"}, needs=("make",)),
    "sqlite3": Recipe("sqlite3", build_sqlite3, test_sqlite3, suite="speedtest1 and a script in the shell",
                      programs={"sqlite3": "sqlite3", "speedtest1": "speedtest1"},
                      needs=("make", "tcl", "libreadline-dev")),
    "redis": Recipe("redis", build_redis, test_redis, pristine=True, suite="twelve units",
                    programs={"redis-server": "src/redis-server"}, needs=("make", "tcl")),
    "ninja": Recipe("ninja-build", build_ninja, programs={"ninja": "ninja"}, needs=("python3",)),
    "squashfs": Recipe("squashfs-tools", build_squashfs, needs=("make", "zlib1g-dev"),
                       programs={"mksquashfs": "squashfs-tools/mksquashfs"}),
}
# The set that every change must keep building and passing.
CORE = ("jq", "lua5.4", "expat", "cjson", "zlib", "bzip2")


def needed_packages(names):
    needs = {"dpkg-dev"}
    for name in names:
        needs.update(RECIPES[name].needs)
    return sorted(needs)


def unpack_and_build(name, cache, directory, toolchain, jobs, out, static=False):
    """Build program NAME in DIRECTORY, anew; return its Build."""
    recipe = RECIPES[name]
    directory = Path(directory)
    shutil.rmtree(directory, ignore_errors=True)
    directory.parent.mkdir(parents=True, exist_ok=True)
    directory.with_name(directory.name + ".log").unlink(missing_ok=True)
    cache.unpack(recipe.package, directory, recipe.pristine)
    for package in recipe.also:
        (directory / "also").mkdir(exist_ok=True)
        cache.unpack(package, directory / "also" / package)
    build = Build(directory, toolchain, jobs, out, static)
    recipe.build(build)
    return build
