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
FINDING_RULE(find_vendor);
FINDING_RULE(find_retired_vendor);
FINDING_RULE(find_outside_administrator);

/* external_ids.c: what third parties must know */
FINDING_RULE(find_missing_external_id);
FINDING_RULE(find_weak_external_id);
const char *const *external_id_codes(size_t *count);

/* account.c: whole accounts */
FINDING_RULE(find_overbroad_account);

/* federated.c: web identity */
FINDING_RULE(find_subject_missing);
FINDING_RULE(find_subject_broad);
FINDING_RULE(find_audience_missing);
const char *const *subject_codes(size_t *count);

/* federated_clouds.c: EKS, Cognito, SAML, IAM Identity Center */
FINDING_RULE(find_eks_subject);
FINDING_RULE(find_cognito_open);
FINDING_RULE(find_saml_audience);
FINDING_RULE(find_sso_tampered);
const char *const *eks_codes(size_t *count);
const char *const *cognito_codes(size_t *count);

/* federated_keys.c: statements that cannot mean what they say */
FINDING_RULE(find_foreign_key);
FINDING_RULE(find_action_mismatch);
const char *const *mismatch_codes(size_t *count);

/* federated_providers.c: the providers themselves */
FINDING_RULE(find_missing_provider);
FINDING_RULE(find_provider_editor);

/* crowds.c: whole accounts that many use */
FINDING_RULE(find_crowded_account);

/* forgeable_tags.c: tags that people give themselves */
FINDING_RULE(find_forgeable_tag);
const char *const *forgeable_tag_codes(size_t *count);

/* organization.c: whoever is of the organization, or called so */
FINDING_RULE(find_organization_wide);
FINDING_RULE(find_broad_arn_pattern);
const char *const *organization_codes(size_t *count);
const char *const *arn_pattern_codes(size_t *count);

/* membership.c: accounts for what they are to the organization */
FINDING_RULE(find_closed_account);
FINDING_RULE(find_into_management);
FINDING_RULE(find_cross_partition);

/* service_trusts.c: services */
FINDING_RULE(find_confused_deputy);
FINDING_RULE(find_service_administrator);
FINDING_RULE(find_unknown_service);
FINDING_RULE(find_rolesanywhere);
const char *const *deputy_codes(size_t *count);
const char *const *unknown_service_codes(size_t *count);
const char *const *rolesanywhere_codes(size_t *count);

/* missing.c: principals that are not there, or cannot use the trust */
FINDING_RULE(find_orphaned_id);
FINDING_RULE(find_missing_principal);
FINDING_RULE(find_dead_trust);

/* permissions.c: permissions that lead nowhere, or out */
FINDING_RULE(find_dead_permission);
FINDING_RULE(find_outbound);

/* identity.c: permissions to assume */
FINDING_RULE(find_assume_any_role);

/* chain.c */
FINDING_RULE(find_trust_cycle);

/* unused.c, stale.c: trusts and roles that nobody uses */
FINDING_RULE(find_unused_trust);
FINDING_RULE(find_stale_external);
const char *const *unused_codes(size_t *count);

/* crossing.c: chains into environments of higher trust, long chains */
FINDING_RULE(find_chain_crossing);
FINDING_RULE(find_chain_long);

/* guards.c: what roles demand, and ways around it; conditions on MFA that do not hold what they promise,
 * mfa_conditions.c
 */
FINDING_RULE(find_guard_bypassed);
const char *const *guard_bypassed_codes(size_t *count);
FINDING_RULE(find_mfa_missing);
FINDING_RULE(report_mfa_conditions);
const char *const *mfa_missing_codes(size_t *count);

/* scp_bypass.c: ways around an SCP, for find_guard_bypassed */
FINDING_RULE(report_scp_bypassed);

/* choke.c, editors.c, sessions.c */
FINDING_RULE(find_choke_point);
FINDING_RULE(find_trust_editor);
FINDING_RULE(find_trust_self);
FINDING_RULE(find_long_session);

/* escalation.c: chains that end in more than they begin with */
FINDING_RULE(find_chain_to_admin);
FINDING_RULE(find_chain_from_outside);

/* exports.c: what the exports themselves are like */
FINDING_RULE(find_policy_grammar);
FINDING_RULE(find_incomplete_analysis);

/* conditions.c: conditions that do something else than they look */
FINDING_RULE(find_condition_pitfall);
const char *const *condition_pitfall_codes(size_t *count);

/* exports.c: statements with an operator that does not exist, for find_condition_pitfall */
FINDING_RULE(report_unknown_operators);
const char *const *policy_grammar_codes(size_t *count);

#endif
