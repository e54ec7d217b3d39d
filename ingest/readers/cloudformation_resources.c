#include "ingest/readers/cloudformation_inside.h"

#include "ingest/readers/template_later.h"
#include "ingest/support/json_build.h"
#include "ingest/support/json_words.h"
#include "ingest/support/memory.h"
#include <stdlib.h>
#include <string.h>

static json_t *resolve(struct export_reader *reader, json_t *value)
{
    struct template_reading *template = reader->state;
    return template_resolve(&template->values, value);
}

/* CloudFormation accepts numbers and booleans where it expects texts. */
static json_t *resolve_text(struct export_reader *reader, json_t *value)
{
    json_t *resolved = resolve(reader, value);
    if (!json_is_number(resolved) && !json_is_boolean(resolved))
        return resolved;
    char *words = json_words(resolved, JSON_ENCODE_ANY);
    json_decref(resolved);
    resolved = json_text(words);
    free(words);
    return resolved;
}

static uint32_t line_of(const struct template_resource *resource, const char *property)
{
    json_t *line = json_object_get(resource->lines, property);
    return line != NULL ? (uint32_t)json_integer_value(line) : resource->line;
}

/* The JSON pointer of the template, while its resources are visited. */
static size_t point_at(struct export_reader *reader, const struct template_resource *resource, const char *property)
{
    size_t before = export_point(reader, "Resources");
    export_point(reader, resource->id);
    export_point(reader, "Properties");
    export_point(reader, property);
    return before;
}

static void say(struct export_reader *reader, const struct template_resource *resource, const char *property,
                enum problem_severity severity, const char *code, const char *message)
{
    size_t pointer = point_at(reader, resource, property);
    export_problem(reader, severity, code, line_of(resource, property), 1, message);
    export_point_back(reader, pointer);
}

/* The text of the value; NULL: it is only known after deployment, or is not a text, which was reported. */
static const char *text_in(struct export_reader *reader, const struct template_resource *resource, const char *property,
                           const json_t *value)
{
    const char *text = json_string_value(value);
    if (value != NULL && text == NULL)
        say(reader, resource, property, PROBLEM_ERROR, "unexpected-type", "expected a string");
    return text;
}

/* A text property; NULL if it is absent or unknown. *known is false in the latter case. */
static const char *text_of(struct export_reader *reader, const struct template_resource *resource, const char *property,
                           bool *known)
{
    json_t *value = resolve_text(reader, json_object_get(resource->properties, property));
    const char *text = text_in(reader, resource, property, value);
    bool resolved = text != NULL && !template_is_unresolved(text);
    *known = value == NULL || resolved;
    text = resolved ? export_keep(reader, text, strlen(text)) : NULL;
    json_decref(value);
    return text;
}

/* Whether a statement about roles has an unknown value. */
static bool hides_something(enum policy_kind kind, const char *text)
{
    struct arena arena = {0};
    struct policy policy;
    bool hides = kind == POLICY_TRUST;
    if (!template_is_unresolved(text))
        return false;
    policy_parse(&arena, text, strlen(text), kind, &policy);
    for (size_t i = 0; i < policy.statement_count; i++)
        hides = hides || (policy.statements[i].bears_on_roles && template_is_unresolved(policy.statements[i].body));
    arena_free(&arena);
    return hides;
}

/* A document given as text is replaced by the text's content; NULL: it is not a document, or would no longer be one. */
static char *words_of(const json_t *document)
{
    return json_is_string(document) ? memory_text(json_string_value(document))
           : document != NULL       ? json_words(document, JSON_COMPACT | JSON_ENCODE_ANY)
                                    : NULL;
}

static void take_document(struct export_reader *reader, const struct template_resource *resource, const char *property,
                          enum policy_kind kind, json_t *value, const json_t *branch, struct batch_document *document)
{
    struct template_reading *template = reader->state;
    json_t *resolved = template_document(&template->values, value, branch);
    char *text = words_of(resolved);
    struct text spelt = {0};
    document->layout = "";
    if (text != NULL && json_is_object(resolved) && hides_something(kind, text)) {
        template_put_off(&template->values, resolved);
        free(text);
        text = words_of(resolved);
        if (!hides_something(kind, text))
            say(reader, resource, property, PROBLEM_WARNING, "known-later",
                "the policy has values that are known only after deployment; conditions on them stay open");
    }
    if (text == NULL)
        say(reader, resource, property, PROBLEM_ERROR, "missing-member", "a policy has no document");
    else if (json_is_string(resolved) ? template_is_unresolved(text) : hides_something(kind, text))
        say(reader, resource, property, PROBLEM_WARNING, "known-later",
            "the policy has a value that is known only after deployment, in a statement about roles; what it allows is "
            "unknown");
    else {
        template_spell(&spelt, text);
        export_text_document(reader, kind, spelt.data, spelt.length, line_of(resource, property), document);
    }
    text_free(&spelt);
    free(text);
    json_decref(resolved);
}

static void add_inline_policy(struct export_reader *reader, const struct template_resource *resource, json_t *policy,
                              const json_t *branch)
{
    struct batch_document document = {0};
    json_t *name = resolve_text(reader, json_object_get(policy, "PolicyName"));
    struct text spelt = {0};
    const char *written = text_in(reader, resource, "Policies", name);
    template_spell(&spelt, written != NULL ? written : "");
    take_document(reader, resource, "Policies", POLICY_IDENTITY, json_object_get(policy, "PolicyDocument"), branch,
                  &document);
    export_add_inline(reader, resource->entity->principal, export_keep_text(reader, &spelt), &document);
    json_decref(name);
}

static void add_inline_policies(struct export_reader *reader, struct template_resource *resource)
{
    struct template_reading *template = reader->state;
    json_t *cases = template_branches(&template->values, json_object_get(resource->properties, "Policies"), NULL), *one;
    size_t i, j, k;
    json_array_foreach(cases, i, one)
    {
        json_t *list = json_object_get(one, "value"), *policy, *branch;
        if (!json_is_array(list)) {
            resource->entity->principal->identity_lost = true;
            say(reader, resource, "Policies", PROBLEM_WARNING, "known-later",
                "which policies these are is known only after deployment");
        }
        json_array_foreach(list, j, policy)
        {
            json_t *branches = template_branches(&template->values, policy, one);
            json_array_foreach(branches, k, branch)
                add_inline_policy(reader, resource, json_object_get(branch, "value"), branch);
            json_decref(branches);
        }
    }
    json_decref(cases);
}

/* Calls add for each text of a list, with NULL for an unknown element. */
static void each_text(struct export_reader *reader, const struct template_resource *resource, const char *property,
                      void (*add)(struct export_reader *reader, const struct template_resource *resource,
                                  const char *property, const char *text))
{
    json_t *list = resolve(reader, json_object_get(resource->properties, property));
    json_t *item;
    size_t i;
    if (list != NULL && !json_is_array(list)) {
        if (!json_is_string(list) || !template_is_unresolved(json_string_value(list)))
            say(reader, resource, property, PROBLEM_ERROR, "unexpected-type", "expected a list of strings");
        add(reader, resource, property, NULL);
    }
    json_array_foreach(list, i, item)
    {
        const char *text = text_in(reader, resource, property, item);
        bool known = text != NULL && !template_is_unresolved(text);
        add(reader, resource, property, known ? export_keep(reader, text, strlen(text)) : NULL);
    }
    json_decref(list);
}

/* One case of ManagedPolicyArns: a text, or a list of texts. */
static void add_managed(struct export_reader *reader, const struct template_resource *resource, json_t *value,
                        const char *provided)
{
    json_t *item;
    size_t i;
    const char *text = json_string_value(value);
    if (json_is_array(value)) {
        json_array_foreach(value, i, item) add_managed(reader, resource, item, provided);
    } else if (text != NULL && !template_is_unresolved(text)) {
        export_add_managed(reader, resource->entity->principal, export_keep(reader, text, strlen(text)), provided);
    } else if (text_in(reader, resource, "ManagedPolicyArns", value) == NULL) {
        resource->entity->principal->identity_lost = true;
    } else {
        resource->entity->principal->identity_lost = true;
        say(reader, resource, "ManagedPolicyArns", PROBLEM_WARNING, "unknown-policy",
            "which policy is attached is known only after deployment, so the policies of the principal count as "
            "unknown");
    }
}

/* Element by element, so that each depends only on its own conditions. */
static void add_all_managed(struct export_reader *reader, const struct template_resource *resource)
{
    struct template_reading *template = reader->state;
    json_t *property = json_object_get(resource->properties, "ManagedPolicyArns"),
           *pieces = template_branches(&template->values, property, NULL), *piece, *one;
    size_t i, j, k;
    json_array_foreach(pieces, i, piece)
    {
        json_t *value = json_object_get(piece, "value"),
               *list = json_is_array(value) ? json_incref(value) : json_array();
        if (!json_is_array(value))
            json_add(list, json_incref(value));
        for (j = 0; j < json_array_size(list); j++) {
            json_t *cases = template_cases(&template->values, json_array_get(list, j), piece);
            json_array_foreach(cases, k, one)
            {
                struct text provided = {0};
                template_provided(&template->values, one, &provided);
                add_managed(reader, resource, json_object_get(one, "value"),
                            provided.length > 0 ? export_keep_text(reader, &provided) : NULL);
                text_free(&provided);
            }
            json_decref(cases);
        }
        json_decref(list);
    }
    json_decref(pieces);
}

static void add_group(struct export_reader *reader, const struct template_resource *resource, const char *property,
                      const char *text)
{
    (void)property;
    if (text != NULL)
        export_add_pair(reader, &resource->entity->principal->groups, text, NULL);
    else
        resource->entity->principal->identity_lost = true;
}

static struct planned_link *add_link(struct export_reader *reader, const struct template_resource *resource,
                                     const char *property, enum planned_kind kind, const char *name)
{
    struct template_reading *template = reader->state;
    struct planned_link *link = planned_link(reader, &template->planned);
    size_t pointer = point_at(reader, resource, property);
    link->pointer = export_keep(reader, reader->pointer.data, reader->pointer.length);
    export_point_back(reader, pointer);
    link->line = line_of(resource, property);
    link->owner_kind = kind;
    link->owner.name = name;
    return link;
}

static enum planned_kind kind_of_list(const char *property)
{
    return property[0] == 'R' ? PLANNED_ROLE : property[0] == 'U' ? PLANNED_USER : PLANNED_GROUP;
}

/* The branch in which the resource is created; NULL: it always is. New reference. */
static json_t *branch_of_resource(const struct template_resource *resource)
{
    return resource->condition != NULL ? json_pack("{s:{s:b}}", "if", resource->condition, 1) : NULL;
}

/* A managed policy in the template that names its holders. */
static void add_holder(struct export_reader *reader, const struct template_resource *resource, const char *property,
                       const char *text)
{
    struct planned_link *link = add_link(reader, resource, property, kind_of_list(property), text);
    struct template_reading *template = reader->state;
    json_t *branch = branch_of_resource(resource);
    struct text provided = {0};
    template_provided(&template->values, branch, &provided);
    link->what = LINK_MANAGED;
    link->to.key = resource->id;
    link->provided = provided.length > 0 ? export_keep_text(reader, &provided) : NULL;
    text_free(&provided);
    json_decref(branch);
}

/* AWS::IAM::Policy: an inline policy of everyone it names. */
static void add_inline_holder(struct export_reader *reader, const struct template_resource *resource,
                              const char *property, const char *text)
{
    struct planned_link *link = add_link(reader, resource, property, kind_of_list(property), text);
    json_t *branch = branch_of_resource(resource);
    bool known;
    link->what = LINK_INLINE;
    link->name = text_of(reader, resource, "PolicyName", &known);
    link->name = link->name != NULL ? link->name : resource->id;
    take_document(reader, resource, "PolicyDocument", POLICY_IDENTITY,
                  json_object_get(resource->properties, "PolicyDocument"), branch, &link->document);
    json_decref(branch);
}

static void add_member(struct export_reader *reader, const struct template_resource *resource, const char *property,
                       const char *text)
{
    struct planned_link *link = add_link(reader, resource, property, PLANNED_USER, text);
    bool known;
    link->what = LINK_MEMBER;
    link->to.name = text_of(reader, resource, "GroupName", &known);
}

static void add_tags(struct export_reader *reader, const struct template_resource *resource)
{
    json_t *tags = resolve(reader, json_object_get(resource->properties, "Tags"));
    struct batch_principal *principal = resource->entity->principal;
    json_t *tag;
    size_t i;
    principal->tags_known = tags == NULL || json_is_array(tags);
    if (!principal->tags_known && !(json_is_string(tags) && template_is_unresolved(json_string_value(tags))))
        say(reader, resource, "Tags", PROBLEM_ERROR, "unexpected-type", "expected a list of tags");
    json_array_foreach(tags, i, tag)
    {
        json_t *value_of = resolve_text(reader, json_object_get(tag, "Value"));
        const char *key = json_string_value(json_object_get(tag, "Key")), *value = json_string_value(value_of);
        if (!json_is_string(tag) && (key == NULL || value == NULL))
            say(reader, resource, "Tags", PROBLEM_ERROR, "unexpected-type", "expected a tag with Key and Value");
        if (key == NULL || value == NULL || template_is_unresolved(key) || template_is_unresolved(value))
            principal->tags_known = false;
        else
            export_add_pair(reader, &principal->tags, export_keep(reader, key, strlen(key)),
                            export_keep(reader, value, strlen(value)));
        json_decref(value_of);
    }
    json_decref(tags);
}

/* ---- each of them */

static const struct {
    const char *type;
    enum planned_kind kind;
    const char *name; /* its property */
} entity_types[] = {
    {"AWS::IAM::Role", PLANNED_ROLE, "RoleName"},
    {"AWS::IAM::User", PLANNED_USER, "UserName"},
    {"AWS::IAM::Group", PLANNED_GROUP, "GroupName"},
    {"AWS::IAM::ManagedPolicy", PLANNED_POLICY, "ManagedPolicyName"},
};

void template_make_entity(struct export_reader *reader, struct template_resource *resource)
{
    struct template_reading *template = reader->state;
    for (size_t i = 0; i < sizeof entity_types / sizeof entity_types[0]; i++) {
        bool known;
        if (strcmp(resource->type, entity_types[i].type) != 0)
            continue;
        resource->entity = planned_add(reader, &template->planned, entity_types[i].kind, resource->id);
        resource->entity->name = text_of(reader, resource, entity_types[i].name, &known);
        resource->entity->path = text_of(reader, resource, "Path", &known);
        if (resource->entity->principal != NULL)
            resource->entity->principal->line = resource->line;
    }
}

static void fill_principal(struct export_reader *reader, struct template_resource *resource)
{
    struct planned_entity *entity = resource->entity;
    struct batch_principal *principal = entity->principal;
    bool known;
    json_t *trust = json_object_get(resource->properties, "AssumeRolePolicyDocument");
    if (entity->kind == PLANNED_ROLE)
        take_document(reader, resource, "AssumeRolePolicyDocument", POLICY_TRUST, trust, NULL, &principal->trust);
    add_inline_policies(reader, resource);
    add_all_managed(reader, resource);
    if (entity->kind == PLANNED_USER)
        each_text(reader, resource, "Groups", add_group);
    entity->boundary.name = text_of(reader, resource, "PermissionsBoundary", &known);
    entity->has_boundary = entity->boundary.name != NULL || !known;
    json_t *duration = json_object_get(resource->properties, "MaxSessionDuration");
    if (json_is_integer(duration))
        principal->max_session_duration = json_integer_value(duration);
    add_tags(reader, resource);
}

void template_fill(struct export_reader *reader, struct template_resource *resource)
{
    static const char *const lists[] = {"Roles", "Users", "Groups"};
    static const struct {
        const char *type, *owner;
    } single[] = {{"AWS::IAM::RolePolicy", "RoleName"},
                  {"AWS::IAM::UserPolicy", "UserName"},
                  {"AWS::IAM::GroupPolicy", "GroupName"}};
    bool known;
    if (resource->entity != NULL && resource->entity->principal != NULL) {
        fill_principal(reader, resource);
        return;
    }
    if (resource->entity != NULL)
        take_document(reader, resource, "PolicyDocument", POLICY_IDENTITY,
                      json_object_get(resource->properties, "PolicyDocument"), NULL, &resource->entity->document);
    bool inline_policy = strcmp(resource->type, "AWS::IAM::Policy") == 0, held = !inline_policy;
    for (size_t i = 0; i < 3; i++)
        held = held || json_object_get(resource->properties, lists[i]) != NULL;
    if (!held)
        say(reader, resource, "Roles", PROBLEM_ERROR, "missing-member", "a policy has no Roles, Users or Groups");
    for (size_t i = 0; i < 3 && (inline_policy || resource->entity != NULL); i++)
        each_text(reader, resource, lists[i], inline_policy ? add_inline_holder : add_holder);
    for (size_t i = 0; i < 3; i++)
        if (strcmp(resource->type, single[i].type) == 0)
            add_inline_holder(reader, resource, single[i].owner, text_of(reader, resource, single[i].owner, &known));
    if (strcmp(resource->type, "AWS::IAM::UserToGroupAddition") == 0)
        each_text(reader, resource, "Users", add_member);
}
