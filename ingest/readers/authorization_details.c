/*
 * Users, groups and roles as `aws iam get-account-authorization-details` lists them; `list-roles` and `get-role` are
 * the same reader on fewer members.
 */
#include "ingest/readers/authorization_details.h"
#include "ingest/readers/iam_shapes.h"

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

/* One element of a RoleDetailList that stands alone in an array (--query). */
static void read_element(struct export_reader *reader)
{
    iam_read_principal(reader, &from_list);
}

const struct export_kind authorization_details_kinds[] = {
    {.name = "authorization-details",
     .members = (const struct export_member[]){{"UserDetailList", CURSOR_ARRAY, read_details, false},
                                               {"GroupDetailList", CURSOR_ARRAY, read_details, false},
                                               {"RoleDetailList", CURSOR_ARRAY, read_details, false},
                                               {0}},
     .rank = 1,
     .own_names = true,
     .details = true,
     .standing = STANDING_DETAILS},
    {.name = "list-roles",
     .members = (const struct export_member[]){{"Roles", CURSOR_ARRAY, read_roles, false}, {0}},
     .own_names = true,
     .all_roles = true,
     .lists_roles = true},
    {.name = "get-role",
     .members = (const struct export_member[]){{"Role", CURSOR_OBJECT, read_role, false}, {0}},
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
