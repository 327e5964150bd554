"""owners_gen.py - random C programs in which it is known which slot owns.

SPDX-License-Identifier: MIT OR Apache-2.0

A program has types of records. Each has members by the roles below, a constructor, users and a
destructor that does what the roles say: that is the truth. Records live in a registry (a list
with a tail and a cursor) and are made and destroyed from several places, so that there are many units of
evidence. generate() returns the program and its labels in the form of utils/realworld/labels.
"""

import random

HEAD = """\
#include <stdlib.h>
#include <string.h>
#define NOINLINE __attribute__((noinline))
struct counted { int refs; char *text; };
struct builder { char *text; char *end; };
static unsigned state = %(seed)du * 2654435761u + 88675123u;
static unsigned rnd(unsigned below) {
  state ^= state << 13; state ^= state >> 17; state ^= state << 5;
  return (state >> 3) %% below;
}
static NOINLINE char *text(void) {
  char *result = malloc(16 + rnd(16));
  memset(result, 'a' + (int)rnd(26), 15);
  result[15] = 0;
  return result;
}
static NOINLINE void discard(void *p) { free(p); }
static NOINLINE struct counted *counted_new(void) {
  struct counted *c = malloc(sizeof *c);
  c->refs = 1;
  c->text = text();
  return c;
}
static NOINLINE struct counted *retain(struct counted *c) { c->refs++; return c; }
static NOINLINE void release(struct counted *c) {
  if (c && --c->refs == 0) {
    free(c->text);
    free(c);
  }
}
static volatile unsigned sink;
static struct counted *pool[8];
"""
HEAD_LABELS = {"counted.text": "owns", "global pool[]": "shares", "local c in counted_new": "owns/shares",
               "local result in text": "owns"}

# role -> (words, member, in the constructor, in a user, in the destructor); {r} the record's type, {m} the member.
ROLES = {
    "text": ("owns", "char *{m};", "r->{m} = text();", "", "free(r->{m});"),
    "text by helper": ("owns", "char *{m};", "r->{m} = text();", "", "discard(r->{m});"),
    "late text": ("owns", "char *{m};", "r->{m} = NULL;",
                  "if (!r->{m}) r->{m} = text();", "free(r->{m});"),
    "replaced text": ("owns", "char *{m};", "r->{m} = text();",
                      "free(r->{m}); r->{m} = text();", "free(r->{m});"),
    "grown array": ("owns", "int *{m}; unsigned {m}_n;", "r->{m} = malloc(4 * sizeof(int)); r->{m}_n = 4;",
                    "r->{m}_n += 4; r->{m} = realloc(r->{m}, r->{m}_n * sizeof(int));", "free(r->{m});"),
    "built text": ("owns", "char *{m};",
                   "{{ struct builder b; build(&b); r->{m} = b.text; }}", "", "free(r->{m});"),
    "counted": ("shares", "struct counted *{m};", "r->{m} = retain(pool[rnd(8)]);",
                "{{ struct counted *other = retain(pool[rnd(8)]); release(r->{m}); r->{m} = other; }}",
                "release(r->{m});"),
    "looked up": ("borrows", "struct {r} *{m};", "r->{m} = find_{r}(rnd(8));", "r->{m} = find_{r}(rnd(8));",
                  "r->{m} = NULL;"),
    "view of text": ("borrows", "char *{m}_of; char *{m};", "r->{m}_of = text(); r->{m} = r->{m}_of;",
                     "sink += (unsigned)r->{m}[0];", "free(r->{m}_of);"),
    "place in text": ("borrows", "char *{m}_of; char *{m};", "r->{m}_of = text(); r->{m} = r->{m}_of + 3;",
                      "r->{m} = r->{m}_of + rnd(10);", "free(r->{m}_of);"),
    "lent counted": ("borrows", "struct counted *{m};", "r->{m} = pool[rnd(8)];", "r->{m} = pool[rnd(8)];", ""),
}
ALSO = {"view of text": {"{m}_of": "owns"}, "place in text": {"{m}_of": "owns"}}
ARRAYS = {"texts": ("owns", "char", "text()", "free"), "counted things": ("shares", "struct counted",
                                                                        "retain(pool[rnd(8)])", "release")}

RECORD = """\
struct {r} {{ struct {r} *next, *prev; {members} }};
static struct {r} *first_{r}, *last_{r}, *cursor_{r};
static unsigned count_{r};
static NOINLINE struct {r} *find_{r}(unsigned n) {{
  struct {r} *it = first_{r};
  while (it && n--)
    it = it->next;
  return it;
}}
static NOINLINE struct {r} *make_{r}(void) {{
  struct {r} *r = malloc(sizeof *r);
  {construct}
  r->next = NULL;
  r->prev = last_{r};
  if (last_{r})
    last_{r}->next = r;
  else
    first_{r} = r;
  last_{r} = r;
  count_{r}++;
  return r;
}}
static NOINLINE void use_{r}(struct {r} *r) {{
  cursor_{r} = r;
  {use}
}}
static NOINLINE void destroy_{r}(struct {r} *r) {{
  {forget}
  if (r->prev)
    r->prev->next = r->next;
  else
    first_{r} = r->next;
  if (r->next)
    r->next->prev = r->prev;
  else
    last_{r} = r->prev;
  if (cursor_{r} == r)
    cursor_{r} = NULL;
  count_{r}--;
  {destroy}
  free(r);
}}
"""
FORGET = "for (struct {r} *it = first_{r}; it; it = it->next) if (it->{m} == r) it->{m} = NULL;"
BUILD = """\
static NOINLINE void build(struct builder *b) {
  b->text = malloc(8);
  b->end = b->text + 8;
  for (unsigned n = rnd(3); n; n--) {
    unsigned size = (unsigned)(b->end - b->text);
    b->text = realloc(b->text, size * 2);
    b->end = b->text + size * 2;
  }
}
"""


def _array(rng, r, m):
    words, kind, new, drop = ARRAYS[rng.choice(sorted(ARRAYS))]
    labels = {f"{r}.{m}": "owns", f"{r}.{m}[]": words}
    return labels, (f"{kind} **{m}; unsigned {m}_n;",
                    f"r->{m} = calloc(6, sizeof *r->{m}); r->{m}_n = 0;",
                    f"if (r->{m}_n < 6) r->{m}[r->{m}_n++] = {new};",
                    f"for (unsigned i = 0; i < r->{m}_n; i++) {drop}(r->{m}[i]); free(r->{m});")


def _record(rng, r):
    labels = {f"{r}.next": "owns", f"{r}.prev": "borrows", f"global first_{r}": "owns", f"global last_{r}": "borrows",
              f"global cursor_{r}": "borrows", f"local r in make_{r}": "owns", f"local it in find_{r}": "borrows"}
    parts, forget = [], []
    for i, role in enumerate(rng.sample(sorted(ROLES), 5)):
        words, *texts = ROLES[role]
        m = f"m{i}"
        labels[f"{r}.{m}"] = words
        for name, also in ALSO.get(role, {}).items():
            labels[f"{r}.{name.format(m=m)}"] = also
        parts.append([t.format(r=r, m=m) for t in texts])
        if role == "looked up":
            forget.append(FORGET.format(r=r, m=m))
    more, array = _array(rng, r, "many")
    labels.update(more)
    parts.append(array)
    rng.shuffle(parts)
    members, construct, use, destroy = ("\n  ".join(p[i] for p in parts if p[i]) for i in range(4))
    return labels, RECORD.format(r=r, members=members, construct=construct, use=use, destroy=destroy,
                                 forget="\n  ".join(forget))


def _scenario(rng, number, records):
    lines = [f"static NOINLINE void scenario_{number}(void) {{"]
    for _ in range(rng.randint(3, 6)):
        r = rng.choice(records)
        lines.append("  " + rng.choice((
            f"for (unsigned i = 0; i < {rng.randint(1, 6)}; i++) use_{r}(make_{r}());",
            f"make_{r}();",
            f"if (count_{r} > 3) destroy_{r}(find_{r}(rnd(count_{r})));",
            f"while (count_{r} > 10) destroy_{r}(first_{r});",
            f"if (count_{r}) use_{r}(find_{r}(rnd(count_{r})));")))
    return "\n".join([*lines, "}", ""])


def generate(seed, rounds):
    """The text of program SEED, and its labels: slot -> words."""
    rng = random.Random(seed)
    records = [f"rec{i}" for i in range(rng.randint(2, 4))]
    labels, text = dict(HEAD_LABELS), HEAD % {"seed": seed} + BUILD
    labels |= {"builder.text": "owns", "builder.end": "borrows"}
    for r in records:
        more, part = _record(rng, r)
        labels |= more
        text += part
    count = rng.randint(6, 12)
    text += "".join(_scenario(rng, i, records) for i in range(count))
    calls = "\n".join(f"    if (rnd(2)) scenario_{i}();" for i in range(count))
    ends = "\n".join(f"  while (first_{r})\n    destroy_{r}(first_{r});" for r in records)
    return text + f"""\
int main(void) {{
  for (unsigned i = 0; i < 8; i++)
    pool[i] = counted_new();
  for (unsigned round = 0; round < {rounds}; round++) {{
{calls}
  }}
{ends}
  for (unsigned i = 0; i < 8; i++)
    release(pool[i]);
  return 0;
}}
""", labels
