/* copy_labels.c - asks the rules in turn; the names of labels, sources and rules.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "analysis/model/copy_labels.h"

#include <stddef.h>

static const struct {
  bool (*decide)(const struct ms_copy_facts *facts, struct ms_verdict *verdict);
  enum ms_copy_rule_id id;
} rules[] = {
#define MS_COPY_RULE(id, name) {ms_rule_##id, MS_RULE_##id},
#define MS_CLONE_RULE(id, name)
#include "analysis/model/copy_rules.def"
};

bool ms_copy_decide(const struct ms_copy_facts *facts, struct ms_copy *copy) {
  struct ms_verdict verdict;
  for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
    if (rules[i].decide(facts, &verdict)) {
      copy->label = verdict.label;
      copy->source = verdict.source;
      copy->rule = rules[i].id;
      return true;
    }
  return false;
}

const char *ms_copy_label_name(unsigned label) {
  static const char *const names[] = {"undecided", "birth", "move", "borrow", "clone", "same"};
  return label < sizeof names / sizeof names[0] ? names[label] : "?";
}

const char *ms_fact_source_name(unsigned source) {
  static const char *const names[] = {"unknown", "captured", "static", "inferred"};
  return source < sizeof names / sizeof names[0] ? names[source] : "?";
}

const char *ms_copy_rule_name(unsigned rule) {
  static const char *const names[] = {"none",
#define MS_COPY_RULE(id, name) name,
#define MS_CLONE_RULE(id, name) name,
#include "analysis/model/copy_rules.def"
  };
  return rule < sizeof names / sizeof names[0] ? names[rule] : "?";
}
