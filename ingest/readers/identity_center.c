/*
 * Who is assigned to which permission set in which account: sso-admin list-instances, list-permission-sets,
 * describe-permission-set, list-accounts-for-provisioned-permission-set, list-account-assignments (and
 * -for-principal), describe-instance-access-control-attribute-configuration. Some answers do not name what was asked;
 * the file name (CALL.ACCOUNT.ps-ID.json) or the envelope does. Shapes:
 * https://docs.aws.amazon.com/singlesignon/latest/APIReference/
 */
#include "ingest/readers/reader.h"
#include "ingest/support/json_build.h"
#include "ingest/support/memory.h"
#include <stdlib.h>
#include <string.h>

/* ps-… in arn:aws:sso:::permissionSet/ssoins-…/ps-…; NULL: another ARN. */
static const char *set_of(const char *arn)
{
    const char *slash = arn != NULL ? strrchr(arn, '/') : NULL;
    return slash != NULL && strncmp(slash + 1, "ps-", 3) == 0 ? slash + 1 : NULL;
}

/* ssoins-… in such an ARN. */
static const char *instance_of(struct export_reader *reader, const char *arn)
{
    const char *at = strstr(arn, "/ssoins-");
    return at != NULL ? export_keep(reader, at + 1, strcspn(at + 1, "/")) : NULL;
}

static void read_instances(struct export_reader *reader, const char *member)
{
    static const char *const names[] = {"InstanceArn", "IdentityStoreId", "OwnerAccountId", "Status"};
    const char *values[4];
    struct export_list list;
    (void)member;
    if (!export_list_enter(reader, &list))
        return;
    while (export_list_next(reader, &list)) {
        export_strings(reader, names, values, 4);
        const char *id = values[0] != NULL ? instance_of(reader, values[0]) : NULL;
        if (id == NULL || values[1] == NULL)
            export_list_lose(reader, &list, "an instance lacks InstanceArn or IdentityStoreId");
        else
            export_fact(reader, FACT_INSTANCE, id, values[1], values[2], values[3]);
    }
    export_listing(reader, "sso-list-instances", "", list.lost);
}

static void read_sets(struct export_reader *reader, const char *member)
{
    const char *instance = NULL;
    struct export_list list;
    (void)member;
    if (!export_list_enter(reader, &list))
        return;
    while (export_list_next(reader, &list)) {
        const char *arn = export_string(reader), *set = set_of(arn);
        if (set == NULL) {
            export_list_lose(reader, &list, "expected the ARN of a permission set");
            continue;
        }
        instance = instance_of(reader, arn);
        export_fact(reader, FACT_PERMISSION_SET, set, instance, NULL, NULL);
    }
    export_listing(reader, "list-permission-sets", "", list.lost);
}

static void read_set(struct export_reader *reader, const char *member)
{
    static const char *const names[] = {"PermissionSetArn", "Name", "SessionDuration"};
    const char *values[3];
    (void)member;
    export_strings(reader, names, values, 3);
    const char *set = set_of(values[0]);
    if (set == NULL || values[1] == NULL)
        export_problem(reader, PROBLEM_ERROR, "missing-member", 0, 0,
                       "a permission set lacks PermissionSetArn or Name");
    else
        export_fact(reader, FACT_PERMISSION_SET, set, instance_of(reader, values[0]), values[1], values[2]);
}

static void read_accounts(struct export_reader *reader, const char *member)
{
    const char *set = reader->asked.permission_set;
    struct export_list list;
    (void)member;
    if (set == NULL)
        export_problem(reader, PROBLEM_WARNING, "permission-set-unknown", 0, 0,
                       "the file does not say which permission set it is about; rename the file to "
                       "list-accounts-for-provisioned-permission-set.ps-ID.json");
    if (!export_list_enter(reader, &list))
        return;
    while (export_list_next(reader, &list)) {
        const char *account = export_string(reader);
        list.lost = list.lost || account == NULL;
        if (account != NULL && set != NULL && !reader->asked.narrowed)
            export_fact(reader, FACT_PROVISIONED, set, account, NULL, NULL);
    }
    if (set != NULL && !reader->asked.narrowed)
        export_listing(reader, "list-accounts-for-provisioned-permission-set", set, list.lost);
}

/* Notes that this is the complete list for the set in the account, if the answer is about one of each. */
static void list_assignments(struct export_reader *reader, const char *account, const char *set, bool lost)
{
    char *both = memory_print("%s %s", account, set);
    export_listing(reader, "list-account-assignments", export_keep(reader, both, strlen(both)), lost);
    free(both);
}

static void read_assignments(struct export_reader *reader, const char *member)
{
    static const char *const names[] = {"AccountId", "PermissionSetArn", "PrincipalType", "PrincipalId"};
    bool of_principal = strcmp(reader->call, "list-account-assignments-for-principal") == 0, several = of_principal;
    const char *values[4], *account = reader->asked.account, *set = reader->asked.permission_set;
    struct export_list list;
    (void)member;
    if (!export_list_enter(reader, &list))
        return;
    while (export_list_next(reader, &list)) {
        export_strings(reader, names, values, 4);
        const char *of = set_of(values[1]);
        if (values[0] == NULL || of == NULL || values[2] == NULL || values[3] == NULL) {
            export_list_lose(reader, &list,
                             "an assignment lacks AccountId, PermissionSetArn, PrincipalType or PrincipalId");
            continue;
        }
        several =
            several || (account != NULL && strcmp(account, values[0]) != 0) || (set != NULL && strcmp(set, of) != 0);
        account = account != NULL ? account : values[0];
        set = set != NULL ? set : of;
        export_fact(reader, FACT_ASSIGNMENT, values[0], of, values[2], values[3]);
    }
    if (account != NULL && set != NULL && !several)
        list_assignments(reader, account, set, list.lost);
    else if (list.index == 0 && !of_principal)
        export_problem(reader, PROBLEM_WARNING, "assignment-unknown", 0, 0,
                       "an empty answer that does not say which account and permission set it is about; rename the "
                       "file to list-account-assignments.ACCOUNT-ID.ps-ID.json");
}

/* {"Key": …, "Value": {"Source": […]}} */
static void read_attribute(struct export_reader *reader)
{
    struct json_cursor *cursor = &reader->cursor;
    const char *key = NULL, *sources = NULL;
    bool first = true, first_inner = true;
    if (!json_cursor_enter(cursor, CURSOR_OBJECT))
        return;
    while (json_cursor_next_member(cursor, &first, &reader->name)) {
        if (strcmp(reader->name.data, "Key") == 0) {
            key = export_string(reader);
        } else if (strcmp(reader->name.data, "Value") == 0 && json_cursor_peek(cursor) == CURSOR_OBJECT) {
            json_cursor_enter(cursor, CURSOR_OBJECT);
            while (json_cursor_next_member(cursor, &first_inner, &reader->name)) {
                if (strcmp(reader->name.data, "Source") == 0 && json_cursor_peek(cursor) == CURSOR_ARRAY)
                    sources = export_text_array(reader);
                else
                    json_cursor_skip(cursor);
            }
        } else {
            json_cursor_skip(cursor);
        }
    }
    if (key != NULL)
        export_fact(reader, FACT_ATTRIBUTE, key, sources, NULL, NULL);
}

static void read_attributes(struct export_reader *reader, const char *member)
{
    struct json_cursor *cursor = &reader->cursor;
    struct export_list list = {.lost = true};
    bool first = true;
    (void)member;
    if (!json_cursor_enter(cursor, CURSOR_OBJECT))
        return;
    while (json_cursor_next_member(cursor, &first, &reader->name)) {
        if (strcmp(reader->name.data, "AccessControlAttributes") != 0 || !export_list_enter(reader, &list)) {
            json_cursor_skip(cursor);
            continue;
        }
        while (export_list_next(reader, &list)) {
            if (json_cursor_peek(cursor) == CURSOR_OBJECT)
                read_attribute(reader);
            else
                json_cursor_skip(cursor);
        }
    }
    export_listing(reader, "access-control-attributes", "", list.lost);
}

/* Other services have lists of account ids, too. */
static bool are_other_accounts(struct export_reader *reader)
{
    return reader->asked.permission_set == NULL &&
           strcmp(reader->call, "list-accounts-for-provisioned-permission-set") != 0;
}

/* Instances of EC2, EMR and others. */
static bool are_other_instances(struct export_reader *reader)
{
    static const char *const names[] = {"InstanceArn", NULL};
    bool first = true;
    if (export_first_members(reader, names) != 0)
        return false;
    struct json_cursor mark;
    json_cursor_mark(&reader->cursor, &mark);
    bool empty = json_cursor_enter(&reader->cursor, CURSOR_ARRAY) && !json_cursor_next_element(&reader->cursor, &first);
    json_cursor_return(&reader->cursor, &mark);
    return !empty || strcmp(reader->call, "list-instances") != 0;
}

/* clang-format off */
#define ONE_MEMBER(name, type, read) (const struct export_member[]){{name, type, read, false}, {0}}

const struct export_kind identity_center_kinds[] = {
    {.name = "sso-list-instances", .members = ONE_MEMBER("Instances", CURSOR_ARRAY, read_instances), .is_foreign = are_other_instances},
    {.name = "list-permission-sets", .members = ONE_MEMBER("PermissionSets", CURSOR_ARRAY, read_sets)},
    {.name = "describe-permission-set", .members = ONE_MEMBER("PermissionSet", CURSOR_OBJECT, read_set)},
    {.name = "list-accounts-for-provisioned-permission-set", .members = ONE_MEMBER("AccountIds", CURSOR_ARRAY, read_accounts), .is_foreign = are_other_accounts},
    {.name = "list-account-assignments", .members = ONE_MEMBER("AccountAssignments", CURSOR_ARRAY, read_assignments)},
    {.name = "access-control-attributes",
     .members = ONE_MEMBER("InstanceAccessControlAttributeConfiguration", CURSOR_OBJECT, read_attributes)},
    {0},
};
/* clang-format on */
