#include "ingest/readers/terraform_inside.h"

#include <stdlib.h>
#include <string.h>

/* ---- resources and what is read of them */

enum terraform_value {
    VALUE_NAME,
    VALUE_PATH,
    VALUE_ARN,
    VALUE_ID,
    VALUE_ACCOUNT,
    VALUE_BOUNDARY,
    VALUE_OWNER_ROLE,
    VALUE_OWNER_USER,
    VALUE_OWNER_GROUP,
    VALUE_POLICY_ARN,
    VALUE_DURATION,
    VALUE_URL,
    TERRAFORM_VALUES
};

static const char *const value_names[TERRAFORM_VALUES] = {
    [VALUE_NAME] = "name",
    [VALUE_PATH] = "path",
    [VALUE_ARN] = "arn",
    [VALUE_ID] = "unique_id",
    [VALUE_ACCOUNT] = "account_id",
    [VALUE_BOUNDARY] = "permissions_boundary",
    [VALUE_OWNER_ROLE] = "role",
    [VALUE_OWNER_USER] = "user",
    [VALUE_OWNER_GROUP] = "group",
    [VALUE_POLICY_ARN] = "policy_arn",
    [VALUE_DURATION] = "max_session_duration",
    [VALUE_URL] = "url",
};

enum terraform_list { LIST_MANAGED, LIST_ROLES, LIST_USERS, LIST_GROUPS, TERRAFORM_LISTS };

static const char *const list_names[TERRAFORM_LISTS] = {
    [LIST_MANAGED] = "managed_policy_arns",
    [LIST_ROLES] = "roles",
    [LIST_USERS] = "users",
    [LIST_GROUPS] = "groups",
};

/* A resource being read. */
struct terraform_resource {
    const char *address, *type;
    bool cloud_control; /* the type is the Cloud Control counterpart of the usual provider's */
    const char *values[TERRAFORM_VALUES];
    struct planned_reference_list lists[TERRAFORM_LISTS];
    const char *client_ids;         /* client_id_list, from export_text_array; NULL: unknown */
    struct batch_document document; /* policy or assume_role_policy */
    struct batch_policy *inline_policies;
    struct batch_pair *tags;
    bool tags_known;
    uint32_t line;
};

/* The resources of the Cloud Control provider, with the corresponding ones of the other provider:
 * https://registry.terraform.io/providers/hashicorp/awscc/latest/docs */
static const struct {
    const char *type, *as;
} cloud_control_types[] = {
    {"awscc_iam_role", "aws_iam_role"},
    {"awscc_iam_user", "aws_iam_user"},
    {"awscc_iam_group", "aws_iam_group"},
    {"awscc_iam_managed_policy", "aws_iam_policy"},
    {"awscc_iam_role_policy", "aws_iam_role_policy"},
    {"awscc_iam_user_policy", "aws_iam_user_policy"},
    {"awscc_iam_group_policy", "aws_iam_group_policy"},
    {"awscc_iam_oidc_provider", "aws_iam_openid_connect_provider"},
};

/* And their members; type NULL: for all others. */
static const struct {
    const char *member, *type, *as;
} cloud_control_members[] = {
    {"role_name", "aws_iam_role", "name"},   {"role_name", NULL, "role"},
    {"user_name", "aws_iam_user", "name"},   {"user_name", NULL, "user"},
    {"group_name", "aws_iam_group", "name"}, {"group_name", NULL, "group"},
    {"managed_policy_name", NULL, "name"},   {"policy_name", NULL, "name"},
    {"policy_arn", "aws_iam_policy", "arn"}, {"role_id", NULL, "unique_id"},
    {"user_id", NULL, "unique_id"},          {"assume_role_policy_document", NULL, "assume_role_policy"},
    {"policy_document", NULL, "policy"},     {"policies", NULL, "inline_policy"},
};

static const char *usual_type(const char *type)
{
    for (size_t i = 0; i < sizeof cloud_control_types / sizeof cloud_control_types[0]; i++)
        if (strcmp(type, cloud_control_types[i].type) == 0)
            return cloud_control_types[i].as;
    return type;
}

static const char *usual_member(const struct terraform_resource *resource, const char *member)
{
    for (size_t i = 0; i < sizeof cloud_control_members / sizeof cloud_control_members[0] && resource->cloud_control;
         i++)
        if (strcmp(member, cloud_control_members[i].member) == 0 &&
            (cloud_control_members[i].type == NULL || strcmp(resource->type, cloud_control_members[i].type) == 0))
            return cloud_control_members[i].as;
    return member;
}

static bool starts(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* ---- the values of a resource */

static void read_list(struct export_reader *reader, struct planned_reference_list *list)
{
    struct export_list elements;
    if (!export_expects(reader, CURSOR_ARRAY)) {
        list->unknown = true;
        return;
    }
    export_list_enter(reader, &elements);
    while (export_list_next(reader, &elements)) {
        const char *text = export_string(reader);
        list->unknown = list->unknown || text == NULL;
        if (text != NULL)
            planned_list_add(reader, list, (struct planned_reference){.name = text});
    }
}

static void read_inline(struct export_reader *reader, struct terraform_resource *resource)
{
    struct json_cursor *cursor = &reader->cursor;
    struct export_list list;
    if (!export_expects(reader, CURSOR_ARRAY))
        return;
    export_list_enter(reader, &list);
    while (export_list_next(reader, &list)) {
        bool first = true;
        if (!export_expects(reader, CURSOR_OBJECT))
            continue;
        struct batch_policy *policy = export_allocate(reader, sizeof *policy);
        policy->name = "";
        policy->document.layout = "";
        json_cursor_enter(cursor, CURSOR_OBJECT);
        while (json_cursor_next_member(cursor, &first, &reader->name)) {
            const char *member = usual_member(resource, reader->name.data);
            if (strcmp(member, "name") == 0) {
                const char *name = export_string(reader);
                policy->name = name != NULL ? name : "";
            } else if (strcmp(member, "policy") == 0 && json_cursor_peek(cursor) != CURSOR_NULL) {
                export_document(reader, POLICY_IDENTITY, &policy->document);
            } else {
                json_cursor_skip(cursor);
            }
        }
        /* inline_policy = [{}] stands for "none". */
        if (policy->name[0] != '\0' || policy->document.entry != NULL)
            export_append_policy(&resource->inline_policies, policy);
    }
}

static void read_tags(struct export_reader *reader, struct terraform_resource *resource)
{
    if (!export_expects(reader, CURSOR_OBJECT))
        return;
    resource->tags = NULL;
    resource->tags_known = export_tags(reader, &resource->tags);
}

static void read_value(struct export_reader *reader, const char *name, struct terraform_resource *resource)
{
    struct json_cursor *cursor = &reader->cursor;
    enum json_cursor_type type = json_cursor_peek(cursor);
    name = usual_member(resource, name);
    for (int i = 0; i < TERRAFORM_LISTS; i++)
        if (strcmp(name, list_names[i]) == 0 && type != CURSOR_NULL) {
            read_list(reader, &resource->lists[i]);
            return;
        }
    bool trust = strcmp(name, "assume_role_policy") == 0;
    if ((trust || strcmp(name, "policy") == 0) &&
        (type == CURSOR_STRING || (type == CURSOR_OBJECT && resource->cloud_control)))
        export_document(reader, trust ? POLICY_TRUST : POLICY_IDENTITY, &resource->document);
    else if (strcmp(name, "inline_policy") == 0)
        read_inline(reader, resource);
    else if (strcmp(name, "client_id_list") == 0 && type == CURSOR_ARRAY)
        resource->client_ids = export_text_array(reader);
    else if (strcmp(name, "tags_all") == 0)
        read_tags(reader, resource);
    else {
        for (int i = 0; i < TERRAFORM_VALUES; i++)
            if (strcmp(name, value_names[i]) == 0 && type != CURSOR_NULL) {
                resource->values[i] = export_text(reader);
                return;
            }
        json_cursor_skip(cursor);
    }
}

static void read_values(struct export_reader *reader, struct terraform_resource *resource)
{
    bool first = true;
    size_t pointer = reader->pointer.length;
    json_cursor_enter(&reader->cursor, CURSOR_OBJECT);
    while (json_cursor_next_member(&reader->cursor, &first, &reader->name)) {
        const char *name = export_keep(reader, reader->name.data, reader->name.length);
        export_point(reader, name);
        read_value(reader, name, resource);
        export_complaint(reader);
        export_point_back(reader, pointer);
    }
}

/* ---- from resources to entities */

/* Linked by name if that is known now; otherwise, after everything is read, by the references in the configuration. */
static struct planned_reference owner(const struct terraform_resource *resource, enum terraform_value which)
{
    return (struct planned_reference){.name = resource->values[which]};
}

static void add_entity(struct export_reader *reader, struct planned *planned, enum planned_kind kind,
                       const struct terraform_resource *resource)
{
    struct planned_entity *entity = planned_add(reader, planned, kind, resource->address);
    entity->name = resource->values[VALUE_NAME];
    entity->path = resource->values[VALUE_PATH];
    entity->arn = resource->values[VALUE_ARN];
    terraform_notice(reader, resource->address, entity->arn);
    if (kind == PLANNED_POLICY) {
        entity->document = resource->document;
        if (resource->document.entry == NULL)
            terraform_expect_document(reader, resource->address, POLICY_IDENTITY, resource->line, NULL,
                                      &entity->document);
        return;
    }
    struct batch_principal *principal = entity->principal;
    entity->has_boundary = resource->values[VALUE_BOUNDARY] != NULL && resource->values[VALUE_BOUNDARY][0] != '\0';
    entity->boundary.name = resource->values[VALUE_BOUNDARY];
    principal->line = resource->line;
    principal->tags = resource->tags;
    principal->tags_known = resource->tags_known;
    principal->unique_id = resource->values[VALUE_ID] != NULL ? resource->values[VALUE_ID] : "";
    if (kind == PLANNED_ROLE)
        principal->trust = resource->document;
    if (resource->values[VALUE_DURATION] != NULL)
        principal->max_session_duration = strtoll(resource->values[VALUE_DURATION], NULL, 10);
    principal->inline_policies = resource->inline_policies;
    for (size_t i = 0; i < resource->lists[LIST_MANAGED].count; i++)
        export_add_managed(reader, principal, resource->lists[LIST_MANAGED].items[i].name, NULL);
    if (kind == PLANNED_ROLE && principal->trust.entry == NULL)
        terraform_expect_document(
            reader, resource->address, POLICY_TRUST, resource->line,
            "the trust policy is known only after the plan is applied, so whom the role trusts is unknown",
            &principal->trust);
}

/* Until terraform_resolve, the keys of owner and target are the address of the link itself. */
static struct planned_link *add_link(struct export_reader *reader, struct planned *planned, enum planned_kind kind,
                                     struct planned_reference who, enum planned_link_kind what,
                                     const struct terraform_resource *resource)
{
    struct planned_link *link = planned_link(reader, planned);
    link->owner_kind = kind;
    link->owner = (struct planned_reference){who.name, resource->address};
    link->what = what;
    return link;
}

static void add_inline(struct export_reader *reader, struct planned *planned, enum planned_kind kind,
                       enum terraform_value which, const struct terraform_resource *resource)
{
    struct planned_link *link = add_link(reader, planned, kind, owner(resource, which), LINK_INLINE, resource);
    link->name = resource->values[VALUE_NAME] != NULL ? resource->values[VALUE_NAME] : resource->address;
    link->document = resource->document;
    if (resource->document.entry == NULL)
        terraform_expect_document(reader, resource->address, POLICY_IDENTITY, resource->line,
                                  "the policy is known only after the plan is applied", &link->document);
}

static void add_attachment(struct export_reader *reader, struct planned *planned, enum planned_kind kind,
                           struct planned_reference who, const struct terraform_resource *resource, bool optional)
{
    struct planned_link *link = add_link(reader, planned, kind, who, LINK_MANAGED, resource);
    link->optional = optional;
    link->to = (struct planned_reference){resource->values[VALUE_POLICY_ARN], resource->address};
}

static void add_member(struct export_reader *reader, struct planned *planned, struct planned_reference user,
                       struct planned_reference group, const struct terraform_resource *resource)
{
    struct planned_link *link = add_link(reader, planned, PLANNED_USER, user, LINK_MEMBER, resource);
    link->to = (struct planned_reference){group.name, resource->address};
}

/* An entity that does not exist yet has no ARN, and belongs to the account of its provider. */
static void add_provider(struct export_reader *reader, const struct terraform_resource *resource)
{
    struct terraform_reading *plan = reader->state;
    struct batch_fact **end = reader->batch->facts.end;
    export_oidc_provider(reader, resource->values[VALUE_ARN], resource->values[VALUE_URL], resource->client_ids);
    struct batch_fact *fact = end != NULL ? *end : reader->batch->facts.first;
    if (fact == NULL || fact->texts[1] != NULL)
        return;
    struct terraform_made *made = export_allocate(reader, sizeof *made);
    *made = (struct terraform_made){resource->address, fact, plan->made};
    plan->made = made;
}

/* Resources of the Cloud Control provider list a policy's holders and a user's groups themselves. */
static void add_own_links(struct export_reader *reader, struct planned *planned,
                          const struct terraform_resource *resource)
{
    static const enum planned_kind kinds[] = {
        [LIST_ROLES] = PLANNED_ROLE, [LIST_USERS] = PLANNED_USER, [LIST_GROUPS] = PLANNED_GROUP};
    bool policy = strcmp(resource->type, "aws_iam_policy") == 0, user = strcmp(resource->type, "aws_iam_user") == 0;
    for (int l = LIST_ROLES; l < TERRAFORM_LISTS && policy; l++)
        for (size_t i = 0; i < resource->lists[l].count; i++) {
            struct planned_link *link =
                add_link(reader, planned, kinds[l], resource->lists[l].items[i], LINK_MANAGED, resource);
            link->to.key = resource->address;
            link->to_known = true;
        }
    for (size_t i = 0; i < resource->lists[LIST_GROUPS].count && user; i++) {
        struct planned_link *link =
            add_link(reader, planned, PLANNED_USER, (struct planned_reference){0}, LINK_MEMBER, resource);
        link->owner_known = true;
        link->to.name = resource->lists[LIST_GROUPS].items[i].name;
    }
}

static void add_resource(struct export_reader *reader, const struct terraform_resource *resource)
{
    static const struct {
        const char *type;
        enum planned_kind kind;
        enum terraform_value owner;
    } inline_types[] = {{"aws_iam_role_policy", PLANNED_ROLE, VALUE_OWNER_ROLE},
                        {"aws_iam_user_policy", PLANNED_USER, VALUE_OWNER_USER},
                        {"aws_iam_group_policy", PLANNED_GROUP, VALUE_OWNER_GROUP}},
      attachment_types[] = {{"aws_iam_role_policy_attachment", PLANNED_ROLE, VALUE_OWNER_ROLE},
                            {"aws_iam_user_policy_attachment", PLANNED_USER, VALUE_OWNER_USER},
                            {"aws_iam_group_policy_attachment", PLANNED_GROUP, VALUE_OWNER_GROUP}};
    static const struct {
        const char *type;
        enum planned_kind kind;
    } entity_types[] = {{"aws_iam_role", PLANNED_ROLE},
                        {"aws_iam_user", PLANNED_USER},
                        {"aws_iam_group", PLANNED_GROUP},
                        {"aws_iam_policy", PLANNED_POLICY}};
    static const enum planned_kind list_kinds[] = {
        [LIST_ROLES] = PLANNED_ROLE, [LIST_USERS] = PLANNED_USER, [LIST_GROUPS] = PLANNED_GROUP};
    struct terraform_reading *plan = reader->state;
    struct planned *planned = &plan->planned;
    const char *type = resource->type;
    if (strcmp(type, "aws_iam_openid_connect_provider") == 0)
        add_provider(reader, resource);
    for (size_t i = 0; i < sizeof entity_types / sizeof entity_types[0]; i++)
        if (strcmp(type, entity_types[i].type) == 0)
            add_entity(reader, planned, entity_types[i].kind, resource);
    if (resource->cloud_control)
        add_own_links(reader, planned, resource);
    for (size_t i = 0; i < 3; i++) {
        if (strcmp(type, inline_types[i].type) == 0)
            add_inline(reader, planned, inline_types[i].kind, inline_types[i].owner, resource);
        if (strcmp(type, attachment_types[i].type) == 0)
            add_attachment(reader, planned, attachment_types[i].kind, owner(resource, attachment_types[i].owner),
                           resource, false);
    }
    for (int l = LIST_ROLES; l < TERRAFORM_LISTS && strcmp(type, "aws_iam_policy_attachment") == 0; l++) {
        const struct planned_reference_list *list = &resource->lists[l];
        for (size_t i = 0; i < list->count; i++)
            add_attachment(reader, planned, list_kinds[l], list->items[i], resource, false);
        if (list->unknown || list->count == 0)
            add_attachment(reader, planned, list_kinds[l], (struct planned_reference){0}, resource, !list->unknown);
    }
    const struct planned_reference_list *groups = &resource->lists[LIST_GROUPS], *users = &resource->lists[LIST_USERS];
    bool of_user = strcmp(type, "aws_iam_user_group_membership") == 0,
         of_group = strcmp(type, "aws_iam_group_membership") == 0;
    for (size_t i = 0; of_user && i < groups->count; i++)
        add_member(reader, planned, owner(resource, VALUE_OWNER_USER), groups->items[i], resource);
    if (of_user && (groups->unknown || groups->count == 0))
        add_member(reader, planned, owner(resource, VALUE_OWNER_USER), (struct planned_reference){0}, resource);
    for (size_t i = 0; of_group && i < users->count; i++)
        add_member(reader, planned, users->items[i], owner(resource, VALUE_OWNER_GROUP), resource);
    if (of_group && (users->unknown || users->count == 0))
        add_member(reader, planned, (struct planned_reference){0}, owner(resource, VALUE_OWNER_GROUP), resource);
}

void terraform_read_resource(struct export_reader *reader)
{
    static const char *const names[] = {"address", "type", "mode"};
    struct json_cursor *cursor = &reader->cursor;
    struct terraform_resource resource = {.document = {.layout = ""}, .line = cursor->line};
    const char *values[3];
    bool first = true;
    if (json_cursor_peek(cursor) != CURSOR_OBJECT) {
        export_problem(reader, PROBLEM_ERROR, "unexpected-type", 0, 0, "expected a resource");
        json_cursor_skip(cursor);
        return;
    }
    export_strings_ahead(reader, names, values, 3);
    const char *type = values[1] != NULL ? usual_type(values[1]) : NULL;
    bool data = values[2] != NULL && strcmp(values[2], "data") == 0;
    bool identity = data && type != NULL && strcmp(type, "aws_caller_identity") == 0;
    if (values[0] == NULL || type == NULL)
        export_problem(reader, PROBLEM_ERROR, "missing-member", 0, 0, "a resource lacks address or type");
    if (values[0] == NULL || type == NULL || !(identity || (!data && starts(type, "aws_iam_")))) {
        json_cursor_skip(cursor);
        return;
    }
    resource.address = values[0];
    resource.type = type;
    resource.cloud_control = type != values[1];
    json_cursor_enter(cursor, CURSOR_OBJECT);
    while (json_cursor_next_member(cursor, &first, &reader->name)) {
        if (strcmp(reader->name.data, "values") != 0) {
            json_cursor_skip(cursor);
            continue;
        }
        size_t pointer = export_point(reader, "values");
        if (export_expects(reader, CURSOR_OBJECT))
            read_values(reader, &resource);
        export_point_back(reader, pointer);
    }
    if (cursor->error != NULL)
        return;
    struct terraform_reading *plan = reader->state;
    if (identity || plan->only_account)
        terraform_notice(reader, resource.address, resource.values[VALUE_ARN]);
    else
        add_resource(reader, &resource);
}
