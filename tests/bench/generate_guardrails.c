#include "tests/bench/generate_guardrails.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROOT UINT32_MAX
enum { OU_SECURITY, OU_INFRASTRUCTURE, OU_SANDBOX, OU_PRODUCTION, OU_DEVELOPMENT, OU_FIRST_UNIT };

struct tree {
    const struct organization *organization;
    const char *folder;
    struct json_writer writer, policy;
    char management[13];
};

static uint32_t ou_count(const struct organization *organization)
{
    return OU_FIRST_UNIT + organization->unit_count;
}

static uint32_t ou_parent(uint32_t ou)
{
    return ou < OU_FIRST_UNIT ? ROOT : ou % 2 == 0 ? OU_PRODUCTION : OU_DEVELOPMENT;
}

static uint32_t ou_of_account(const struct organization *organization, uint32_t account)
{
    if (account == MANAGEMENT_ACCOUNT)
        return ROOT;
    if (account == SECURITY_ACCOUNT)
        return OU_SECURITY;
    if (account <= IDENTITY_ACCOUNT)
        return OU_INFRASTRUCTURE;
    if (account % 12 == 5)
        return OU_SANDBOX;
    if (organization->unit_count == 0)
        return account % 2 == 0 ? OU_PRODUCTION : OU_DEVELOPMENT;
    return OU_FIRST_UNIT + account % organization->unit_count;
}

static void node_id(const struct tree *tree, uint32_t ou, char id[40])
{
    if (ou == ROOT)
        snprintf(id, 40, "%s", tree->organization->root);
    else
        snprintf(id, 40, "ou-%s-%08x", tree->organization->root + 2, 0x10000000u + ou);
}

static bool save(struct tree *tree, const char *call, const char *argument)
{
    char path[4096];
    int length =
        snprintf(path, sizeof path, "%s/%s%s%s.json", tree->folder, call, argument[0] != '\0' ? "." : "", argument);
    bool good = length > 0 && (size_t)length < sizeof path && json_save(&tree->writer, path);
    json_restart(&tree->writer);
    return good;
}

static void open_answer(struct tree *tree, const char *list)
{
    json_open(&tree->writer, NULL, '{');
    json_open(&tree->writer, list, '[');
}

static bool close_answer(struct tree *tree, const char *call, const char *argument)
{
    json_close(&tree->writer, ']');
    json_close(&tree->writer, '}');
    return save(tree, call, argument);
}

/* ---- the tree and the accounts */

static bool write_organization(struct tree *tree)
{
    struct json_writer *writer = &tree->writer;
    json_open(writer, NULL, '{');
    json_open(writer, "Organization", '{');
    json_text(writer, "Id", tree->organization->id);
    json_format(writer, "Arn", "arn:aws:organizations::%s:organization/%s", tree->management, tree->organization->id);
    json_text(writer, "FeatureSet", "ALL");
    json_text(writer, "MasterAccountId", tree->management);
    json_close(writer, '}');
    json_close(writer, '}');
    return save(tree, "describe-organization", "");
}

static bool write_roots(struct tree *tree)
{
    static const char *const types[] = {"SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"};
    struct json_writer *writer = &tree->writer;
    open_answer(tree, "Roots");
    json_open(writer, NULL, '{');
    json_text(writer, "Id", tree->organization->root);
    json_text(writer, "Name", "Root");
    json_open(writer, "PolicyTypes", '[');
    for (int i = 0; i < 2; i++) {
        json_open(writer, NULL, '{');
        json_text(writer, "Type", types[i]);
        json_text(writer, "Status", "ENABLED");
        json_close(writer, '}');
    }
    json_close(writer, ']');
    json_close(writer, '}');
    return close_answer(tree, "list-roots", "");
}

static void write_account(struct tree *tree, uint32_t account)
{
    struct json_writer *writer = &tree->writer;
    char id[13];
    account_id(tree->organization, account, id);
    json_open(writer, NULL, '{');
    json_text(writer, "Id", id);
    json_format(writer, "Arn", "arn:aws:organizations::%s:account/%s/%s", tree->management, tree->organization->id, id);
    json_format(writer, "Email", "account-%u@acme.example", account);
    json_format(writer, "Name", "account-%u", account);
    json_text(writer, "Status", "ACTIVE");
    json_close(writer, '}');
}

static bool write_children(struct tree *tree, uint32_t parent)
{
    struct json_writer *writer = &tree->writer;
    char id[40], child[40];
    node_id(tree, parent, id);
    open_answer(tree, "OrganizationalUnits");
    for (uint32_t ou = 0; ou < ou_count(tree->organization); ou++) {
        if (ou_parent(ou) != parent)
            continue;
        node_id(tree, ou, child);
        json_open(writer, NULL, '{');
        json_text(writer, "Id", child);
        json_format(writer, "Name", "unit-%u", ou);
        json_close(writer, '}');
    }
    if (!close_answer(tree, "list-organizational-units-for-parent", id))
        return false;
    open_answer(tree, "Accounts");
    for (uint32_t i = 0; i < tree->organization->account_count; i++)
        if (ou_of_account(tree->organization, i) == parent)
            write_account(tree, i);
    return close_answer(tree, "list-accounts-for-parent", id);
}

/* ---- policies */

static void statement(struct json_writer *writer, const char *effect, bool resource_policy, const char *action,
                      const char *resource)
{
    json_open(writer, NULL, '{');
    json_text(writer, "Effect", effect);
    if (resource_policy)
        json_text(writer, "Principal", "*");
    json_text(writer, "Action", action);
    json_text(writer, "Resource", resource);
}

static void allow_everything(struct tree *tree, uint32_t ou, bool resource_policy)
{
    (void)ou;
    statement(&tree->policy, "Allow", resource_policy, "*", "*");
    json_close(&tree->policy, '}');
}

static void keep_in_the_organization(struct tree *tree, uint32_t ou, bool resource_policy)
{
    struct json_writer *writer = &tree->policy;
    (void)ou;
    statement(writer, "Deny", resource_policy, "sts:AssumeRole", "*");
    json_open(writer, "Condition", '{');
    json_open(writer, "StringNotEqualsIfExists", '{');
    json_text(writer, "aws:PrincipalOrgID", tree->organization->id);
    json_close(writer, '}');
    json_open(writer, "BoolIfExists", '{');
    json_text(writer, "aws:PrincipalIsAWSService", "false");
    json_close(writer, '}');
    json_close(writer, '}');
    json_close(writer, '}');
}

/* Deny by names of roles and callers: as many statements as the mix requires, or one. */
static void names_only(struct tree *tree, uint32_t ou, bool resource_policy)
{
    struct json_writer *writer = &tree->policy;
    unsigned count = tree->organization->mix[MIX_SCP_NAMES];
    for (unsigned i = 0; i < (count > 0 ? count : 1); i++) {
        char resource[96];
        snprintf(resource, sizeof resource, "arn:aws:iam::*:role/deploy-%c*", "abcdefghijklmnopqrstuvwxyz"[i % 26]);
        statement(writer, "Deny", resource_policy, "sts:AssumeRole", resource);
        json_open(writer, "Condition", '{');
        json_open(writer, "ArnNotLike", '{');
        json_open(writer, "aws:PrincipalArn", '[');
        json_text(writer, NULL, "arn:aws:iam::*:role/runner-*");
        json_format(writer, NULL, "arn:aws:iam::*:role/*-operations-%u%u*", ou == ROOT ? 0 : ou % 8, i % 10);
        json_close(writer, ']');
        json_close(writer, '}');
        json_close(writer, '}');
        json_close(writer, '}');
    }
}

static bool write_policy(struct tree *tree, const char *id, bool resource_policy, uint32_t ou,
                         void (*statements)(struct tree *tree, uint32_t ou, bool resource_policy), bool everywhere)
{
    struct json_writer *writer = &tree->writer, *policy = &tree->policy;
    char target[40];
    json_restart(policy);
    policy->compact = true;
    json_open(policy, NULL, '{');
    json_text(policy, "Version", "2012-10-17");
    json_open(policy, "Statement", '[');
    statements(tree, ou, resource_policy);
    json_close(policy, ']');
    json_close(policy, '}');
    char *text = strndup(policy->text, policy->length);
    json_open(writer, NULL, '{');
    json_open(writer, "Policy", '{');
    json_open(writer, "PolicySummary", '{');
    json_text(writer, "Id", id);
    json_text(writer, "Name", id);
    json_text(writer, "Type", resource_policy ? "RESOURCE_CONTROL_POLICY" : "SERVICE_CONTROL_POLICY");
    json_bare(writer, "AwsManaged", everywhere ? "true" : "false");
    json_close(writer, '}');
    json_text(writer, "Content", text != NULL ? text : "");
    json_close(writer, '}');
    json_close(writer, '}');
    free(text);
    if (!save(tree, "describe-policy", id))
        return false;
    open_answer(tree, "Targets");
    for (uint32_t i = 0; i < (everywhere ? tree->organization->account_count : 0); i++) {
        account_id(tree->organization, i, target);
        json_open(writer, NULL, '{');
        json_text(writer, "TargetId", target);
        json_text(writer, "Type", "ACCOUNT");
        json_close(writer, '}');
    }
    for (uint32_t i = 0; i <= ou_count(tree->organization); i++) {
        uint32_t node = i == ou_count(tree->organization) ? ROOT : i;
        if (!everywhere && node != ou)
            continue;
        node_id(tree, node, target);
        json_open(writer, NULL, '{');
        json_text(writer, "TargetId", target);
        json_text(writer, "Type", node == ROOT ? "ROOT" : "ORGANIZATIONAL_UNIT");
        json_close(writer, '}');
    }
    return close_answer(tree, "list-targets-for-policy", id);
}

static void list_policy(struct tree *tree, const char *id, bool resource_policy)
{
    json_open(&tree->writer, NULL, '{');
    json_text(&tree->writer, "Id", id);
    json_text(&tree->writer, "Name", id);
    json_text(&tree->writer, "Type", resource_policy ? "RESOURCE_CONTROL_POLICY" : "SERVICE_CONTROL_POLICY");
    json_close(&tree->writer, '}');
}

static bool write_policies(struct tree *tree)
{
    char id[32];
    bool good = write_policy(tree, "p-FullAWSAccess", false, ROOT, allow_everything, true) &&
                write_policy(tree, "p-RCPFullAWSAccess", true, ROOT, allow_everything, true) &&
                write_policy(tree, "p-orgonly1", true, OU_PRODUCTION, keep_in_the_organization, false) &&
                write_policy(tree, "p-names0000", false, ROOT, names_only, false);
    bool names = tree->organization->mix[MIX_SCP_NAMES] > 0;
    open_answer(tree, "Policies");
    list_policy(tree, "p-RCPFullAWSAccess", true);
    list_policy(tree, "p-orgonly1", true);
    good = good && close_answer(tree, "list-policies", "RESOURCE_CONTROL_POLICY");
    open_answer(tree, "Policies");
    list_policy(tree, "p-FullAWSAccess", false);
    list_policy(tree, "p-names0000", false);
    for (uint32_t ou = 0; names && ou < ou_count(tree->organization); ou++) {
        snprintf(id, sizeof id, "p-names%04u", ou + 1);
        list_policy(tree, id, false);
    }
    good = good && close_answer(tree, "list-policies", "SERVICE_CONTROL_POLICY");
    for (uint32_t ou = 0; good && names && ou < ou_count(tree->organization); ou++) {
        snprintf(id, sizeof id, "p-names%04u", ou + 1);
        good = write_policy(tree, id, false, ou, names_only, false);
    }
    return good;
}

bool guardrails_write(const struct organization *organization, const char *folder)
{
    struct tree tree = {.organization = organization, .folder = folder};
    account_id(organization, MANAGEMENT_ACCOUNT, tree.management);
    bool good = write_organization(&tree) && write_roots(&tree) && write_policies(&tree) && write_children(&tree, ROOT);
    open_answer(&tree, "Accounts");
    for (uint32_t i = 0; good && i < organization->account_count; i++)
        write_account(&tree, i);
    good = good && close_answer(&tree, "list-accounts", "");
    for (uint32_t ou = 0; good && ou < ou_count(organization); ou++)
        good = write_children(&tree, ou);
    free(tree.writer.text);
    free(tree.policy.text);
    return good;
}
