/*
 * rejected_policies: statements with an operator that does not exist, a part of condition-pitfall.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_CONDITIONS_REJECTED_POLICIES_H
#define ROLECHAIN_ANALYZER_FINDINGS_CONDITIONS_REJECTED_POLICIES_H

#include "analyzer/findings/rules.h"

finding_rule_function report_unknown_operators;

#endif
