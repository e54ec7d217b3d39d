/*
 * Writes an organization of any size as the AWS CLI would export it. The same options give the same bytes. See usage.
 */
#include "tests/bench/generate_guardrails.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define LOCAL_POLICIES 12

static const char usage[] =
    "usage: generate_organization --accounts N --out DIR [--seed S] [--principals P] [--mix NAME=K]…\n"
    "P users and roles in each account (default 100). Hard mixes, each account with K more:\n"
    "  organization-equal     roles that trust `*` in the organization, all with the same policy\n"
    "  organization-distinct  the same, each with a policy of its own that says the same\n"
    "  organization-names     the same, each for all but some names of its own\n"
    "  administrators         users and roles that may assume anything\n"
    "  fleets                 role names that every account has, trusting one hub account\n"
    "  external-ids           roles with an external id of their own\n"
    "  scp-names              statements with conditions on names in each SCP (K in all)\n";

static const char *const mix_names[MIX_COUNT] = {
    [MIX_ORGANIZATION_EQUAL] = "organization-equal",
    [MIX_ORGANIZATION_DISTINCT] = "organization-distinct",
    [MIX_ORGANIZATION_NAMES] = "organization-names",
    [MIX_ADMINISTRATORS] = "administrators",
    [MIX_FLEETS] = "fleets",
    [MIX_EXTERNAL_IDS] = "external-ids",
    [MIX_SCP_NAMES] = "scp-names",
};

/* An account being written. */
struct work {
    struct account account;
    struct json_writer *writer;
    unsigned number; /* of the next role */
    unsigned teams;  /* number of teams with a role of their own */
    unsigned aws_uses[64];
};

static void put_head(struct work *work, const char *kind, const char *type, const char *path, const char *name)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    struct chance *chance = &work->account.chance;
    char key[32], id[22];
    json_text(work->writer, "Path", path);
    snprintf(key, sizeof key, "%sName", kind);
    json_text(work->writer, key, name);
    snprintf(key, sizeof key, "%sId", kind);
    snprintf(id, sizeof id, "%s", type);
    for (int i = 4; i < 21; i++)
        id[i] = letters[chance_below(chance, 32)];
    id[21] = '\0';
    json_text(work->writer, key, id);
    snprintf(key, sizeof key, "%s", kind);
    key[0] = (char)(key[0] | 0x20);
    json_format(work->writer, "Arn", "arn:aws:iam::%s:%s%s%s", work->account.id,
                strcmp(kind, "InstanceProfile") == 0 ? "instance-profile" : key, path, name);
    json_format(work->writer, "CreateDate", "20%02u-%02u-%02uT%02u:00:%02u+00:00", 16 + chance_below(chance, 9),
                1 + chance_below(chance, 12), 1 + chance_below(chance, 28), chance_below(chance, 24),
                chance_below(chance, 60));
}

static void put_tags(struct work *work)
{
    char word[64];
    json_open(work->writer, "Tags", '[');
    if (chance_permille(&work->account.chance, 550)) {
        json_open(work->writer, NULL, '{');
        json_text(work->writer, "Key", "team");
        json_text(work->writer, "Value", chance_word(&work->account.chance, GENERATED_TEAMS, word));
        json_close(work->writer, '}');
    }
    json_close(work->writer, ']');
}

/* ---- identity policies */

static void put_attached(struct work *work, const char *name, const char *arn)
{
    json_open(work->writer, NULL, '{');
    json_text(work->writer, "PolicyName", name);
    json_text(work->writer, "PolicyArn", arn);
    json_close(work->writer, '}');
}

static void attach_aws(struct work *work, unsigned number)
{
    char arn[128];
    snprintf(arn, sizeof arn, "arn:aws:iam::aws:policy%s%s", aws_policies[number].path, aws_policies[number].name);
    work->aws_uses[number]++;
    put_attached(work, aws_policies[number].name, arn);
}

static void attach_local(struct work *work)
{
    char name[32], arn[96];
    snprintf(name, sizeof name, "application-%u", chance_below(&work->account.chance, LOCAL_POLICIES));
    snprintf(arn, sizeof arn, "arn:aws:iam::%s:policy/%s", work->account.id, name);
    put_attached(work, name, arn);
}

static void put_inline(struct work *work, const char *name,
                       void (*policy)(struct json_writer *, const char *, const struct account *, uint64_t))
{
    json_open(work->writer, NULL, '{');
    json_text(work->writer, "PolicyName", name);
    policy(work->writer, "PolicyDocument", &work->account, chance_draw(&work->account.chance));
    json_close(work->writer, '}');
}

static void put_grants(struct work *work, enum grants grants, const char *list)
{
    struct chance *chance = &work->account.chance;
    json_open(work->writer, list, '[');
    if (grants == GRANTS_SERVICE || grants == GRANTS_DEPLOYMENT)
        for (uint32_t i = chance_below(chance, 3); i > 0; i--)
            put_inline(work, i == 1 ? "application" : "more", policy_application);
    if (chance_permille(chance, grants == GRANTS_SERVICE      ? 50
                                : grants == GRANTS_HUMAN      ? 120
                                : grants == GRANTS_DEPLOYMENT ? 300
                                                              : 0))
        put_inline(work, "assume", policy_assume);
    json_close(work->writer, ']');
    json_open(work->writer, "AttachedManagedPolicies", '[');
    uint32_t share = chance_below(chance, 100);
    if (grants == GRANTS_ADMINISTRATOR || (grants == GRANTS_HUMAN && share < 25) ||
        (grants == GRANTS_DEPLOYMENT && share < 15) || (grants == GRANTS_SERVICE && share < 2))
        attach_aws(work, AWS_ADMINISTRATOR);
    else if (grants == GRANTS_HUMAN)
        attach_aws(work, share < 40 ? AWS_POWER_USER : AWS_READ_ONLY);
    else if (grants == GRANTS_READ)
        attach_aws(work, AWS_SECURITY_AUDIT);
    else if (share < 60 || grants == GRANTS_MANAGED)
        attach_aws(work, aws_policy_for_service(chance));
    if ((grants == GRANTS_SERVICE || grants == GRANTS_DEPLOYMENT) && chance_permille(chance, 400))
        attach_local(work);
    json_close(work->writer, ']');
}

/* ---- roles */

static void put_instance_profile(struct work *work, const struct role_kind *kind, const char *name, uint64_t trust)
{
    struct json_writer *writer = work->writer;
    json_open(writer, NULL, '{');
    put_head(work, "InstanceProfile", "AIPA", kind->path, name);
    json_open(writer, "Roles", '[');
    json_open(writer, NULL, '{');
    put_head(work, "Role", "AROA", kind->path, name);
    policy_trust(writer, kind, &work->account, trust);
    json_close(writer, '}');
    json_close(writer, ']');
    json_close(writer, '}');
}

/* Unique in the account and, for some kinds, the same in many accounts. */
static void make_role_name(struct work *work, const struct role_kind *kind, char name[65])
{
    struct chance *chance = &work->account.chance;
    const char end = kind->name[strlen(kind->name) - 1];
    unsigned number = work->number++;
    char team[64];
    if (end == '=') {
        snprintf(name, 65, "%.*s-%u", (int)strlen(kind->name) - 1, kind->name, number);
    } else if (end == '_') {
        snprintf(name, 65, "%.24s%.20s_%u%08x", kind->name, chance_word(chance, GENERATED_TEAMS, team), number,
                 chance_below(chance, UINT32_MAX));
    } else if (end == '-') {
        number = work->teams++;
        snprintf(name, 65, "%.24s%.20s", kind->name, word_at(GENERATED_TEAMS, number, team));
        if (number >= GENERATED_TEAM_COUNT)
            snprintf(name + strlen(name), 65 - strlen(name), "-%u", number);
    } else {
        snprintf(name, 65, "%.20s-%.24s-%u%02x", chance_word(chance, GENERATED_TEAMS, team), kind->name, number,
                 chance_below(chance, 256));
    }
}

static void put_role(struct work *work, const struct role_kind *kind)
{
    struct chance *chance = &work->account.chance;
    struct json_writer *writer = work->writer;
    char name[65];
    uint64_t trust = chance_draw(chance);
    make_role_name(work, kind, name);
    json_open(writer, NULL, '{');
    put_head(work, "Role", "AROA", kind->path, name);
    policy_trust(writer, kind, &work->account, trust);
    json_open(writer, "InstanceProfileList", '[');
    if (kind->instance_profile)
        put_instance_profile(work, kind, name, trust);
    json_close(writer, ']');
    put_grants(work, kind->grants, "RolePolicyList");
    put_tags(work);
    json_open(writer, "RoleLastUsed", '{');
    if (chance_permille(chance, 650)) {
        json_format(writer, "LastUsedDate", "2025-%02u-%02uT10:00:00+00:00", 1 + chance_below(chance, 12),
                    1 + chance_below(chance, 28));
        json_text(writer, "Region", work->account.region);
    }
    json_close(writer, '}');
    json_close(writer, '}');
}

/* A role that every account has, or the tooling account's runners: name, who is trusted, what it may do. */
static void put_fixed_role(struct work *work, const char *name, const char *trusted, const char *action,
                           const char *resource)
{
    struct json_writer *writer = work->writer;
    json_open(writer, NULL, '{');
    put_head(work, "Role", "AROA", "/", name);
    policy_trust_of(writer, trusted);
    json_open(writer, "InstanceProfileList", '[');
    json_close(writer, ']');
    json_open(writer, "RolePolicyList", '[');
    json_open(writer, NULL, '{');
    json_text(writer, "PolicyName", "work");
    policy_allow(writer, "PolicyDocument", action, resource);
    json_close(writer, '}');
    json_close(writer, ']');
    json_open(writer, "AttachedManagedPolicies", '[');
    json_close(writer, ']');
    put_tags(work);
    json_open(writer, "RoleLastUsed", '{');
    json_close(writer, '}');
    json_close(writer, '}');
}

static void put_fixed_roles(struct work *work)
{
    const struct organization *organization = work->account.organization;
    char id[13], trusted[96], name[65], resource[96], team[64];
    account_id(organization, MANAGEMENT_ACCOUNT, id);
    snprintf(trusted, sizeof trusted, "arn:aws:iam::%s:root", id);
    if (work->account.index != MANAGEMENT_ACCOUNT)
        put_fixed_role(work, "OrganizationAccountAccessRole", trusted, "*", "*");
    if (work->account.index != SECURITY_ACCOUNT && organization->account_count > SECURITY_ACCOUNT) {
        account_id(organization, SECURITY_ACCOUNT, id);
        snprintf(trusted, sizeof trusted, "arn:aws:iam::%s:role/audit-hub", id);
        put_fixed_role(work, "audit", trusted, "iam:Get*", "*");
    } else {
        put_fixed_role(work, "audit-hub", work->account.id, "sts:AssumeRole", "arn:aws:iam::*:role/audit");
    }
    for (unsigned i = 0; work->account.index == TOOLING_ACCOUNT && i < GENERATED_TEAM_COUNT; i++) {
        word_at(GENERATED_TEAMS, i, team);
        snprintf(name, sizeof name, "runner-%.20s", team);
        snprintf(resource, sizeof resource, "arn:aws:iam::*:role/deploy-%.20s*", team);
        put_fixed_role(work, name, work->account.id, "sts:AssumeRole", resource);
    }
}

/* ---- users, groups, managed policies */

static const struct {
    const char *name;
    unsigned aws; /* attached policy */
} groups[] = {{"Administrators", AWS_ADMINISTRATOR}, {"Developers", AWS_POWER_USER}, {"Readers", AWS_READ_ONLY}};

static void put_user(struct work *work, unsigned number, bool administrator)
{
    struct chance *chance = &work->account.chance;
    char name[65];
    bool person = chance_permille(chance, 400);
    snprintf(name, sizeof name, "%s-%u", administrator ? "administrator" : person ? "person" : "robot", number);
    json_open(work->writer, NULL, '{');
    put_head(work, "User", "AIDA", "/", name);
    json_open(work->writer, "GroupList", '[');
    if (person && !administrator)
        json_text(work->writer, NULL, groups[chance_below(chance, 8) == 0 ? 0 : 1 + chance_below(chance, 2)].name);
    json_close(work->writer, ']');
    put_grants(work, administrator ? GRANTS_ADMINISTRATOR : person ? GRANTS_READ : GRANTS_SERVICE, "UserPolicyList");
    put_tags(work);
    json_close(work->writer, '}');
}

static void put_groups(struct work *work)
{
    json_open(work->writer, "GroupDetailList", '[');
    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
        json_open(work->writer, NULL, '{');
        put_head(work, "Group", "AGPA", "/", groups[i].name);
        json_open(work->writer, "GroupPolicyList", '[');
        json_close(work->writer, ']');
        json_open(work->writer, "AttachedManagedPolicies", '[');
        attach_aws(work, groups[i].aws);
        json_close(work->writer, ']');
        json_close(work->writer, '}');
    }
    json_close(work->writer, ']');
}

static void open_managed(struct work *work, const char *name, const char *arn, unsigned version, unsigned uses)
{
    char number[16];
    json_open(work->writer, NULL, '{');
    json_text(work->writer, "PolicyName", name);
    json_text(work->writer, "Arn", arn);
    json_text(work->writer, "Path", "/");
    json_format(work->writer, "DefaultVersionId", "v%u", version);
    snprintf(number, sizeof number, "%u", uses);
    json_bare(work->writer, "AttachmentCount", number);
    json_bare(work->writer, "PermissionsBoundaryUsageCount", "0");
    json_bare(work->writer, "IsAttachable", "true");
    json_open(work->writer, "PolicyVersionList", '[');
}

static void close_version(struct work *work, unsigned version, bool current)
{
    json_format(work->writer, "VersionId", "v%u", version);
    json_bare(work->writer, "IsDefaultVersion", current ? "true" : "false");
    json_text(work->writer, "CreateDate", "2024-02-06T18:39:46+00:00");
    json_close(work->writer, '}');
}

static void put_managed_policies(struct work *work)
{
    struct chance *chance = &work->account.chance;
    char name[32], arn[128];
    json_open(work->writer, "Policies", '[');
    for (unsigned i = 0; i < LOCAL_POLICIES; i++) {
        unsigned versions = chance_permille(chance, 700) ? 1 : 2 + chance_below(chance, 4);
        snprintf(name, sizeof name, "application-%u", i);
        snprintf(arn, sizeof arn, "arn:aws:iam::%s:policy/%s", work->account.id, name);
        open_managed(work, name, arn, versions, 1);
        for (unsigned version = versions; version > 0; version--) {
            json_open(work->writer, NULL, '{');
            policy_application(work->writer, "Document", &work->account, chance_draw(chance));
            close_version(work, version, version == versions);
        }
        json_close(work->writer, ']');
        json_close(work->writer, '}');
    }
    for (unsigned i = 0; i < aws_policy_count; i++) {
        if (work->aws_uses[i] == 0)
            continue;
        unsigned versions = 1 + i % 3;
        snprintf(arn, sizeof arn, "arn:aws:iam::aws:policy%s%s", aws_policies[i].path, aws_policies[i].name);
        open_managed(work, aws_policies[i].name, arn, versions, work->aws_uses[i]);
        for (unsigned version = versions; version > 0; version--) {
            json_open(work->writer, NULL, '{');
            policy_aws(work->writer, "Document", i, version);
            close_version(work, version, version == versions);
        }
        json_close(work->writer, ']');
        json_close(work->writer, '}');
    }
    json_close(work->writer, ']');
}

/* ---- an account, and all */

static void put_account(struct work *work)
{
    const struct organization *organization = work->account.organization;
    struct chance *chance = &work->account.chance;
    unsigned users =
        work->account.index <= IDENTITY_ACCOUNT ? organization->principals / 2 : organization->principals / 10;
    unsigned roles = organization->principals - users, administrators = organization->mix[MIX_ADMINISTRATORS];
    json_open(work->writer, NULL, '{');
    json_open(work->writer, "UserDetailList", '[');
    for (unsigned i = 0; i < users + administrators / 2; i++)
        put_user(work, i, i >= users);
    json_close(work->writer, ']');
    put_groups(work);
    json_open(work->writer, "RoleDetailList", '[');
    put_fixed_roles(work);
    for (unsigned i = 0; i < roles; i++)
        put_role(work, role_kind_common(chance));
    work->number = organization->principals; /* the same names in every account */
    for (int mix = 0; mix < MIX_COUNT; mix++)
        for (unsigned i = mix == MIX_ADMINISTRATORS ? administrators / 2 : 0; i < organization->mix[mix]; i++)
            if (role_kind_of_mix((enum mix)mix, i) != NULL)
                put_role(work, role_kind_of_mix((enum mix)mix, i));
    json_close(work->writer, ']');
    put_managed_policies(work);
    json_close(work->writer, '}');
}

static bool write_account(const struct organization *organization, uint32_t index, const char *folder,
                          struct json_writer *writer)
{
    static const char *const regions[] = {"us-east-1", "us-west-2", "eu-west-1", "eu-central-1", "ap-southeast-2"};
    struct work work = {.writer = writer};
    char path[4096];
    work.account = (struct account){.organization = organization,
                                    .index = index,
                                    .region = regions[index % 5],
                                    .chance = {organization->seed * 1000003 + index}};
    account_id(organization, index, work.account.id);
    json_restart(writer);
    put_account(&work);
    snprintf(path, sizeof path, "%.4000s/%s.json", folder, work.account.id);
    return json_save(writer, path);
}

static bool make_folder(const char *path)
{
    return mkdir(path, 0777) == 0 || errno == EEXIST;
}

static bool write_all(struct organization *organization, const char *folder)
{
    struct chance chance = {organization->seed ^ 0x6f7267u};
    struct json_writer writer = {0};
    char path[4096];
    snprintf(organization->id, sizeof organization->id, "o-%010llx",
             (unsigned long long)(chance_draw(&chance) & 0xffffffffffu));
    snprintf(organization->root, sizeof organization->root, "r-%04x", chance_below(&chance, 65536));
    organization->unit_count = organization->account_count / 50;
    snprintf(path, sizeof path, "%.4000s/organization", folder);
    if (!make_folder(folder) || !make_folder(path) || !guardrails_write(organization, path))
        return false;
    snprintf(path, sizeof path, "%.4000s/accounts", folder);
    bool good = make_folder(path);
    for (uint32_t i = 0; good && i < organization->account_count; i++)
        good = write_account(organization, i, path, &writer);
    free(writer.text);
    return good;
}

static bool read_mix(struct organization *organization, const char *text)
{
    for (int i = 0; i < MIX_COUNT; i++) {
        size_t length = strlen(mix_names[i]);
        if (strncmp(text, mix_names[i], length) == 0 && text[length] == '=') {
            organization->mix[i] = (unsigned)strtoul(text + length + 1, NULL, 10);
            return true;
        }
    }
    return false;
}

int main(int argc, char **argv)
{
    static const struct option options[] = {
        {"accounts", required_argument, NULL, 'a'},   {"seed", required_argument, NULL, 's'},
        {"principals", required_argument, NULL, 'p'}, {"mix", required_argument, NULL, 'm'},
        {"out", required_argument, NULL, 'o'},        {NULL, 0, NULL, 0}};
    struct organization organization = {.seed = 1, .principals = 100};
    const char *folder = NULL;
    bool good = true;
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (option == 'a')
            organization.account_count = (uint32_t)strtoul(optarg, NULL, 10);
        else if (option == 's')
            organization.seed = strtoull(optarg, NULL, 10);
        else if (option == 'p')
            organization.principals = (unsigned)strtoul(optarg, NULL, 10);
        else if (option == 'o')
            folder = optarg;
        else
            good = option == 'm' && read_mix(&organization, optarg) && good;
    }
    if (!good || optind != argc || organization.account_count == 0 || folder == NULL) {
        fputs(usage, stderr);
        return 2;
    }
    if (!write_all(&organization, folder)) {
        fprintf(stderr, "%s: %s\n", folder, strerror(errno));
        return 1;
    }
    return 0;
}
