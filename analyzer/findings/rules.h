/*
 * rules: the functions behind the registry's rows, by theme. Each adds what it finds; see findings.h.
 */
#ifndef ROLECHAIN_ANALYZER_FINDINGS_RULES_H
#define ROLECHAIN_ANALYZER_FINDINGS_RULES_H

#include "analyzer/findings/findings.h"

#define FINDING_RULE(name)                                                                                             \
    void name(struct analysis *analysis, const struct finding_rule *rule, struct findings *findings)

/* public.c: anyone */
FINDING_RULE(find_public);
FINDING_RULE(find_public_weak);
FINDING_RULE(find_not_principal);

/* external.c: accounts that are not yours */
FINDING_RULE(find_unknown_account);
FINDING_RULE(find_missing_external_id);

/* account.c: whole accounts */
FINDING_RULE(find_overbroad_account);

/* missing.c: principals that are not there, or cannot use the trust */
FINDING_RULE(find_orphaned_id);
FINDING_RULE(find_missing_principal);
FINDING_RULE(find_dead_trust);

/* identity.c: permissions to assume */
FINDING_RULE(find_assume_any_role);

/* chain.c */
FINDING_RULE(find_trust_cycle);

/* exports.c: what the exports themselves are like */
FINDING_RULE(find_policy_grammar);
FINDING_RULE(find_incomplete_analysis);

#endif
