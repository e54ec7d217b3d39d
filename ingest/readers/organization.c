/*
 * AWS Organizations: what describe-organization and its list- calls say. Four of them do not name what they were asked
 * about; the file name (CALL.ARGUMENT.json) or the envelope does. Shapes:
 * https://docs.aws.amazon.com/organizations/latest/APIReference/
 */
#include "ingest/export.h"
#include "ingest/policy/arn.h"
#include <string.h>

const char *export_organization_of(struct export_reader *reader, const char *text)
{
    struct arn arn;
    if (text == NULL || !arn_parse(text, strlen(text), &arn) || !span_equals(arn.service, "organizations"))
        return NULL;
    const char *slash = memchr(arn.resource.at, '/', arn.resource.length);
    if (slash == NULL || strncmp(slash + 1, "o-", 2) != 0)
        return NULL;
    size_t length = strcspn(slash + 1, "/");
    export_fact(reader, FACT_ORGANIZATION, export_keep(reader, slash + 1, length),
                export_keep(reader, arn.account.at, arn.account.length), NULL,
                export_keep(reader, arn.partition.at, arn.partition.length));
    return export_keep(reader, slash + 1, length);
}

static void listing(struct export_reader *reader, const char *call, const char *argument, bool lost)
{
    /* Only a whole answer says that what it does not name does not exist. NextToken comes last and is seen after this:
     * the fact is then marked. */
    struct batch_fact *fact = export_fact(reader, FACT_LISTING, call, argument, NULL, NULL);
    if (fact != NULL)
        fact->more = lost;
}

static const char *parent_of(struct export_reader *reader)
{
    bool parent_call = strcmp(reader->call, "list-accounts-for-parent") == 0 ||
                       strcmp(reader->call, "list-organizational-units-for-parent") == 0 ||
                       strcmp(reader->call, "list-children") == 0;
    bool node = strncmp(reader->argument, "r-", 2) == 0 || strncmp(reader->argument, "ou-", 3) == 0;
    return parent_call && node ? reader->argument : NULL;
}

void read_organization(struct export_reader *reader, const char *member)
{
    static const char *const names[] = {"Id", "MasterAccountId", "FeatureSet", "Arn", "ManagementAccountId"};
    const char *values[5];
    struct arn arn;
    (void)member;
    export_strings(reader, names, values, 5);
    if (values[0] == NULL) {
        export_problem(reader, "error", "missing-member", 0, 0, "an organization without Id");
        return;
    }
    bool known = values[3] != NULL && arn_parse(values[3], strlen(values[3]), &arn);
    export_fact(reader, FACT_ORGANIZATION, values[0], values[1] != NULL ? values[1] : values[4], values[2],
                known ? export_keep(reader, arn.partition.at, arn.partition.length) : NULL);
    listing(reader, "describe-organization", "", false);
}

void read_accounts(struct export_reader *reader, const char *member)
{
    static const char *const names[] = {"Id", "Name", "Status", "State", "Arn"};
    const char *values[5], *parent = parent_of(reader), *organization = NULL;
    struct export_list list;
    (void)member;
    if (strcmp(reader->call, "list-accounts-for-parent") == 0) {
        reader->batch->kind = "list-accounts-for-parent";
        if (parent == NULL)
            export_problem(reader, "warning", "parent-unknown", 0, 0,
                           "the answer does not name the parent that was asked about; name the file "
                           "list-accounts-for-parent.PARENT-ID.json");
    }
    if (!export_list_enter(reader, &list))
        return;
    while (export_list_next(reader, &list)) {
        export_strings(reader, names, values, 5);
        if (values[0] == NULL || !arn_is_account_id(values[0], strlen(values[0]))) {
            export_list_lose(reader, &list, "an account without a 12-digit Id");
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
        listing(reader, "list-accounts-for-parent", parent, list.lost);
    else if (strcmp(reader->call, "list-accounts-for-parent") != 0)
        listing(reader, "list-accounts", "", list.lost);
}

static void read_policy_types(struct export_reader *reader, const char *const *types, size_t count, const char *root)
{
    for (size_t i = 0; i + 1 < count; i += 2)
        if (types[i] != NULL && types[i + 1] != NULL)
            export_fact(reader, FACT_POLICY_TYPE, root, types[i], types[i + 1], NULL);
}

void read_roots(struct export_reader *reader, const char *member)
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
                        export_list_lose(reader, &list, "a policy type without Type and Status");
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
            export_list_lose(reader, &list, "a root without Id");
            continue;
        }
        export_fact(reader, FACT_NODE, id, name, export_organization_of(reader, arn), NULL);
        read_policy_types(reader, types, type_count, id);
        if (types_known)
            listing(reader, "policy-types", id, types_lost);
    }
    listing(reader, "list-roots", "", list.lost);
}

void read_units(struct export_reader *reader, const char *member)
{
    static const char *const names[] = {"Id", "Name", "Arn"};
    const char *values[3], *parent = parent_of(reader);
    struct export_list list;
    (void)member;
    if (parent == NULL)
        export_problem(reader, "warning", "parent-unknown", 0, 0,
                       "the answer does not name the parent that was asked about; name the file "
                       "list-organizational-units-for-parent.PARENT-ID.json");
    if (!export_list_enter(reader, &list))
        return;
    while (export_list_next(reader, &list)) {
        export_strings(reader, names, values, 3);
        if (values[0] == NULL) {
            export_list_lose(reader, &list, "an organizational unit without Id");
            continue;
        }
        export_fact(reader, FACT_NODE, values[0], values[1], export_organization_of(reader, values[2]), NULL);
        if (parent != NULL)
            export_fact(reader, FACT_PARENT, values[0], parent, NULL, NULL);
    }
    if (parent != NULL)
        listing(reader, "list-organizational-units-for-parent", parent, list.lost);
}

void read_children(struct export_reader *reader, const char *member)
{
    static const char *const names[] = {"Id"};
    const char *id, *parent = parent_of(reader);
    struct export_list list;
    (void)member;
    if (parent == NULL)
        export_problem(reader, "warning", "parent-unknown", 0, 0,
                       "the answer does not name the parent that was asked about; name the file "
                       "list-children.PARENT-ID.TYPE.json");
    if (!export_list_enter(reader, &list))
        return;
    while (export_list_next(reader, &list)) {
        export_strings(reader, names, &id, 1);
        if (id == NULL)
            export_list_lose(reader, &list, "a child without Id");
        else if (parent != NULL)
            export_fact(reader, FACT_PARENT, id, parent, NULL, NULL);
    }
}

void read_parents(struct export_reader *reader, const char *member)
{
    static const char *const names[] = {"Id"};
    const char *id;
    struct export_list list;
    bool placed = strcmp(reader->call, "list-parents") == 0 && reader->argument[0] != '\0';
    (void)member;
    if (!placed)
        export_problem(
            reader, "warning", "child-unknown", 0, 0,
            "the answer does not name the child that was asked about; name the file list-parents.CHILD-ID.json");
    if (!export_list_enter(reader, &list))
        return;
    while (export_list_next(reader, &list)) {
        export_strings(reader, names, &id, 1);
        if (id == NULL)
            export_list_lose(reader, &list, "a parent without Id");
        else if (placed)
            export_fact(reader, FACT_PARENT, reader->argument, id, NULL, NULL);
    }
}

void read_targets(struct export_reader *reader, const char *member)
{
    static const char *const names[] = {"TargetId", "Name", "Type", "Arn"};
    const char *values[4];
    struct export_list list;
    bool placed = strcmp(reader->call, "list-targets-for-policy") == 0 && strncmp(reader->argument, "p-", 2) == 0;
    (void)member;
    if (!placed)
        export_problem(reader, "warning", "policy-unknown", 0, 0,
                       "the answer does not name the policy that was asked about; name the file "
                       "list-targets-for-policy.POLICY-ID.json");
    if (!export_list_enter(reader, &list))
        return;
    while (export_list_next(reader, &list)) {
        export_strings(reader, names, values, 4);
        if (values[0] == NULL)
            export_list_lose(reader, &list, "a target without TargetId");
        if (values[0] == NULL || !placed)
            continue;
        export_organization_of(reader, values[3]);
        export_fact(reader, FACT_TARGET, reader->argument, values[0], NULL, NULL);
    }
    if (placed)
        listing(reader, "list-targets-for-policy", reader->argument, list.lost);
}
