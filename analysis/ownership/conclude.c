/* conclude.c - see conclude.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Counters first, for references are counted with them; then slots in memory, in rounds, because
 * what is known of one kind of slot decides about others that hold the same blocks; then
 * parameters and results; then local variables, in rounds again. Each round judges every
 * observation anew. A unit of evidence has one vote however many observations it is made of; if
 * these contradict, it votes for neither.
 */
#include "analysis/ownership/conclude.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/ownership/confidence.h"
#include "analysis/ownership/rules.h"
#include "support/grow.h"

enum { ROUNDS = 4 };

/* So much of the weight must agree, or there is no conclusion. */
#define MAJORITY 0.8

struct vote {
  uint64_t unit, count, blocks;
  const struct ms_observation *observation;
  enum ms_stance stance;
};

struct ballot {
  struct vote *votes;
  size_t count, capacity;
  double weight[MS_STANCE_END];
  uint64_t observed[MS_STANCE_END];
  double by_rule[MS_ORULE_END][MS_STANCE_END]; /* units that agree */
  double by_elimination[MS_STANCE_END];          /* of those by freed-through, the ones that saw nothing of what freed it */
  double unsure[MS_STANCE_END];  /* of weight, units that need something which is not known with high confidence */
  double trust[MS_STANCE_END];   /* the most that one of these can lean on */
  double direct; /* what units that need no other conclusion weigh more, if nothing contradicts them */
  double undecided;
  bool idle; /* of the undecided, some saw nothing happen */
  bool is_proven; /* by the compiler, that it borrows */
};

static enum ms_stance judge(const struct ms_evidence *e, const struct ms_observation *o) {
  switch (o->rule) {
#define MS_OWNERSHIP_RULE(id, name, source) \
  case MS_ORULE_##id: return ms_judge_##id(e, o);
#define MS_VIOLATION_RULE(id, name)
#include "analysis/ownership/ownership_rules.def"
  default: return MS_STANCE_NONE;
  }
}

static int by_unit(const void *a, const void *b) {
  const struct vote *x = a, *y = b;
  if (x->unit != y->unit)
    return x->unit < y->unit ? -1 : 1;
  if (x->stance != y->stance)
    return x->stance < y->stance ? -1 : 1;
  return x->observation->event < y->observation->event ? -1 : x->observation->event > y->observation->event;
}

/* Owning and sharing are two words for one side. */
static enum ms_stance side(enum ms_stance stance) { return stance == MS_STANCE_SHARES ? MS_STANCE_OWNS : stance; }

/* Whether O needs no conclusion about anything else: a block was born and nothing in memory holds it when it is
 * returned, or an argument that nothing in memory held was freed. */
static bool is_direct(const struct ms_evidence *e, const struct ms_observation *o) {
  if (o->rule != MS_ORULE_balance)
    return false;
  for (uint32_t i = 0; i < o->items.count; i++)
    if (o->items.at[i].subject >= MS_SUBJECT_FIRST_REAL)
      return false;
  bool is_result = e->subjects[o->subject].kind == MS_OWN_RESULT;
  return ms_items_of(&o->items, is_result ? MS_SUBJECT_BIRTH : MS_SUBJECT_FREED) == 1 &&
         !ms_items_of(&o->items, is_result ? MS_SUBJECT_FREED : MS_SUBJECT_BIRTH);
}

/* How certain the conclusions are that O needs: of each slot in memory that took part. */
static double trust_in(const struct ms_evidence *e, const struct ms_observation *o) {
  double least = 1;
  for (uint32_t i = 0; i < o->items.count; i++) {
    const struct ms_subject *s = &e->subjects[o->items.at[i].subject];
    bool is_slot = s->kind == MS_OWN_FIELD || s->kind == MS_OWN_GLOBAL;
    if (is_slot && o->items.at[i].n && s->conclusion.confidence < least)
      least = s->conclusion.confidence;
  }
  return least;
}

/* Whether O says no more than that a slot was the only one in memory that held a block when it was freed, through
 * whatever. A back link may be that. */
static bool is_by_elimination(const struct ms_observation *o) {
  return o->rule == MS_ORULE_freed_through && ms_items_of(&o->items, MS_SUBJECT_LABEL);
}

/* Counts the votes FIRST .. BEHIND of one unit. */
static void count_unit(const struct ms_evidence *e, struct ballot *b, size_t first, size_t behind) {
  uint64_t blocks = 0;
  bool direct = true, by_elimination = true;
  double trust = 0;
  for (size_t i = first; i < behind; i++) {
    direct &= is_direct(e, b->votes[i].observation);
    by_elimination &= is_by_elimination(b->votes[i].observation);
    double in_this = b->votes[i].observation->rule == MS_ORULE_balance ? trust_in(e, b->votes[i].observation) : 1;
    trust = in_this > trust ? in_this : trust;
    b->observed[b->votes[i].stance] += b->votes[i].count;
    blocks += b->votes[i].blocks;
  }
  for (size_t i = first; i < behind; i++)
    if (side(b->votes[i].stance) != side(b->votes[first].stance)) {
      /* The same call with blocks of the same birth, now this, now that: half a vote each. */
      b->weight[b->votes[first].stance] += 0.5;
      b->weight[b->votes[i].stance] += 0.5;
      return;
    }
  double weight = ms_unit_weight(blocks);
  b->direct += direct ? MS_UNIT_WEIGHT_MAX - weight : 0;
  b->weight[b->votes[first].stance] += weight;
  b->by_rule[b->votes[first].observation->rule][side(b->votes[first].stance)] += weight;
  b->by_elimination[side(b->votes[first].stance)] += by_elimination ? weight : 0;
  if (ms_confidence_of(trust) == MS_CONFIDENCE_HIGH)
    return;
  b->unsure[side(b->votes[first].stance)] += weight;
  if (trust > b->trust[side(b->votes[first].stance)])
    b->trust[side(b->votes[first].stance)] = trust;
}

/* A call in which nothing happened does not contradict others in which the function took its argument: this
 * time it did not. Two that agree are asked for. */
static void drop_idle(struct ballot *b) {
  enum { TAKERS = 2 };
  size_t takers = 0, kept = 0;
  for (size_t i = 0; i < b->count; i++)
    takers += b->votes[i].stance == MS_STANCE_OWNS && (i == 0 || b->votes[i].unit != b->votes[i - 1].unit);
  if (takers < TAKERS)
    return;
  for (size_t i = 0; i < b->count; i++)
    if (b->votes[i].stance != MS_STANCE_BORROWS || !ms_items_of(&b->votes[i].observation->items, MS_SUBJECT_IDLE))
      b->votes[kept++] = b->votes[i];
  b->count = kept;
}

static void collect(const struct ms_evidence *e, const struct ms_subject *s, struct ballot *b) {
  b->count = 0;
  memset(b->weight, 0, sizeof b->weight);
  memset(b->observed, 0, sizeof b->observed);
  memset(b->by_rule, 0, sizeof b->by_rule);
  memset(b->by_elimination, 0, sizeof b->by_elimination);
  memset(b->unsure, 0, sizeof b->unsure);
  memset(b->trust, 0, sizeof b->trust);
  b->undecided = b->direct = 0;
  b->idle = false;
  b->is_proven = false;
  for (uint32_t i = s->first; i; i = e->observations[i - 1].next) {
    const struct ms_observation *o = &e->observations[i - 1];
    enum ms_stance stance = judge(e, o);
    if (o->rule == MS_ORULE_parameter_use) {
      b->is_proven = stance == MS_STANCE_BORROWS;
      continue;
    }
    if (stance == MS_STANCE_NONE) {
      b->undecided++;
      b->idle |= ms_items_of(&o->items, MS_SUBJECT_IDLE) != 0;
      continue;
    }
    MS_GROW(b->votes, b->count, b->capacity);
    b->votes[b->count++] = (struct vote){o->unit, o->count, o->blocks, o, stance};
  }
  if (b->count > 1)
    qsort(b->votes, b->count, sizeof *b->votes, by_unit);
  if (s->kind == MS_OWN_PARAMETER)
    drop_idle(b);
  for (size_t i = 0; i < b->count;) {
    size_t behind = i + 1;
    while (behind < b->count && b->votes[behind].unit == b->votes[i].unit)
      behind++;
    count_unit(e, b, i, behind);
    i = behind;
  }
}

static void set_examples(struct ms_conclusion *c, const struct ballot *b, enum ms_stance winner, const struct ms_evidence *e) {
  for (size_t i = 0; i < b->count; i++) {
    const struct ms_observation *o = b->votes[i].observation;
    bool is_for = side(b->votes[i].stance) == side(winner);
    uint64_t *event = is_for ? &c->event_for : &c->event_against;
    uint32_t *trace = is_for ? &c->trace_for : &c->trace_against;
    if (!*event || *trace > o->trace || (*trace == o->trace && *event > o->event)) {
      *event = o->event;
      *trace = o->trace;
    }
    if (!is_for)
      continue;
    struct ms_reckoning r = ms_reckon(e, &o->items, MS_SUBJECT_NO);
    c->how |= r.how;
    c->is_counted |= r.is_counted;
    int32_t argument = ms_items_of(&o->items, MS_SUBJECT_ARGUMENT);
    if (argument)
      c->returned_index = (uint32_t)argument - 1;
  }
}

static enum ms_ownership_rule_id strongest(const struct ballot *b, enum ms_stance winner) {
  unsigned best = MS_ORULE_NONE;
  for (unsigned i = 0; i < MS_ORULE_END; i++)
    if (b->by_rule[i][side(winner)] > b->by_rule[best][side(winner)])
      best = i;
  return (enum ms_ownership_rule_id)best;
}

/* Whether a rule, were it the only one, would conclude something else than WINNER with high confidence. That many
 * more units speak by another rule is no reason to overrule it: what is wrong with a rule is so in every unit. But what
 * is known by elimination only contests nothing that was seen. */
static bool is_contested(const struct ballot *b, enum ms_stance winner) {
  for (unsigned i = 0; i < MS_ORULE_END; i++) {
    double for_ = b->by_rule[i][side(winner)], other = 0;
    for (unsigned s = 0; s < MS_STANCE_END; s++) {
      double seen = b->by_rule[i][s] - (i == MS_ORULE_freed_through ? b->by_elimination[s] : 0);
      if (s != (unsigned)side(winner) && seen > other)
        other = seen;
    }
    if (other >= MAJORITY * (other + for_) && ms_confidence_of(ms_wilson_lower(other, for_)) == MS_CONFIDENCE_HIGH)
      return true;
  }
  return false;
}

static const char *reason(const struct ms_subject *s, const struct ballot *b) {
  if (b->count)
    return "observations contradict";
  if (b->idle)
    return "when it was called it did nothing";
  if (s->unclear || s->dropped)
    return "too much happened at once";
  return b->undecided ? "slots of unknown kind took part" : "not observed";
}

/* The confidence in a conclusion: what all units are worth, but not more than what they lean on, unless those that
 * lean on nothing unsure are worth more. However many units need a slot to own, they are right only if it does. */
static double confidence_in(const struct ballot *b, const struct ms_conclusion *c) {
  double all = ms_wilson_lower(c->weight_for, c->weight_against);
  double unsure = b->unsure[side(c->stance)], trust = b->trust[side(c->stance)];
  if (unsure <= 0)
    return all;
  double sure = ms_wilson_lower(c->weight_for - unsure, c->weight_against), limit = trust > sure ? trust : sure;
  return all < limit ? all : limit;
}

static void conclude(const struct ms_evidence *e, struct ms_subject *s, struct ballot *b) {
  collect(e, s, b);
  double owns = b->weight[MS_STANCE_OWNS] + b->weight[MS_STANCE_SHARES];
  enum ms_stance winner = b->weight[MS_STANCE_SHARES] > b->weight[MS_STANCE_OWNS] ? MS_STANCE_SHARES : MS_STANCE_OWNS;
  double best = owns, total = owns;
  for (unsigned i = MS_STANCE_BORROWS; i < MS_STANCE_END; i++) {
    total += b->weight[i];
    if (b->weight[i] > best) {
      best = b->weight[i];
      winner = (enum ms_stance)i;
    }
  }
  if (total <= best)
    total = best += b->direct;
  struct ms_conclusion c = {.stance = winner, .source = MS_SOURCE_INFERRED, .weight_for = best,
                            .weight_against = total - best, .rule = strongest(b, winner)};
  for (unsigned i = 0; i < MS_STANCE_END; i++)
    *(side((enum ms_stance)i) == side(winner) ? &c.observed_for : &c.observed_against) += b->observed[i];
  set_examples(&c, b, winner, e);
  c.confidence = confidence_in(b, &c);
  c.label = ms_confidence_of(c.confidence);
  if (b->is_proven && (total <= 0 || winner == MS_STANCE_BORROWS)) {
    c.stance = MS_STANCE_BORROWS;
    c.source = MS_SOURCE_STATIC;
    c.rule = MS_ORULE_parameter_use;
    c.label = MS_CONFIDENCE_HIGH;
  } else if (b->is_proven) {
    c.stance = MS_STANCE_NONE;
    c.why_not = "what was observed contradicts what the compiler saw";
  } else if (total <= 0 || best < MAJORITY * total) {
    c.stance = MS_STANCE_NONE;
    c.why_not = reason(s, b);
  } else if (is_contested(b, winner)) {
    c.stance = MS_STANCE_NONE;
    c.why_not = "the rules contradict";
  }
  s->conclusion = c;
}

static void conclude_kinds(struct ms_evidence *e, unsigned kinds, unsigned rounds, struct ballot *b) {
  for (unsigned round = 0; round < rounds; round++)
    for (uint32_t i = MS_SUBJECT_FIRST_REAL; i < e->subject_count; i++)
      if (kinds >> e->subjects[i].kind & 1)
        conclude(e, &e->subjects[i], b);
}

/* "box" of "struct box.refs" is TYPE, which may say struct or not. */
static bool is_type_of(const char *member, const char *type, bool is_pointer) {
  static const char prefix[] = "struct ";
  const size_t n = sizeof prefix - 1;
  member += strncmp(member, prefix, n) == 0 ? n : 0;
  type += strncmp(type, prefix, n) == 0 ? n : 0;
  const char *dot = strrchr(member, '.');
  size_t length = dot ? (size_t)(dot - member) : 0, rest = strlen(type);
  if (is_pointer && rest > 2 && memcmp(type + rest - 2, " *", 2) == 0) /* a result's type is the pointer */
    rest -= 2;
  return length && rest == length && memcmp(member, type, length) == 0;
}

/* Which subjects are pointers to structures with a counter of references. */
static void mark_countable(struct ms_evidence *e) {
  for (uint32_t i = MS_SUBJECT_FIRST_REAL; i < e->subject_count; i++) {
    const struct ms_subject *counter = &e->subjects[i];
    if (counter->kind != MS_OWN_COUNTER || counter->conclusion.stance != MS_STANCE_COUNTS)
      continue;
    for (uint32_t j = MS_SUBJECT_FIRST_REAL; j < e->subject_count; j++)
      if ((*counter->type && counter->type == e->subjects[j].type) ||
          is_type_of(counter->name, e->subjects[j].type, e->subjects[j].kind == MS_OWN_RESULT)) {
        e->subjects[j].is_countable = true;
      }
  }
}

/* They are counted, whatever was seen of each. */
static void mark_counted(struct ms_evidence *e) {
  for (uint32_t i = MS_SUBJECT_FIRST_REAL; i < e->subject_count; i++) {
    struct ms_subject *s = &e->subjects[i];
    s->conclusion.is_counted |= s->is_countable;
    if (s->is_countable && s->conclusion.stance == MS_STANCE_OWNS && s->kind != MS_OWN_PARAMETER && s->kind != MS_OWN_RESULT)
      s->conclusion.stance = MS_STANCE_SHARES;
  }
}

/* What a slot owns of blocks that count their references is a reference, whatever the slot is declared to hold. */
static void mark_shared(struct ms_evidence *e) {
  for (uint32_t i = MS_SUBJECT_FIRST_REAL; i < e->subject_count; i++) {
    struct ms_subject *s = &e->subjects[i];
    if ((s->kind != MS_OWN_FIELD && s->kind != MS_OWN_GLOBAL) || s->conclusion.stance != MS_STANCE_OWNS)
      continue;
    if (!s->counter || e->subjects[s->counter].conclusion.stance != MS_STANCE_COUNTS ||
        (double)s->counted < MAJORITY * (double)(s->counted + s->plain))
      continue;
    s->conclusion.stance = MS_STANCE_SHARES;
    s->conclusion.is_counted = true;
  }
}

void ms_conclude(struct ms_evidence *e) {
  struct ballot b = {0};
  conclude_kinds(e, 1u << MS_OWN_COUNTER, 1, &b);
  mark_countable(e);
  conclude_kinds(e, 1u << MS_OWN_FIELD | 1u << MS_OWN_GLOBAL, ROUNDS, &b);
  conclude_kinds(e, 1u << MS_OWN_PARAMETER | 1u << MS_OWN_RESULT, 1, &b);
  conclude_kinds(e, 1u << MS_OWN_LOCAL, ROUNDS, &b);
  mark_counted(e);
  mark_shared(e);
  free(b.votes);
}
