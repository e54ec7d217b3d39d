/*
 * IAM Roles Anywhere: rolesanywhere list-trust-anchors and list-profiles. Certificates themselves are not kept. Shapes:
 * https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_ListProfiles.html
 */
#include "ingest/policy/arn.h"
#include "ingest/readers/reader.h"
#include "ingest/support/json_build.h"
#include "ingest/support/json_words.h"
#include <stdlib.h>
#include <string.h>

#define LIST_ANCHORS "rolesanywhere-list-trust-anchors"
#define LIST_PROFILES "rolesanywhere-list-profiles"

/* The account and region in an ARN. False: not one of this service. */
static bool find_place(struct export_reader *reader, const char *text, const char **account, const char **region)
{
    struct arn arn;
    if (text == NULL || !arn_parse(text, strlen(text), &arn) || !span_equals(arn.service, "rolesanywhere"))
        return false;
    *account = export_keep(reader, arn.account.at, arn.account.length);
    *region = export_keep(reader, arn.region.at, arn.region.length);
    return true;
}

static const char *scope_of(struct export_reader *reader, const char *account, const char *region)
{
    struct text scope = {0};
    text_format(&scope, "%s %s", account, region);
    return export_keep_text(reader, &scope);
}

/* Notes that the list is complete for its account and region, if the answer or its elements name them. */
static void end_list(struct export_reader *reader, const char *call, const char *scope, bool lost)
{
    scope = scope != NULL ? scope : export_scope(reader);
    if (scope != NULL)
        export_listing(reader, call, scope, lost);
    else
        export_problem(reader, PROBLEM_WARNING, "place-unknown", 0, 0,
                       "an empty answer that does not say which account and region it is about; put it into a folder "
                       "accounts/ACCOUNT-ID/REGION");
}

static void read_anchors(struct export_reader *reader, const char *member)
{
    const char *scope = NULL;
    struct export_list list;
    (void)member;
    if (!export_list_enter(reader, &list))
        return;
    while (export_list_next(reader, &list)) {
        json_t *one = export_list_object(reader, &list, "a trust anchor has no trustAnchorArn");
        const char *arn = export_json_text(reader, one, "trustAnchorArn"), *account, *region;
        if (one != NULL && !find_place(reader, arn, &account, &region)) {
            export_list_lose(reader, &list, "a trust anchor has no trustAnchorArn");
        } else if (one != NULL) {
            scope = scope_of(reader, account, region);
            EXPORT_WORKLOAD(reader, WORKLOAD_RESOURCE, arn, account, region, LIST_ANCHORS, scope,
                            json_is_false(json_object_get(one, "enabled")) ? "disabled" : "enabled", "1", "1");
        }
        json_decref(one);
    }
    end_list(reader, LIST_ANCHORS, scope, list.lost);
}

/* ["x509SAN/DNS", …]: the certificate fields that become tags; NULL: the defaults. */
static const char *fields_of(struct export_reader *reader, const json_t *profile)
{
    const json_t *mappings = json_object_get(profile, "attributeMappings");
    json_t *fields = json_array(), *mapping, *rule;
    size_t i, j;
    json_array_foreach(mappings, i, mapping)
    {
        const char *field = json_string_value(json_object_get(mapping, "certificateField"));
        json_array_foreach(json_object_get(mapping, "mappingRules"), j, rule)
        {
            const char *specifier = json_string_value(json_object_get(rule, "specifier"));
            if (field != NULL && specifier != NULL)
                json_add(fields, json_text_format("%s/%s", field, specifier));
        }
    }
    char *words = json_words(fields, JSON_COMPACT);
    const char *kept = json_is_array(mappings) ? export_keep(reader, words, strlen(words)) : NULL;
    free(words);
    json_decref(fields);
    return kept;
}

static void add_profile(struct export_reader *reader, const json_t *profile, const char *arn, const char *account,
                        const char *region)
{
    bool limited = json_object_get(profile, "sessionPolicy") != NULL ||
                   json_array_size(json_object_get(profile, "managedPolicyArns")) > 0;
    const char *enabled = json_is_false(json_object_get(profile, "enabled")) ? "0" : "1";
    const char *fields = fields_of(reader, profile);
    json_t *role;
    size_t index;
    json_array_foreach(json_object_get(profile, "roleArns"), index, role) if (json_is_string(role)) EXPORT_WORKLOAD(
        reader, WORKLOAD_PROFILE, arn, export_keep(reader, json_string_value(role), json_string_length(role)), account,
        region, enabled, limited ? "1" : "0", fields);
}

static void read_profiles(struct export_reader *reader, const char *member)
{
    const char *scope = NULL;
    struct export_list list;
    (void)member;
    if (!export_list_enter(reader, &list))
        return;
    while (export_list_next(reader, &list)) {
        json_t *one = export_list_object(reader, &list, "a profile lacks profileArn or roleArns");
        const char *arn = export_json_text(reader, one, "profileArn"), *account, *region;
        if (one != NULL &&
            (!find_place(reader, arn, &account, &region) || !json_is_array(json_object_get(one, "roleArns")))) {
            export_list_lose(reader, &list, "a profile lacks profileArn or roleArns");
        } else if (one != NULL) {
            scope = scope_of(reader, account, region);
            add_profile(reader, one, arn, account, region);
        }
        json_decref(one);
    }
    end_list(reader, LIST_PROFILES, scope, list.lost);
}

/* An empty list is ours if the file is named so. */
static bool is_foreign(struct export_reader *reader, const char *tells, const char *call)
{
    const char *const names[] = {tells, NULL};
    bool first = true;
    if (export_first_members(reader, names) != 0)
        return false;
    struct json_cursor mark;
    json_cursor_mark(&reader->cursor, &mark);
    bool empty = json_cursor_enter(&reader->cursor, CURSOR_ARRAY) && !json_cursor_next_element(&reader->cursor, &first);
    json_cursor_return(&reader->cursor, &mark);
    return !empty || strcmp(reader->call, call) != 0 || !export_may_be_of(reader, "rolesanywhere");
}

static bool are_other_anchors(struct export_reader *reader)
{
    return is_foreign(reader, "trustAnchorArn", "list-trust-anchors");
}

static bool are_other_profiles(struct export_reader *reader)
{
    return is_foreign(reader, "profileArn", "list-profiles");
}

/* clang-format off */
#define ONE_MEMBER(name, read) (const struct export_member[]){{name, CURSOR_ARRAY, read, false}, {0}}

const struct export_kind roles_anywhere_kinds[] = {
    {.name = LIST_ANCHORS, .members = ONE_MEMBER("trustAnchors", read_anchors), .is_foreign = are_other_anchors, .small_token = true},
    {.name = LIST_PROFILES, .members = ONE_MEMBER("profiles", read_profiles), .is_foreign = are_other_profiles, .small_token = true},
    {0},
};
/* clang-format on */
