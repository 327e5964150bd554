"""contract_prose.py - what comments in front of functions say about ownership.

SPDX-License-Identifier: MIT OR Apache-2.0

Two forms of comment (gtk-doc before definitions, doxygen before prototypes) become one
`Described`; one table of phrases says what its sentences promise. Annotations that a machine
can read, such as "(transfer full)", go before sentences. What neither says is not in the contract.
"""

import re
from dataclasses import dataclass, field

from realworld.contracts import parameters

FREED = r"(freed|released|deallocated|unref(fed|ed)?|destroyed|unreferenced)"
# In this order: a sentence that says no is not read as one that says yes.
RESULT_IS_BORROWED = re.compile(
    rf"(\bnot|n't|never|without having to) (need to |have to )?(be )?(modif\w+ or )?(be )?({FREED}|free|modify or free)\b"
    r"|(owned|managed) by (?!the caller)|belongs to (?!the caller)|property of (?!the caller)"
    r"|deallocated with the|freed with the|is not valid after|remains valid (until|as long)", re.I)
RESULT_IS_OWNED = re.compile(
    rf"(must|should|need to|needs to|has to|have to|can|to) (later |then |eventually )?(be|get) {FREED}\b"
    r"|(must|should|has to|have to|need to|needs to|responsible for|responsibility to|up to the caller to|and) "
    r"(free|freeing|deallocate|deallocating|release|releasing|unref)\b"
    r"|\bfree (it|this|the returned \w+|the result) (with|using|after|when)|\b(free|unref) it\b"
    rf"|\bnew(ly)?[- ](allocate|create|initiali[sz]|construct)\w*|\bnew reference\b|{FREED} by the caller"
    r"|just allocated", re.I)
FREES = re.compile(r"(Frees?|Releases?|Deallocates?|Destroys?|Deletes?|Dispose|(Unlink and|Unlinks and) (free|deallocate)s?"
                   r"|Decrease(s|ment|ments)? the reference count|Decrements? the reference count)\b"
                   r"(?!.{0,24}(lock|ownership|by its ID|given its ID))", re.I)
FREEING_NAME = re.compile(r"free|unref|release|destroy|delete|drop", re.I)


@dataclass
class Described:
    """A function, its declaration, and the words about it, its result and its parameters."""
    name: str
    declaration: str
    body: str = ""
    returns: str = ""
    arguments: dict = field(default_factory=dict)

    def add_to(self, contract, is_pointer=lambda text: text.count("*") == 1):
        """What the words promise, into CONTRACT."""
        said = self._result() if is_pointer(self.declaration.split("(")[0]) else None
        if said:
            contract[self.name, "result"] = said
        for index, text in enumerate(_parameter_texts(self.declaration)):
            name = re.search(r"(\w+)\s*(\[\])?\s*$", text)
            note = self.arguments.get(name[1] if name else "", "")
            said = self._argument(name[1], note, index) if name and not re.search(r"\((in)?out\b", note) else None
            if said and (is_pointer(text) or "(transfer" in note):
                contract[self.name, index] = said

    def _result(self):
        annotated = re.search(r"\(transfer (full|none|container)\)", self.returns)
        if re.search(r"\bfloating\b", self.returns):  # "none" is said of it, and it is the caller's to sink
            return None
        if annotated:
            return "borrowed" if annotated[1] == "none" else "owned"
        about_it = [s for s in sentences(self.body) if re.search(r"\b(return|result|new|memory)", s)]
        for sentence in [s for s in sentences(self.returns) if "original @" not in s] + about_it:
            if RESULT_IS_BORROWED.search(sentence):
                return "borrowed"
            if RESULT_IS_OWNED.search(sentence):
                return "owned"
        return None

    def _argument(self, name, note, index):
        annotated = re.search(r"\(transfer (full|none|container)\)", note)
        if annotated:
            return "borrows" if annotated[1] == "none" else "takes"
        if re.search(rf"takes? (over )?(the )?ownership of [@\\]?(a |p )?{name}\b|consumes @?{name}\b"
                     rf"|@{name} becomes the ownership", self.body, re.I):
            return "takes"
        if FREEING_NAME.search(self.name) and FREES.match(self.body.strip()):
            # Which one it frees is said of it; else it is the first.
            said = [n for n, words in self.arguments.items() if re.search(r"\bto (be )?(free|delete|destroy)", words)]
            typed = re.match(r"[^.]*?#(\w+)", self.body)
            said = said or (re.findall(rf"\b{typed[1]}\s*\*\s*(\w+)", self.declaration) if typed else [])
            return "takes" if (name in said if said else index == 0) else None
        return None


def sentences(text):
    return re.split(r"(?<=[.;!]) +|\n\n", text)


def _parameter_texts(declaration):
    inner = declaration[declaration.index("(") + 1:declaration.rindex(")")]
    return [] if inner.strip() in ("", "void") else inner.split(",")


def _plain(comment):
    return re.sub(r"^[ \t]*\*? ?", "", comment, flags=re.M)


def gtk_doc(text):
    """`/** NAME: @PARAMETER: ... Returns: ... */` before definitions that are not static."""
    pattern = r"/\*\*\s*\n((?:(?!\*/).)*)\*/\s*([\w\s*]*?\b(\w+)\s*\([^;{}]*?\))\s*\{"
    for match in re.finditer(pattern, text, re.S):
        lines = _plain(match[1]).split("\n")
        if not re.match(rf"\s*{match[3]}\b\s*:?", lines[0]) or re.match(r"\s*static\b", match[2]):
            continue
        found = Described(match[3], " ".join(match[2].split()))
        part, key = [], "body"

        def put():
            words = " ".join(" ".join(part).split())
            if key == "body":
                found.body = f"{found.body} {words}".strip()
            elif key == "returns":
                found.returns = words
            else:
                found.arguments[key] = words
        for line in lines[1:]:
            parameter = re.match(r"\s*@(\w+)\s*:(.*)", line)
            returned = re.match(r"\s*Returns?:?\s+(.*)", line)
            if parameter or returned or (not line.strip() and key != "body"):
                put()
                key, part = (parameter[1], [parameter[2]]) if parameter else \
                    ("returns", [returned[1]]) if returned else ("body", [])
            else:
                part.append(line)
        put()
        yield found


def doxygen(text, export):
    """`/** ... @param NAME ... @return ... */` before prototypes that begin with EXPORT (a pattern)."""
    pattern = rf"/\*\*(?!<)((?:(?!\*/).)*)\*/\s*(?:{export})\s*([^;{{}}]*?\b(\w+)\s*\([^;{{}}]*?\))\s*;"
    for match in re.finditer(pattern, text, re.S):
        found = Described(match[3], " ".join(re.sub(r"/\*.*?\*/", "", match[2], flags=re.S).split()))
        pieces = re.split(r"[@\\](param(?:\[[\w, ]*\])?|returns?|note|brief|see|deprecated)\s", _plain(match[1]))
        found.body = " ".join(pieces[0].split())
        for tag, words in zip(pieces[1::2], pieces[2::2]):
            words = " ".join(words.split())
            if tag.startswith("param"):
                name, _, rest = words.partition(" ")
                found.arguments[name.strip(",")] = "(out)" + rest if "out" in tag else rest
            elif tag.startswith("return"):
                found.returns = words
            elif tag in ("note", "brief"):
                found.body += (" " if found.body else "") + words
        yield found


def glib(source, part="glib"):
    """gtk-doc with the annotations of GObject Introspection."""
    contract = {}
    for file in sorted((source / part).glob("*.c")):
        for function in gtk_doc(file.read_text(errors="replace")):
            function.add_to(contract)
    return contract


def libxml2(source):
    """gtk-doc without annotations; many of its types are pointers with a name of their own."""
    contract = {}
    for file in sorted(source.glob("*.c")):
        if re.match(r"test|run|xmllint|xmlcatalog|trio", file.name):
            continue
        for function in gtk_doc(file.read_text(errors="replace")):
            function.add_to(contract, lambda text: text.count("*") + bool(re.search(r"\b\w+Ptr\b", text)) == 1)
    return contract


def cmark(source):
    contract = {}
    for function in doxygen((source / "src" / "cmark.h").read_text(), "CMARK_EXPORT"):
        function.add_to(contract)
    return contract


def libevent(source):
    contract = {}
    for header in sorted((source / "include" / "event2").glob("*.h")):
        for function in doxygen(header.read_text(errors="replace"), "EVENT2_EXPORT_SYMBOL"):
            function.add_to(contract)
    return contract


def cjson(source):
    """Its README and header say of families of functions what becomes of results and items."""
    contract = {}
    text = (source / "cJSON.h").read_text()
    families = [  # the sentence that must be there, whom it is about, where, what it says
        ("responsible to free the results from all variants of cJSON_Parse", r"cJSON_Parse\w*", "result", "owned"),
        ("responsible to free the results from all variants of cJSON_Parse", r"cJSON_Print\w*", "result", "owned"),
        ("that can later be deleted with `cJSON_Delete`", r"cJSON_Create\w+", "result", "owned"),
        ("Adding it to an array or object transfers its ownership", r"cJSON_AddItemTo\w+", "item", "takes"),
        ("Adding it to an array or object transfers its ownership", r"cJSON_Add[A-Z][a-z]+ToObject", "result", "borrowed"),
        ("detach the old item, delete it and insert the new item", r"cJSON_ReplaceItem\w+", "newitem", "takes"),
        ("detach the old item, delete it and insert the new item", r"cJSON_ReplaceItemViaPointer", "item", "takes"),
        ("detach the old item, delete it and insert the new item", r"cJSON_ReplaceItemViaPointer", "replacement", "takes"),
        ("added as a reference to another", r"cJSON_AddItemReferenceTo\w+", "item", "borrows"),
        ("doesn't \"own\" its content", r"cJSON_Create(Array|Object)Reference", "child", "borrows"),
        ("otherwise you will have a memory leak", r"cJSON_DetachItem\w+", "result", "owned"),
        ("in new memory that will need to be released", r"cJSON_Duplicate", "result", "owned"),
        ("Delete a cJSON entity and all subentities", r"cJSON_Delete", "item", "takes"),
        ("malloc/free objects using", r"cJSON_free", "object", "takes"),
    ]
    words = " ".join(re.sub(r"\n \* ", " ", text + (source / "README.md").read_text()).split())
    for declaration in re.findall(r"CJSON_PUBLIC\([^;]*?\) \w+\([^;]*?\)(?=;)", text):
        result, name, inner = re.match(r"CJSON_PUBLIC\((.*?)\) (\w+)(\(.*\))", declaration, re.S).groups()
        for sentence, family, role, said in families:
            if sentence not in words or not re.fullmatch(family, name):
                continue
            if role == "result" and "*" in result and "PrintPreallocated" not in name and "Item" not in name[8:13]:
                contract[name, "result"] = said
            for index, (parameter, is_pointer) in enumerate(parameters(name + inner)):
                if parameter == role and is_pointer:
                    contract[name, index] = said
    return contract
