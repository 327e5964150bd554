"""contracts.py - what documentation says about ownership, read from the documentation.

SPDX-License-Identifier: MIT OR Apache-2.0

A contract maps (function, role) to "owned", "borrowed", "takes" or "borrows"; a role is
"result" or the number of a parameter, from 0. Only what a text says in words is in it.
"""

import re


def parameters(declaration):
    """The parameters of a C declaration as (name, is a pointer); none for void."""
    inner = declaration[declaration.index("(") + 1:declaration.rindex(")")]
    if inner.strip() in ("", "void"):
        return []
    found = []
    for text in inner.split(","):
        name = re.search(r"(\w+)\s*(\[\])?\s*$", text)
        found.append((name[1] if name else "", text.count("*") == 1))
    return found


def jansson(source):
    """doc/apiref.rst: a `refcounting` directive for results; "steals the reference to *x*"
    for arguments. Its introduction says that all other arguments are borrowed."""
    text = (source / "doc" / "apiref.rst").read_text()
    pieces = re.split(r"^\.\. function:: (.*)$", text, flags=re.M)
    contract, like = {}, {}
    for declaration, body in zip(pieces[1::2], pieces[2::2]):
        match = re.search(r"(\w+)\(", declaration)
        if not match:
            continue
        name, body = match[1], " ".join(body.split(".. ")[0].split()) + body
        counted = re.search(r"refcounting:: (new|borrow)", body)
        if counted and "*" in declaration.split("(")[0]:
            contract[name, "result"] = {"new": "owned", "borrow": "borrowed"}[counted[1]]
        prose = " ".join(body.split())
        stolen = re.search(r"steals the reference to \*(\w+)\*", prose)
        like[name] = re.match(r"Like :func:`(\w+?)(\(\))?`", prose)
        for index, (parameter, is_pointer) in enumerate(parameters(declaration)):
            is_json = re.search(rf"json_t \*{parameter}\b", declaration)
            if not is_pointer or not is_json:
                continue
            takes = (stolen and stolen[1] == parameter) or name == "json_decref"
            contract[name, index] = "takes" if takes else "borrows"
    # "Like json_object_update_new(), but ...": the same theft, through any number of likenesses.
    for _ in like:
        for name, other in like.items():
            if not (other and "_new" in other[1] and "_new" in name):
                continue
            stolen = [r for (f, r), what in contract.items() if f == other[1] and what == "takes"]
            values = [r for f, r in contract if f == name and r != "result"]
            if stolen and values:
                contract[name, max(values)] = "takes"  # the value comes last, whatever else is added
    return contract


def json_c(source):
    """The comments before the prototypes of the public headers."""
    contract = {}
    for header in ("json_object.h", "json_tokener.h", "json_pointer.h"):
        text = (source / header).read_text()
        for match in re.finditer(r"/\*\*(.*?)\*/\s*((?:JSON_EXPORT|extern)\s[^;{]*?\([^;]*?\));", text, re.S):
            if "/*" in match[2]:
                continue
            _json_c_function(contract, " ".join(re.sub(r"^\s*\*", "", match[1], flags=re.M).split()),
                             " ".join(match[2].split()))
    return contract


def _json_c_function(contract, prose, declaration):
    match = re.search(r"(\w+)\(", declaration)
    if not match:
        return
    name, head = match[1], declaration.split("(")[0]
    if "*" in head:
        if re.search(r"sole ownership|belongs to the caller|reference count of 1|Create a new .*json_object", prose) \
                or name == "json_object_get":
            contract[name, "result"] = "owned"
        elif re.search(r"No\*? reference counts will be changed|managed by the json_object|retained by", prose):
            contract[name, "result"] = "borrowed"
    for index, (parameter, is_pointer) in enumerate(parameters(declaration)):
        if not is_pointer or not re.search(rf"json_object \*{parameter}\b", declaration):
            continue
        if re.search(rf"transferring ownership|reference count will \*not\* be incremented", prose) and parameter == "val":
            contract[name, index] = "takes"
        elif re.search(rf"ownership of '?{parameter}'? will be transferred", prose):
            contract[name, index] = "takes"
        elif name == "json_object_put" and parameter == "obj":
            contract[name, index] = "takes"
        elif parameter == "obj" and ((name, "result") in contract or
                                     re.search(r"transferring ownership|reference count", prose)):
            contract[name, index] = "borrows"


# Where libical's documentation does not say what its code does: the two names are interchanged,
# and icalparser_parse() itself frees the line that it has handed on.
LIBICAL_ERRATA = {
    ("icaldurationtype_as_ical_string", "result"): "borrowed",
    ("icaldurationtype_as_ical_string_r", "result"): "owned",
    ("icalparser_add_line", 1): "borrows",
}


def libical(source):
    """The comments before the prototypes of the public headers: "@par Ownership" says what
    becomes of results and of arguments, "@brief Frees" what else takes its argument."""
    contract = {}
    for header in sorted((source / "src" / "libical").glob("*.h")):
        text = header.read_text(errors="replace")
        for match in re.finditer(r"/\*\*((?:(?!\*/).)*)\*/\s*LIBICAL\w*_EXPORT\s([^;{]*?\([^;]*?\));", text, re.S):
            _libical_function(contract, " ".join(re.sub(r"^\s*\*", "", match[1], flags=re.M).split()),
                              " ".join(match[2].split()))
    return contract


def _libical_function(contract, prose, declaration):
    match = re.search(r"(\w+)\(", declaration)
    ownership = re.search(r"@par Ownership(.*?)(?=@par|$)", prose)
    brief = re.search(r"@brief (.*?)(?=@|$)", prose)
    if not match:
        return
    name, said = match[1], ownership[1] if ownership else ""
    if "*" in declaration.split("(")[0]:
        for sentence in re.split(r"(?<=[.;]) ", said):
            if re.search(r"(owned by|property of) the caller|this function need to be freed", sentence):
                contract[name, "result"] = "owned"
                break
            if re.search(r"owned by (libical|icalmemory|the library|the icalarray)", sentence):
                contract[name, "result"] = "borrowed"
                break
    frees = re.match(r"(Frees|Releases) (a|an|all memory used for the) ", brief[1] if brief else "")
    for index, (parameter, is_pointer) in enumerate(parameters(declaration)):
        if not is_pointer:
            continue
        if re.search(rf"Ownership of the @a {parameter} is transferred|adding @a {parameter} .* becomes owned"
                     rf"|The old buffer, @a {parameter}, can not be used", said) \
                or (index == 0 and (frees or "Calling this function releases" in said)):
            contract[name, index] = "takes"
        elif re.search(rf"@a {parameter} (does not get consumed|stays in the ownership of the caller)"
                       rf"|not take ownership of (@a {parameter}|either)", said):
            contract[name, index] = "borrows"
