"""Writes the trace of a program that uses a small library with reference counts, with several
callers: obj_new, box_set (takes a reference), box_set_new (steals), box_get (borrows),
box_ref (new reference), unref. `python counted_library.py CALLERS`."""
import sys

out = []
time = 0
HEAP = 0x500000000000


def site(name, **keys):
    out.append(f"site {name} " + " ".join(f'{k.replace("_", "-")}="{v}"' for k, v in keys.items()))


def at(text):
    global time
    time += 1
    out.append(f"@{time} {text}")


class Program:
    def __init__(self):
        self.depth = 0
        self.next = HEAP + 0x1000

    def frame(self):
        return 0x7fff0000 - self.depth * 0x100

    def enter(self, function, *values):
        self.depth += 1
        at(f"enter {self.frame():#x} site={function}")
        for i, value in enumerate(values):
            if value:
                at(f"bind {self.frame():#x} value={value:#x} site={function}_{i}")

    def leave(self, function, value=0):
        at(f"leave {self.frame():#x} value={value:#x} site={function}_ret")
        self.depth -= 1

    def alloc(self, where):
        address = self.next
        self.next += 0x100
        at(f"alloc {address:#x} size=64 fn=malloc site={where}")
        return address

    def count(self, o, by):
        refs[o] += by
        at(f"count {o:#x} value={refs[o]} site={'up' if by > 0 else 'down'}")


refs = {}
p = Program()
out += ["mscope 1.1", 'info arena value="0x500000000000-0x540000000000"', 'info levels value=full']
FUNCTIONS = {"main": [], "obj_new": [], "box_new": [], "box_set": ["box", "o"], "box_set_new": ["box", "o"],
             "box_get": ["box"], "box_ref": ["box"], "unref": ["o"], "box_free": ["box"], "peek": ["o"]}
DECLARATIONS = {"obj_new": "struct obj *obj_new(void)", "box_new": "struct box *box_new(void)",
                "box_set": "void box_set(struct box *box, struct obj *o)",
                "box_set_new": "void box_set_new(struct box *box, struct obj *o)",
                "box_get": "struct obj *box_get(const struct box *box)",
                "box_ref": "struct obj *box_ref(struct box *box)", "unref": "void unref(struct obj *o)",
                "box_free": "void box_free(struct box *box)", "peek": "int peek(const struct obj *o)"}
FLAGS = {"box_set_1": "stored", "box_set_new_1": "stored", "unref_0": "freed", "box_free_0": "freed",
         "box_set_0": "passed", "box_set_new_0": "passed", "box_get_0": "passed", "box_ref_0": "passed"}
for f, parameters in FUNCTIONS.items():
    site(f, kind="func", function=f, file="lib.c", line=10, src=DECLARATIONS.get(f, ""), type=DECLARATIONS.get(f, "").partition(" *")[0], index=len(parameters))
    for i, name in enumerate(parameters):
        kind = "struct box" if name == "box" else "struct obj"
        site(f"{f}_{i}", kind="param", slot="param", function=f, file="lib.c", line=10, path=name, type=kind, index=i,
             flags=FLAGS.get(f"{f}_{i}", "0"))
site("o_birth", kind="alloc", slot="local", function="obj_new", file="lib.c", line=20, path="o", type="struct obj",
     callee="malloc")
site("b_birth", kind="alloc", slot="local", function="box_new", file="lib.c", line=21, path="b", type="struct box",
     callee="malloc")
for f in FUNCTIONS:
    src = {"obj_new": ("o", "local"), "box_new": ("b", "local"), "box_get": ("box->o", "field"),
           "box_ref": ("o", "local")}.get(f, ("", 0))
    site(f + "_ret", kind="return", function=f, src=src[0], src_slot=src[1])
site("new_o", kind="bind", slot="local", function="obj_new", path="o", src="malloc", src_slot="call")
site("new_b", kind="bind", slot="local", function="box_new", path="b", src="malloc", src_slot="call")
site("ref_o", kind="bind", slot="local", function="box_ref", path="o", src="box->o", src_slot="field")
site("box_o", kind="store", slot="field", function="box_set_new", path="box->o", field="struct box.o", type="struct obj",
     src="o", src_slot="param")
site("clear_o", kind="store", slot="field", function="box_free", path="box->o", field="struct box.o", src="NULL",
     src_slot="null")
site("last", kind="store", slot="global", function="main", path="last", src="o", src_slot="local", type="struct obj")
site("up", kind="count", function="ref", path="o->refs", field="struct obj.refs")
site("down", kind="count", function="unref", path="o->refs", field="struct obj.refs", flags="down")
site("free_o", kind="free", function="unref", slot="param", path="o", src="o", src_slot="param", callee="free")
site("free_b", kind="free", function="box_free", slot="param", path="box", src="box", src_slot="param", callee="free")


def obj_new():
    p.enter("obj_new")
    o = p.alloc("o_birth")
    refs[o] = 1
    at(f"bind {p.frame():#x} value={o:#x} site=new_o")
    p.leave("obj_new", o)
    return o


def unref(o):
    p.enter("unref", o)
    p.count(o, -1)
    if refs[o] == 0:
        at(f"free {o:#x} fn=free site=free_o")
    p.leave("unref")


def box_set_new(box, o):
    p.enter("box_set_new", box, o)
    at(f"store {box + 8:#x} value={o:#x} site=box_o")
    p.leave("box_set_new")


def box_set(box, o):
    p.enter("box_set", box, o)
    p.count(o, 1)
    box_set_new(box, o)
    p.leave("box_set")


def box_free(box, o):
    p.enter("box_free", box)
    unref(o)
    at(f"store {box + 8:#x} value=0 site=clear_o")
    at(f"free {box:#x} fn=free site=free_b")
    p.leave("box_free")


p.enter("main")
for caller in range(int(sys.argv[1])):
    site(f"box_{caller}", kind="bind", slot="local", function="main", line=100 + caller, path=f"box{caller}",
         src="box_new", src_slot="call")
    site(f"obj_{caller}", kind="bind", slot="local", function="main", line=200 + caller, path=f"o{caller}",
         src="obj_new", src_slot="call")
    site(f"got_{caller}", kind="bind", slot="local", function="main", line=300 + caller, path=f"got{caller}",
         src="box_get", src_slot="call")
    site(f"caller{caller}", kind="func", function=f"caller{caller}", file="main.c", line=caller + 1)
    site(f"caller{caller}_ret", kind="return", function=f"caller{caller}")
    p.enter(f"caller{caller}")
    p.enter("box_new")
    box = p.alloc("b_birth")
    at(f"bind {p.frame():#x} value={box:#x} site=new_b")
    p.leave("box_new", box)
    at(f"bind {p.frame():#x} value={box:#x} site=box_{caller}")
    o = obj_new()
    if caller % 2:
        at(f"bind {p.frame():#x} value={o:#x} site=obj_{caller}")
        box_set(box, o)
        unref(o)
        at(f"bind {p.frame():#x} value=0 site=obj_{caller}")
    else:
        box_set_new(box, o)
    p.enter("box_get", box)
    p.leave("box_get", o)
    at(f"bind {p.frame():#x} value={o:#x} site=got_{caller}")
    p.enter("peek", o)
    p.leave("peek")
    p.enter("box_ref", box)
    at(f"bind {p.frame():#x} value={o:#x} site=ref_o")
    p.count(o, 1)
    p.leave("box_ref", o)
    unref(o)
    at(f"store 0x404000 value={o:#x} site=last")
    at(f"bind {p.frame():#x} value=0 site=got_{caller}")
    box_free(box, o)
    p.leave(f"caller{caller}")
p.leave("main")
print("\n".join(out))
