/*
 * A store of iam-collect: a folder for each user, group, role and policy (accounts/ID/iam/KIND/NAME/), with a file for
 * each thing that is known of it, and one for the organization (organizations/ID/). Paths are in small letters, so
 * whose a file is says metadata.json beside it. What is empty has no file.
 */
#include "ingest/policy/arn.h"
#include "ingest/readers/iam_shapes.h"
#include "ingest/support/memory.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LARGEST_METADATA ((size_t)1 << 20)

extern const struct export_kind iam_collect_kinds[];

/* metadata.json, for any kind. */
enum metadata { META_ARN, META_NAME, META_ID, META_PATH, META_CREATED, META_BOUNDARY, META_COUNT };
static const char *const metadata_names[META_COUNT] = {
    [META_ARN] = "arn",   [META_NAME] = "name",       [META_ID] = "id",
    [META_PATH] = "path", [META_CREATED] = "created", [META_BOUNDARY] = "permissionBoundary"};

/* The last components of a path. */
#define PARTS 6
struct path_parts {
    struct span part[PARTS]; /* from the last one backwards; empty: no more */
};

static struct path_parts split(const char *path)
{
    struct path_parts parts = {0};
    const char *end = path + strlen(path);
    for (int i = 0; i < PARTS && end > path; i++) {
        const char *at = end;
        while (at > path && at[-1] != '/')
            at--;
        parts.part[i] = (struct span){at, (size_t)(end - at)};
        end = at > path ? at - 1 : path;
    }
    return parts;
}

static bool is(struct span part, const char *word)
{
    return part.at != NULL && span_equals(part, word);
}

/* ---- metadata.json beside the file */

static char *read_beside(const char *path, size_t *length)
{
    struct text name = {0};
    const char *slash = strrchr(path, '/');
    char *bytes = NULL;
    text_format(&name, "%.*s/metadata.json", (int)(slash - path), path);
    FILE *file = fopen(name.data, "rb");
    if (file != NULL) {
        bytes = memory_get(LARGEST_METADATA);
        *length = fread(bytes, 1, LARGEST_METADATA, file);
        fclose(file);
    } else {
        memory_check_errno();
    }
    text_free(&name);
    return bytes;
}

/* False, with a problem, if it does not exist or does not say whose the file is. */
static bool read_metadata_beside(struct export_reader *reader, const char *path, const char *values[META_COUNT])
{
    struct json_cursor outer = reader->cursor;
    size_t length = 0;
    char *bytes = read_beside(path, &length);
    memset(values, 0, META_COUNT * sizeof *values);
    if (bytes != NULL) {
        json_cursor_open(&reader->cursor, bytes, length);
        if (json_cursor_peek(&reader->cursor) == CURSOR_OBJECT)
            export_strings(reader, metadata_names, values, META_COUNT);
        bool broken = reader->cursor.error != NULL;
        reader->cursor = outer;
        values[META_ARN] = broken ? NULL : values[META_ARN];
    }
    free(bytes);
    if (values[META_ARN] == NULL)
        export_problem(reader, PROBLEM_ERROR, "missing-file", 0, 0,
                       "metadata.json beside it is missing or damaged, so its owner is unknown; skipped");
    return values[META_ARN] != NULL;
}

/* ---- users, groups, roles */

static void read_arns(struct export_reader *reader, struct batch_principal *principal, bool groups)
{
    struct export_list list;
    if (!export_list_enter(reader, &list))
        return;
    while (export_list_next(reader, &list)) {
        const char *text = export_string(reader);
        if (text != NULL && !groups)
            export_add_managed(reader, principal, text, NULL);
        else if (!export_add_group(reader, principal, text))
            principal->identity_lost = true;
    }
}

/* The contents of each file of a principal. */
static const struct {
    const char *file;
    enum json_cursor_type type;
} principal_files[] = {
    {"metadata.json", CURSOR_OBJECT},
    {"trust-policy.json", CURSOR_OBJECT},
    {"inline-policies.json", CURSOR_ARRAY},
    {"managed-policies.json", CURSOR_ARRAY},
    {"groups.json", CURSOR_ARRAY},
    {"tags.json", CURSOR_OBJECT},
    {"instance-profiles.json", CURSOR_ARRAY},
};
enum { FILE_METADATA, FILE_TRUST, FILE_INLINE, FILE_MANAGED, FILE_GROUPS, FILE_TAGS, FILE_PROFILES, PRINCIPAL_FILES };

static void read_principal_file(struct export_reader *reader, const char *path, int file)
{
    struct batch_principal *principal = export_principal(reader, STANDING_COLLECTED);
    const char *values[META_COUNT];
    if (file == FILE_METADATA)
        export_strings(reader, metadata_names, values, META_COUNT);
    else if (!read_metadata_beside(reader, path, values)) {
        json_cursor_skip(&reader->cursor);
        return;
    }
    principal->part = principal->details = principal->tags_known = true;
    principal->arn = values[META_ARN];
    principal->unique_id = values[META_ID] != NULL ? values[META_ID] : "";
    principal->created = values[META_CREATED] != NULL ? values[META_CREATED] : "";
    principal->boundary_arn = values[META_BOUNDARY];
    if (file == FILE_TRUST)
        export_document(reader, POLICY_TRUST, &principal->trust);
    else if (file == FILE_INLINE)
        iam_read_inline_policies(reader, principal);
    else if (file == FILE_MANAGED || file == FILE_GROUPS)
        read_arns(reader, principal, file == FILE_GROUPS);
    else if (file == FILE_TAGS)
        principal->tags_known = export_tags(reader, &principal->tags);
    if (reader->cursor.error != NULL)
        return;
    const char *wrong = export_settle(reader, principal);
    if (wrong != NULL) {
        export_problem(reader, PROBLEM_ERROR, "missing-member", 1, 1, wrong);
        return;
    }
    BATCH_APPEND(reader->batch->principals, principal);
    reader->batch->full_details = reader->batch->collected = true;
}

static void read_policy_file(struct export_reader *reader, const char *path)
{
    struct batch_document document = {.layout = ""};
    const char *values[META_COUNT];
    bool good = read_metadata_beside(reader, path, values);
    export_document(reader, POLICY_IDENTITY, &document);
    if (good && reader->cursor.error == NULL &&
        !export_policy(reader, values[META_ARN], values[META_NAME], STANDING_COLLECTED, &document))
        export_problem(reader, PROBLEM_ERROR, "foreign-object", 1, 1,
                       "metadata.json beside it does not describe a policy");
}

/* ---- the organization */

static const char *const policy_lists[][2] = {{"scps", "SERVICE_CONTROL_POLICY"}, {"rcps", "RESOURCE_CONTROL_POLICY"}};

static const char *type_of(struct span folder)
{
    for (size_t i = 0; i < 2; i++)
        if (is(folder, policy_lists[i][0]))
            return policy_lists[i][1];
    return NULL;
}

/* arn:…:policy/o-…/…/p-ID */
static const char *last_part(const char *arn)
{
    const char *slash = strrchr(arn, '/');
    return slash != NULL ? slash + 1 : arn;
}

static void read_attached(struct export_reader *reader, const char *target, const char *type)
{
    struct export_list list;
    struct text argument = {0};
    if (!export_list_enter(reader, &list))
        return;
    while (export_list_next(reader, &list)) {
        const char *arn = export_string(reader);
        if (arn == NULL) {
            list.lost = true;
            continue;
        }
        export_organization_policy(reader, last_part(arn), type, NULL, strstr(arn, "::aws:") != NULL);
        export_fact(reader, FACT_TARGET, last_part(arn), target, NULL, NULL);
    }
    text_format(&argument, "%s %s", target, type);
    export_listing(reader, "list-policies-for-target", export_keep_text(reader, &argument), list.lost);
}

/* {"ID": {"ou" or "parent": "ID", "scps": […], "rcps": […]}} */
static void read_targets_of(struct export_reader *reader, const char *organization, bool accounts)
{
    struct json_cursor *cursor = &reader->cursor;
    bool first = true;
    json_cursor_enter(cursor, CURSOR_OBJECT);
    while (json_cursor_next_member(cursor, &first, &reader->name)) {
        const char *id = export_keep(reader, reader->name.data, reader->name.length);
        bool first_member = true;
        export_fact(reader, accounts ? FACT_ACCOUNT : FACT_NODE, id, NULL, accounts ? NULL : organization,
                    accounts ? organization : NULL);
        if (json_cursor_peek(cursor) != CURSOR_OBJECT) {
            export_problem(reader, PROBLEM_ERROR, "unexpected-type", 0, 0, "expected an object");
            json_cursor_skip(cursor);
            continue;
        }
        json_cursor_enter(cursor, CURSOR_OBJECT);
        while (json_cursor_next_member(cursor, &first_member, &reader->name)) {
            enum json_cursor_type type = json_cursor_peek(cursor);
            struct span name = {reader->name.data, reader->name.length};
            if (is(name, accounts ? "ou" : "parent") && type == CURSOR_STRING) {
                const char *parent = export_string(reader);
                if (parent != NULL)
                    export_fact(reader, FACT_PARENT, id, parent, NULL, NULL);
            } else if (type_of(name) != NULL && type == CURSOR_ARRAY)
                read_attached(reader, id, type_of(name));
            else
                json_cursor_skip(cursor);
        }
    }
    if (accounts && cursor->error == NULL)
        export_listing(reader, "list-accounts", "", false);
}

static void read_features(struct export_reader *reader, const char *root)
{
    struct json_cursor *cursor = &reader->cursor;
    bool first = true;
    json_cursor_enter(cursor, CURSOR_OBJECT);
    while (json_cursor_next_member(cursor, &first, &reader->name)) {
        const char *type = export_keep(reader, reader->name.data, reader->name.length);
        if (json_cursor_peek(cursor) == CURSOR_TRUE && root != NULL)
            export_fact(reader, FACT_POLICY_TYPE, root, type, "ENABLED", NULL);
        json_cursor_skip(cursor);
    }
    if (root != NULL && cursor->error == NULL)
        export_listing(reader, "policy-types", root, false);
}

static void read_organization_file(struct export_reader *reader)
{
    static const char *const names[] = {"id", "arn", "rootOu", "rootAccountId"};
    struct json_cursor *cursor = &reader->cursor;
    const char *values[4];
    bool first = true;
    export_strings_ahead(reader, names, values, 4);
    export_organization_of(reader, values[1]);
    if (values[0] != NULL)
        export_fact(reader, FACT_ORGANIZATION, values[0], values[3], NULL, NULL);
    if (values[2] != NULL)
        export_fact(reader, FACT_NODE, values[2], NULL, values[0], NULL);
    json_cursor_enter(cursor, CURSOR_OBJECT);
    while (json_cursor_next_member(cursor, &first, &reader->name))
        if (strcmp(reader->name.data, "features") == 0 && json_cursor_peek(cursor) == CURSOR_OBJECT)
            read_features(reader, values[2]);
        else
            json_cursor_skip(cursor);
    if (cursor->error == NULL)
        export_listing(reader, "describe-organization", "", false);
}

static void read_organization_policy(struct export_reader *reader, const char *path, const char *type, bool document)
{
    const char *values[META_COUNT];
    if (!document)
        export_strings(reader, metadata_names, values, META_COUNT);
    else if (!read_metadata_beside(reader, path, values)) {
        json_cursor_skip(&reader->cursor);
        return;
    }
    if (values[META_ARN] == NULL) {
        if (reader->cursor.error == NULL)
            export_problem(reader, PROBLEM_ERROR, "missing-member", 1, 1, "an organization policy has no arn");
        return;
    }
    export_organization_of(reader, values[META_ARN]);
    bool managed = strstr(values[META_ARN], "::aws:") != NULL;
    struct batch_fact *fact =
        export_organization_policy(reader, last_part(values[META_ARN]), type, values[META_NAME], managed);
    if (document)
        export_document(reader, strcmp(type, policy_lists[1][1]) == 0 ? POLICY_RCP : POLICY_SCP, &fact->document);
}

static void read_unit(struct export_reader *reader, struct span id)
{
    const char *values[META_COUNT];
    export_strings(reader, metadata_names, values, META_COUNT);
    if (values[META_NAME] != NULL)
        export_fact(reader, FACT_NODE, export_keep(reader, id.at, id.length), values[META_NAME],
                    export_organization_of(reader, values[META_ARN]), NULL);
}

/* ---- the files */

/* The JSON type that the file must contain; CURSOR_END: rolechain does not read this file of a store. */
static bool expect(struct export_reader *reader, enum json_cursor_type type)
{
    export_recognise(reader, &iam_collect_kinds[0]);
    if (json_cursor_peek(&reader->cursor) == type)
        return true;
    export_problem(reader, PROBLEM_ERROR, "unexpected-type", 0, 0,
                   type == CURSOR_ARRAY ? "expected an array" : "expected an object");
    json_cursor_skip(&reader->cursor);
    return false;
}

static bool pass(struct export_reader *reader, const char *why)
{
    reader->batch->kind = &iam_collect_kinds[0];
    reader->batch->refusal = why;
    return true;
}

static bool read_of_account(struct export_reader *reader, const char *path, const struct path_parts *parts)
{
    const struct span *part = parts->part;
    if (is(part[2], "policy")) {
        if (!is(part[0], "current-policy.json") && !is(part[0], "policy.json"))
            return pass(reader, "adds nothing to the policy beside it");
        if (expect(reader, CURSOR_OBJECT))
            read_policy_file(reader, path);
        return true;
    }
    if (!is(part[2], "role") && !is(part[2], "user") && !is(part[2], "group"))
        return false;
    for (int i = 0; i < PRINCIPAL_FILES; i++) {
        if (!is(part[0], principal_files[i].file))
            continue;
        if (i == FILE_PROFILES)
            return pass(reader, "instance profiles do not change the answers");
        if (expect(reader, principal_files[i].type))
            read_principal_file(reader, path, i);
        return true;
    }
    return false;
}

static bool read_of_organization(struct export_reader *reader, const char *path, const struct path_parts *parts)
{
    const struct span *part = parts->part;
    const char *type = type_of(part[2]);
    if (is(part[2], "organizations")) {
        bool metadata = is(part[0], "metadata.json"), accounts = is(part[0], "accounts.json");
        if (!metadata && !accounts && !is(part[0], "ous.json"))
            return pass(reader, "adds nothing to the files beside it");
        if (!expect(reader, CURSOR_OBJECT))
            return true;
        if (metadata)
            read_organization_file(reader);
        else
            read_targets_of(reader, export_keep(reader, part[1].at, part[1].length), accounts);
        return true;
    }
    bool document = is(part[0], "policy.json"), metadata = is(part[0], "metadata.json");
    if (!is(part[4], "organizations"))
        return false;
    if (type != NULL && (document || metadata)) {
        if (expect(reader, CURSOR_OBJECT))
            read_organization_policy(reader, path, type, document);
        return true;
    }
    if (is(part[2], "ous") && metadata && expect(reader, CURSOR_OBJECT)) {
        read_unit(reader, part[1]);
        return true;
    }
    return pass(reader, "does not change the answers");
}

static bool read_file(struct export_reader *reader, const char *path)
{
    struct path_parts parts = split(path);
    const struct span *part = parts.part;
    bool organization = (is(part[2], "organizations") && part[1].length > 2 && strncmp(part[1].at, "o-", 2) == 0) ||
                        (is(part[4], "organizations") && part[3].length > 2 && strncmp(part[3].at, "o-", 2) == 0);
    bool account = is(part[3], "iam") && is(part[5], "accounts");
    bool read = account        ? read_of_account(reader, path, &parts)
                : organization ? read_of_organization(reader, path, &parts)
                               : false;
    struct json_cursor *cursor = &reader->cursor;
    if (read && reader->batch->refusal == NULL && cursor->error == NULL && json_cursor_peek(cursor) != CURSOR_END)
        json_cursor_fail(cursor, "expected the end of the file");
    return read;
}

const struct export_kind iam_collect_kinds[] = {
    {.name = "iam-collect",
     .others =
         (const struct export_other[]){
             {"a file of an iam-collect store outside its folder; load the whole store", {"arn", "path", "name"}}, {0}},
     .read_file = read_file,
     .standing = STANDING_COLLECTED,
     .is_collection = true},
    {0},
};
