#!/usr/bin/env python3
"""check_sarif.py - checks a SARIF 2.1.0 log by the rules of the specification.

SPDX-License-Identifier: MIT OR Apache-2.0

usage: check_sarif.py FILE...

Written from the text of SARIF 2.1.0 (OASIS), for the part that MemScope writes: which properties an
object may and must have, their types and values, and what no schema says (an index points
at the rule with that id, lines and columns begin at 1). If MEMSCOPE_SARIF_SCHEMA names the
JSON schema, the log is validated against that, too.
"""

import json
import os
import re
import sys

URI = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*:)?(?:[A-Za-z0-9._~/?#\[\]@!$&'()*+,;=:-]|%[0-9A-F]{2})*$")


class Invalid(Exception):
    pass


def need(condition, where, what):
    if not condition:
        raise Invalid(f"{where}: {what}")


def text(value, where):
    need(isinstance(value, str), where, "not a string")


def integer(least):
    def check(value, where):
        need(isinstance(value, int) and not isinstance(value, bool), where, "not an integer")
        need(value >= least, where, f"{value} is less than {least}")
    return check


def boolean(value, where):
    need(isinstance(value, bool), where, "not a boolean")


def anything(value, where):
    need(isinstance(value, dict), where, "not a property bag")


def uri(value, where):
    text(value, where)
    need(URI.match(value), where, f"{value!r} is not a URI reference")


def one_of(*values):
    def check(value, where):
        need(value in values, where, f"{value!r} is none of {values}")
    return check


def array(check_item):
    def check(value, where):
        need(isinstance(value, list), where, "not an array")
        for i, item in enumerate(value):
            check_item(item, f"{where}[{i}]")
    return check


def map_of(check_item):
    def check(value, where):
        need(isinstance(value, dict), where, "not an object")
        for key, item in value.items():
            check_item(item, f"{where}.{key}")
    return check


def record(required, **members):
    def check(value, where):
        need(isinstance(value, dict), where, "not an object")
        for name in required.split():
            need(name in value, where, f"has no {name}")
        for key, item in value.items():
            need(key in members, where, f"{key} is not a property of this object")
            members[key](item, f"{where}.{key}")
    return check


MESSAGE = record("text", text=text, id=text, arguments=array(text))
ARTIFACT = record("uri", uri=uri, uriBaseId=text)
REGION = record("startLine", startLine=integer(1), startColumn=integer(1), endLine=integer(1), endColumn=integer(1))
LOCATION = record("", physicalLocation=record("artifactLocation", artifactLocation=ARTIFACT, region=REGION),
                  logicalLocations=array(record("", name=text, kind=text, fullyQualifiedName=text)), message=MESSAGE)
LEVEL = one_of("none", "note", "warning", "error")
RULE = record("id", id=text, name=text, shortDescription=MESSAGE, fullDescription=MESSAGE, help=MESSAGE, helpUri=uri,
              defaultConfiguration=record("", level=LEVEL))
STEP = record("", location=LOCATION, executionOrder=integer(0))
FLOW = record("threadFlows", threadFlows=array(record("locations", locations=array(STEP))), message=MESSAGE)
STACK = record("frames", frames=array(record("", location=LOCATION, module=text)), message=MESSAGE)
RESULT = record("message", ruleId=text, ruleIndex=integer(0), level=LEVEL, message=MESSAGE, locations=array(LOCATION),
                codeFlows=array(FLOW), stacks=array(STACK), partialFingerprints=map_of(text), properties=anything,
                suppressions=array(record("kind", kind=one_of("inSource", "external"), justification=text)))
RUN = record("tool", tool=record("driver", driver=record("name", name=text, version=text, rules=array(RULE))),
             originalUriBaseIds=map_of(ARTIFACT), columnKind=one_of("utf16CodeUnits", "unicodeCodePoints"),
             invocations=array(record("executionSuccessful", executionSuccessful=boolean, arguments=array(text),
                                      processId=integer(0))), results=array(RESULT))
LOG = record("version runs", **{"$schema": uri}, version=one_of("2.1.0"), runs=array(RUN))


def check_references(log):
    for r, run in enumerate(log["runs"]):
        rules = run["tool"]["driver"]["rules"]
        ids = [rule["id"] for rule in rules]
        need(len(set(ids)) == len(ids), f"runs[{r}]", "two rules have the same id")
        bases = run["originalUriBaseIds"]
        for name, base in bases.items():
            need(base["uri"].endswith("/"), f"originalUriBaseIds.{name}", "does not end in /")
        for i, result in enumerate(run["results"]):
            where = f"runs[{r}].results[{i}]"
            need(ids[result["ruleIndex"]] == result["ruleId"], where, "ruleIndex is not the rule's")
            for artifact in re.findall(r'"uriBaseId": "([^"]*)"', json.dumps(result)):
                need(artifact in bases, where, f"{artifact} is not defined")


def main():
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as file:
            log = json.load(file)
        try:
            LOG(log, "log")
            check_references(log)
        except Invalid as error:
            sys.exit(f"{path}: {error}")
        if os.environ.get("MEMSCOPE_SARIF_SCHEMA"):
            import jsonschema  # only here: the tests do not need it
            with open(os.environ["MEMSCOPE_SARIF_SCHEMA"], encoding="utf-8") as file:
                schema = json.load(file)
            jsonschema.validators.validator_for(schema)(schema).validate(log)
        results = sum(len(run["results"]) for run in log["runs"])
        print(f"{path}: SARIF 2.1.0, {len(log['runs'])} runs, {results} results")


if __name__ == "__main__":
    main()
