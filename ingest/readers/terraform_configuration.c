/*
 * What a Terraform plan contains beside its resources: which values are not known yet (resource_changes), where they
 * come from (configuration), and the account so far (prior_state).
 */
#include "ingest/readers/terraform_inside.h"

#include "ingest/support/array.h"
#include <string.h>

/* ---- configuration */

/* Attributes that may be references, and their names in the usual provider. */
static const char *const attributes[][2] = {{"role", "role"},
                                            {"user", "user"},
                                            {"group", "group"},
                                            {"policy_arn", "policy_arn"},
                                            {"roles", "roles"},
                                            {"users", "users"},
                                            {"groups", "groups"},
                                            {"permissions_boundary", "permissions_boundary"},
                                            {"role_name", "role"},
                                            {"user_name", "user"},
                                            {"group_name", "group"},
                                            {"assume_role_policy", "document"},
                                            {"assume_role_policy_document", "document"},
                                            {"policy", "document"},
                                            {"policy_document", "document"}};

/* A resource of the usual provider, or of the Cloud Control one. */
static bool is_of_iam(const char *address)
{
    return strncmp(address, "aws_iam_", strlen("aws_iam_")) == 0 ||
           strncmp(address, "awscc_iam_", strlen("awscc_iam_")) == 0;
}

static const char data_prefix[] = "data.", document_prefix[] = "data.aws_iam_policy_document.";

static bool is_document(const char *address)
{
    return strncmp(address, document_prefix, sizeof document_prefix - 1) == 0;
}

/* The references of one attribute: the IAM resource that they refer to; "" if there are several or none. */
static void read_references(struct export_reader *reader, const char *module, const char *address,
                            const char *attribute)
{
    struct terraform_reading *plan = reader->state;
    struct export_list list;
    struct text stripped = {0}, first = {0};
    const char *target = NULL;
    export_list_enter(reader, &list);
    while (export_list_next(reader, &list)) {
        const char *reference = export_string(reader);
        /* Which instance of it. */
        if (reference != NULL &&
            (strncmp(reference, "count.", strlen("count.")) == 0 || strncmp(reference, "each.", strlen("each.")) == 0))
            continue;
        bool document = reference != NULL && strcmp(attribute, "document") == 0 && is_document(reference);
        if (reference == NULL || !(document || is_of_iam(reference))) {
            /* The attribute of a module or a variable may be anything. */
            target = reference != NULL ? "" : target;
            continue;
        }
        size_t skipped = document ? sizeof data_prefix - 1 : 0;
        const char *resource = export_keep(reader, reference, skipped + terraform_resource_length(reference + skipped));
        stripped.length = 0;
        terraform_append_stripped(&stripped, resource);
        if (target == NULL) {
            target = resource;
            terraform_append_stripped(&first, resource);
        } else if (target[0] != '\0' && strcmp(first.data, stripped.data) != 0) {
            target = "";
        }
    }
    plan->key.length = 0;
    text_append_string(&plan->key, module);
    terraform_append_stripped(&plan->key, address);
    text_format(&plan->key, " %s", attribute);
    uint32_t number = intern_add(&plan->references, plan->key.data, plan->key.length);
    ARRAY_REACH(plan->targets, number, plan->target_room);
    plan->targets[number] = target != NULL ? target : "";
    text_free(&stripped);
    text_free(&first);
}

static void read_expression(struct export_reader *reader, const char *module, const char *address,
                            const char *attribute)
{
    struct json_cursor *cursor = &reader->cursor;
    bool first = true;
    if (json_cursor_peek(cursor) != CURSOR_OBJECT) {
        json_cursor_skip(cursor);
        return;
    }
    json_cursor_enter(cursor, CURSOR_OBJECT);
    while (json_cursor_next_member(cursor, &first, &reader->name))
        if (strcmp(reader->name.data, "references") == 0 && json_cursor_peek(cursor) == CURSOR_ARRAY)
            read_references(reader, module, address, attribute);
        else
            json_cursor_skip(cursor);
}

static void read_expressions(struct export_reader *reader, const char *module, const char *address)
{
    struct json_cursor *cursor = &reader->cursor;
    bool first = true;
    json_cursor_enter(cursor, CURSOR_OBJECT);
    while (json_cursor_next_member(cursor, &first, &reader->name)) {
        const char *wanted = NULL;
        for (size_t i = 0; i < sizeof attributes / sizeof attributes[0]; i++)
            wanted = strcmp(reader->name.data, attributes[i][0]) == 0 ? attributes[i][1] : wanted;
        if (wanted != NULL)
            read_expression(reader, module, address, wanted);
        else
            json_cursor_skip(cursor);
    }
}

static void note_maker(struct export_reader *reader, const char *module, const char *address, const char *key)
{
    struct terraform_reading *plan = reader->state;
    plan->key.length = 0;
    text_append_string(&plan->key, module);
    terraform_append_stripped(&plan->key, address);
    uint32_t number = intern_add(&plan->configured, plan->key.data, plan->key.length);
    ARRAY_REACH(plan->makers, number, plan->maker_room);
    plan->makers[number] = terraform_provider_of(reader, key);
}

static void read_configured_document(struct export_reader *reader, const char *module, const char *address)
{
    struct json_cursor *cursor = &reader->cursor;
    struct text whole = {0};
    bool first = true;
    text_append_string(&whole, module);
    terraform_append_stripped(&whole, address);
    json_cursor_enter(cursor, CURSOR_OBJECT);
    while (json_cursor_next_member(cursor, &first, &reader->name))
        if (strcmp(reader->name.data, "expressions") == 0 && json_cursor_peek(cursor) == CURSOR_OBJECT)
            terraform_read_document(reader, whole.data);
        else
            json_cursor_skip(cursor);
    text_free(&whole);
}

static void read_configured(struct export_reader *reader, const char *module)
{
    static const char *const names[] = {"address", "provider_config_key"};
    struct json_cursor *cursor = &reader->cursor;
    const char *values[2] = {NULL, NULL}, *address;
    bool first = true;
    if (json_cursor_peek(cursor) == CURSOR_OBJECT)
        export_strings_ahead(reader, names, values, 2);
    address = values[0];
    if (address != NULL && values[1] != NULL)
        note_maker(reader, module, address, values[1]);
    if (address != NULL && is_document(address)) {
        read_configured_document(reader, module, address);
        return;
    }
    if (address == NULL || !is_of_iam(address)) {
        json_cursor_skip(cursor);
        return;
    }
    json_cursor_enter(cursor, CURSOR_OBJECT);
    while (json_cursor_next_member(cursor, &first, &reader->name))
        if (strcmp(reader->name.data, "expressions") == 0 && json_cursor_peek(cursor) == CURSOR_OBJECT)
            read_expressions(reader, module, address);
        else
            json_cursor_skip(cursor);
}

static void read_configured_module(struct export_reader *reader, const char *module);

/* {"NAME": {"module": {…}}} */
static void read_module_calls(struct export_reader *reader, const char *module)
{
    struct json_cursor *cursor = &reader->cursor;
    bool first = true;
    json_cursor_enter(cursor, CURSOR_OBJECT);
    while (json_cursor_next_member(cursor, &first, &reader->name)) {
        struct text path = {0};
        bool first_member = true;
        if (json_cursor_peek(cursor) != CURSOR_OBJECT) {
            json_cursor_skip(cursor);
            continue;
        }
        text_format(&path, "%smodule.%s.", module, reader->name.data);
        json_cursor_enter(cursor, CURSOR_OBJECT);
        while (json_cursor_next_member(cursor, &first_member, &reader->name))
            if (strcmp(reader->name.data, "module") == 0 && json_cursor_peek(cursor) == CURSOR_OBJECT)
                read_configured_module(reader, path.data);
            else
                json_cursor_skip(cursor);
        text_free(&path);
    }
}

static void read_configured_module(struct export_reader *reader, const char *module)
{
    struct json_cursor *cursor = &reader->cursor;
    bool first = true;
    json_cursor_enter(cursor, CURSOR_OBJECT);
    while (json_cursor_next_member(cursor, &first, &reader->name)) {
        enum json_cursor_type type = json_cursor_peek(cursor);
        struct export_list list;
        if (strcmp(reader->name.data, "module_calls") == 0 && type == CURSOR_OBJECT) {
            read_module_calls(reader, module);
        } else if (strcmp(reader->name.data, "resources") == 0 && type == CURSOR_ARRAY) {
            export_list_enter(reader, &list);
            while (export_list_next(reader, &list))
                read_configured(reader, module);
        } else {
            json_cursor_skip(cursor);
        }
    }
}

/* Enters the object and calls read before its root_module. */
static void read_root_module(struct export_reader *reader, void (*read)(struct export_reader *reader))
{
    struct json_cursor *cursor = &reader->cursor;
    bool first = true;
    json_cursor_enter(cursor, CURSOR_OBJECT);
    while (json_cursor_next_member(cursor, &first, &reader->name))
        if (strcmp(reader->name.data, "root_module") == 0 && json_cursor_peek(cursor) == CURSOR_OBJECT)
            read(reader);
        else
            json_cursor_skip(cursor);
}

static void read_root_configuration(struct export_reader *reader)
{
    read_configured_module(reader, "");
}

void terraform_read_configuration(struct export_reader *reader, const char *member)
{
    struct json_cursor *cursor = &reader->cursor;
    bool first = true;
    (void)member;
    json_cursor_enter(cursor, CURSOR_OBJECT);
    while (json_cursor_next_member(cursor, &first, &reader->name)) {
        bool object = json_cursor_peek(cursor) == CURSOR_OBJECT;
        if (object && strcmp(reader->name.data, "root_module") == 0)
            read_root_configuration(reader);
        else if (object && strcmp(reader->name.data, "provider_config") == 0)
            terraform_read_providers(reader);
        else
            json_cursor_skip(cursor);
    }
}

/* ---- prior_state */

static void read_prior_module(struct export_reader *reader)
{
    struct terraform_reading *plan = reader->state;
    plan->only_account = true;
    terraform_read_module(reader);
    plan->only_account = false;
}

void terraform_read_prior_state(struct export_reader *reader, const char *member)
{
    struct json_cursor *cursor = &reader->cursor;
    bool first = true;
    (void)member;
    json_cursor_enter(cursor, CURSOR_OBJECT);
    while (json_cursor_next_member(cursor, &first, &reader->name))
        if (strcmp(reader->name.data, "values") == 0 && json_cursor_peek(cursor) == CURSOR_OBJECT)
            read_root_module(reader, read_prior_module);
        else
            json_cursor_skip(cursor);
}

/* ---- resource_changes */

/* Whether after_unknown, which comes next, marks the boundary as unknown. */
static bool is_boundary_unknown(struct export_reader *reader)
{
    struct json_cursor *cursor = &reader->cursor;
    bool first = true, unknown = false;
    json_cursor_enter(cursor, CURSOR_OBJECT);
    while (json_cursor_next_member(cursor, &first, &reader->name)) {
        bool wanted = strcmp(reader->name.data, "permissions_boundary") == 0;
        unknown = unknown || (wanted && json_cursor_peek(cursor) == CURSOR_TRUE);
        json_cursor_skip(cursor);
    }
    return unknown;
}

static void read_change(struct export_reader *reader)
{
    struct terraform_reading *plan = reader->state;
    struct json_cursor *cursor = &reader->cursor;
    const char *address = NULL;
    bool first = true, unknown = false;
    json_cursor_enter(cursor, CURSOR_OBJECT);
    while (json_cursor_next_member(cursor, &first, &reader->name)) {
        enum json_cursor_type type = json_cursor_peek(cursor);
        bool first_member = true;
        if (strcmp(reader->name.data, "address") == 0 && type == CURSOR_STRING) {
            address = export_string(reader);
        } else if (strcmp(reader->name.data, "change") == 0 && type == CURSOR_OBJECT) {
            json_cursor_enter(cursor, CURSOR_OBJECT);
            while (json_cursor_next_member(cursor, &first_member, &reader->name))
                if (strcmp(reader->name.data, "after_unknown") == 0 && json_cursor_peek(cursor) == CURSOR_OBJECT)
                    unknown = is_boundary_unknown(reader) || unknown;
                else
                    json_cursor_skip(cursor);
        } else {
            json_cursor_skip(cursor);
        }
    }
    if (unknown && address != NULL)
        intern_add(&plan->boundaries, address, strlen(address));
}

void terraform_read_changes(struct export_reader *reader, const char *member)
{
    struct export_list list;
    (void)member;
    export_list_enter(reader, &list);
    while (export_list_next(reader, &list))
        if (json_cursor_peek(&reader->cursor) == CURSOR_OBJECT)
            read_change(reader);
        else
            json_cursor_skip(&reader->cursor);
}
