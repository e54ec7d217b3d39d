/*
 * Users, groups and roles as `aws iam get-account-authorization-details` lists them; `list-roles` and `get-role` are
 * the same reader on fewer members. Shapes:
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
 */
#include "ingest/export.h"
#include "ingest/policy/arn.h"
#include <stdlib.h>
#include <string.h>

/* ---- the lists inside an entity */

/* False: something is lost. */
static bool each_element(struct export_reader *reader, bool (*read)(struct export_reader *reader, void *context),
                         void *context)
{
    struct json_cursor *cursor = &reader->cursor;
    struct export_list list;
    bool good = true;
    if (json_cursor_peek(cursor) != CURSOR_ARRAY) {
        good = json_cursor_peek(cursor) == CURSOR_NULL;
        if (!good)
            export_problem(reader, "error", "unexpected-type", 0, 0, "expected an array");
        json_cursor_skip(cursor);
        return good;
    }
    export_list_enter(reader, &list);
    while (export_list_next(reader, &list))
        good = read(reader, context) && good;
    return good;
}

void export_append_policy(struct batch_policy **list, struct batch_policy *policy)
{
    while (*list != NULL)
        list = &(*list)->next;
    *list = policy;
}

static bool read_inline_policy(struct export_reader *reader, void *context)
{
    struct batch_principal *principal = context;
    struct json_cursor *cursor = &reader->cursor;
    struct batch_policy *policy = export_allocate(reader, sizeof *policy);
    bool first = true, repeated = false;
    if (policy == NULL || json_cursor_peek(cursor) != CURSOR_OBJECT) {
        export_problem(reader, "error", "unexpected-type", 0, 0,
                       "expected an object with PolicyName and PolicyDocument");
        json_cursor_skip(cursor);
        return false;
    }
    policy->name = "";
    json_cursor_enter(cursor, CURSOR_OBJECT);
    while (export_next_member(reader, &first)) {
        if (strcmp(reader->name.data, "PolicyName") == 0) {
            const char *name = export_string(reader);
            policy->name = name != NULL ? name : "";
        } else if (strcmp(reader->name.data, "PolicyDocument") == 0) {
            size_t pointer = export_point(reader, "PolicyDocument");
            repeated = repeated || policy->document.entry != NULL;
            export_document(reader, POLICY_IDENTITY, &policy->document);
            export_point_back(reader, pointer);
        } else {
            json_cursor_skip(cursor);
        }
    }
    if (policy->document.entry == NULL && cursor->error == NULL)
        export_problem(reader, "error", "missing-member", 0, 0, "an inline policy without PolicyDocument");
    if (repeated)
        export_problem(reader, "error", "duplicate-json-key", 0, 0,
                       "PolicyDocument occurs more than once; the last one was used");
    export_append_policy(&principal->inline_policies, policy);
    return !repeated;
}

static bool read_attached_policy(struct export_reader *reader, void *context)
{
    static const char *const names[] = {"PolicyName", "PolicyArn"};
    struct batch_principal *principal = context;
    const char *values[2];
    struct batch_policy *policy = export_allocate(reader, sizeof *policy);
    export_strings(reader, names, values, 2);
    if (policy == NULL)
        return false;
    policy->name = values[0] != NULL ? values[0] : "";
    policy->arn = values[1];
    if (policy->arn == NULL) {
        export_problem(reader, "error", "missing-member", 0, 0, "an attached policy without PolicyArn");
        return false;
    }
    export_append_policy(&principal->managed_policies, policy);
    return true;
}

static bool read_tag(struct export_reader *reader, void *context)
{
    static const char *const names[] = {"Key", "Value"};
    struct batch_principal *principal = context;
    const char *values[2];
    export_strings(reader, names, values, 2);
    if (values[0] == NULL || values[1] == NULL) {
        export_problem(reader, "error", "missing-member", 0, 0, "a tag without Key and Value");
        return false;
    }
    export_add_pair(reader, &principal->tags, values[0], values[1]);
    return true;
}

static bool read_group_name(struct export_reader *reader, void *context)
{
    struct batch_principal *principal = context;
    const char *name = export_string(reader);
    if (name == NULL)
        return false;
    export_add_pair(reader, &principal->groups, name, NULL);
    return true;
}

/* ---- the entity */

static void string_into(struct export_reader *reader, const char **target)
{
    const char *value = export_text(reader);
    if (value != NULL)
        *target = value;
}

static void read_arn(struct export_reader *reader, struct batch_principal *principal)
{
    string_into(reader, &principal->arn);
}

static void read_path(struct export_reader *reader, struct batch_principal *principal)
{
    string_into(reader, &principal->path);
}

static void read_name(struct export_reader *reader, struct batch_principal *principal)
{
    string_into(reader, &principal->name);
}

static void read_unique_id(struct export_reader *reader, struct batch_principal *principal)
{
    string_into(reader, &principal->unique_id);
}

static void read_created(struct export_reader *reader, struct batch_principal *principal)
{
    string_into(reader, &principal->created);
}

static void read_trust(struct export_reader *reader, struct batch_principal *principal)
{
    export_document(reader, POLICY_TRUST, &principal->trust);
}

void export_inline_policies(struct export_reader *reader, struct batch_principal *principal)
{
    principal->identity_lost = !each_element(reader, read_inline_policy, principal) || principal->identity_lost;
}

static void read_attached_policies(struct export_reader *reader, struct batch_principal *principal)
{
    principal->identity_lost = !each_element(reader, read_attached_policy, principal) || principal->identity_lost;
}

static void read_groups(struct export_reader *reader, struct batch_principal *principal)
{
    principal->identity_lost = !each_element(reader, read_group_name, principal) || principal->identity_lost;
}

static void read_tags(struct export_reader *reader, struct batch_principal *principal)
{
    principal->tags_known = each_element(reader, read_tag, principal);
    principal->tags_lost = !principal->tags_known;
}

static void read_boundary(struct export_reader *reader, struct batch_principal *principal)
{
    static const char *const names[] = {"PermissionsBoundaryArn"};
    if (json_cursor_peek(&reader->cursor) == CURSOR_NULL) {
        json_cursor_skip(&reader->cursor);
        return;
    }
    bool object = json_cursor_peek(&reader->cursor) == CURSOR_OBJECT;
    export_strings(reader, names, &principal->boundary_arn, 1);
    if (principal->boundary_arn != NULL || reader->cursor.error != NULL)
        return;
    principal->identity_lost = true;
    if (object)
        export_problem(reader, "error", "missing-member", 0, 0, "a boundary without PermissionsBoundaryArn");
}

static void read_last_used(struct export_reader *reader, struct batch_principal *principal)
{
    static const char *const names[] = {"LastUsedDate", "Region"};
    const char *values[2];
    if (json_cursor_peek(&reader->cursor) != CURSOR_OBJECT) {
        json_cursor_skip(&reader->cursor);
        return;
    }
    export_strings(reader, names, values, 2);
    principal->last_used = values[0] != NULL ? values[0] : "";
    principal->last_used_region = values[1];
}

static void read_duration(struct export_reader *reader, struct batch_principal *principal)
{
    const char *text = export_text(reader);
    principal->max_session_duration = text != NULL ? strtoll(text, NULL, 10) : -1;
}

/* Members of users, groups and roles; `needs` bits tell entities apart and catch duplicates. */
static const struct {
    const char *name;
    void (*read)(struct export_reader *reader, struct batch_principal *principal);
    int kind; /* that the member gives away, or -1 */
} entity_members[] = {
    {"Arn", read_arn, -1},
    {"Path", read_path, -1},
    {"UserName", read_name, BATCH_USER},
    {"GroupName", read_name, BATCH_GROUP},
    {"RoleName", read_name, BATCH_ROLE},
    {"UserId", read_unique_id, BATCH_USER},
    {"GroupId", read_unique_id, BATCH_GROUP},
    {"RoleId", read_unique_id, BATCH_ROLE},
    {"CreateDate", read_created, -1},
    {"AssumeRolePolicyDocument", read_trust, BATCH_ROLE},
    {"UserPolicyList", export_inline_policies, BATCH_USER},
    {"GroupPolicyList", export_inline_policies, BATCH_GROUP},
    {"RolePolicyList", export_inline_policies, BATCH_ROLE},
    {"AttachedManagedPolicies", read_attached_policies, -1},
    {"GroupList", read_groups, BATCH_USER},
    {"PermissionsBoundary", read_boundary, -1},
    {"Tags", read_tags, -1},
    {"RoleLastUsed", read_last_used, BATCH_ROLE},
    {"MaxSessionDuration", read_duration, BATCH_ROLE},
};

const char *export_settle(struct export_reader *reader, struct batch_principal *principal)
{
    struct arn arn;
    if (principal->arn == NULL)
        return "no Arn: the element is left out";
    if (!arn_parse(principal->arn, strlen(principal->arn), &arn) ||
        !arn_is_account_id(arn.account.at, arn.account.length))
        return "Arn is not one of a user, group or role: the element is left out";
    enum arn_kind kinds[] = {[BATCH_USER] = ARN_USER, [BATCH_ROLE] = ARN_ROLE, [BATCH_GROUP] = ARN_GROUP};
    bool found = false;
    for (int i = 0; i < 3; i++)
        if (arn.kind == kinds[i]) {
            principal->kind = (enum batch_principal_kind)i;
            found = true;
        }
    if (!found)
        return "a foreign object in the list: it is neither user, group nor role and is left out";
    principal->account = export_keep(reader, arn.account.at, arn.account.length);
    principal->partition = export_keep(reader, arn.partition.at, arn.partition.length);
    principal->name = export_keep(reader, arn.name.at, arn.name.length);
    principal->path = export_keep(reader, arn.path.at, arn.path.length);
    return NULL;
}

/* Reads one entity; `details` if it comes from authorization details. */
static void read_entity(struct export_reader *reader, bool details)
{
    struct json_cursor *cursor = &reader->cursor;
    struct batch *batch = reader->batch;
    struct batch_principal *principal = export_allocate(reader, sizeof *principal);
    bool first = true, has_policies = false;
    uint32_t seen = 0, column;
    size_t pointer = reader->pointer.length;
    struct json_cursor start;
    struct arn arn;
    if (principal == NULL || json_cursor_peek(cursor) != CURSOR_OBJECT) {
        export_problem(reader, "error", "unexpected-type", 0, 0, "expected an object");
        json_cursor_skip(cursor);
        return;
    }
    *principal = (struct batch_principal){.standing = details ? STANDING_DETAILS : reader->standing,
                                          .as_of = reader->as_of,
                                          .unique_id = "",
                                          .created = "",
                                          .max_session_duration = -1,
                                          .line = cursor->line};
    column = json_cursor_column(cursor);
    json_cursor_mark(cursor, &start);
    json_cursor_enter(cursor, CURSOR_OBJECT);
    while (export_next_member(reader, &first)) {
        size_t row = 0, rows = sizeof entity_members / sizeof entity_members[0];
        while (row < rows && strcmp(entity_members[row].name, reader->name.data) != 0)
            row++;
        if (row == rows) {
            json_cursor_skip(cursor);
            continue;
        }
        export_point(reader, entity_members[row].name);
        if (seen & 1u << row) {
            export_problem(reader, "error", "duplicate-json-key", 0, 0,
                           "the member occurs more than once; the last one was used");
            principal->identity_lost = true;
        }
        seen |= 1u << row;
        has_policies = has_policies || entity_members[row].read == export_inline_policies ||
                       entity_members[row].read == read_attached_policies;
        entity_members[row].read(reader, principal);
        export_complaint(reader);
        export_point_back(reader, pointer);
    }
    if (cursor->error != NULL)
        return;
    principal->details = details || has_policies;
    if (principal->details && principal->standing == STANDING_LISTED)
        principal->standing = STANDING_DETAILS;
    principal->tags_known = principal->tags_known || (principal->details && !principal->tags_lost);
    const char *wrong = export_settle(reader, principal);
    /* Some exporters append policies to the list of roles. */
    if (wrong != NULL && principal->arn != NULL && arn_parse(principal->arn, strlen(principal->arn), &arn) &&
        arn.kind == ARN_POLICY) {
        json_cursor_return(cursor, &start);
        read_bare_policy(reader);
        return;
    }
    json_cursor_forget(cursor);
    if (wrong == NULL && principal->kind == BATCH_ROLE && principal->trust.entry == NULL)
        export_problem(reader, "error", "missing-member", principal->line, column,
                       "a role without AssumeRolePolicyDocument: whom it trusts is unknown");
    if (wrong != NULL)
        export_problem(reader, "error", principal->arn == NULL ? "missing-member" : "foreign-object", principal->line,
                       column, wrong);
    else
        BATCH_APPEND(batch->principals, principal);
}

void read_principal_list(struct export_reader *reader, const char *member)
{
    struct export_list list;
    bool details = strcmp(member, "Roles") != 0;
    if (!export_list_enter(reader, &list))
        return;
    while (export_list_next(reader, &list))
        read_entity(reader, details);
}

void read_one_role(struct export_reader *reader, const char *member)
{
    (void)member;
    read_entity(reader, false);
}

void read_bare_principal(struct export_reader *reader)
{
    read_entity(reader, false);
}
