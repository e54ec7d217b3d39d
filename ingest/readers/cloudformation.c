/*
 * CloudFormation templates in JSON: users, groups, roles and policies as the stack will make them. Shapes:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_IAM.html
 *
 * Ref, Fn::Sub, Fn::GetAtt, Fn::Join, Fn::Split, Fn::Select, Fn::FindInMap and Fn::If are resolved as far as the
 * template answers them, see template_values.h; a parameter counts with its default, and that is said. Of a condition
 * that parameters decide both cases count: statements have it as a condition. What the template does not answer is not
 * known: a document is left without text if it has such a value in a statement that bears on roles.
 */
#include "ingest/readers/template_later.h"

#include "ingest/support/json_build.h"
#include "ingest/support/memory.h"
#include <stdlib.h>
#include <string.h>

/* CloudFormation takes templates of 1 MB. */
#define LARGEST_TEMPLATE ((size_t)8 << 20)

struct template_resource {
    const char *id, *type;
    const char *condition;      /* of its parameters, under which it is made; NULL: always */
    json_t *properties, *lines; /* lines of the properties by their names */
    uint32_t line;
    struct planned_entity *entity; /* NULL: it is none of its own */
    struct template_resource *next;
};

struct template_reading {
    struct planned planned;
    struct template_values values;
    struct template_resource *first, **end;
    size_t bytes;
    uint32_t transform; /* its line; 0: there is none */
};

extern const struct export_kind cloudformation_kinds[];

static void begin(void *state)
{
    struct template_reading *template = state;
    template->planned.standing = STANDING_PLANNED;
    template->values.planned = &template->planned;
}

static void end(void *state)
{
    struct template_reading *template = state;
    for (struct template_resource *resource = template->first; resource != NULL; resource = resource->next) {
        json_decref(resource->properties);
        json_decref(resource->lines);
    }
    json_decref(template->values.parameters);
    json_decref(template->values.mappings);
    json_decref(template->values.conditions);
    json_decref(template->values.used);
    planned_free(&template->planned);
}

/* ---- reading */

/* The value as a tree; NULL, with a problem if it is wanted, if it is too large or no JSON for a tree. */
static json_t *read_tree(struct export_reader *reader, bool wanted)
{
    struct template_reading *template = reader->state;
    struct text text = {0};
    json_error_t error;
    json_t *tree = NULL;
    uint32_t line = reader->cursor.line, column = json_cursor_column(&reader->cursor);
    json_cursor_compact(&reader->cursor, &text, NULL);
    if (wanted)
        export_complaint(reader);
    reader->cursor.complaint = NULL;
    template->bytes += text.length;
    bool large = template->bytes > LARGEST_TEMPLATE;
    if (reader->cursor.error == NULL && large && wanted)
        export_problem(reader, PROBLEM_ERROR, "too-large", line, column,
                       "larger than any template that CloudFormation takes");
    else if (reader->cursor.error == NULL && !large) {
        tree = json_loadb(text.data, text.length, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &error);
        if (tree == NULL && wanted)
            export_problem(reader, PROBLEM_ERROR, "invalid-json", line, column, error.text);
    }
    text_free(&text);
    return tree;
}

static void read_properties(struct export_reader *reader, struct template_resource *resource)
{
    struct json_cursor *cursor = &reader->cursor;
    size_t pointer = reader->pointer.length;
    bool first = true;
    json_cursor_enter(cursor, CURSOR_OBJECT);
    while (json_cursor_next_member(cursor, &first, &reader->name)) {
        const char *name = export_keep(reader, reader->name.data, reader->name.length);
        json_cursor_peek(cursor);
        uint32_t line = cursor->line;
        export_point(reader, name);
        if (json_object_get(resource->properties, name) != NULL)
            export_problem(reader, PROBLEM_ERROR, "duplicate-json-key", 0, 0,
                           "the member occurs more than once; the last one was used");
        json_t *value = read_tree(reader, true);
        if (value != NULL) {
            json_put(resource->properties, name, value);
            json_put(resource->lines, name, json_integer(line));
        }
        export_point_back(reader, pointer);
    }
}

/* A resource of IAM; others are passed over. */
static void read_resource(struct export_reader *reader, const char *id)
{
    static const char *const names[] = {"Type", "Condition"};
    struct json_cursor *cursor = &reader->cursor;
    struct template_reading *template = reader->state;
    const char *values[2] = {NULL, NULL}, *type;
    bool first = true;
    if (json_cursor_peek(cursor) == CURSOR_OBJECT)
        export_strings_ahead(reader, names, values, 2);
    type = values[0];
    if (type != NULL && strncmp(type, "AWS::", strlen("AWS::")) == 0)
        export_recognise(reader, &cloudformation_kinds[0]);
    else if ((type == NULL || strstr(type, "::") == NULL) && reader->batch->kind == &cloudformation_kinds[0])
        export_problem(reader, PROBLEM_ERROR, "unexpected-type", 0, 0, "expected a resource with its Type");
    if (type == NULL || strncmp(type, "AWS::IAM::", strlen("AWS::IAM::")) != 0) {
        json_cursor_skip(cursor);
        return;
    }
    struct template_resource *resource = export_allocate(reader, sizeof *resource);
    *resource = (struct template_resource){.id = id,
                                           .type = type,
                                           .condition = values[1],
                                           .properties = json_object(),
                                           .lines = json_object(),
                                           .line = cursor->line};
    if (template->end == NULL)
        template->end = &template->first;
    *template->end = resource;
    template->end = &resource->next;
    json_cursor_enter(cursor, CURSOR_OBJECT);
    while (json_cursor_next_member(cursor, &first, &reader->name)) {
        if (strcmp(reader->name.data, "Properties") != 0) {
            json_cursor_skip(cursor);
            continue;
        }
        size_t pointer = export_point(reader, "Properties");
        if (export_expects(reader, CURSOR_OBJECT))
            read_properties(reader, resource);
        export_point_back(reader, pointer);
    }
}

static void read_template_resources(struct export_reader *reader, const char *member)
{
    struct json_cursor *cursor = &reader->cursor;
    size_t pointer = reader->pointer.length;
    bool first = true;
    (void)member;
    json_cursor_enter(cursor, CURSOR_OBJECT);
    while (json_cursor_next_member(cursor, &first, &reader->name)) {
        const char *id = export_keep(reader, reader->name.data, reader->name.length);
        export_point(reader, id);
        read_resource(reader, id);
        export_point_back(reader, pointer);
    }
}

/* Parameters, Mappings and Conditions. Others have such members too, so they alone say nothing. */
static void read_template_values(struct export_reader *reader, const char *member)
{
    struct template_reading *template = reader->state;
    json_t **tree = strcmp(member, "Mappings") == 0     ? &template->values.mappings
                    : strcmp(member, "Conditions") == 0 ? &template->values.conditions
                                                        : &template->values.parameters;
    json_decref(*tree);
    *tree = read_tree(reader, false);
}

static void read_template_version(struct export_reader *reader, const char *member)
{
    (void)member;
    export_recognise(reader, &cloudformation_kinds[0]);
    json_cursor_skip(&reader->cursor);
}

static void read_template_transform(struct export_reader *reader, const char *member)
{
    struct template_reading *template = reader->state;
    (void)member;
    json_cursor_peek(&reader->cursor);
    template->transform = reader->cursor.line;
    json_cursor_skip(&reader->cursor);
}

/* ---- what the resources are */

static json_t *resolve(struct export_reader *reader, json_t *value)
{
    struct template_reading *template = reader->state;
    return template_resolve(&template->values, value);
}

/* CloudFormation takes numbers and truth values where it wants texts. */
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

/* The pointer is that of the template when its resources are gone through. */
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

/* The text that the value came to; NULL: it is known to the deployment only, or none, which is said. */
static const char *text_in(struct export_reader *reader, const struct template_resource *resource, const char *property,
                           const json_t *value)
{
    const char *text = json_string_value(value);
    if (value != NULL && text == NULL)
        say(reader, resource, property, PROBLEM_ERROR, "unexpected-type", "expected a text");
    return text;
}

/* A text property; NULL if it is absent or not known. *known is false in the latter case. */
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

/* Whether a statement that bears on roles has a value that is not known. */
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

/* A text is what it holds: no document, or it would be none any more. */
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
                "the policy has values that only the deployment knows: what compares with them stays open");
    }
    if (text == NULL)
        say(reader, resource, property, PROBLEM_ERROR, "missing-member", "a policy without its document");
    else if (json_is_string(resolved) ? template_is_unresolved(text) : hides_something(kind, text))
        say(reader, resource, property, PROBLEM_WARNING, "known-later",
            "the policy has a value that only the deployment knows, in a statement that bears on roles: what it says "
            "is unknown");
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
                "only the deployment knows which policies these are");
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

/* Calls add for each text of a list; an element that is not known calls it with NULL. */
static void each_text(struct export_reader *reader, const struct template_resource *resource, const char *property,
                      void (*add)(struct export_reader *reader, const struct template_resource *resource,
                                  const char *property, const char *text))
{
    json_t *list = resolve(reader, json_object_get(resource->properties, property));
    json_t *item;
    size_t i;
    if (list != NULL && !json_is_array(list)) {
        if (!json_is_string(list) || !template_is_unresolved(json_string_value(list)))
            say(reader, resource, property, PROBLEM_ERROR, "unexpected-type", "expected a list of texts");
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

/* One case of what ManagedPolicyArns holds: a text, or a list of them. */
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
            "only the deployment knows which policy is attached: the policies of its holder count as not known");
    }
}

/* Element by element, so that each depends on its own conditions only. */
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

/* The branch in which the resource is made; NULL: it always is. New reference. */
static json_t *branch_of_resource(const struct template_resource *resource)
{
    return resource->condition != NULL ? json_pack("{s:{s:b}}", "if", resource->condition, 1) : NULL;
}

/* A managed policy of the template names those who have it. */
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

/* AWS::IAM::Policy: an inline policy of all that it names. */
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

/* ---- tying together */

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

/* Names and paths first: the rest refers to them. */
static void make_entity(struct export_reader *reader, struct template_resource *resource)
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

static void fill(struct export_reader *reader, struct template_resource *resource)
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
        say(reader, resource, "Roles", PROBLEM_ERROR, "missing-member", "a policy without Roles, Users or Groups");
    for (size_t i = 0; i < 3 && (inline_policy || resource->entity != NULL); i++)
        each_text(reader, resource, lists[i], inline_policy ? add_inline_holder : add_holder);
    for (size_t i = 0; i < 3; i++)
        if (strcmp(resource->type, single[i].type) == 0)
            add_inline_holder(reader, resource, single[i].owner, text_of(reader, resource, single[i].owner, &known));
    if (strcmp(resource->type, "AWS::IAM::UserToGroupAddition") == 0)
        each_text(reader, resource, "Users", add_member);
}

/* Parameters may have other values when the stack is made. */
static void say_defaults(struct export_reader *reader)
{
    const struct template_reading *template = reader->state;
    const char *name;
    json_t *used;
    struct text text = {0};
    json_object_foreach(template->values.used, name, used)
    {
        text.length = 0;
        text_format(&text, "parameter %s is taken for its default; another value changes what is said here", name);
        size_t pointer = export_point(reader, "Parameters");
        export_point(reader, name);
        export_problem(reader, PROBLEM_NOTE, "parameter-default", 0, 0, text.data);
        export_point_back(reader, pointer);
    }
    text_free(&text);
}

/* What is made under a condition that never holds. */
static void leave_out(struct template_reading *template)
{
    struct template_resource **link = &template->first, *resource;
    while ((resource = *link) != NULL) {
        bool known = false, holds = true;
        if (resource->condition != NULL)
            holds = template_condition(&template->values, resource->condition, &known);
        if (known)
            resource->condition = NULL;
        if (holds || !known) {
            link = &resource->next;
            continue;
        }
        *link = resource->next;
        json_decref(resource->properties);
        json_decref(resource->lines);
    }
}

static void finish(struct export_reader *reader)
{
    struct template_reading *template = reader->state;
    if (template->transform > 0 && reader->batch->kind == &cloudformation_kinds[0])
        export_problem(reader, PROBLEM_WARNING, "transformed", template->transform, 1,
                       "macros make more of this template, which may be roles: load what `aws cloudformation "
                       "get-template --template-stage Processed` gives");
    if (reader->cursor.error == NULL && template->first != NULL) {
        template->values.account = reader->account;
        if (strcmp(reader->call, "get-template") == 0 && reader->argument[0] != '\0')
            template->planned.stack = reader->argument;
        leave_out(template);
        for (struct template_resource *resource = template->first; resource != NULL; resource = resource->next)
            make_entity(reader, resource);
        if (planned_place(reader, &template->planned)) {
            template->values.placed = true;
            for (struct template_resource *resource = template->first; resource != NULL; resource = resource->next)
                fill(reader, resource);
            planned_finish(reader, &template->planned);
            say_defaults(reader);
        }
    }
}

const struct export_kind cloudformation_kinds[] = {
    {.name = "cloudformation",
     .members = (const struct export_member[]){{"Resources", CURSOR_OBJECT, read_template_resources, true},
                                               {"Parameters", CURSOR_OBJECT, read_template_values, true},
                                               {"Mappings", CURSOR_OBJECT, read_template_values, true},
                                               {"Conditions", CURSOR_OBJECT, read_template_values, true},
                                               {"AWSTemplateFormatVersion", CURSOR_STRING, read_template_version, true},
                                               {"Transform", CURSOR_END, read_template_transform, true},
                                               /* What `aws cloudformation get-template` prints. */
                                               {"TemplateBody", CURSOR_OBJECT, NULL, true},
                                               {0}},
     .others =
         (const struct export_other[]){{"the template is a text, probably YAML: convert it to JSON", {"TemplateBody"}},
                                       {0}},
     .state_size = sizeof(struct template_reading),
     .begin = begin,
     .finish = finish,
     .end = end,
     .standing = STANDING_PLANNED,
     .replaces_path = true},
    {0},
};
