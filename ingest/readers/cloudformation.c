/*
 * CloudFormation templates in JSON: users, groups, roles and policies as the stack will make them. Shapes:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_IAM.html
 *
 * Ref, Fn::Sub, Fn::GetAtt, Fn::Join, Fn::Split, Fn::Select, Fn::FindInMap and Fn::If are resolved as far as the
 * template answers them, see template_values.h; a parameter counts with its default, and that is said. Of a condition
 * that parameters decide both cases count: statements have it as a condition. What the template does not answer is not
 * known: a document is left without text if it has such a value in a statement that bears on roles.
 */
#include "ingest/readers/cloudformation_inside.h"

#include "ingest/support/json_build.h"
#include <string.h>

/* CloudFormation accepts templates of up to 1 MB. */
#define LARGEST_TEMPLATE ((size_t)8 << 20)

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

/* The value as a tree; NULL, with a problem if it is wanted, if it is too large or not valid JSON for a tree. */
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
                       "larger than CloudFormation allows for a template");
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
                           "the member is given more than once; the last one was used");
        json_t *value = read_tree(reader, true);
        if (value != NULL) {
            json_put(resource->properties, name, value);
            json_put(resource->lines, name, json_integer(line));
        }
        export_point_back(reader, pointer);
    }
}

/* A resource of IAM; others are skipped. */
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

/* Parameters, Mappings and Conditions. Other files have such members, too, so by themselves they prove nothing. */
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

/* ---- the whole */

/* Parameters may have other values when the stack is deployed. */
static void say_defaults(struct export_reader *reader)
{
    const struct template_reading *template = reader->state;
    const char *name;
    json_t *used;
    struct text text = {0};
    json_object_foreach(template->values.used, name, used)
    {
        text.length = 0;
        text_format(&text, "parameter %s is assumed to have its default; another value changes the answers", name);
        size_t pointer = export_point(reader, "Parameters");
        export_point(reader, name);
        export_problem(reader, PROBLEM_NOTE, "parameter-default", 0, 0, text.data);
        export_point_back(reader, pointer);
    }
    text_free(&text);
}

/* Resources whose condition is never true. */
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
                       "macros may add roles to this template: load the output of `aws cloudformation get-template "
                       "--template-stage Processed` instead");
    if (reader->cursor.error == NULL && template->first != NULL) {
        template->values.account = reader->account;
        if (strcmp(reader->call, "get-template") == 0 && reader->argument[0] != '\0')
            template->planned.stack = reader->argument;
        leave_out(template);
        for (struct template_resource *resource = template->first; resource != NULL; resource = resource->next)
            template_make_entity(reader, resource);
        if (planned_place(reader, &template->planned)) {
            template->values.placed = true;
            for (struct template_resource *resource = template->first; resource != NULL; resource = resource->next)
                template_fill(reader, resource);
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
                                               /* The output of `aws cloudformation get-template`. */
                                               {"TemplateBody", CURSOR_OBJECT, NULL, true},
                                               {0}},
     .others =
         (const struct export_other[]){{"the template is text, probably YAML; convert it to JSON", {"TemplateBody"}},
                                       {0}},
     .state_size = sizeof(struct template_reading),
     .begin = begin,
     .finish = finish,
     .end = end,
     .standing = STANDING_PLANNED,
     .replaces_path = true},
    {0},
};
