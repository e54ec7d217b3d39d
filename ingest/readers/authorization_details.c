/*
 * Users, groups and roles as `aws iam get-account-authorization-details` lists them; `list-roles` and `get-role` are
 * the same reader on fewer members.
 */
#include "ingest/readers/authorization_details.h"
#include "ingest/readers/iam_shapes.h"
#include <string.h>

static const struct iam_source from_details = {.standing = STANDING_DETAILS, .details = true},
                               from_list = {.standing = STANDING_LISTED};

static void read_list(struct export_reader *reader, const struct iam_source *source)
{
    struct export_list list;
    if (!export_list_enter(reader, &list))
        return;
    while (export_list_next(reader, &list))
        iam_read_principal(reader, source);
}

static void read_details(struct export_reader *reader, const char *member)
{
    (void)member;
    read_list(reader, &from_details);
}

/* Members as written by tools that use small first letters for IAM's shapes. */
static void read_small_details(struct export_reader *reader, const char *member)
{
    reader->small_letters = true;
    read_details(reader, member);
    reader->small_letters = false;
}

static void read_roles(struct export_reader *reader, const char *member)
{
    (void)member;
    read_list(reader, &from_list);
}

static void read_role(struct export_reader *reader, const char *member)
{
    (void)member;
    iam_read_principal(reader, &from_list);
}

static bool is_role_arn(struct export_reader *reader)
{
    static const char mark[] = "\"arn:";
    return json_cursor_peek(&reader->cursor) == CURSOR_STRING &&
           json_cursor_ahead(&reader->cursor, sizeof mark - 1) >= sizeof mark - 1 &&
           memcmp(reader->cursor.at, mark, sizeof mark - 1) == 0;
}

/* {"authenticated": "arn:…"} of a Cognito identity pool, whatever the keys and values: not an IAM role. */
static bool are_roles_of_pool(struct export_reader *reader)
{
    static const char *const of_role[] = {"Arn", "RoleName", "RoleId", "AssumeRolePolicyDocument"};
    struct json_cursor mark;
    bool first = true, role = false;
    if (json_cursor_peek(&reader->cursor) != CURSOR_OBJECT)
        return false;
    json_cursor_mark(&reader->cursor, &mark);
    json_cursor_enter(&reader->cursor, CURSOR_OBJECT);
    struct text name = {0};
    while (json_cursor_next_member(&reader->cursor, &first, &name)) {
        for (size_t i = 0; i < sizeof of_role / sizeof of_role[0]; i++)
            role = role || strcmp(name.data, of_role[i]) == 0;
        json_cursor_skip(&reader->cursor);
    }
    text_free(&name);
    json_cursor_return(&reader->cursor, &mark);
    return !role || strcmp(reader->call, "get-identity-pool-roles") == 0;
}

/* One element of a RoleDetailList by itself in an array (--query). */
static void read_element(struct export_reader *reader)
{
    iam_read_principal(reader, &from_list);
}

const struct export_kind authorization_details_kinds[] = {
    {.name = "authorization-details",
     .members = (const struct export_member[]){{"UserDetailList", CURSOR_ARRAY, read_details, false},
                                               {"GroupDetailList", CURSOR_ARRAY, read_details, false},
                                               {"RoleDetailList", CURSOR_ARRAY, read_details, false},
                                               {"userDetailList", CURSOR_ARRAY, read_small_details, false},
                                               {"groupDetailList", CURSOR_ARRAY, read_small_details, false},
                                               {"roleDetailList", CURSOR_ARRAY, read_small_details, false},
                                               {0}},
     .rank = 1,
     .own_names = true,
     .details = true,
     .standing = STANDING_DETAILS},
    {.name = "list-roles",
     .members = (const struct export_member[]){{"Roles", CURSOR_ARRAY, read_roles, false}, {0}},
     .is_foreign = are_roles_of_pool,
     .own_names = true,
     .all_roles = true,
     .lists_roles = true},
    {.name = "get-role",
     .members = (const struct export_member[]){{"Role", CURSOR_OBJECT, read_role, false}, {0}},
     .is_foreign = is_role_arn,
     .own_names = true,
     .lists_roles = true},
    {.name = "list-of-principals",
     .elements = (const struct export_element[]){{.members = {"RoleName", "UserName", "GroupName", "RoleId", "UserId",
                                                              "GroupId", "AssumeRolePolicyDocument"},
                                                  .hint = "Arn",
                                                  .read = read_element},
                                                 {0}},
     .only_objects = true},
    {0},
};
