/*
 * A scenario as the exports that it stands for.
 */
#include "tests/support/scenario.h"

#include "ingest/store/query.h"
#include "ingest/support/text.h"
#include "tests/support/scratch.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json_t *policy_list(const json_t *principal)
{
    json_t *policy = json_object_get(principal, "may");
    return policy != NULL ? json_pack("[{s:s, s:O}]", "PolicyName", "inline", "PolicyDocument", policy) : json_array();
}

static json_t *attached_list(const json_t *principal)
{
    json_t *array = json_array(), *arn;
    size_t i;
    json_array_foreach(json_object_get(principal, "attached"), i, arn) json_array_append_new(
        array, json_pack("{s:s, s:O}", "PolicyName", strrchr(json_string_value(arn), '/') + 1, "PolicyArn", arn));
    return array;
}

static json_t *principal_export(const json_t *principal)
{
    const char *kind = json_string_value(json_object_get(principal, "kind")), *key;
    bool user = kind[0] == 'u', role = kind[0] == 'r';
    json_t *object = json_pack("{s:O, s:O, s:O, s:s, s:o}", "Path", json_object_get(principal, "path"), "Arn",
                               json_object_get(principal, "arn"),
                               user   ? "UserName"
                               : role ? "RoleName"
                                      : "GroupName",
                               json_object_get(principal, "name"), "CreateDate", "2024-01-01T00:00:00+00:00",
                               "AttachedManagedPolicies", attached_list(principal)),
           *tags = json_array(), *value;
    json_object_set(object, user ? "UserId" : role ? "RoleId" : "GroupId", json_object_get(principal, "unique"));
    json_object_set_new(object,
                        user   ? "UserPolicyList"
                        : role ? "RolePolicyList"
                               : "GroupPolicyList",
                        policy_list(principal));
    json_object_foreach(json_object_get(principal, "tags"), key, value)
        json_array_append_new(tags, json_pack("{s:s, s:O}", "Key", key, "Value", value));
    if (kind[0] != 'g')
        json_object_set(object, "Tags", tags);
    json_decref(tags);
    if (user)
        json_object_set(object, "GroupList", json_object_get(principal, "groups"));
    if (role) {
        json_t *trust = json_object_get(principal, "trust");
        json_object_set_new(object, "AssumeRolePolicyDocument",
                            trust != NULL ? json_incref(trust)
                                          : json_pack("{s:s, s:[{s:s, s:{s:s}, s:s}]}", "Version", "2012-10-17",
                                                      "Statement", "Effect", "Deny", "Principal", "AWS", "*", "Action",
                                                      "sts:TagGetFederationToken"));
        json_t *profiles = json_array(), *profile = json_object_get(principal, "profile");
        if (profile != NULL)
            json_array_append_new(profiles, json_pack("{s:O}", "InstanceProfileName", profile));
        json_object_set_new(object, "InstanceProfileList", profiles);
    }
    if (json_object_get(principal, "boundary") != NULL)
        json_object_set_new(object, "PermissionsBoundary",
                            json_pack("{s:s, s:O}", "PermissionsBoundaryType", "Policy", "PermissionsBoundaryArn",
                                      json_object_get(principal, "boundary")));
    return object;
}

/* The default is v1; as many others are listed as it has. */
static json_t *policy_export(const struct scenario *scenario, const char *arn, json_t *document)
{
    json_t *list = json_array();
    json_int_t count = json_integer_value(json_object_get(scenario->versions, arn));
    for (json_int_t i = 1; i <= count || i == 1; i++) {
        char version[32];
        snprintf(version, sizeof version, "v%" JSON_INTEGER_FORMAT, i);
        json_array_append_new(
            list, json_pack("{s:O, s:s, s:b}", "Document", document, "VersionId", version, "IsDefaultVersion", i == 1));
    }
    return json_pack("{s:s, s:s, s:s, s:o}", "PolicyName", strrchr(arn, '/') + 1, "Arn", arn, "DefaultVersionId", "v1",
                     "PolicyVersionList", list);
}

static json_t *account_export(const struct scenario *scenario, json_t *of)
{
    static const char *const kinds[][2] = {
        {"user", "UserDetailList"}, {"group", "GroupDetailList"}, {"role", "RoleDetailList"}};
    json_t *object = json_object(), *item, *policies = json_array();
    size_t i;
    const char *arn;
    for (size_t kind = 0; kind < 3; kind++) {
        json_t *array = json_array();
        json_array_foreach(json_object_get(of, kinds[kind][0]), i, item)
            json_array_append_new(array, principal_export(item));
        json_object_set_new(object, kinds[kind][1], array);
    }
    json_object_foreach(json_object_get(of, "policies"), arn, item)
        json_array_append_new(policies, policy_export(scenario, arn, item));
    json_object_set_new(object, "Policies", policies);
    json_object_set_new(object, "IsTruncated", json_false());
    return object;
}

static json_t *role_list(json_t *of)
{
    json_t *roles = json_array(), *role;
    size_t i;
    json_array_foreach(json_object_get(of, "role"), i, role)
    {
        json_t *entry = principal_export(role);
        json_object_del(entry, "AttachedManagedPolicies");
        json_object_del(entry, "RolePolicyList");
        json_object_del(entry, "InstanceProfileList");
        json_object_del(entry, "Tags");
        json_object_del(entry, "PermissionsBoundary");
        json_array_append_new(roles, entry);
    }
    return json_pack("{s:o}", "Roles", roles);
}

static bool write_json(const char *folder, json_t *value, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static bool write_json(const char *folder, json_t *value, const char *format, ...)
{
    char name[256], path[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(name, sizeof name, format, arguments);
    va_end(arguments);
    snprintf(path, sizeof path, "%s/%s", folder, name);
    char *text = json_dumps(value, JSON_INDENT(1));
    bool good = text != NULL && scratch_write(path, text, strlen(text));
    free(text);
    json_decref(value);
    return good;
}

static json_t *policy_summary(const char *id, const char *type, const char *name)
{
    char arn[256];
    bool scp = type[0] == 'S';
    snprintf(arn, sizeof arn, "arn:aws:organizations::999999999999:policy/o-example0001/%s/%s",
             scp ? "service_control_policy" : "resource_control_policy", id);
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:b}", "Id", id, "Arn", arn, "Name", name, "Description", "", "Type",
                     type, "AwsManaged", strstr(id, "FullAWSAccess") != NULL);
}

static bool write_policy(const char *folder, const char *id, const char *type, const char *name, const json_t *document,
                         json_t *targets)
{
    char *content = json_dumps(document, JSON_COMPACT);
    json_t *target, *entries = json_array();
    size_t i;
    json_array_foreach(targets, i, target)
    {
        const char *text = json_string_value(target);
        json_array_append_new(entries, json_pack("{s:s, s:s, s:s}", "TargetId", text, "Name", text, "Type",
                                                 text[0] == 'r'   ? "ROOT"
                                                 : text[0] == 'o' ? "ORGANIZATIONAL_UNIT"
                                                                  : "ACCOUNT"));
    }
    bool good = write_json(folder,
                           json_pack("{s:{s:o, s:s}}", "Policy", "PolicySummary", policy_summary(id, type, name),
                                     "Content", content),
                           "org/describe-policy.%s.json", id) &&
                write_json(folder, json_pack("{s:o}", "Targets", entries), "org/list-targets-for-policy.%s.json", id);
    free(content);
    return good;
}

static json_t *account_entry(const struct scenario *scenario, const char *id)
{
    const char *state = json_string_value(json_object_get(scenario->states, id));
    char arn[128];
    snprintf(arn, sizeof arn, "arn:aws:organizations::999999999999:account/o-example0001/%s", id);
    return json_pack("{s:s, s:s, s:s, s:s, s:s}", "Id", id, "Arn", arn, "Name", id, "Email", "a@example.com", "Status",
                     state != NULL ? state : "ACTIVE");
}

static const char *unit_of(const struct scenario *scenario, const char *member)
{
    const char *name;
    json_t *list_of, *item;
    size_t i;
    json_object_foreach(scenario->units, name, list_of)
        json_array_foreach(list_of, i, item) if (strcmp(json_string_value(item), member) == 0) return name;
    return NULL;
}

static bool write_guardrails(struct scenario *scenario, const char *folder)
{
    json_t *everywhere[2] = {json_array(), json_array()}, *item, *lists[2] = {json_array(), json_array()};
    static const char *const types[] = {"SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"};
    const char *name, *full[] = {"p-FullAWSAccess", "p-RCPFullAWSAccess"};
    char id[64];
    size_t i;
    bool good = true;
    for (int type = 0; type < 2; type++) {
        json_array_append_new(everywhere[type], json_string("r-root"));
        json_object_foreach(scenario->units, name, item)
        {
            snprintf(id, sizeof id, "ou-root-%s", name);
            json_array_append_new(everywhere[type], json_string(id));
        }
        json_array_foreach(scenario->members, i, item) json_array_append(everywhere[type], item);
        for (i = json_array_size(everywhere[type]); type == 0 && i > 0; i--)
            if (json_object_get(scenario->without_full, json_string_value(json_array_get(everywhere[type], i - 1))) !=
                NULL)
                json_array_remove(everywhere[type], i - 1);
        json_t *document = json_pack("{s:s, s:[{s:s, s:s, s:s}]}", "Version", "2012-10-17", "Statement", "Effect",
                                     "Allow", "Action", "*", "Resource", "*");
        if (type == 1)
            json_object_set_new(json_array_get(json_object_get(document, "Statement"), 0), "Principal",
                                json_string("*"));
        good = good && write_policy(folder, full[type], types[type], full[type] + 2, document, everywhere[type]);
        json_array_append_new(lists[type], policy_summary(full[type], types[type], full[type] + 2));
        json_decref(document);
    }
    json_array_foreach(scenario->guardrails, i, item)
    {
        const char *type = json_string_value(json_object_get(item, "type"));
        json_t *targets = json_pack("[O]", json_object_get(item, "target"));
        snprintf(id, sizeof id, "p-guard%04zu", i);
        good = good && write_policy(folder, id, type, id + 2, json_object_get(item, "policy"), targets);
        json_array_append_new(lists[type[0] == 'R'], policy_summary(id, type, id + 2));
        json_decref(targets);
    }
    for (int type = 0; type < 2; type++) {
        good = good && write_json(folder, json_pack("{s:o}", "Policies", lists[type]), "org/list-policies.%s.json",
                                  types[type]);
        json_decref(everywhere[type]);
    }
    return good;
}

static json_t *unit_entry(const char *name)
{
    char id[64], arn[160];
    snprintf(id, sizeof id, "ou-root-%s", name);
    snprintf(arn, sizeof arn, "arn:aws:organizations::999999999999:ou/o-example0001/%s", id);
    return json_pack("{s:s, s:s, s:s}", "Id", id, "Arn", arn, "Name", name);
}

/* The units directly under another one; NULL: under the root. */
static json_t *units_in(const struct scenario *scenario, const char *outer)
{
    json_t *units = json_array(), *members;
    const char *name;
    json_object_foreach(scenario->units, name, members)
    {
        const char *above = json_string_value(json_object_get(scenario->outer_units, name));
        if (outer == NULL ? above == NULL : above != NULL && strcmp(above, outer) == 0)
            json_array_append_new(units, unit_entry(name));
    }
    return units;
}

static const char *type_status(const struct scenario *scenario, const char *type)
{
    return json_object_get(scenario->disabled, type) != NULL ? "PENDING_DISABLE" : "ENABLED";
}

static bool write_organization(struct scenario *scenario, const char *folder)
{
    json_t *all = json_array(), *direct = json_array(), *item, *list_of;
    const char *name;
    char id[64];
    size_t i;
    bool good = true;
    json_array_foreach(scenario->members, i, item)
    {
        json_array_append_new(all, account_entry(scenario, json_string_value(item)));
        if (unit_of(scenario, json_string_value(item)) == NULL)
            json_array_append_new(direct, account_entry(scenario, json_string_value(item)));
    }
    json_object_foreach(scenario->units, name, list_of)
    {
        json_t *inside = json_array();
        snprintf(id, sizeof id, "ou-root-%s", name);
        json_array_foreach(list_of, i, item)
            json_array_append_new(inside, account_entry(scenario, json_string_value(item)));
        good = good &&
               write_json(folder, json_pack("{s:o}", "Accounts", inside), "org/list-accounts-for-parent.%s.json", id) &&
               write_json(folder, json_pack("{s:o}", "OrganizationalUnits", units_in(scenario, name)),
                          "org/list-organizational-units-for-parent.%s.json", id);
    }
    good = good && write_json(folder, json_pack("{s:o}", "Accounts", all), "org/list-accounts.json") &&
           write_json(folder, json_pack("{s:o}", "Accounts", direct), "org/list-accounts-for-parent.r-root.json") &&
           write_json(folder, json_pack("{s:o}", "OrganizationalUnits", units_in(scenario, NULL)),
                      "org/list-organizational-units-for-parent.r-root.json") &&
           write_json(
               folder,
               json_pack("{s:{s:s, s:s, s:s, s:s}}", "Organization", "Id", "o-example0001", "Arn",
                         "arn:aws:organizations::999999999999:organization/o-example0001", "FeatureSet",
                         json_object_get(scenario->disabled, "all-features") != NULL ? "CONSOLIDATED_BILLING" : "ALL",
                         "MasterAccountId", scenario->management),
               "org/describe-organization.json") &&
           write_json(folder,
                      json_pack("{s:[{s:s, s:s, s:s, s:[{s:s, s:s}, {s:s, s:s}]}]}", "Roots", "Id", "r-root", "Arn",
                                "arn:aws:organizations::999999999999:root/o-example0001/r-root", "Name", "Root",
                                "PolicyTypes", "Type", "SERVICE_CONTROL_POLICY", "Status", type_status(scenario, "scp"),
                                "Type", "RESOURCE_CONTROL_POLICY", "Status", type_status(scenario, "rcp")),
                      "org/list-roots.json");
    return good && write_guardrails(scenario, folder);
}

bool scenario_write(struct scenario *scenario, const char *folder)
{
    char path[1024];
    const char *id;
    json_t *of;
    bool good = folder != NULL;
    json_object_foreach(scenario->accounts, id, of)
    {
        bool roles_only = json_is_true(json_object_get(of, "roles-only"));
        good =
            good && write_json(folder, roles_only ? role_list(of) : account_export(scenario, of), "accounts/%s/%s.json",
                               id, roles_only ? "list-roles" : "get-account-authorization-details");
    }
    json_object_foreach(scenario->files, id, of)
    {
        snprintf(path, sizeof path, "%s/%s", folder, id);
        good = good && scratch_write(path, json_string_value(of), json_string_length(of));
    }
    return good && (scenario->management == NULL || write_organization(scenario, folder));
}

static bool load(struct scenario *scenario, struct store *store)
{
    char *folder = scratch_folder(), *error = NULL;
    const char *const paths[] = {folder};
    struct load_result result = {0};
    struct load_options options = {.jobs = 1};
    bool good = scenario_write(scenario, folder) && load_paths(store, paths, 1, &options, &result, &error);
    if (!good)
        snprintf(scenario->error, sizeof scenario->error, "%s", error != NULL ? error : "cannot write exports");
    load_result_free(&result);
    scratch_remove(folder);
    free(error);
    return good;
}

struct store *scenario_load(struct scenario *scenario)
{
    char *error = NULL;
    struct store *store = store_open(STORE_MEMORY, STORE_CREATE, &error);
    if (store == NULL)
        snprintf(scenario->error, sizeof scenario->error, "%s", error != NULL ? error : "no database");
    free(error);
    if (store != NULL && load(scenario, store))
        return store;
    store_close(store);
    return NULL;
}

bool scenario_load_later(struct scenario *scenario, struct store *store)
{
    return load(scenario, store);
}

bool scenario_load_again(struct scenario *scenario, struct store *store)
{
    struct text sql = {0};
    struct query *tables = query_open(store, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE "
                                             "'sqlite_%'");
    text_append_string(&sql, "PRAGMA foreign_keys = OFF;");
    while (query_next(tables))
        text_format(&sql, "DELETE FROM \"%s\";", query_text(tables, 0));
    query_close(tables);
    text_append_string(&sql, "PRAGMA foreign_keys = ON;");
    bool good = store_execute(store, sql.data);
    text_free(&sql);
    if (!good)
        snprintf(scenario->error, sizeof scenario->error, "%s", store_error(store));
    return good && load(scenario, store);
}
