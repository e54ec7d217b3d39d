#include "ingest/readers/iam_shapes.h"

#include "ingest/policy/arn.h"
#include <stdlib.h>
#include <string.h>

/* ---- the lists inside an entity */

/* False: something could not be read. */
static bool each_element(struct export_reader *reader, bool (*read)(struct export_reader *reader, void *context),
                         void *context)
{
    struct json_cursor *cursor = &reader->cursor;
    struct export_list list;
    bool good = true;
    if (json_cursor_peek(cursor) != CURSOR_ARRAY) {
        good = json_cursor_peek(cursor) == CURSOR_NULL;
        if (!good)
            export_problem(reader, PROBLEM_ERROR, "unexpected-type", 0, 0, "expected an array");
        json_cursor_skip(cursor);
        return good;
    }
    export_list_enter(reader, &list);
    while (export_list_next(reader, &list))
        good = read(reader, context) && good;
    return good;
}

static bool read_inline_policy(struct export_reader *reader, void *context)
{
    struct batch_principal *principal = context;
    struct json_cursor *cursor = &reader->cursor;
    struct batch_policy *policy = export_allocate(reader, sizeof *policy);
    bool first = true, repeated = false;
    if (json_cursor_peek(cursor) != CURSOR_OBJECT) {
        export_problem(reader, PROBLEM_ERROR, "unexpected-type", 0, 0,
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
        export_problem(reader, PROBLEM_ERROR, "missing-member", 0, 0, "an inline policy has no PolicyDocument");
    if (repeated)
        export_problem(reader, PROBLEM_ERROR, "duplicate-json-key", 0, 0,
                       "PolicyDocument is given more than once; the last one was used");
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
    policy->name = values[0] != NULL ? values[0] : "";
    policy->arn = values[1];
    if (policy->arn == NULL) {
        export_problem(reader, PROBLEM_ERROR, "missing-member", 0, 0, "an attached policy has no PolicyArn");
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
        export_problem(reader, PROBLEM_ERROR, "missing-member", 0, 0, "a tag lacks Key or Value");
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

/* ---- users, groups, roles */

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

void iam_read_inline_policies(struct export_reader *reader, struct batch_principal *principal)
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
        export_problem(reader, PROBLEM_ERROR, "missing-member", 0, 0, "a boundary has no PermissionsBoundaryArn");
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

static void read_profiles(struct export_reader *reader, struct batch_principal *principal)
{
    struct json_cursor *cursor = &reader->cursor;
    bool first = true;
    if (json_cursor_peek(cursor) != CURSOR_ARRAY) {
        json_cursor_skip(cursor);
        return;
    }
    json_cursor_enter(cursor, CURSOR_ARRAY);
    principal->profiles = PROFILES_NONE;
    while (json_cursor_next_element(cursor, &first)) {
        static const char *const names[] = {"Arn", "InstanceProfileId"};
        const char *values[2] = {NULL, NULL};
        principal->profiles = PROFILES_SOME;
        if (json_cursor_peek(cursor) == CURSOR_OBJECT)
            export_strings(reader, names, values, 2);
        else
            json_cursor_skip(cursor);
        if (values[0] != NULL)
            export_add_pair(reader, &principal->profile_list, values[0], values[1]);
    }
}

static const struct {
    const char *name;
    void (*read)(struct export_reader *reader, struct batch_principal *principal);
    bool policies; /* its holders are listed with their policies */
} entity_members[] = {
    {"Arn", read_arn, false},
    {"Path", read_path, false},
    {"UserName", read_name, false},
    {"GroupName", read_name, false},
    {"RoleName", read_name, false},
    {"UserId", read_unique_id, false},
    {"GroupId", read_unique_id, false},
    {"RoleId", read_unique_id, false},
    {"CreateDate", read_created, false},
    {"AssumeRolePolicyDocument", read_trust, false},
    {"UserPolicyList", iam_read_inline_policies, true},
    {"GroupPolicyList", iam_read_inline_policies, true},
    {"RolePolicyList", iam_read_inline_policies, true},
    {"AttachedManagedPolicies", read_attached_policies, true},
    {"GroupList", read_groups, false},
    {"PermissionsBoundary", read_boundary, false},
    {"Tags", read_tags, false},
    {"RoleLastUsed", read_last_used, false},
    {"MaxSessionDuration", read_duration, false},
    {"InstanceProfileList", read_profiles, false},
};

/* Reads the members of the object; false: reading cannot continue. */
static bool read_members(struct export_reader *reader, struct batch_principal *principal, bool *has_policies)
{
    struct json_cursor *cursor = &reader->cursor;
    size_t pointer = reader->pointer.length;
    uint32_t seen = 0;
    bool first = true;
    json_cursor_enter(cursor, CURSOR_OBJECT);
    while (export_next_member(reader, &first)) {
        size_t row = 0, rows = sizeof entity_members / sizeof entity_members[0];
        while (row < rows && (entity_members[row].name[0] != reader->name.data[0] ||
                              strcmp(entity_members[row].name, reader->name.data) != 0))
            row++;
        if (row == rows) {
            json_cursor_skip(cursor);
            continue;
        }
        export_point(reader, entity_members[row].name);
        if (seen & 1u << row) {
            export_problem(reader, PROBLEM_ERROR, "duplicate-json-key", 0, 0,
                           "the member is given more than once; the last one was used");
            principal->identity_lost = true;
        }
        seen |= 1u << row;
        *has_policies = *has_policies || entity_members[row].policies;
        entity_members[row].read(reader, principal);
        export_complaint(reader);
        export_point_back(reader, pointer);
    }
    return cursor->error == NULL;
}

static bool is_policy(const char *text)
{
    struct arn arn;
    return text != NULL && arn_parse(text, strlen(text), &arn) && arn.kind == ARN_POLICY;
}

void iam_read_principal(struct export_reader *reader, const struct iam_source *source)
{
    struct json_cursor *cursor = &reader->cursor, start;
    bool has_policies = false;
    if (json_cursor_peek(cursor) != CURSOR_OBJECT) {
        export_problem(reader, PROBLEM_ERROR, "unexpected-type", 0, 0, "expected an object");
        json_cursor_skip(cursor);
        return;
    }
    struct batch_principal *principal = export_principal(reader, source->standing);
    uint32_t column = json_cursor_column(cursor);
    principal->as_of = source->as_of;
    json_cursor_mark(cursor, &start);
    if (!read_members(reader, principal, &has_policies))
        return;
    principal->details = source->details || has_policies;
    if (principal->details && principal->standing == STANDING_LISTED)
        principal->standing = STANDING_DETAILS;
    principal->tags_known = principal->tags_known || (principal->details && !principal->tags_lost);
    const char *wrong = export_settle(reader, principal);
    if (wrong != NULL && is_policy(principal->arn)) {
        json_cursor_return(cursor, &start);
        iam_read_policy(reader, source);
        return;
    }
    json_cursor_forget(cursor);
    if (wrong == NULL && principal->kind == BATCH_ROLE && principal->trust.entry == NULL)
        export_problem(reader, PROBLEM_ERROR, "missing-member", principal->line, column,
                       "a role has no AssumeRolePolicyDocument; whom it trusts is unknown");
    if (wrong != NULL)
        export_problem(reader, PROBLEM_ERROR, principal->arn == NULL ? "missing-member" : "foreign-object",
                       principal->line, column, wrong);
    else
        BATCH_APPEND(reader->batch->principals, principal);
}

/* ---- managed policies */

static void read_versions(struct export_reader *reader, struct iam_policy *policy)
{
    struct json_cursor *cursor = &reader->cursor;
    struct export_list list;
    size_t defaults = 0;
    policy->has_versions = true;
    if (!export_list_enter(reader, &list))
        return;
    for (policy->versions = 0; export_list_next(reader, &list); policy->versions++) {
        const char *version = NULL;
        bool has_document = false, is_default = false, first_member = true;
        if (json_cursor_peek(cursor) != CURSOR_OBJECT) {
            export_problem(reader, PROBLEM_ERROR, "unexpected-type", 0, 0, "expected a version of a policy");
            json_cursor_skip(cursor);
            continue;
        }
        json_cursor_enter(cursor, CURSOR_OBJECT);
        while (export_next_member(reader, &first_member)) {
            if (strcmp(reader->name.data, "Document") == 0) {
                size_t pointer = export_point(reader, "Document");
                export_hold_document(reader, POLICY_IDENTITY);
                export_point_back(reader, pointer);
                has_document = true;
            } else if (strcmp(reader->name.data, "VersionId") == 0) {
                version = export_string(reader);
            } else if (strcmp(reader->name.data, "IsDefaultVersion") == 0) {
                is_default = json_cursor_peek(cursor) == CURSOR_TRUE;
                json_cursor_skip(cursor);
            } else {
                json_cursor_skip(cursor);
            }
        }
        bool named = policy->version != NULL && version != NULL && strcmp(version, policy->version) == 0;
        if (is_default && defaults++ > 0)
            export_problem(reader, PROBLEM_ERROR, "two-default-versions", 0, 0,
                           "more than one version is marked as the default; the last one was used");
        if (is_default || (named && policy->document.entry == NULL)) {
            policy->document = (struct batch_document){0};
            if (has_document)
                export_take_document(reader, POLICY_IDENTITY, &policy->document);
            if (version != NULL)
                policy->version = version;
        }
    }
}

void iam_read_policy_members(struct export_reader *reader, struct iam_policy *policy)
{
    struct json_cursor *cursor = &reader->cursor;
    bool first = true;
    if (!json_cursor_enter(cursor, CURSOR_OBJECT))
        return;
    while (export_next_member(reader, &first)) {
        const char *name = reader->name.data;
        enum json_cursor_type type = json_cursor_peek(cursor);
        size_t pointer = export_point(reader, name);
        if (strcmp(name, "Arn") == 0)
            policy->arn = export_string(reader);
        else if (strcmp(name, "PolicyName") == 0 || strcmp(name, "Name") == 0)
            policy->name = export_string(reader);
        else if (strcmp(name, "DefaultVersionId") == 0)
            policy->version = export_string(reader);
        else if (strcmp(name, "Id") == 0)
            policy->id = export_string(reader);
        else if (strcmp(name, "Type") == 0)
            policy->type = export_string(reader);
        else if (strcmp(name, "AwsManaged") == 0) {
            policy->aws_managed = type == CURSOR_TRUE;
            json_cursor_skip(cursor);
        } else if (strcmp(name, "PolicyVersionList") == 0 && type == CURSOR_ARRAY)
            read_versions(reader, policy);
        else if (strcmp(name, "PolicyVersionList") == 0 && type != CURSOR_NULL) {
            export_problem(reader, PROBLEM_ERROR, "unexpected-type", 0, 0, "expected an array");
            policy->has_versions = true;
            policy->versions = 0;
            json_cursor_skip(cursor);
        } else
            json_cursor_skip(cursor);
        export_complaint(reader);
        export_point_back(reader, pointer);
    }
}

void iam_add_policy(struct export_reader *reader, const struct iam_policy *read, const struct iam_source *source)
{
    enum batch_standing standing = source->standing == STANDING_LISTED ? STANDING_DETAILS : source->standing;
    struct batch_managed_policy *policy = export_policy(reader, read->arn, read->name, standing, &read->document);
    if (policy == NULL) {
        export_problem(reader, PROBLEM_ERROR, "foreign-object", 0, 0, "not a managed policy (no policy ARN); skipped");
        return;
    }
    policy->as_of = source->as_of;
    policy->versions = standing == STANDING_DETAILS ? read->versions : 0;
    if (read->version != NULL)
        policy->version = read->version;
    if (policy->document.entry == NULL && reader->cursor.error == NULL)
        export_problem(reader, PROBLEM_ERROR, "missing-member", 0, 0,
                       "the default version of a managed policy is "
                       "missing");
}

void iam_read_policy(struct export_reader *reader, const struct iam_source *source)
{
    struct iam_policy policy = {0};
    iam_read_policy_members(reader, &policy);
    if (reader->cursor.error == NULL)
        iam_add_policy(reader, &policy, source);
}
