/*
 * finding_names: how people name a kind of finding: "id" or "id/code".
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_FINDING_NAMES_H
#define ROLECHAIN_ANALYZER_FINDINGS_FINDING_NAMES_H

#include "analyzer/findings/findings.h"

/* Whether the finding is of that kind. */
bool finding_is_named(const struct finding *finding, const char *name);

/* Whether the rule finds the kind with that name. */
bool finding_rule_is_named(const struct finding_rule *rule, const char *name);

/* False: there is no such kind; an error with the closest one was printed, starting with `where` ("--only"). */
bool finding_name_check(const char *where, const char *name);

/* The rule with that id; NULL: an error was printed. */
const struct finding_rule *finding_rule_find(const char *where, const char *id, size_t length);

#endif
