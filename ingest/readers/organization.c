/*
 * AWS Organizations: what describe-organization and its list- calls say. Four of them do not name what they were asked
 * about; the file name (CALL.ARGUMENT.json) or the envelope does. Shapes:
 * https://docs.aws.amazon.com/organizations/latest/APIReference/
 */
#include "ingest/policy/arn.h"
#include "ingest/readers/reader.h"
#include <string.h>

/* Indexes into organization_kinds, named after the calls. */
enum organization_call {
    DESCRIBE_ORGANIZATION,
    LIST_ACCOUNTS,
    LIST_ACCOUNTS_FOR_PARENT,
    LIST_ROOTS,
    LIST_UNITS,
    LIST_CHILDREN,
    LIST_PARENTS,
    LIST_TARGETS,
};

extern const struct export_kind organization_kinds[];

static bool is_call(const struct export_reader *reader, enum organization_call call)
{
    return strcmp(reader->call, organization_kinds[call].name) == 0;
}

static void listing(struct export_reader *reader, enum organization_call call, const char *argument, bool lost)
{
    export_listing(reader, organization_kinds[call].name, argument, lost);
}

static const char *parent_of(struct export_reader *reader)
{
    bool parent_call =
        is_call(reader, LIST_ACCOUNTS_FOR_PARENT) || is_call(reader, LIST_UNITS) || is_call(reader, LIST_CHILDREN);
    bool node = strncmp(reader->argument, "r-", 2) == 0 || strncmp(reader->argument, "ou-", 3) == 0;
    return parent_call && node ? reader->argument : NULL;
}

static void read_organization(struct export_reader *reader, const char *member)
{
    static const char *const names[] = {"Id", "MasterAccountId", "FeatureSet", "Arn", "ManagementAccountId"};
    const char *values[5];
    struct arn arn;
    (void)member;
    export_strings(reader, names, values, 5);
    if (values[0] == NULL) {
        export_problem(reader, PROBLEM_ERROR, "missing-member", 0, 0,
                       "the organization has no Id; export it again "
                       "with aws organizations describe-organization");
        return;
    }
    bool known = values[3] != NULL && arn_parse(values[3], strlen(values[3]), &arn);
    export_fact(reader, FACT_ORGANIZATION, values[0], values[1] != NULL ? values[1] : values[4], values[2],
                known ? export_keep(reader, arn.partition.at, arn.partition.length) : NULL);
    listing(reader, DESCRIBE_ORGANIZATION, "", false);
}

static void read_accounts(struct export_reader *reader, const char *member)
{
    static const char *const names[] = {"Id", "Name", "Status", "State", "Arn"};
    const char *values[5], *parent = parent_of(reader), *organization = NULL;
    struct export_list list;
    (void)member;
    bool for_parent = is_call(reader, LIST_ACCOUNTS_FOR_PARENT);
    if (for_parent) {
        reader->batch->kind = &organization_kinds[LIST_ACCOUNTS_FOR_PARENT];
        if (parent == NULL)
            export_problem(reader, PROBLEM_WARNING, "parent-unknown", 0, 0,
                           "the file does not say which parent it is about; rename the file to "
                           "list-accounts-for-parent.PARENT-ID.json");
    }
    if (!export_list_enter(reader, &list))
        return;
    while (export_list_next(reader, &list)) {
        export_strings(reader, names, values, 5);
        if (values[0] == NULL || !arn_is_account_id(values[0], strlen(values[0]))) {
            export_list_lose(reader, &list, "an account has no 12-digit Id");
            continue;
        }
        if (organization == NULL)
            organization = export_organization_of(reader, values[4]);
        export_fact(reader, FACT_ACCOUNT, values[0], values[1], values[3] != NULL ? values[3] : values[2],
                    organization);
        if (parent != NULL)
            export_fact(reader, FACT_PARENT, values[0], parent, NULL, NULL);
    }
    if (parent != NULL)
        listing(reader, LIST_ACCOUNTS_FOR_PARENT, parent, list.lost);
    else if (!for_parent)
        listing(reader, LIST_ACCOUNTS, "", list.lost);
}

/* [{"AccountId": …}] of another service. */
static bool are_accounts_of_others(struct export_reader *reader)
{
    static const char *const names[] = {"Id", "AccountId", "accountId", NULL};
    unsigned found = export_first_members(reader, names);
    return found != 0 && (found & 1) == 0;
}

static void read_policy_types(struct export_reader *reader, const char *const *types, size_t count, const char *root)
{
    for (size_t i = 0; i + 1 < count; i += 2)
        if (types[i] != NULL && types[i + 1] != NULL)
            export_fact(reader, FACT_POLICY_TYPE, root, types[i], types[i + 1], NULL);
}

static void read_roots(struct export_reader *reader, const char *member)
{
    static const char *const type_names[] = {"Type", "Status"};
    struct json_cursor *cursor = &reader->cursor;
    struct export_list list;
    (void)member;
    if (!export_list_enter(reader, &list))
        return;
    while (export_list_next(reader, &list)) {
        const char *id = NULL, *name = NULL, *arn = NULL, *types[32];
        size_t type_count = 0;
        bool first_member = true, first_type = true, types_known = false, types_lost = false;
        if (json_cursor_peek(cursor) != CURSOR_OBJECT) {
            export_list_lose(reader, &list, "expected an object");
            json_cursor_skip(cursor);
            continue;
        }
        json_cursor_enter(cursor, CURSOR_OBJECT);
        while (json_cursor_next_member(cursor, &first_member, &reader->name)) {
            if (strcmp(reader->name.data, "Id") == 0)
                id = export_string(reader);
            else if (strcmp(reader->name.data, "Name") == 0)
                name = export_string(reader);
            else if (strcmp(reader->name.data, "Arn") == 0)
                arn = export_string(reader);
            else if (strcmp(reader->name.data, "PolicyTypes") == 0 && json_cursor_peek(cursor) == CURSOR_ARRAY) {
                types_known = true;
                json_cursor_enter(cursor, CURSOR_ARRAY);
                while (json_cursor_next_element(cursor, &first_type)) {
                    const char *pair[2];
                    export_strings(reader, type_names, pair, 2);
                    if (pair[0] == NULL || pair[1] == NULL) {
                        types_lost = true;
                        export_list_lose(reader, &list, "a policy type lacks Type or Status");
                        continue;
                    }
                    if (type_count + 2 <= sizeof types / sizeof types[0]) {
                        types[type_count++] = pair[0];
                        types[type_count++] = pair[1];
                    }
                }
            } else
                json_cursor_skip(cursor);
        }
        if (id == NULL) {
            export_list_lose(reader, &list, "a root has no Id");
            continue;
        }
        export_fact(reader, FACT_NODE, id, name, export_organization_of(reader, arn), NULL);
        read_policy_types(reader, types, type_count, id);
        if (types_known)
            export_listing(reader, "policy-types", id, types_lost);
    }
    listing(reader, LIST_ROOTS, "", list.lost);
}

static void read_units(struct export_reader *reader, const char *member)
{
    static const char *const names[] = {"Id", "Name", "Arn"};
    const char *values[3], *parent = parent_of(reader);
    struct export_list list;
    (void)member;
    if (parent == NULL)
        export_problem(reader, PROBLEM_WARNING, "parent-unknown", 0, 0,
                       "the file does not say which parent it is about; rename the file to "
                       "list-organizational-units-for-parent.PARENT-ID.json");
    if (!export_list_enter(reader, &list))
        return;
    while (export_list_next(reader, &list)) {
        export_strings(reader, names, values, 3);
        if (values[0] == NULL) {
            export_list_lose(reader, &list, "an organizational unit has no Id");
            continue;
        }
        export_fact(reader, FACT_NODE, values[0], values[1], export_organization_of(reader, values[2]), NULL);
        if (parent != NULL)
            export_fact(reader, FACT_PARENT, values[0], parent, NULL, NULL);
    }
    if (parent != NULL)
        listing(reader, LIST_UNITS, parent, list.lost);
}

static void read_children(struct export_reader *reader, const char *member)
{
    static const char *const names[] = {"Id"};
    const char *id, *parent = parent_of(reader);
    struct export_list list;
    (void)member;
    if (parent == NULL)
        export_problem(reader, PROBLEM_WARNING, "parent-unknown", 0, 0,
                       "the file does not say which parent it is about; rename the file to "
                       "list-children.PARENT-ID.TYPE.json");
    if (!export_list_enter(reader, &list))
        return;
    while (export_list_next(reader, &list)) {
        export_strings(reader, names, &id, 1);
        if (id == NULL)
            export_list_lose(reader, &list, "a child has no Id");
        else if (parent != NULL)
            export_fact(reader, FACT_PARENT, id, parent, NULL, NULL);
    }
}

static void read_parents(struct export_reader *reader, const char *member)
{
    static const char *const names[] = {"Id"};
    const char *id;
    struct export_list list;
    bool placed = is_call(reader, LIST_PARENTS) && reader->argument[0] != '\0';
    (void)member;
    if (!placed)
        export_problem(reader, PROBLEM_WARNING, "child-unknown", 0, 0,
                       "the file does not say which child it is about; rename the file to list-parents.CHILD-ID.json");
    if (!export_list_enter(reader, &list))
        return;
    while (export_list_next(reader, &list)) {
        export_strings(reader, names, &id, 1);
        if (id == NULL)
            export_list_lose(reader, &list, "a parent has no Id");
        else if (placed)
            export_fact(reader, FACT_PARENT, reader->argument, id, NULL, NULL);
    }
}

/* [{"Id": …, "Arn": …}] of an EventBridge rule. */
static bool are_targets_of_rule(struct export_reader *reader)
{
    static const char *const names[] = {"Arn", "TargetId", NULL};
    return export_first_members(reader, names) == 1;
}

static void read_targets(struct export_reader *reader, const char *member)
{
    static const char *const names[] = {"TargetId", "Name", "Type", "Arn"};
    const char *values[4];
    struct export_list list;
    bool placed = is_call(reader, LIST_TARGETS) && strncmp(reader->argument, "p-", 2) == 0;
    (void)member;
    if (!placed)
        export_problem(reader, PROBLEM_WARNING, "policy-unknown", 0, 0,
                       "the file does not say which policy it is about; rename the file to "
                       "list-targets-for-policy.POLICY-ID.json");
    if (!export_list_enter(reader, &list))
        return;
    while (export_list_next(reader, &list)) {
        export_strings(reader, names, values, 4);
        if (values[0] == NULL)
            export_list_lose(reader, &list, "a target has no TargetId");
        if (values[0] == NULL || !placed)
            continue;
        export_organization_of(reader, values[3]);
        export_fact(reader, FACT_TARGET, reader->argument, values[0], NULL, NULL);
    }
    if (placed)
        listing(reader, LIST_TARGETS, reader->argument, list.lost);
}

/* clang-format off */
#define ONE_MEMBER(name, type, read) (const struct export_member[]){{name, type, read, false}, {0}}

const struct export_kind organization_kinds[] = {
    [DESCRIBE_ORGANIZATION] = {.name = "describe-organization", .members = ONE_MEMBER("Organization", CURSOR_OBJECT, read_organization)},
    [LIST_ACCOUNTS] = {.name = "list-accounts",
                       .members = ONE_MEMBER("Accounts", CURSOR_ARRAY, read_accounts),
                       .is_foreign = are_accounts_of_others},
    [LIST_ACCOUNTS_FOR_PARENT] = {.name = "list-accounts-for-parent"},
    [LIST_ROOTS] = {.name = "list-roots", .members = ONE_MEMBER("Roots", CURSOR_ARRAY, read_roots)},
    [LIST_UNITS] = {.name = "list-organizational-units-for-parent", .members = ONE_MEMBER("OrganizationalUnits", CURSOR_ARRAY, read_units)},
    [LIST_CHILDREN] = {.name = "list-children", .members = ONE_MEMBER("Children", CURSOR_ARRAY, read_children)},
    [LIST_PARENTS] = {.name = "list-parents", .members = ONE_MEMBER("Parents", CURSOR_ARRAY, read_parents)},
    [LIST_TARGETS] = {.name = "list-targets-for-policy",
                      .members = ONE_MEMBER("Targets", CURSOR_ARRAY, read_targets),
                      .is_foreign = are_targets_of_rule},
    {0},
};
/* clang-format on */
