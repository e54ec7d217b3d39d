#include "analyzer/findings/rules.h"

#define USER_GUIDE "https://docs.aws.amazon.com/IAM/latest/UserGuide/"

/* In the order of their ids. */
static const struct finding_rule rules[] = {
    {"analysis-incomplete", SEVERITY_INFO, "The exports do not hold everything the answers depend on",
     "What is not exported can deny what is reported as possible, or allow what is reported as impossible.",
     "Export what is named and load it; `rolechain status` lists every gap.",
     "https://docs.aws.amazon.com/cli/latest/reference/iam/get-account-authorization-details.html",
     find_incomplete_analysis, NULL},
    {"assume-any-role", SEVERITY_HIGH, "A policy allows assuming any role",
     "Every role that trusts this account, now or later, opens to the holder without anybody deciding it.",
     "Name the roles in Resource, or a path made for them: arn:aws:iam::ACCOUNT:role/for-this-purpose/*.",
     USER_GUIDE "id_roles_use_permissions-to-switch.html", find_assume_any_role, NULL},
    {"chain-from-outside", SEVERITY_CRITICAL, "A chain of roles leads from outside to an administrator",
     "Each trust by itself lets in somebody harmless; one after the other they hand the account to an outsider.",
     "Cut the chain at the role that outsiders enter, or at the trust that leads on from it; `rolechain chokepoints` "
     "tells which statement cuts off most.",
     USER_GUIDE "id_roles.html#iam-term-role-chaining", find_chain_from_outside, NULL},
    {"chain-to-admin", SEVERITY_HIGH, "Who is no administrator can end up as one",
     "Whoever gets hold of any of them has the account, and reviews of administrators do not list them.",
     "Narrow the trust of the administrator role to those who are to be administrators; `rolechain chokepoints` tells "
     "which statement cuts off most.",
     USER_GUIDE "id_roles.html#iam-term-role-chaining", find_chain_to_admin, NULL},
    {"cognito-open", SEVERITY_CRITICAL, "Strangers become the role through Amazon Cognito",
     "Cognito's issuer serves all AWS customers: without the pool's id anybody's pool gives out tokens for the role; "
     "with "
     "guests accepted, nobody has to sign in.",
     "Demand your identity pool with StringEquals on cognito-identity.amazonaws.com:aud and signed-in users with "
     "ForAnyValue:StringLike on cognito-identity.amazonaws.com:amr = authenticated.",
     "https://docs.aws.amazon.com/cognito/latest/developerguide/role-trust-and-permissions.html", find_cognito_open,
     cognito_codes},
    {"condition-pitfall", SEVERITY_MEDIUM, "A condition that does something else than it looks",
     "A condition that is passed by leaving its key out, or that can never hold, guards nothing or grants nothing.",
     "Correct the operator, or demand that the key is there.",
     USER_GUIDE "reference_policies_elements_condition_operators.html", find_condition_pitfall,
     condition_pitfall_codes},
    {"dead-permission", SEVERITY_INFO, "A permission to assume a role that cannot be assumed",
     "It does nothing today, hides what is in use, and comes alive when the other side changes or somebody makes a "
     "role "
     "of that name.",
     "Remove it, or add what is missing: `rolechain explain` says what that is.",
     USER_GUIDE "id_roles_use_permissions-to-switch.html", find_dead_permission, NULL},
    {"dead-trust", SEVERITY_INFO, "A trust that nobody can use",
     "It grants nothing today, hides what the role is for, and comes alive when the other side changes.",
     "Remove it, or add what is missing: `rolechain explain` says what that is.",
     USER_GUIDE "reference_policies_evaluation-logic.html", find_dead_trust, NULL},
    {"eks-subject-broad", SEVERITY_HIGH, "Pods of a cluster become the role that were not meant to",
     "Whoever may create a pod or a service account in one of these namespaces gets the role.",
     "Demand the service account with StringEquals: system:serviceaccount:NAMESPACE:NAME; with pod identity, the "
     "cluster's ARN in aws:SourceArn and the tag kubernetes-namespace.",
     "https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html", find_eks_subject,
     eks_codes},
    {"oidc-aud-missing", SEVERITY_MEDIUM, "Tokens of the identity provider are accepted whatever they were made for",
     "The audience says for whom a token was made: without it a token that another application got, or leaked, opens "
     "the role too.",
     "Demand the audience with StringEquals on the provider's aud key: sts.amazonaws.com, or the client id that you "
     "registered.",
     USER_GUIDE "id_roles_create_for-idp_oidc.html", find_audience_missing, NULL},
    {"oidc-key-wrong-issuer", SEVERITY_MEDIUM, "A condition tests a key of another identity provider",
     "The key is never there: an Allow lets nobody in, or everybody if its operator is satisfied by a missing key; a "
     "Deny stops nobody.",
     "Use the keys of the provider that the statement names: its address without https://, a colon, the claim.",
     USER_GUIDE "reference_policies_iam-condition-keys.html#condition-keys-wif", find_foreign_key, NULL},
    {"oidc-sub-broad", SEVERITY_HIGH,
     "The trust accepts tokens of more projects, branches or pull requests than it should",
     "On a shared platform the subject of the token is the access control: whoever gets a token with a matching "
     "subject "
     "becomes the role.",
     "Demand the exact subject with StringEquals, best one that is bound to a protected environment or branch.",
     USER_GUIDE "id_roles_create_for-idp_oidc.html", find_subject_broad, subject_codes},
    {"oidc-sub-missing", SEVERITY_CRITICAL,
     "The trust accepts every token of the identity provider, whatever its subject",
     "The platform gives tokens to everybody who uses it: without the subject they are all the same to the role.",
     "Demand the exact subject with StringEquals on the provider's sub key.",
     USER_GUIDE "id_roles_create_for-idp_oidc.html", find_subject_missing, NULL},
    {"outbound-assume-external", SEVERITY_MEDIUM, "A policy allows assuming roles outside the organization",
     "A session of a role elsewhere is a way to carry data out, and what it can do there is decided by others.",
     "Remove it, or write down whose account it is and why it is needed.",
     USER_GUIDE "id_roles_use_permissions-to-switch.html", find_outbound, NULL},
    {"policy-grammar", SEVERITY_LOW, "A policy that IAM would reject, or read otherwise than it looks",
     "A statement that cannot be read grants nothing, or something else than its author meant.",
     "Correct the policy; IAM Access Analyzer's policy validation checks the correction.",
     USER_GUIDE "reference_policies_grammar.html", find_policy_grammar, policy_grammar_codes},
    {"saml-aud-missing", SEVERITY_MEDIUM, "Assertions are accepted whatever service they were made for",
     "An assertion that another service received can be replayed against the role.",
     "Demand SAML:aud with StringEquals: https://signin.aws.amazon.com/saml, or the sign-in address of your region.",
     USER_GUIDE "id_roles_create_for-idp_saml.html", find_saml_audience, NULL},
    {"sso-role-tampered", SEVERITY_HIGH, "The trust of an IAM Identity Center role is not what Identity Center writes",
     "Nobody in the account may change these roles: a change was made through the management account or Identity "
     "Center itself, and outlives everything else.",
     "Find out in CloudTrail who changed it; provision the permission set again.",
     "https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html", find_sso_tampered,
     NULL},
    {"stale-external", SEVERITY_HIGH, "A role that outsiders can become has not been used for long",
     "Nobody would notice if it were used by somebody else: partners leave, their accounts and identity providers "
     "stay.",
     "Remove the role, or the statement, after asking its owner.", USER_GUIDE "access_policies_last-accessed.html",
     find_stale_external, NULL},
    {"trust-account-overbroad", SEVERITY_MEDIUM, "The trust names a whole account instead of those who use it",
     "Any later grant of sts:AssumeRole in that account includes this role without anybody deciding it.",
     "Replace the account by the principals that can use the role. Naming ARNs in the role's own "
     "account "
     "removes the need for an identity policy and binds to unique ids, so a recreated role loses the trust; the "
     "account "
     "with a condition on aws:PrincipalArn does neither.",
     USER_GUIDE "reference_policies_elements_principal.html", find_overbroad_account, NULL},
    {"trust-action-mismatch", SEVERITY_LOW,
     "The trust allows an action that its principals cannot call, or more than it needs",
     "Identity providers use sts:AssumeRoleWithSAML or sts:AssumeRoleWithWebIdentity, everybody else sts:AssumeRole: "
     "with another action the statement never lets them in; with a wildcard it also lets them tag sessions.",
     "Allow the one action that the principals use, and sts:TagSession only where tags are used.",
     USER_GUIDE "reference_policies_elements_principal.html", find_action_mismatch, mismatch_codes},
    {"trust-cycle", SEVERITY_LOW, "Roles that can assume each other in a circle",
     "Whoever gets into one of them can renew sessions for ever and survives the revocation of any single role.",
     "Cut the circle at the trust that nobody needs.", USER_GUIDE "id_roles.html", find_trust_cycle, NULL},
    {"trust-external-no-external-id", SEVERITY_HIGH, "A third party is trusted without an external id",
     "The third party acts for many customers: another customer who guesses the role's ARN can make it act on this "
     "account (the confused deputy).",
     "Ask the third party for the external id it uses for you, and demand it with StringEquals on sts:ExternalId.",
     USER_GUIDE "confused-deputy.html", find_missing_external_id, NULL},
    {"trust-external-unknown", SEVERITY_HIGH, "An account that is not known to be yours can assume the role",
     "Trusts of former partners, consultants and attackers look alike: nobody notices that they still work.",
     "Find out whose account it is; remove the trust, or load the account's export if it is yours.",
     USER_GUIDE "access-analyzer-findings.html", find_unknown_account, NULL},
    {"trust-missing-principal", SEVERITY_HIGH, "The trust names a principal that does not exist",
     "Whoever may create a principal of that name in that account gets the role.",
     "Remove the principal, or create it before somebody else does.",
     USER_GUIDE "reference_policies_elements_principal.html", find_missing_principal, NULL},
    {"trust-notprincipal-allow", SEVERITY_CRITICAL, "The trust allows everyone but a few (Allow with NotPrincipal)",
     "NotPrincipal with Allow admits every principal of every account that is not in the list.",
     "Name those who need the role in Principal.", USER_GUIDE "reference_policies_elements_notprincipal.html",
     find_not_principal, NULL},
    {"trust-orphaned-id", SEVERITY_MEDIUM, "The trust names what is left of a deleted user or role",
     "IAM replaces the ARN of a deleted principal by its unique id: nobody can use it, and nobody can tell what it "
     "was.",
     "Remove the id; if the principal was recreated under its old name, name its ARN again.",
     USER_GUIDE "reference_identifiers.html#identifiers-unique-ids", find_orphaned_id, NULL},
    {"trust-public", SEVERITY_CRITICAL, "Anyone with an AWS account can assume the role",
     "The role is open to every AWS customer.",
     "Name the principals, or demand aws:PrincipalOrgID together with a pattern for aws:PrincipalArn.",
     USER_GUIDE "reference_policies_elements_principal.html#principal-anonymous", find_public, NULL},
    {"trust-public-weak-condition", SEVERITY_HIGH, "Anyone can assume the role under conditions that bind nobody",
     "Every condition of the statement is about what the caller chooses or can guess; none says who the caller is.",
     "Name the principals, or demand aws:PrincipalOrgID together with a pattern for aws:PrincipalArn.",
     USER_GUIDE "reference_policies_elements_principal.html#principal-anonymous", find_public_weak, NULL},
    {"trust-unused", SEVERITY_LOW, "A trust that nobody used, or only some of those it admits",
     "What nobody uses is missed by nobody, and stays open to whoever takes over one of those it admits.",
     "Remove the statement; CloudTrail shows who used the role in the time that is named.",
     USER_GUIDE "access_policies_last-accessed.html", find_unused_trust, unused_codes},
};

const struct finding_rule *finding_rules(size_t *count)
{
    *count = sizeof rules / sizeof rules[0];
    return rules;
}
