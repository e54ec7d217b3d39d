#include "tests/bench/generate_policies.h"

#include <stdio.h>
#include <string.h>

static void open_trust(struct json_writer *writer, const char *kind, const char *who, const char *action)
{
    policy_open_statement(writer, "Allow");
    json_open(writer, "Principal", '{');
    json_text(writer, kind, who);
    json_close(writer, '}');
    json_text(writer, "Action", action);
}

static void trust_root(struct json_writer *writer, const char *account)
{
    char arn[64];
    snprintf(arn, sizeof arn, "arn:aws:iam::%s:root", account);
    open_trust(writer, "AWS", arn, "sts:AssumeRole");
}

/* ---- trust policies, one function a kind */

static void trust_service(struct json_writer *writer, const char *service)
{
    open_trust(writer, "Service", service, "sts:AssumeRole");
    json_close(writer, '}');
}

static void trust_lambda(struct json_writer *writer, const struct account *account, struct chance *chance)
{
    (void)account, (void)chance;
    trust_service(writer, "lambda.amazonaws.com");
}

static void trust_containers(struct json_writer *writer, const struct account *account, struct chance *chance)
{
    (void)account, (void)chance;
    trust_service(writer, "ecs-tasks.amazonaws.com");
}

static void trust_machines(struct json_writer *writer, const struct account *account, struct chance *chance)
{
    (void)account, (void)chance;
    trust_service(writer, "ec2.amazonaws.com");
}

static void trust_other_service(struct json_writer *writer, const struct account *account, struct chance *chance)
{
    char word[64], service[96], value[96];
    chance_word(chance,
                "states events codebuild glue backup firehose apigateway scheduler batch sagemaker dms transfer", word);
    snprintf(service, sizeof service, "%s.amazonaws.com", word);
    open_trust(writer, "Service", service, "sts:AssumeRole");
    if (chance_permille(chance, 150)) {
        json_open(writer, "Condition", '{');
        json_open(writer, "StringEquals", '{');
        json_text(writer, "aws:SourceAccount", account->id);
        json_close(writer, '}');
        json_open(writer, "ArnLike", '{');
        snprintf(value, sizeof value, "arn:aws:%s:*:%s:*", word, account->id);
        json_text(writer, "aws:SourceArn", value);
        json_close(writer, '}');
        json_close(writer, '}');
    }
    json_close(writer, '}');
}

static void trust_service_linked(struct json_writer *writer, const struct account *account, struct chance *chance)
{
    char word[64], service[96];
    (void)account;
    chance_word(chance,
                "autoscaling config guardduty support trustedadvisor rds elasticache cloudtrail sso securityhub", word);
    snprintf(service, sizeof service, "%s.amazonaws.com", word);
    trust_service(writer, service);
}

static void trust_single_sign_on(struct json_writer *writer, const struct account *account, struct chance *chance)
{
    char provider[96];
    (void)chance;
    snprintf(provider, sizeof provider, "arn:aws:iam::%s:saml-provider/AWSSSO_0123456789abcdef_DO_NOT_DELETE",
             account->id);
    policy_open_statement(writer, "Allow");
    json_open(writer, "Principal", '{');
    json_text(writer, "Federated", provider);
    json_close(writer, '}');
    json_open(writer, "Action", '[');
    json_text(writer, NULL, "sts:AssumeRoleWithSAML");
    json_text(writer, NULL, "sts:TagSession");
    json_close(writer, ']');
    policy_condition(writer, "StringEquals", "SAML:aud", "https://signin.aws.amazon.com/saml");
    json_close(writer, '}');
}

static void trust_cluster(struct json_writer *writer, const struct account *account, struct chance *chance)
{
    char issuer[128], text[192], team[64], part[64];
    snprintf(issuer, sizeof issuer, "oidc.eks.%s.amazonaws.com/id/%s%s", account->region, account->id, account->id);
    snprintf(text, sizeof text, "arn:aws:iam::%s:oidc-provider/%s", account->id, issuer);
    open_trust(writer, "Federated", text, "sts:AssumeRoleWithWebIdentity");
    json_open(writer, "Condition", '{');
    json_open(writer, "StringEquals", '{');
    snprintf(text, sizeof text, "%s:aud", issuer);
    json_text(writer, text, "sts.amazonaws.com");
    snprintf(text, sizeof text, "%s:sub", issuer);
    json_format(writer, text, "system:serviceaccount:%s:%s", chance_word(chance, GENERATED_TEAMS, team),
                chance_word(chance, GENERATED_PARTS, part));
    json_close(writer, '}');
    json_close(writer, '}');
    json_close(writer, '}');
}

static void trust_github(struct json_writer *writer, const struct account *account, struct chance *chance)
{
    char provider[128], team[64], part[64];
    snprintf(provider, sizeof provider, "arn:aws:iam::%s:oidc-provider/token.actions.githubusercontent.com",
             account->id);
    open_trust(writer, "Federated", provider, "sts:AssumeRoleWithWebIdentity");
    json_open(writer, "Condition", '{');
    json_open(writer, "StringEquals", '{');
    json_text(writer, "token.actions.githubusercontent.com:aud", "sts.amazonaws.com");
    json_close(writer, '}');
    json_open(writer, "StringLike", '{');
    json_format(writer, "token.actions.githubusercontent.com:sub", "repo:acme/%s-%s:%s",
                chance_word(chance, GENERATED_TEAMS, team), chance_word(chance, GENERATED_PARTS, part),
                chance_permille(chance, 500) ? "*" : "ref:refs/heads/main");
    json_close(writer, '}');
    json_close(writer, '}');
    json_close(writer, '}');
}

static void trust_own_account(struct json_writer *writer, const struct account *account, struct chance *chance)
{
    char team[64];
    trust_root(writer, account->id);
    if (chance_permille(chance, 250))
        policy_condition(writer, "Bool", "aws:MultiFactorAuthPresent", "true");
    else if (chance_permille(chance, 250))
        policy_condition(writer, "StringEquals", "aws:PrincipalTag/team", chance_word(chance, GENERATED_TEAMS, team));
    json_close(writer, '}');
}

static void trust_hub_account(struct json_writer *writer, const struct account *account, struct chance *chance)
{
    char hub[13], pattern[96];
    account_id(account->organization, chance_below(chance, 4) % account->organization->account_count, hub);
    trust_root(writer, hub);
    snprintf(pattern, sizeof pattern, "arn:aws:iam::%s:role/*-operations-*", hub);
    if (chance_permille(chance, 300))
        policy_condition(writer, "Bool", "aws:MultiFactorAuthPresent", "true");
    else if (chance_permille(chance, 300))
        policy_condition(writer, "ArnLike", "aws:PrincipalArn", pattern);
    json_close(writer, '}');
}

/* The runners of the tooling account, and sometimes a deployment role elsewhere. */
static void trust_named(struct json_writer *writer, const struct account *account, struct chance *chance)
{
    char id[13], team[64];
    policy_open_statement(writer, "Allow");
    json_open(writer, "Principal", '{');
    json_open(writer, "AWS", '[');
    for (uint32_t i = chance_below(chance, 3) + 1; i > 0; i--) {
        account_id(account->organization, TOOLING_ACCOUNT % account->organization->account_count, id);
        json_format(writer, NULL, "arn:aws:iam::%s:role/runner-%s", id, chance_word(chance, GENERATED_TEAMS, team));
    }
    if (chance_permille(chance, 200)) {
        account_another(account, chance, id);
        json_format(writer, NULL, "arn:aws:iam::%s:role/deploy-%s", id, chance_word(chance, GENERATED_TEAMS, team));
    }
    json_close(writer, ']');
    json_close(writer, '}');
    json_text(writer, "Action", "sts:AssumeRole");
    json_close(writer, '}');
}

static void trust_bootstrap(struct json_writer *writer, const struct account *account, struct chance *chance)
{
    char hub[13];
    (void)chance;
    trust_root(writer, account->id);
    json_close(writer, '}');
    account_id(account->organization, TOOLING_ACCOUNT % account->organization->account_count, hub);
    trust_root(writer, hub);
    json_close(writer, '}');
}

static void trust_with_external_id(struct json_writer *writer, const char *account, struct chance *chance)
{
    char value[64];
    trust_root(writer, account);
    snprintf(value, sizeof value, "%016llx", (unsigned long long)chance_draw(chance));
    policy_condition(writer, "StringEquals", "sts:ExternalId", value);
    json_close(writer, '}');
}

static void trust_vendor(struct json_writer *writer, const struct account *account, struct chance *chance)
{
    char word[64], id[13];
    (void)account;
    snprintf(
        id, sizeof id, "%.12s",
        chance_word(chance, "464622532012 754728514883 509560245411 165736516723 188619942792 612791702201", word));
    if (chance_permille(chance, 800)) {
        trust_with_external_id(writer, id, chance);
        return;
    }
    trust_root(writer, id);
    json_close(writer, '}');
}

static void trust_hub_with_external_id(struct json_writer *writer, const struct account *account, struct chance *chance)
{
    char hub[13];
    account_id(account->organization, TOOLING_ACCOUNT % account->organization->account_count, hub);
    trust_with_external_id(writer, hub, chance);
}

static void trust_organization(struct json_writer *writer, const struct account *account, struct chance *chance)
{
    (void)chance;
    open_trust(writer, "AWS", "*", "sts:AssumeRole");
    policy_condition(writer, "StringEquals", "aws:PrincipalOrgID", account->organization->id);
    json_close(writer, '}');
}

static void trust_organization_in_other_words(struct json_writer *writer, const struct account *account,
                                              struct chance *chance)
{
    policy_open_statement(writer, "Allow");
    json_format(writer, "Sid", "Shared%08x", chance_below(chance, UINT32_MAX));
    json_open(writer, "Principal", '{');
    json_text(writer, "AWS", "*");
    json_close(writer, '}');
    json_text(writer, "Action", "sts:AssumeRole");
    policy_condition(writer, "StringEquals", "aws:PrincipalOrgID", account->organization->id);
    json_close(writer, '}');
}

static void trust_organization_but_one(struct json_writer *writer, const struct account *account, struct chance *chance)
{
    char id[13];
    account_another(account, chance, id);
    open_trust(writer, "AWS", "*", "sts:AssumeRole");
    json_open(writer, "Condition", '{');
    json_open(writer, "StringEquals", '{');
    json_text(writer, "aws:PrincipalOrgID", account->organization->id);
    json_close(writer, '}');
    json_open(writer, "StringNotLike", '{');
    json_format(writer, "aws:PrincipalArn", "arn:aws:iam::%s:role/%08x*", id, chance_below(chance, UINT32_MAX));
    json_close(writer, '}');
    json_close(writer, '}');
    json_close(writer, '}');
}

static void trust_tagged(struct json_writer *writer, const struct account *account, struct chance *chance)
{
    (void)chance;
    trust_root(writer, account->id);
    policy_condition(writer, "StringEquals", "aws:PrincipalTag/team", "${aws:ResourceTag/team}");
    json_close(writer, '}');
}

static void trust_guarded(struct json_writer *writer, const struct account *account, struct chance *chance)
{
    char pattern[96];
    (void)chance;
    trust_root(writer, account->id);
    json_close(writer, '}');
    policy_open_statement(writer, "Deny");
    json_text(writer, "Principal", "*");
    json_text(writer, "Action", "sts:AssumeRole");
    snprintf(pattern, sizeof pattern, "arn:aws:iam::%s:role/*-operations-*", account->id);
    policy_condition(writer, "StringNotLike", "aws:PrincipalArn", pattern);
    json_close(writer, '}');
}

static void trust_deleted(struct json_writer *writer, const struct account *account, struct chance *chance)
{
    char id[32];
    (void)account;
    snprintf(id, sizeof id, "AROA");
    for (int i = 4; i < 21; i++)
        id[i] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[chance_below(chance, 32)];
    id[21] = '\0';
    open_trust(writer, "AWS", id, "sts:AssumeRole");
    json_close(writer, '}');
}

static void trust_anyone(struct json_writer *writer, const struct account *account, struct chance *chance)
{
    (void)account, (void)chance;
    open_trust(writer, "AWS", "*", "sts:AssumeRole");
    json_close(writer, '}');
}

static const struct role_kind common_kinds[] = {
    {170, GRANTS_SERVICE, false, "function", "/", trust_lambda},
    {80, GRANTS_SERVICE, false, "task", "/", trust_containers},
    {60, GRANTS_SERVICE, true, "machine", "/", trust_machines},
    {130, GRANTS_SERVICE, false, "service", "/service-role/", trust_other_service},
    {150, GRANTS_MANAGED, false, "AWSServiceRoleFor_", "/aws-service-role/", trust_service_linked},
    {80, GRANTS_HUMAN, false, "AWSReservedSSO_", "/aws-reserved/sso.amazonaws.com/", trust_single_sign_on},
    {60, GRANTS_SERVICE, false, "pod", "/", trust_cluster},
    {25, GRANTS_DEPLOYMENT, false, "github", "/", trust_github},
    {60, GRANTS_DEPLOYMENT, false, "bootstrap", "/", trust_bootstrap},
    {50, GRANTS_HUMAN, false, "operations", "/", trust_own_account},
    {35, GRANTS_HUMAN, false, "support", "/", trust_hub_account},
    {45, GRANTS_DEPLOYMENT, false, "deploy-", "/", trust_named},
    {15, GRANTS_READ, false, "vendor", "/", trust_vendor},
    {4, GRANTS_READ, false, "shared", "/", trust_organization},
    {8, GRANTS_SERVICE, false, "tagged", "/", trust_tagged},
    {2, GRANTS_HUMAN, false, "guarded", "/", trust_guarded},
    {6, GRANTS_SERVICE, false, "legacy", "/", trust_deleted},
    {1, GRANTS_READ, false, "public", "/", trust_anyone},
};

static const struct {
    enum mix mix;
    struct role_kind kind;
} mix_kinds[] = {
    {MIX_ORGANIZATION_EQUAL, {0, GRANTS_READ, false, "shared", "/", trust_organization}},
    {MIX_ORGANIZATION_DISTINCT, {0, GRANTS_READ, false, "shared", "/", trust_organization_in_other_words}},
    {MIX_ORGANIZATION_NAMES, {0, GRANTS_READ, false, "shared", "/", trust_organization_but_one}},
    {MIX_ADMINISTRATORS, {0, GRANTS_ADMINISTRATOR, false, "administrator", "/", trust_machines}},
    {MIX_FLEETS, {0, GRANTS_DEPLOYMENT, false, "fleet=", "/", trust_bootstrap}},
    {MIX_EXTERNAL_IDS, {0, GRANTS_READ, false, "vendor", "/", trust_vendor}},
    {MIX_EXTERNAL_IDS, {0, GRANTS_READ, false, "partner", "/", trust_hub_with_external_id}},
};

const struct role_kind *role_kind_common(struct chance *chance)
{
    unsigned total = 0, at = 0;
    for (size_t i = 0; i < sizeof common_kinds / sizeof common_kinds[0]; i++)
        total += common_kinds[i].weight;
    for (uint32_t left = chance_below(chance, total); left >= common_kinds[at].weight; at++)
        left -= common_kinds[at].weight;
    return &common_kinds[at];
}

const struct role_kind *role_kind_of_mix(enum mix mix, unsigned number)
{
    const struct role_kind *kinds[2] = {NULL, NULL};
    unsigned count = 0;
    for (size_t i = 0; i < sizeof mix_kinds / sizeof mix_kinds[0]; i++)
        if (mix_kinds[i].mix == mix)
            kinds[count++] = &mix_kinds[i].kind;
    return count > 0 ? kinds[number % count] : NULL;
}

void policy_trust(struct json_writer *writer, const struct role_kind *kind, const struct account *account,
                  uint64_t seed)
{
    struct chance chance = {seed};
    policy_open(writer, "AssumeRolePolicyDocument");
    kind->trust(writer, account, &chance);
    policy_close(writer);
}

void policy_trust_of(struct json_writer *writer, const char *trusted)
{
    policy_open(writer, "AssumeRolePolicyDocument");
    open_trust(writer, "AWS", trusted, "sts:AssumeRole");
    json_close(writer, '}');
    policy_close(writer);
}
