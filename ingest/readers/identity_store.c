/*
 * The people of Identity Center: identitystore list-users, list-groups, list-group-memberships and
 * list-group-memberships-for-member. For each person ids, the name, whether they may sign in and the attributes usable
 * for access control are kept; phone numbers, addresses and birth dates are not. Shapes:
 * https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/
 */
#include "ingest/readers/reader.h"
#include "ingest/support/json_build.h"
#include "ingest/support/json_words.h"
#include "ingest/support/memory.h"
#include <stdlib.h>
#include <string.h>

/* The members of a person that are kept, with their attribute paths. Source:
 * https://docs.aws.amazon.com/singlesignon/latest/userguide/configure-abac-sso.html */
static const struct attribute {
    const char *object, *member, *path; /* object NULL: directly in the person */
} attributes[] = {
    {NULL, "UserName", "userName"},
    {NULL, "DisplayName", "displayName"},
    {NULL, "NickName", "nickName"},
    {NULL, "Title", "title"},
    {NULL, "UserType", "userType"},
    {NULL, "PreferredLanguage", "preferredLanguage"},
    {NULL, "Locale", "locale"},
    {NULL, "Timezone", "timezone"},
    {"Name", "GivenName", "name.givenName"},
    {"Name", "FamilyName", "name.familyName"},
    {"Name", "MiddleName", "name.middleName"},
    {"Name", "Formatted", "name.formatted"},
};

/* Members of the extension; their paths are this prefix and the member's name. */
#define ENTERPRISE "aws:identitystore:enterprise"

static void put_enterprise(const json_t *user, json_t *kept)
{
    const char *name;
    json_t *value;
    json_object_foreach(json_object_get(json_object_get(user, "Extensions"), ENTERPRISE), name, value)
    {
        json_t *inner = json_is_object(value) ? json_object_get(value, "value") : NULL;
        char *path = memory_print("enterprise.%s%s", name, inner != NULL ? ".value" : "");
        json_put_text(kept, path, json_string_value(inner != NULL ? inner : value));
        free(path);
    }
}

static const char *attributes_of(struct export_reader *reader, const json_t *user)
{
    json_t *kept = json_object(), *mail;
    size_t index;
    for (size_t i = 0; i < sizeof attributes / sizeof attributes[0]; i++) {
        const json_t *object = attributes[i].object != NULL ? json_object_get(user, attributes[i].object) : user;
        json_put_text(kept, attributes[i].path, json_string_value(json_object_get(object, attributes[i].member)));
    }
    json_array_foreach(json_object_get(user, "Emails"), index, mail) if (json_is_true(json_object_get(mail, "Primary")))
        json_put_text(kept, "emails[primary eq true].value", json_string_value(json_object_get(mail, "Value")));
    put_enterprise(user, kept);
    char *words = json_words(kept, JSON_COMPACT | JSON_SORT_KEYS);
    const char *text = export_keep(reader, words, strlen(words));
    free(words);
    json_decref(kept);
    return text;
}

/* Only elements name the store, so an empty list does not. */
static void end_list(struct export_reader *reader, const char *call, const char *store, bool lost)
{
    if (store != NULL)
        export_listing(reader, call, store, lost);
}

static void read_users(struct export_reader *reader, const char *member)
{
    const char *of = NULL;
    struct export_list list;
    (void)member;
    if (!export_list_enter(reader, &list))
        return;
    while (export_list_next(reader, &list)) {
        json_t *user = export_list_object(reader, &list, "expected an object");
        const char *store = export_json_text(reader, user, "IdentityStoreId"),
                   *id = export_json_text(reader, user, "UserId");
        of = store != NULL ? store : of;
        if (user != NULL && (store == NULL || id == NULL))
            export_list_lose(reader, &list, "a person lacks IdentityStoreId or UserId");
        if (store != NULL && id != NULL) {
            struct batch_person *person = export_allocate(reader, sizeof *person);
            *person = (struct batch_person){.store = store,
                                            .id = id,
                                            .name = export_json_text(reader, user, "UserName"),
                                            .status = export_json_text(reader, user, "UserStatus"),
                                            .attributes = attributes_of(reader, user),
                                            .provisioned = json_array_size(json_object_get(user, "ExternalIds")) > 0};
            BATCH_APPEND(reader->batch->people, person);
        }
        json_decref(user);
    }
    end_list(reader, "identitystore-list-users", of, list.lost);
}

static void read_groups(struct export_reader *reader, const char *member)
{
    static const char *const names[] = {"IdentityStoreId", "GroupId", "DisplayName"};
    const char *values[3], *of = NULL;
    struct export_list list;
    (void)member;
    if (!export_list_enter(reader, &list))
        return;
    while (export_list_next(reader, &list)) {
        export_strings(reader, names, values, 3);
        if (values[0] == NULL || values[1] == NULL) {
            export_list_lose(reader, &list, "a group lacks IdentityStoreId or GroupId");
            continue;
        }
        of = values[0];
        export_fact(reader, FACT_PERSON_GROUP, values[0], values[1], values[2], NULL);
    }
    end_list(reader, "identitystore-list-groups", of, list.lost);
}

/* {"UserId": …} beside texts. */
static void read_membership(struct export_reader *reader, const char *values[3])
{
    struct json_cursor *cursor = &reader->cursor;
    bool first = true;
    values[0] = values[1] = values[2] = NULL;
    if (!json_cursor_enter(cursor, CURSOR_OBJECT))
        return;
    while (json_cursor_next_member(cursor, &first, &reader->name)) {
        static const char *const inner[] = {"UserId"};
        if (strcmp(reader->name.data, "IdentityStoreId") == 0)
            values[0] = export_string(reader);
        else if (strcmp(reader->name.data, "GroupId") == 0)
            values[1] = export_string(reader);
        else if (strcmp(reader->name.data, "MemberId") == 0)
            export_strings(reader, inner, &values[2], 1);
        else
            json_cursor_skip(cursor);
    }
}

static void read_memberships(struct export_reader *reader, const char *member)
{
    bool of_member = strcmp(reader->call, "list-group-memberships-for-member") == 0, several = false;
    const char *values[3], *group = of_member ? NULL : reader->asked.group;
    struct export_list list;
    (void)member;
    if (!export_list_enter(reader, &list))
        return;
    while (export_list_next(reader, &list)) {
        if (json_cursor_peek(&reader->cursor) != CURSOR_OBJECT)
            json_cursor_skip(&reader->cursor);
        else
            read_membership(reader, values);
        if (values[0] == NULL || values[1] == NULL || values[2] == NULL) {
            export_list_lose(reader, &list, "a membership lacks IdentityStoreId, GroupId or UserId");
            continue;
        }
        several = several || (group != NULL && strcmp(group, values[1]) != 0);
        group = of_member || several ? NULL : values[1];
        export_fact(reader, FACT_MEMBERSHIP, values[0], values[1], values[2], NULL);
    }
    if (group != NULL && !several && !of_member)
        export_listing(reader, "list-group-memberships", group, list.lost);
    else if (list.index == 0 && !of_member)
        export_problem(reader, PROBLEM_WARNING, "group-unknown", 0, 0,
                       "an empty answer that does not say which group it is about; rename the file to "
                       "list-group-memberships.GROUP-ID.json");
}

/* IAM, Cognito and others have lists with these names. */
static bool is_of_another_service(struct export_reader *reader)
{
    static const char *const names[] = {"IdentityStoreId", NULL};
    return export_first_members(reader, names) == 0;
}

/* clang-format off */
#define ONE_MEMBER(name, read) (const struct export_member[]){{name, CURSOR_ARRAY, read, false}, {0}}

const struct export_kind identity_store_kinds[] = {
    {.name = "identitystore-list-users", .members = ONE_MEMBER("Users", read_users), .is_foreign = is_of_another_service},
    {.name = "identitystore-list-groups", .members = ONE_MEMBER("Groups", read_groups), .is_foreign = is_of_another_service},
    {.name = "list-group-memberships", .members = ONE_MEMBER("GroupMemberships", read_memberships)},
    {0},
};
/* clang-format on */
