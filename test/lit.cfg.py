# lit.cfg.py - how the tests of every suite are run; test/README.md is the guide.
#
# SPDX-License-Identifier: MIT OR Apache-2.0
#
# A suite is a directory of test/; lit.site.cfg.py (made by CMake) says which one this is
# and for which LLVM. Tools come from PATH, the build's bin/ first, so a RUN line is what a
# user would type. Nothing here depends on the suite's name.

import ctypes.util
import importlib.util
import os
import platform
import shutil
import subprocess

import lit.formats

config.name = "memscope/" + config.memscope_suite_name
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".c", ".cpp", ".ll", ".test", ".trace"]
config.excludes = ["Inputs", "CMakeLists.txt"]

# test/<suite>/long/ runs only when it is asked for (ctest -L long).
if lit_config.params.get("long"):
    config.available_features.add("long")
else:
    config.excludes.append("long")

# --- environment ---------------------------------------------------------------------

host_path = config.environment.get("PATH", os.environ.get("PATH", ""))
path = os.pathsep.join([config.memscope_bin, config.llvm_bin, host_path])
config.environment.update({
    "PATH": path,
    "FILECHECK_OPTS": "--enable-var-scope --dump-input=fail",
    "LC_ALL": "C",
    "PYTHONDONTWRITEBYTECODE": "1",
    # memscope-cc must use the LLVM under test, not the newest one.
    "MEMSCOPE_CLANG": os.path.join(config.llvm_bin, "clang"),
})
for name in ("MEMSCOPE_OPTIONS", "LD_PRELOAD", "NO_COLOR", "CLICOLOR_FORCE"):
    config.environment.pop(name, None)
if "address" in config.sanitize:
    config.environment["ASAN_OPTIONS"] = "detect_leaks=0:abort_on_error=0"

# --- substitutions -------------------------------------------------------------------

plugin = os.path.join(config.memscope_lib, "llvm-" + config.llvm_major, "MemScope.so")


def substitute(name, value):
    # \b: %clang must not take the head of %clangxx.
    config.substitutions.append(("%" + name + r"\b", value))


substitute("clangxx", os.path.join(config.llvm_bin, "clang++"))
substitute("clang", os.path.join(config.llvm_bin, "clang"))
substitute("opt", os.path.join(config.llvm_bin, "opt"))
substitute("llvm_major", config.llvm_major)
substitute("memscope_pass", plugin)
substitute("memscope_include", os.path.join(config.memscope_source, "include"))
substitute("rt_lib", config.memscope_lib)
substitute("cc", config.host_cc)
substitute("cxx", config.host_cxx)
substitute("python", config.python)
substitute("utils", os.path.join(config.memscope_source, "utils"))
substitute("path", path)
substitute("source_root", config.memscope_source)
substitute("build_root", config.memscope_build)

# --- features: what this machine and this build can do --------------------------------


def feature(name, available):
    if available:
        config.available_features.add(name)


def succeeds(*command):
    try:
        return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, timeout=20).returncode == 0
    except (OSError, subprocess.SubprocessError):
        return False


# llvm-19: this suite runs with LLVM 19; have-llvm-22: LLVM 22 can be used beside it.
feature("llvm-" + config.llvm_major, True)
for major in config.all_llvms:
    feature("have-llvm-" + major, major)
feature(platform.machine().lower().replace("amd64", "x86_64"), True)
feature("root", os.geteuid() == 0)
feature("plugin", os.path.exists(plugin))
feature("proc", os.path.exists("/proc/self/maps"))
feature("asan-build", "address" in config.sanitize)
feature("tsan-build", "thread" in config.sanitize)
feature("mount", succeeds("unshare", "-m", "sh", "-c", "mount -t tmpfs none /mnt"))
for tool in ("valgrind", "groff", "ccache", "cmake", "ninja", "make", "autoconf", "gdb", "jq",
             "rustc", "strace", "git", "heaptrack", "bash"):
    feature(tool, shutil.which(tool, path=path))
for linker in ("lld", "bfd", "gold", "mold"):
    feature(linker, shutil.which("ld." + linker, path=path) or shutil.which(linker, path=path))
for library in ("jemalloc", "mimalloc", "tcmalloc"):
    feature(library, ctypes.util.find_library(library))
for module in ("jsonschema", "psutil"):
    feature(module, importlib.util.find_spec(module) is not None)
