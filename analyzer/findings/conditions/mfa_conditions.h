/*
 * mfa_conditions: conditions on MFA that do not hold what they promise, a part of mfa-missing.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_CONDITIONS_MFA_CONDITIONS_H
#define ROLECHAIN_ANALYZER_FINDINGS_CONDITIONS_MFA_CONDITIONS_H

#include "analyzer/findings/rules.h"

finding_rule_function report_mfa_conditions;

#endif
