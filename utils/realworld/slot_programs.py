"""slot_programs.py - small runs of the programs whose slots have labels, recorded.

SPDX-License-Identifier: MIT OR Apache-2.0

Each function takes a built program (recipes.Build) and an empty directory for inputs, and
makes runs that together use most of what the program's structures are for, and end by
taking them down.
"""

import os
import subprocess
import time
from pathlib import Path

from . import recipes, workloads

INPUTS = recipes.INPUTS


def jansson(b, scratch):
    recipes.automake_tests(b)


def cjson(b, scratch):
    b.compile("cjson_drive", INPUTS / "cjson_drive.c", "-I.", "build/libcjson_utils.a", "build/libcjson.a", "-lm")
    b.run("./cjson_drive")
    b.run("ctest", "--test-dir", "build", check=False)


def json_c(b, scratch):
    b.run("ctest", "--test-dir", "build", check=False, env={"USE_VALGRIND": "0"})


def expat(b, scratch):
    workloads.xml_document(scratch / "doc.xml", "small", {"small": 60})
    (scratch / "out").mkdir()
    for options in (["-n"], [], ["-w"], ["-p"], ["-m"]):
        b.run("expat/xmlwf/xmlwf", *options, "-d", scratch / "out", scratch / "doc.xml", INPUTS / "declared.xml",
              check=False)
    recipes.automake_tests(b, cwd="expat/tests")


def lua(b, scratch):
    recipes.test_lua(b)


def jq(b, scratch):
    """A run begins with the compilation of 200 definitions: most of its trace."""
    workloads.json_records(scratch / "records.json", "small", {"small": 12})
    for name in ("jq", "jq regex"):
        b.run(*workloads.COUNTED[name].argv("./jq", scratch, scratch, "small"), check=False)


def zlib(b, scratch):
    workloads.text_input(scratch / "text", "small", {"small": 0.3})
    for level in ("-1", "-6", "-9"):
        b.run("sh", "-c", f"./minigzip {level} < {scratch}/text > {scratch}/gz && ./minigzip -d < {scratch}/gz")
    b.run("./minigzip", "-k", scratch / "text", check=False)
    b.run("make", "test", check=False)


def libyaml(b, scratch):
    examples = sorted((b.directory / "examples").glob("*.yaml"))
    for program in ("run-scanner", "run-parser", "run-loader", "run-emitter", "run-dumper"):
        b.run(f"tests/{program}", *examples, check=False)
    for program in ("example-reformatter", "example-reformatter-alt", "example-deconstructor",
                    "example-deconstructor-alt"):
        for file in [*examples, INPUTS / "directives.yaml"]:
            with open(file, "rb") as stdin:
                b.run(f"tests/{program}", check=False, stdin=stdin)
    b.run("make", "check", check=False)


def libxml2(b, scratch):
    workloads.xml_document(scratch / "doc.xml", "small", {"small": 30})
    runs = [[], ["--noout"], ["--valid"], ["--noent"], ["--format"], ["--push"], ["--stream"], ["--memory"],
            ["--c14n"], ["--copy"], ["--nodict"], ["--dropdtd"], ["--sax"], ["--debug"], ["--walker"],
            ["--xpath", "//*[@id]/title/text()"], ["--xpath", "count(//*) + string-length(//title[1])"],
            ["--pattern", "/catalog/item", "--stream"], ["--postvalid"], ["--insert"], ["--xinclude"]]
    for options in runs:
        for file in (scratch / "doc.xml", INPUTS / "declared.xml", INPUTS / "broken.xml"):
            b.run("./xmllint", "--nonet", *options, file, check=False)


def libconfig(b, scratch):
    b.make("-C", "tinytest")
    b.make("libconfig_tests", cwd="tests")
    b.run("./libconfig_tests", cwd="tests", check=False)


def mxml(b, scratch):
    for text in (b.directory / "test.xml", INPUTS / "declared.xml"):
        b.run("./testmxml", text, scratch / "out.xml", check=False)


def redis(b, scratch):
    """The client of the benchmark, and each command that takes something down again."""
    options = b.env["MEMSCOPE_OPTIONS"]
    server = subprocess.Popen(
        [str(b.directory / "src/redis-server"), "--port", "0", "--unixsocket", str(scratch / "redis.sock"), "--save",
         "", "--appendonly", "no", "--dir", str(scratch), "--loglevel", "warning"],
        env={**b.env, "MEMSCOPE_OPTIONS": options}, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
    cli = [str(b.directory / "src/redis-cli"), "-s", str(scratch / "redis.sock")]
    quiet = {**b.env, "MEMSCOPE_OPTIONS": "record=0"}
    deadline = time.monotonic() + 120
    while subprocess.run([*cli, "PING"], env=quiet, capture_output=True, check=False).stdout != b"PONG\n":
        if time.monotonic() > deadline or server.poll() is not None:
            raise recipes.BuildError("redis-server does not answer")
        time.sleep(0.2)
    script = (INPUTS / "slots.redis").read_text(encoding="utf-8")
    blocked = subprocess.Popen([*cli, "BLPOP", "waited", "queue", "20"], env=quiet, stdout=subprocess.DEVNULL)
    subprocess.run(cli, input=script, text=True, env=quiet, stdout=subprocess.DEVNULL, check=False)
    blocked.wait(timeout=60)
    workloads.redis_client(scratch, "small")  # ends with SHUTDOWN
    server.wait(timeout=300)


# The program's recipe and its runs.
PROGRAMS = {"cjson": ("cjson", cjson), "expat": ("expat", expat), "jansson": ("jansson", jansson),
            "jq": ("jq", jq), "json-c": ("json-c", json_c), "libxml2": ("libxml2", libxml2),
            "libconfig": ("libconfig", libconfig), "mxml": ("mxml", mxml),
            "libyaml": ("libyaml", libyaml), "lua5.4": ("lua5.4", lua), "redis": ("redis", redis),
            "zlib": ("zlib", zlib)}


def package(name):
    """The Debian source package of program NAME."""
    return recipes.RECIPES[PROGRAMS[name][0]].package


# Of one trace, where the usual limit would cut off the end, at which things are taken down.
MAXSIZE = {"jq": "700M"}


def record(name, directory, toolchain, out, scratch, maxsize):
    """Runs program NAME, built in DIRECTORY with TOOLCHAIN; the traces, below OUT."""
    for place in (out, scratch):
        place.mkdir(parents=True)
    b = recipes.Build(directory, toolchain, os.cpu_count() or 1, out, static=True)
    b.env["MEMSCOPE_OPTIONS"] = f"track=all:maxsize={MAXSIZE.get(name, maxsize)}:out={out}/"
    PROGRAMS[name][1](b, Path(scratch))
    return sorted(out.glob("*.mscope"))
