/*
 * Writes the export of one account in which one thing is large: input that makes quadratic programs slow. The same
 * arguments give the same bytes. See usage.
 */
#include "tests/bench/json_writer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ACCOUNT "111122223333"
#define ROLE(name) "arn:aws:iam::" ACCOUNT ":role/" name

static const char usage[] =
    "usage: generate_shape SHAPE N FILE\n"
    "  trust-accounts     a trust that names N accounts\n"
    "  trust-principals   a trust that names N users of the account\n"
    "  trust-statements   a trust of N statements, each for a principal of its own\n"
    "  trust-conditions   a trust of N statements, each with a condition of its own on another key\n"
    "  alike              N roles that trust the account, all with the same policy\n"
    "  distinct           N roles that trust the account, each may assume one other\n"
    "  patterns           N roles that trust the account, each may assume those whose names end as its own\n"
    "  denies             a user with N statements that deny a role each\n"
    "  allows             a user with N statements that allow a role each\n"
    "  values             a condition with N values\n"
    "  keys               a condition with N keys\n"
    "  resources          a statement with N resources, half of which are roles\n"
    "  clique             N roles each of which may assume every other, by a policy of its own\n"
    "  clique-conditions  the same, each role with an external id of its own\n"
    "  chain              N roles each of which may assume the next only\n"
    "  layers             N roles in layers of four, each of which may assume those of the next layer\n"
    "  hub                a role from which N others can be assumed\n"
    "  fleets             N roles, each of which trusts 20 accounts of its own\n"
    "  allow-patterns     a user with N statements that allow roles by the ends of their names, and N roles\n"
    "  deny-patterns      a trust of N statements that deny an external id by a pattern each\n"
    "  users              N users without policies, and a role that trusts their account\n"
    "  not-principals     a trust of anyone but N users of the account\n"
    "  named-accounts     a trust of anyone from N accounts that a condition names\n"
    "  named-principals   the same of N users of the account\n";

struct shape {
    struct json_writer writer;
    unsigned count;
};

/* The statements of a policy: `number` of them, each put by `put`. */
typedef void statement_put(struct shape *shape, unsigned i);

static void put_effect(struct shape *shape, const char *effect, const char *action)
{
    json_text(&shape->writer, "Effect", effect);
    json_text(&shape->writer, "Action", action);
}

static void put_principal(struct shape *shape, const char *format, unsigned i)
{
    char arn[128];
    snprintf(arn, sizeof arn, format, i);
    json_open(&shape->writer, "Principal", '{');
    json_text(&shape->writer, "AWS", arn);
    json_close(&shape->writer, '}');
}

static void put_trust(struct shape *shape, const char *format, unsigned i)
{
    put_effect(shape, "Allow", "sts:AssumeRole");
    put_principal(shape, format, i);
}

static void put_account_trust(struct shape *shape, unsigned i)
{
    (void)i;
    put_trust(shape, ACCOUNT, 0);
}

static void put_user_trust(struct shape *shape, unsigned i)
{
    (void)i;
    put_trust(shape, "arn:aws:iam::" ACCOUNT ":user/first", 0);
}

static void put_list(struct shape *shape, const char *key, const char *format, unsigned distance)
{
    json_open(&shape->writer, key, '[');
    for (unsigned i = 0; i < shape->count; i++) {
        char text[128];
        snprintf(text, sizeof text, format, i * distance);
        json_text(&shape->writer, NULL, text);
    }
    json_close(&shape->writer, ']');
}

static void put_principals(struct shape *shape, const char *format)
{
    put_effect(shape, "Allow", "sts:AssumeRole");
    json_open(&shape->writer, "Principal", '{');
    put_list(shape, "AWS", format, 1);
    json_close(&shape->writer, '}');
}

static void put_accounts_trust(struct shape *shape, unsigned i)
{
    (void)i;
    put_principals(shape, "1%011u");
}

static void put_not_principals_trust(struct shape *shape, unsigned i)
{
    (void)i;
    put_effect(shape, "Allow", "sts:AssumeRole");
    json_open(&shape->writer, "NotPrincipal", '{');
    put_list(shape, "AWS", "arn:aws:iam::" ACCOUNT ":user/u%u", 1);
    json_close(&shape->writer, '}');
}

/* Anyone for whom the key has one of the values. */
static void put_named_trust(struct shape *shape, const char *key, const char *format)
{
    put_effect(shape, "Allow", "sts:AssumeRole");
    json_text(&shape->writer, "Principal", "*");
    json_open(&shape->writer, "Condition", '{');
    json_open(&shape->writer, "StringEquals", '{');
    put_list(shape, key, format, 1);
    json_close(&shape->writer, '}');
    json_close(&shape->writer, '}');
}

static void put_named_accounts_trust(struct shape *shape, unsigned i)
{
    (void)i;
    put_named_trust(shape, "aws:PrincipalAccount", "1%011u");
}

static void put_named_principals_trust(struct shape *shape, unsigned i)
{
    (void)i;
    put_named_trust(shape, "aws:PrincipalArn", "arn:aws:iam::" ACCOUNT ":user/u%u");
}

static void put_principals_trust(struct shape *shape, unsigned i)
{
    (void)i;
    put_principals(shape, "arn:aws:iam::" ACCOUNT ":user/u%u");
}

static void put_statement_trust(struct shape *shape, unsigned i)
{
    put_trust(shape, i % 2 ? "arn:aws:iam::" ACCOUNT ":role/u%u" : "arn:aws:iam::444455556666:role/u%u", i);
}

static void put_condition(struct shape *shape, const char *key_format, const char *value_format, unsigned i)
{
    char key[64];
    snprintf(key, sizeof key, key_format, i);
    json_open(&shape->writer, "Condition", '{');
    json_open(&shape->writer, "StringEquals", '{');
    json_format(&shape->writer, key, value_format, i);
    json_close(&shape->writer, '}');
    json_close(&shape->writer, '}');
}

static void put_condition_trust(struct shape *shape, unsigned i)
{
    put_trust(shape, ACCOUNT, 0);
    put_condition(shape, "aws:RequestTag/key%u", "v%u", i);
}

static void put_external_id_trust(struct shape *shape, unsigned i)
{
    put_trust(shape, ACCOUNT, 0);
    put_condition(shape, "sts:ExternalId", "id-%u", i);
}

static void put_values_trust(struct shape *shape, unsigned i)
{
    put_account_trust(shape, i);
    json_open(&shape->writer, "Condition", '{');
    json_open(&shape->writer, "StringEquals", '{');
    put_list(shape, "sts:ExternalId", "id-%u", 7);
    json_close(&shape->writer, '}');
    json_close(&shape->writer, '}');
}

static void put_keys_trust(struct shape *shape, unsigned i)
{
    put_account_trust(shape, i);
    json_open(&shape->writer, "Condition", '{');
    json_open(&shape->writer, "StringEquals", '{');
    for (unsigned k = 0; k < shape->count; k++) {
        char key[64];
        snprintf(key, sizeof key, "aws:RequestTag/key%u", k * 7);
        json_text(&shape->writer, key, "v");
    }
    json_close(&shape->writer, '}');
    json_close(&shape->writer, '}');
}

/* A list of `number` names, those of the group-th group of `size`. */
static void put_few(struct shape *shape, const char *key, unsigned number, const char *format, unsigned group,
                    unsigned size)
{
    json_open(&shape->writer, key, '[');
    for (unsigned k = 0; k < number; k++) {
        char text[128];
        snprintf(text, sizeof text, format, group * size + k);
        json_text(&shape->writer, NULL, text);
    }
    json_close(&shape->writer, ']');
}

#define LAYER 4

static void put_layer_trust(struct shape *shape, unsigned i)
{
    if (i < LAYER) {
        put_user_trust(shape, i);
        return;
    }
    put_effect(shape, "Allow", "sts:AssumeRole");
    json_open(&shape->writer, "Principal", '{');
    put_few(shape, "AWS", LAYER, ROLE("r%u"), i / LAYER - 1, LAYER);
    json_close(&shape->writer, '}');
}

static void put_layer(struct shape *shape, unsigned i)
{
    put_effect(shape, "Allow", "sts:AssumeRole");
    put_few(shape, "Resource", LAYER, ROLE("r%u"), i / LAYER + 1, LAYER);
}

static void put_fleet_trust(struct shape *shape, unsigned i)
{
    put_effect(shape, "Allow", "sts:AssumeRole");
    json_open(&shape->writer, "Principal", '{');
    put_few(shape, "AWS", 20, "1%011u", i, 1000);
    json_close(&shape->writer, '}');
}

static void put_hub_trust(struct shape *shape, unsigned i)
{
    if (i == 0)
        put_user_trust(shape, 0);
    else
        put_trust(shape, ROLE("r%u"), 0);
}

static void put_pattern_trust(struct shape *shape, unsigned i)
{
    if (i == 0) {
        put_account_trust(shape, 0);
        return;
    }
    put_effect(shape, "Deny", "sts:AssumeRole");
    json_text(&shape->writer, "Principal", "*");
    json_open(&shape->writer, "Condition", '{');
    json_open(&shape->writer, "StringLike", '{');
    json_format(&shape->writer, "sts:ExternalId", "*a%u*b*", i);
    json_close(&shape->writer, '}');
    json_close(&shape->writer, '}');
}

/* The chain: everybody except the first is trusted only by the next. */
static void put_chain_trust(struct shape *shape, unsigned i)
{
    if (i == 0)
        put_user_trust(shape, 0);
    else
        put_trust(shape, ROLE("r%u"), i - 1);
}

static void put_resource(struct shape *shape, const char *effect, const char *format, unsigned i)
{
    put_effect(shape, effect, "sts:AssumeRole");
    json_format(&shape->writer, "Resource", format, i);
}

static void put_all(struct shape *shape, unsigned i)
{
    put_resource(shape, "Allow", "*", i);
}

static void put_deny(struct shape *shape, unsigned i)
{
    if (i == 0)
        put_all(shape, i);
    else
        put_resource(shape, "Deny", ROLE("denied%u"), i);
}

static void put_allow(struct shape *shape, unsigned i)
{
    put_resource(shape, "Allow", i % 2 ? ROLE("r%u") : "arn:aws:iam::444455556666:role/r%u", i / 2);
}

static void put_next(struct shape *shape, unsigned i)
{
    put_resource(shape, "Allow", ROLE("r%u"), (i + 1) % shape->count);
}

static void put_own(struct shape *shape, unsigned i)
{
    put_effect(shape, "Allow", "sts:AssumeRole");
    json_open(&shape->writer, "Resource", '[');
    json_text(&shape->writer, NULL, ROLE("r*"));
    json_format(&shape->writer, NULL, "arn:aws:s3:::bucket%u", i);
    json_close(&shape->writer, ']');
}

static void put_ending(struct shape *shape, unsigned i)
{
    put_resource(shape, "Allow", ROLE("*-%u"), (i + 1) % shape->count);
}

static void put_allow_pattern(struct shape *shape, unsigned i)
{
    put_resource(shape, "Allow", ROLE("*-%u"), i);
}

static void put_resources(struct shape *shape, unsigned i)
{
    (void)i;
    put_effect(shape, "Allow", "sts:AssumeRole");
    put_list(shape, "Resource", ROLE("r%u"), 2);
}

/* Puts items first … first + number - 1. */
static void put_document(struct shape *shape, const char *key, statement_put *put, unsigned first, unsigned number)
{
    json_open(&shape->writer, key, '{');
    json_text(&shape->writer, "Version", "2012-10-17");
    json_open(&shape->writer, "Statement", '[');
    for (unsigned i = 0; i < number; i++) {
        json_open(&shape->writer, NULL, '{');
        put(shape, first + i);
        json_close(&shape->writer, '}');
    }
    json_close(&shape->writer, ']');
    json_close(&shape->writer, '}');
}

static void put_policies(struct shape *shape, const char *key, statement_put *put, unsigned first, unsigned number)
{
    json_open(&shape->writer, key, '[');
    if (put) {
        json_open(&shape->writer, NULL, '{');
        json_text(&shape->writer, "PolicyName", "p");
        put_document(shape, "PolicyDocument", put, first, number);
        json_close(&shape->writer, '}');
    }
    json_close(&shape->writer, ']');
}

static void put_empty(struct shape *shape, const char *key)
{
    json_open(&shape->writer, key, '[');
    json_close(&shape->writer, ']');
}

static void put_head(struct shape *shape, const char *kind, const char *name)
{
    char key[16];
    struct json_writer *writer = &shape->writer;
    json_open(writer, NULL, '{');
    json_text(writer, "Path", "/");
    snprintf(key, sizeof key, "%sName", kind);
    json_text(writer, key, name);
    snprintf(key, sizeof key, "%sId", kind);
    json_format(writer, key, "A%cDA%s", kind[0], name);
    json_format(writer, "Arn", "arn:aws:iam::" ACCOUNT ":%s/%s", kind[0] == 'U' ? "user" : "role", name);
    json_text(writer, "CreateDate", "2024-01-01T00:00:00+00:00");
}

static void put_user(struct shape *shape, const char *name, statement_put *put, unsigned number)
{
    put_head(shape, "User", name);
    put_policies(shape, "UserPolicyList", put, 0, number);
    put_empty(shape, "GroupList");
    put_empty(shape, "AttachedManagedPolicies");
    json_close(&shape->writer, '}');
}

static void put_role(struct shape *shape, const char *name, statement_put *trust, statement_put *put, unsigned i)
{
    put_head(shape, "Role", name);
    put_document(shape, "AssumeRolePolicyDocument", trust, i, 1);
    put_policies(shape, "RolePolicyList", put, i, 1);
    put_empty(shape, "AttachedManagedPolicies");
    put_empty(shape, "InstanceProfileList");
    json_close(&shape->writer, '}');
}

struct recipe {
    const char *name;
    statement_put *user_policy; /* for the user "first" */
    bool many_policies;         /* as many statements as the size, instead of one */
    statement_put *trust;       /* for the one role "r0", or for each of many */
    bool many_trusts;           /* as many statements in the trust policy of the one role as the size */
    bool many_roles;            /* r0 … rN-1 */
    statement_put *role_policy;
    const char *role_name; /* a format; NULL: r0 … */
    bool many_users;       /* u0 … uN-1 */
};

static const struct recipe recipes[] = {
    {"trust-accounts", put_all, false, put_accounts_trust, false, false, NULL, NULL, false},
    {"trust-principals", put_all, false, put_principals_trust, false, false, NULL, NULL, false},
    {"trust-statements", put_all, false, put_statement_trust, true, false, NULL, NULL, false},
    {"trust-conditions", put_all, false, put_condition_trust, true, false, NULL, NULL, false},
    {"alike", put_all, false, put_account_trust, false, true, put_all, NULL, false},
    {"distinct", put_all, false, put_account_trust, false, true, put_next, NULL, false},
    {"patterns", put_all, false, put_account_trust, false, true, put_ending, "r-%u", false},
    {"denies", put_deny, true, put_account_trust, false, false, NULL, NULL, false},
    {"allows", put_allow, true, put_account_trust, false, true, NULL, NULL, false},
    {"values", put_all, false, put_values_trust, false, false, NULL, NULL, false},
    {"keys", put_all, false, put_keys_trust, false, false, NULL, NULL, false},
    {"resources", put_resources, false, put_account_trust, false, true, NULL, NULL, false},
    {"clique", put_all, false, put_account_trust, false, true, put_own, NULL, false},
    {"clique-conditions", put_all, false, put_external_id_trust, false, true, put_all, NULL, false},
    {"chain", put_all, false, put_chain_trust, false, true, put_all, NULL, false},
    {"layers", put_all, false, put_layer_trust, false, true, put_layer, NULL, false},
    {"hub", put_all, false, put_hub_trust, false, true, put_all, NULL, false},
    {"fleets", put_all, false, put_fleet_trust, false, true, NULL, NULL, false},
    {"allow-patterns", put_allow_pattern, true, put_account_trust, false, true, NULL, "r-%u", false},
    {"deny-patterns", put_all, false, put_pattern_trust, true, false, NULL, NULL, false},
    {"users", NULL, false, put_account_trust, false, false, NULL, NULL, true},
    {"not-principals", put_all, false, put_not_principals_trust, false, false, NULL, NULL, true},
    {"named-accounts", put_all, false, put_named_accounts_trust, false, false, NULL, NULL, false},
    {"named-principals", NULL, false, put_named_principals_trust, false, false, NULL, NULL, true},
};

static void write_shape(struct shape *shape, const struct recipe *recipe)
{
    struct json_writer *writer = &shape->writer;
    json_open(writer, NULL, '{');
    json_open(writer, "UserDetailList", '[');
    put_user(shape, "first", recipe->user_policy, recipe->many_policies ? shape->count : 1);
    put_user(shape, "second", NULL, 0);
    for (unsigned i = 0; recipe->many_users && i < shape->count; i++) {
        char name[32];
        snprintf(name, sizeof name, "u%u", i);
        put_user(shape, name, NULL, 0);
    }
    json_close(writer, ']');
    put_empty(shape, "GroupDetailList");
    json_open(writer, "RoleDetailList", '[');
    for (unsigned i = 0; i < (recipe->many_roles ? shape->count : 1); i++) {
        char name[32];
        snprintf(name, sizeof name, recipe->role_name != NULL ? recipe->role_name : "r%u", i);
        if (!recipe->many_trusts) {
            put_role(shape, name, recipe->trust, recipe->role_policy, i);
            continue;
        }
        put_head(shape, "Role", name);
        put_document(shape, "AssumeRolePolicyDocument", recipe->trust, 0, shape->count);
        put_policies(shape, "RolePolicyList", NULL, 0, 0);
        put_empty(shape, "AttachedManagedPolicies");
        put_empty(shape, "InstanceProfileList");
        json_close(writer, '}');
    }
    json_close(writer, ']');
    put_empty(shape, "Policies");
    json_close(writer, '}');
}

int main(int count, char **arguments)
{
    struct shape shape = {.writer.compact = true};
    const struct recipe *recipe = NULL;
    if (count == 4) {
        shape.count = (unsigned)strtoul(arguments[2], NULL, 10);
        for (size_t i = 0; i < sizeof recipes / sizeof recipes[0]; i++)
            if (strcmp(recipes[i].name, arguments[1]) == 0)
                recipe = &recipes[i];
    }
    if (!recipe || shape.count == 0) {
        fputs(usage, stderr);
        return 2;
    }
    write_shape(&shape, recipe);
    if (!json_save(&shape.writer, arguments[3])) {
        perror(arguments[3]);
        return 1;
    }
    return 0;
}
