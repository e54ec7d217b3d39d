/*
 * Entitlements of account access manager: account-access list-applications and list-entitlements, which does not name
 * its application; the file name (account-access.list-entitlements.aam-ID.json) or the envelope does. Source:
 * https://docs.aws.amazon.com/singlesignon/latest/userguide/aam-prepare-roles.html
 */
#include "ingest/readers/reader.h"
#include "ingest/support/json_build.h"
#include "ingest/support/memory.h"
#include <stdlib.h>
#include <string.h>

static void read_applications(struct export_reader *reader, const char *member)
{
    static const char *const names[] = {"applicationArn"};
    const char *arn;
    struct export_list list;
    (void)member;
    if (!export_list_enter(reader, &list))
        return;
    while (export_list_next(reader, &list)) {
        export_strings(reader, names, &arn, 1);
        const char *slash = arn != NULL ? strrchr(arn, '/') : NULL;
        if (slash == NULL)
            export_list_lose(reader, &list, "an application has no applicationArn");
        else
            export_fact(reader, FACT_APPLICATION, slash + 1, arn, NULL, NULL);
    }
}

static json_t *inner(json_t *object, const char *const *path)
{
    while (*path != NULL)
        object = json_object_get(object, *path++);
    return object;
}

static bool read_entitlement(struct export_reader *reader, json_t *row)
{
    static const char *const to_role[] = {"entitlement", "principalRole", "roleArn", NULL},
                             *const to_user[] = {"entitlement",    "principalRole", "principal",
                                                 "identityCenter", "userId",        NULL},
                             *const to_group[] = {"entitlement",    "principalRole", "principal",
                                                  "identityCenter", "groupId",       NULL};
    const char *role = json_string_value(inner(row, to_role)), *user = json_string_value(inner(row, to_user)),
               *group = json_string_value(inner(row, to_group)),
               *id = json_string_value(json_object_get(row, "entitlementId"));
    if (role == NULL || id == NULL || (user == NULL && group == NULL))
        return false;
    char *who = memory_print("%s %s", user != NULL ? "USER" : "GROUP", user != NULL ? user : group);
    export_fact(reader, FACT_ENTITLEMENT, export_keep(reader, id, strlen(id)), reader->asked.application,
                export_keep(reader, who, strlen(who)), export_keep(reader, role, strlen(role)));
    free(who);
    return true;
}

static void read_entitlements(struct export_reader *reader, const char *member)
{
    struct export_list list;
    (void)member;
    if (reader->asked.application == NULL)
        export_problem(reader, PROBLEM_WARNING, "application-unknown", 0, 0,
                       "the file does not say which application it is about; rename the file to "
                       "account-access.list-entitlements.aam-ID.json");
    if (!export_list_enter(reader, &list))
        return;
    while (export_list_next(reader, &list)) {
        json_t *row = export_json(reader);
        if (reader->cursor.error == NULL && !read_entitlement(reader, row))
            export_list_lose(reader, &list, "an entitlement lacks entitlementId, roleArn or principal");
        json_decref(row);
    }
    export_listing(reader, "list-entitlements", reader->asked.application != NULL ? reader->asked.application : "",
                   list.lost);
}

static bool are_other_applications(struct export_reader *reader)
{
    static const char mark[] = ":account-access:", *const names[] = {"applicationArn", NULL};
    if (export_first_members(reader, names) == 0)
        return strcmp(reader->service, "account-access") != 0;
    /* The ARN shows the service; it comes early in the element. */
    size_t length = json_cursor_ahead(&reader->cursor, 256);
    for (size_t i = 0; i + sizeof mark - 1 <= length; i++)
        if (memcmp(reader->cursor.at + i, mark, sizeof mark - 1) == 0)
            return false;
    return true;
}

static bool are_other_entitlements(struct export_reader *reader)
{
    static const char *const names[] = {"entitlementId", NULL};
    return export_first_members(reader, names) == 0 && strcmp(reader->service, "account-access") != 0 &&
           strcmp(reader->call, "list-entitlements") != 0;
}

/* clang-format off */
#define ONE_MEMBER(name, read) (const struct export_member[]){{name, CURSOR_ARRAY, read, false}, {0}}

const struct export_kind account_access_kinds[] = {
    {.name = "account-access-list-applications",
     .members = ONE_MEMBER("applications", read_applications),
     .is_foreign = are_other_applications},
    {.name = "account-access-list-entitlements",
     .members = ONE_MEMBER("entitlements", read_entitlements),
     .is_foreign = are_other_entitlements,
     .small_token = true},
    {0},
};
/* clang-format on */
