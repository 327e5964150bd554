"""contract_libraries.py - libraries whose documentation states ownership: how they are built and tested.

SPDX-License-Identifier: MIT OR Apache-2.0
"""

import functools
from dataclasses import dataclass, field

from realworld import contract_prose as prose, contracts


@dataclass(frozen=True)
class Library:
    """READ(source) is its contract, ERRATA what its documentation has wrong. BUILD: cmake or meson;
    TARGETS: what of it is built, all if empty. TESTS: commands in the build directory, or none for
    ctest; in them and in ENV {source} and {build} are directories; LEFT_OUT: a pattern of tests that ctest leaves out."""
    read: object
    package: str
    build: str = "cmake"
    configure: list = field(default_factory=list)
    targets: list = field(default_factory=list)
    tests: list = field(default_factory=list)
    env: dict = field(default_factory=dict)
    left_out: str = ""
    errata: dict = field(default_factory=dict)


GLIB_TESTS = """array-test asyncqueue base64 bookmarkfile bytes cache checksum completion convert date dir
 environment error fileutils gdatetime guuid gvariant hash hmac hook hostutils io-channel-basic keyfile list
 mainloop mappedfile markup markup-collect markup-escape markup-subparser node once option-context pattern queue
 rcbox refstring regex relation scannerapi sequence shell slist sort strfuncs string strvbuilder timeout timer tree
 unicode uri utf8-misc utils""".split()

GOBJECT_TESTS = """accumulator autoptr basic-signals basics-gobject binding bindinggroup boxed closure closure-refcount
 custom-dispatch defaultiface deftype deprecated-properties dynamictests dynamictype enums flags ifaceproperties notify-init
 object override param properties qdata reference references signal-handler signalgroup signals singleton testing type
 type-flags value""".split()


def _of_glib(part, tests):
    """One of the libraries that glib's source has."""
    return Library(functools.partial(prose.glib, part=part), "glib2.0", build="meson",
                   configure=["-Ddefault_library=static", "-Dtests=true", "-Dlibmount=disabled", "-Dselinux=disabled",
                              "-Dxattr=false", "-Dnls=disabled", "--wrap-mode=nodownload"],
                   targets=[f"{part}/tests/{test}" for test in tests],
                   tests=[[f"{{build}}/{part}/tests/{test}"] for test in tests],
                   env={"G_SLICE": "always-malloc", "G_TEST_SRCDIR": f"{{source}}/{part}/tests",
                        "G_TEST_BUILDDIR": f"{{build}}/{part}/tests"})


LIBRARIES = {
    "jansson": Library(contracts.jansson, "jansson", configure=["-DJANSSON_BUILD_DOCS=OFF", "-DJANSSON_EXAMPLES=OFF"]),
    "json-c": Library(contracts.json_c, "json-c", configure=["-DBUILD_SHARED_LIBS=OFF", "-DDISABLE_WERROR=ON"],
                      env={"USE_VALGRIND": "0"}),
    "libical": Library(contracts.libical, "libical3",
                       configure=["-DSTATIC_ONLY=ON", "-DICAL_GLIB=OFF", "-DWITH_CXX_BINDINGS=OFF",
                                  "-DICAL_BUILD_DOCS=OFF"],
                       left_out="builtin_timezones",  # its trace: 9 GB
                       errata=contracts.LIBICAL_ERRATA),
    "glib": _of_glib("glib", GLIB_TESTS),
    "gobject": _of_glib("gobject", GOBJECT_TESTS),
    "libxml2": Library(prose.libxml2, "libxml2", configure=["-DLIBXML2_WITH_PYTHON=OFF", "-DBUILD_SHARED_LIBS=OFF",
                                                            "-DLIBXML2_WITH_LZMA=OFF"],
                       left_out="testrecurse|testchar|runxmlconf"),
    "cmark": Library(prose.cmark, "cmark", configure=["-DCMAKE_CXX_COMPILER=clang++", "-DCMARK_SHARED=OFF"],
                     tests=[["ctest", "-R", "api_test"],
                            ["sh", "-c", "for to in xml html man latex commonmark; do "
                             "src/cmark -t $to {source}/README.md > /dev/null; done"]]),
    "libevent": Library(prose.libevent, "libevent",
                        configure=["-DEVENT__DISABLE_OPENSSL=ON", "-DEVENT__DISABLE_BENCHMARK=ON",
                                   "-DEVENT__DISABLE_SAMPLES=ON", "-DEVENT__LIBRARY_TYPE=STATIC"],
                        tests=[["bin/regress", "--quiet", "evbuffer/..", "bufferevent/..", "http/..", "rpc/..", "listener/..",
                                "util/..", "evtag/..", "main/..", "dns/.."]]),
    "cjson": Library(prose.cjson, "cjson", configure=["-DENABLE_CJSON_UTILS=ON", "-DENABLE_CUSTOM_COMPILER_FLAGS=OFF",
                                                      "-DBUILD_SHARED_LIBS=OFF"]),
}
