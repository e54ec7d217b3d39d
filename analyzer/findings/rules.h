/*
 * rules: the functions and sub-codes named in the registry (registry.def, which is the only list of them). Each
 * function adds its findings; see findings.h. Rules are grouped by theme: trust/, federation/, chains/, permissions/,
 * conditions/; patches/ holds what offers patches.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_RULES_H
#define ROLECHAIN_ANALYZER_FINDINGS_RULES_H

#include "analyzer/findings/findings.h"

#define CODES_FROM(function) const char *function(size_t index);
#define PATCH(function) finding_elaboration function;
#define FINDING(id, severity, title, why, fix, reference, rule, codes, patch)                                          \
    finding_rule_function rule;                                                                                        \
    codes patch
#define PART(function) finding_rule_function function;
#include "analyzer/findings/registry.def"

/* The sub-codes. Each rule has an entry of its own, followed by its codes, so that a list ends where the next rule
 * begins. */
enum finding_code {
    FINDING_NO_CODE,
#define FINDING(id, severity, title, why, fix, reference, rule, codes, patch) rule##_codes,
#define CODE(name, word) name,
#include "analyzer/findings/registry.def"
    FINDING_CODE_END
};

/* The word for each, "" for none: finding->code. */
extern const char *const finding_code_words[];
bool finding_has_code(const struct finding *finding, enum finding_code code);

#endif
