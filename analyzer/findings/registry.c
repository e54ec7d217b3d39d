#include "analyzer/findings/rules.h"
#include "ingest/policy.h"

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
    {"dead-trust", SEVERITY_INFO, "A trust that nobody can use",
     "It grants nothing today, hides what the role is for, and comes alive when the other side changes.",
     "Remove it, or add what is missing: `rolechain explain` says what that is.",
     USER_GUIDE "reference_policies_evaluation-logic.html", find_dead_trust, NULL},
    {"policy-grammar", SEVERITY_LOW, "A policy that IAM would reject, or read otherwise than it looks",
     "A statement that cannot be read grants nothing, or something else than its author meant.",
     "Correct the policy; IAM Access Analyzer's policy validation checks the correction.",
     USER_GUIDE "reference_policies_grammar.html", find_policy_grammar, policy_problem_codes},
    {"trust-account-overbroad", SEVERITY_MEDIUM, "The trust names a whole account instead of those who use it",
     "Any later grant of sts:AssumeRole in that account includes this role without anybody deciding it.",
     "Replace the account by the principals that can use the role. Naming ARNs in the role's own "
     "account "
     "removes the need for an identity policy and binds to unique ids, so a recreated role loses the trust; the "
     "account "
     "with a condition on aws:PrincipalArn does neither.",
     USER_GUIDE "reference_policies_elements_principal.html", find_overbroad_account, NULL},
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
};

const struct finding_rule *finding_rules(size_t *count)
{
    *count = sizeof rules / sizeof rules[0];
    return rules;
}
