"""Installs the build into a clean prefix and uses it from there, moved to another place:
the programs by PATH, and find_package(MemScope) in a project of its own.

usage: install_and_use.py CMAKE BUILD_DIR SCRATCH_DIR CLANG LLVM_MAJOR
"""
import os
import shutil
import subprocess
import sys
from pathlib import Path

cmake, build, scratch, clang, major = sys.argv[1], *map(Path, sys.argv[2:5]), sys.argv[5]
here = Path(__file__).parent
env = {k: v for k, v in os.environ.items() if not k.startswith("MEMSCOPE_")}


def run(*argv, cwd=None):
    done = subprocess.run([str(a) for a in argv], cwd=cwd, env=env, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, argv))}: exit status {done.returncode}\n{done.stdout}")
    return done.stdout


def expect(text, *words):
    for word in words:
        if word not in text:
            sys.exit(f"'{word}' expected in\n{text}")


shutil.rmtree(scratch, ignore_errors=True)
scratch.mkdir(parents=True)
run(cmake, "--install", build, "--prefix", scratch / "first")
prefix = scratch / "moved"
(scratch / "first").rename(prefix)  # nothing may remember where it was installed
for name in ("bin/memscope", "bin/memscope-cc", "bin/memscope-c++", "lib/memscope/libmemscope_rt.a",
             "lib/memscope/libmemscope_rt.so", "lib/memscope/libmemscope_rt_static.a",
             "lib/memscope/libmemscope_rt_check.a",
             f"lib/memscope/llvm-{major}/MemScope.so", "include/memscope/abi.h",
             "share/man/man1/memscope-cc.1"):
    if not (prefix / name).exists():
        sys.exit(f"{name} is not installed")

env["PATH"] = f"{prefix / 'bin'}:{env['PATH']}"
env["MEMSCOPE_CLANG"] = str(clang)
expect(run("memscope-cc", "--memscope-print-command", "-c", "a.c"), f"{prefix}/lib/memscope/llvm-{major}/")
source = scratch / "a.c"
source.write_text("#include <stdlib.h>\nchar *p;\nint main(void) { p = malloc(7); return 0; }\n")
run("memscope-cc", "-g", source, "-o", scratch / "a")
run("memscope", "run", "-q", "-o", scratch / "a.mscope", "--", scratch / "a")
expect(run("memscope", "report", scratch / "a.mscope"), "a.c:3", "7 B")

project = scratch / "consumer"
run(cmake, "-S", here / "consumer", "-B", project, f"-DCMAKE_PREFIX_PATH={prefix}",
    f"-DCMAKE_C_COMPILER={clang}", f"-DCMAKE_CXX_COMPILER={clang}++", "-DCMAKE_BUILD_TYPE=Debug")
run(cmake, "--build", project)
run("memscope", "run", "-q", "-o", scratch / "c.mscope", "--", project / "consumer")
expect(run("memscope", "report", "-w", "120", scratch / "c.mscope"), "whole", "consumer.cpp:6",
       "part ", "parts.c:3", "20 B", "40 B")
run(project / "untouched", cwd=scratch)
print("installed, moved, used")
