/*
 * AWS Config: configuration items of users, groups, roles and managed policies, from a snapshot (configurationItems),
 * batch-get-resource-config (baseConfigurationItems), get-aggregate-resource-config and
 * batch-get-aggregate-resource-config (ConfigurationItem, BaseConfigurationItems) or select-resource-config (Results,
 * each a string); items alone, one by one or in an array, and what EventBridge sends when one changes. Shapes:
 * https://docs.aws.amazon.com/config/latest/APIReference/API_ConfigurationItem.html
 *
 * `configuration` is what IAM's API says of the resource, with small first letters, or a string of that; policy
 * documents in it are percent-encoded. Items of OpenID Connect providers say what CloudFormation says of them. Items of
 * other resources are passed over. Of a resource that was deleted the item has no configuration; its resourceId is the
 * unique id.
 */
#include "ingest/policy/arn.h"
#include "ingest/readers/iam_shapes.h"
#include "ingest/readers/workload_shapes.h"
#include <string.h>
#include <strings.h>

extern const struct export_kind config_items_kinds[];

struct config_item {
    const char *type, *status, *captured, *id, *arn;
};

/* The members that identify the item may come after its configuration. */
static void look_ahead(struct export_reader *reader, struct config_item *item)
{
    static const char *const names[] = {
        "resourceType", "configurationItemStatus", "configurationItemCaptureTime", "resourceId", "arn", "ARN"};
    const char *values[6];
    export_strings_ahead(reader, names, values, 6);
    *item = (struct config_item){values[0], values[1], values[2], values[3], values[4] != NULL ? values[4] : values[5]};
}

static void read_configuration(struct export_reader *reader, const struct config_item *item)
{
    const struct iam_source source = {.standing = STANDING_COLLECTED, .as_of = item->captured};
    struct export_embedded embedded;
    bool text = json_cursor_peek(&reader->cursor) == CURSOR_STRING;
    if (text && !export_embed(reader, &embedded))
        return;
    reader->small_letters = true;
    iam_read_principal(reader, &source);
    reader->small_letters = false;
    if (text)
        export_embed_end(reader, &embedded);
}

/* {"ClientIdList": […], …} for the provider with that ARN, or a string with that. */
static void read_oidc_configuration(struct export_reader *reader, const char *arn)
{
    struct export_embedded embedded;
    const char *client_ids = NULL;
    bool text = json_cursor_peek(&reader->cursor) == CURSOR_STRING, first = true;
    if (text && !export_embed(reader, &embedded))
        return;
    bool object = json_cursor_enter(&reader->cursor, CURSOR_OBJECT);
    while (object && json_cursor_next_member(&reader->cursor, &first, &reader->name)) {
        bool clients = strcasecmp(reader->name.data, "ClientIDList") == 0;
        if (clients && json_cursor_peek(&reader->cursor) == CURSOR_ARRAY)
            client_ids = export_text_array(reader);
        else
            json_cursor_skip(&reader->cursor);
    }
    export_oidc_provider(reader, arn, NULL, client_ids);
    if (text)
        export_embed_end(reader, &embedded);
}

static bool is_deleted(const struct config_item *item)
{
    return item->status != NULL && strstr(item->status, "Deleted") != NULL;
}

static void add_deletion(struct export_reader *reader, const struct config_item *item)
{
    struct arn arn;
    if (item->arn == NULL || !arn_parse(item->arn, strlen(item->arn), &arn) ||
        !arn_is_account_id(arn.account.at, arn.account.length)) {
        export_problem(reader, PROBLEM_WARNING, "missing-member", 0, 0,
                       "a deleted resource has no ARN; an earlier record of it stays");
        return;
    }
    struct batch_deletion *deletion = export_allocate(reader, sizeof *deletion);
    *deletion = (struct batch_deletion){.account = export_keep(reader, arn.account.at, arn.account.length),
                                        .arn = item->arn,
                                        .unique_id = item->id != NULL ? item->id : "",
                                        .as_of = item->captured};
    BATCH_APPEND(reader->batch->deletions, deletion);
}

/* The configuration of something that runs with roles: an object, or a string with one. */
static void read_workload(struct export_reader *reader, const struct config_item *item)
{
    json_t *value = export_json(reader);
    if (json_is_string(value)) {
        json_t *inner = json_loads(json_string_value(value), 0, NULL);
        json_decref(value);
        value = inner;
    }
    if (json_is_object(value))
        workload_read_item(reader, item->type, item->arn, value);
    else if (reader->cursor.error == NULL)
        export_problem(reader, PROBLEM_ERROR, "unexpected-type", 0, 0, "expected an object");
    json_decref(value);
}

/* The cursor is before the object. certain: it is an item, whatever it contains. */
static void read_item_of(struct export_reader *reader, bool certain)
{
    static const char *const types[] = {"AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group", "AWS::IAM::Policy",
                                        "AWS::IAM::OIDCProvider"};
    struct json_cursor *cursor = &reader->cursor;
    struct config_item item;
    bool found = false, first = true;
    look_ahead(reader, &item);
    if (item.type != NULL && strncmp(item.type, "AWS::", 5) == 0)
        export_recognise(reader, &config_items_kinds[0]);
    else if (certain && cursor->error == NULL && (item.type == NULL || strstr(item.type, "::") == NULL))
        export_problem(reader, PROBLEM_ERROR, "missing-member", 0, 0, "a configuration item has no resourceType");
    bool workload = item.type != NULL && workload_is_item(item.type), wanted = workload;
    for (size_t i = 0; i < sizeof types / sizeof types[0] && item.type != NULL; i++)
        wanted = wanted || strcmp(item.type, types[i]) == 0;
    if (workload && is_deleted(&item) && item.arn != NULL)
        EXPORT_WORKLOAD(reader, WORKLOAD_GONE, item.arn);
    else if (wanted && is_deleted(&item))
        add_deletion(reader, &item);
    if (!wanted || is_deleted(&item)) {
        json_cursor_skip(cursor);
        return;
    }
    json_cursor_enter(cursor, CURSOR_OBJECT);
    while (json_cursor_next_member(cursor, &first, &reader->name)) {
        enum json_cursor_type type = json_cursor_peek(cursor);
        if (strcmp(reader->name.data, "configuration") != 0 || type == CURSOR_NULL) {
            json_cursor_skip(cursor);
            continue;
        }
        size_t pointer = export_point(reader, "configuration");
        found = true;
        if (workload)
            read_workload(reader, &item);
        else if (strcmp(item.type, "AWS::IAM::OIDCProvider") == 0)
            read_oidc_configuration(reader, item.arn);
        else
            read_configuration(reader, &item);
        export_point_back(reader, pointer);
    }
    if (!found && cursor->error == NULL)
        export_problem(reader, PROBLEM_ERROR, "missing-member", 0, 0, "a configuration item has no configuration");
}

/* A member that other objects may have as well, until resourceType decides. */
static void read_item(struct export_reader *reader)
{
    read_item_of(reader, false);
}

/* Other answers have Results as well. */
static bool holds_object(struct export_reader *reader)
{
    return json_cursor_ahead(&reader->cursor, 2) >= 2 && memcmp(reader->cursor.at, "\"{", 2) == 0;
}

static void read_config_items(struct export_reader *reader, const char *member)
{
    struct export_list list;
    bool strings = strcmp(member, "Results") == 0;
    if (!export_list_enter(reader, &list))
        return;
    while (export_list_next(reader, &list)) {
        struct export_embedded embedded;
        enum json_cursor_type type = json_cursor_peek(&reader->cursor);
        bool certain = !strings || reader->recognised;
        if (type == CURSOR_OBJECT) {
            read_item_of(reader, certain);
        } else if (strings && holds_object(reader)) {
            if (!export_embed(reader, &embedded))
                continue;
            read_item_of(reader, certain);
            export_embed_end(reader, &embedded);
        } else {
            if (certain)
                export_problem(reader, PROBLEM_ERROR, "unexpected-type", 0, 0, "expected a configuration item");
            json_cursor_skip(&reader->cursor);
        }
    }
    if (list.index == 0 && !strings && reader->cursor.error == NULL)
        export_recognise(reader, &config_items_kinds[0]);
}

/* One item: get-aggregate-resource-config, and what AWS Config sends when something changes. */
static void read_config_item(struct export_reader *reader, const char *member)
{
    (void)member;
    read_item(reader);
}

/* An event from EventBridge: the item is in its detail. */
static void read_bridge(struct export_reader *reader)
{
    struct json_cursor *cursor = &reader->cursor;
    bool first = true;
    json_cursor_enter(cursor, CURSOR_OBJECT);
    while (json_cursor_next_member(cursor, &first, &reader->name)) {
        bool object = json_cursor_peek(cursor) == CURSOR_OBJECT;
        size_t pointer = reader->pointer.length;
        if (object && strcmp(reader->name.data, "detail") == 0) {
            export_point(reader, "detail");
            read_bridge(reader);
        } else if (object && strcmp(reader->name.data, "configurationItem") == 0) {
            export_point(reader, "configurationItem");
            read_item(reader);
        } else {
            json_cursor_skip(cursor);
        }
        export_point_back(reader, pointer);
    }
}

static void read_config_left(struct export_reader *reader, const char *member)
{
    struct export_list list;
    (void)member;
    if (!export_list_enter(reader, &list))
        return;
    while (export_list_next(reader, &list)) {
        if (list.index == 1)
            export_problem(reader, PROBLEM_WARNING, "unprocessed", 0, 0,
                           "AWS Config did not answer for every key; request these again");
        json_cursor_skip(&reader->cursor);
    }
}

const struct export_kind config_items_kinds[] = {
    {.name = "aws-config",
     .members = (const struct export_member[]){{"configurationItems", CURSOR_ARRAY, read_config_items, true},
                                               {"baseConfigurationItems", CURSOR_ARRAY, read_config_items, true},
                                               {"BaseConfigurationItems", CURSOR_ARRAY, read_config_items, true},
                                               {"Results", CURSOR_ARRAY, read_config_items, true},
                                               {"ConfigurationItem", CURSOR_OBJECT, read_config_item, true},
                                               {"configurationItem", CURSOR_OBJECT, read_config_item, true},
                                               {"UnprocessedResourceIdentifiers", CURSOR_ARRAY, read_config_left, true},
                                               {"unprocessedResourceKeys", CURSOR_ARRAY, read_config_left, true},
                                               {0}},
     .elements =
         (const struct export_element[]){
             {.members = {"configurationItemStatus", "configurationItemCaptureTime"}, .read = read_item, .alone = true},
             {.members = {"detail-type"}, .begins = "Config Configuration Item", .read = read_bridge, .alone = true},
             {0}},
     .others =
         (const struct export_other[]){
             {"a list of AWS Config resource identifiers, which hold no policies; export the configuration items",
              {"resourceIdentifiers"}},
             {0}},
     .standing = STANDING_COLLECTED,
     .is_capture = true},
    {0},
};
