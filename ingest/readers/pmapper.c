/*
 * A graph of PMapper: the lists of nodes.json (users and roles), groups.json and policies.json. An inline policy bears
 * the ARN of its principal; what it says stands in policies.json alone, so principals are put together from parts.
 * PMapper's own conclusions (edges.json, is_admin) are not used. Shape: what PMapper 1.1 writes.
 */
#include "ingest/policy/arn.h"
#include "ingest/readers/reader.h"
#include <stdlib.h>
#include <string.h>

/* The ARNs of a list of {"arn", "name"}, or of texts. */
static bool next_named(struct export_reader *reader, struct export_list *list, const char *values[2])
{
    static const char *const names[] = {"arn", "name"};
    if (!export_list_next(reader, list))
        return false;
    values[0] = values[1] = NULL;
    if (json_cursor_peek(&reader->cursor) == CURSOR_STRING)
        values[0] = export_string(reader);
    else
        export_strings(reader, names, values, 2);
    return true;
}

/* True with the cursor in a list; else the value is skipped, with a problem unless it is null. */
static bool enter_list(struct export_reader *reader, struct batch_principal *principal, struct export_list *list)
{
    enum json_cursor_type type = json_cursor_peek(&reader->cursor);
    if (type == CURSOR_ARRAY)
        return export_list_enter(reader, list);
    if (type != CURSOR_NULL) {
        export_problem(reader, PROBLEM_ERROR, "unexpected-type", 0, 0, "expected an array");
        principal->identity_lost = true;
    }
    json_cursor_skip(&reader->cursor);
    return false;
}

static void read_attached(struct export_reader *reader, struct batch_principal *principal)
{
    struct export_list list;
    const char *values[2];
    if (!enter_list(reader, principal, &list))
        return;
    while (next_named(reader, &list, values)) {
        struct arn arn;
        if (values[0] == NULL || !arn_parse(values[0], strlen(values[0]), &arn)) {
            export_problem(reader, PROBLEM_ERROR, "missing-member", 0, 0, "an attached policy has no arn");
            principal->identity_lost = true;
        } else if (arn.kind == ARN_POLICY) {
            export_add_managed(reader, principal, values[0], NULL);
        } else {
            export_add_inline(reader, principal, values[1], NULL);
        }
    }
}

static void read_memberships(struct export_reader *reader, struct batch_principal *principal)
{
    struct export_list list;
    const char *values[2];
    if (!enter_list(reader, principal, &list))
        return;
    while (next_named(reader, &list, values)) {
        if (!export_add_group(reader, principal, values[0])) {
            export_problem(reader, PROBLEM_ERROR, "missing-member", 0, 0, "a membership lacks the ARN of its group");
            principal->identity_lost = true;
        }
    }
}

static void read_boundary(struct export_reader *reader, struct batch_principal *principal)
{
    static const char *const names[] = {"arn"};
    enum json_cursor_type type = json_cursor_peek(&reader->cursor);
    if (type == CURSOR_OBJECT)
        export_strings(reader, names, &principal->boundary_arn, 1);
    else
        principal->boundary_arn = export_string(reader);
    principal->identity_lost = principal->identity_lost || (principal->boundary_arn == NULL && type != CURSOR_NULL);
}

static void read_tags(struct export_reader *reader, struct batch_principal *principal)
{
    if (json_cursor_peek(&reader->cursor) == CURSOR_OBJECT)
        principal->tags_known = export_tags(reader, &principal->tags);
    else
        json_cursor_skip(&reader->cursor);
}

/* A boolean, or a number of things. */
static int read_count(struct export_reader *reader)
{
    enum json_cursor_type type = json_cursor_peek(&reader->cursor);
    if (type == CURSOR_NUMBER) {
        const char *text = export_text(reader);
        return text != NULL && strtol(text, NULL, 10) > 0;
    }
    json_cursor_skip(&reader->cursor);
    return type == CURSOR_TRUE ? 1 : type == CURSOR_FALSE ? 0 : -1;
}

static void read_member(struct export_reader *reader, const char *name, struct batch_principal *principal,
                        struct batch_credential *credential)
{
    if (strcmp(name, "arn") == 0)
        principal->arn = export_string(reader);
    else if (strcmp(name, "id_value") == 0) {
        const char *id = export_string(reader);
        principal->unique_id = id != NULL ? id : "";
    } else if (strcmp(name, "attached_policies") == 0)
        read_attached(reader, principal);
    else if (strcmp(name, "group_memberships") == 0)
        read_memberships(reader, principal);
    else if (strcmp(name, "permissions_boundary") == 0)
        read_boundary(reader, principal);
    else if (strcmp(name, "trust_policy") == 0)
        export_document(reader, POLICY_TRUST, &principal->trust);
    else if (strcmp(name, "tags") == 0)
        read_tags(reader, principal);
    else if (strcmp(name, "active_password") == 0)
        credential->password = read_count(reader);
    else if (strcmp(name, "has_mfa") == 0)
        credential->mfa = read_count(reader);
    else if (strcmp(name, "access_keys") == 0)
        credential->access_keys = read_count(reader);
    else
        json_cursor_skip(&reader->cursor);
}

static void read_node(struct export_reader *reader)
{
    struct json_cursor *cursor = &reader->cursor;
    struct batch_principal *principal = export_principal(reader, STANDING_COLLECTED);
    struct batch_credential *credential = export_allocate(reader, sizeof *credential);
    size_t pointer = reader->pointer.length;
    uint32_t line, column;
    bool first = true;
    json_cursor_peek(cursor);
    line = cursor->line;
    column = json_cursor_column(cursor);
    principal->part = principal->details = true;
    principal->line = line;
    *credential = (struct batch_credential){.password = -1, .mfa = -1, .access_keys = -1, .line = line};
    json_cursor_enter(cursor, CURSOR_OBJECT);
    while (json_cursor_next_member(cursor, &first, &reader->name)) {
        const char *name = export_keep(reader, reader->name.data, reader->name.length);
        export_point(reader, name);
        read_member(reader, name, principal, credential);
        export_complaint(reader);
        export_point_back(reader, pointer);
    }
    if (cursor->error != NULL)
        return;
    const char *wrong = export_settle(reader, principal);
    if (wrong != NULL) {
        export_problem(reader, PROBLEM_ERROR, "missing-member", line, column, wrong);
        return;
    }
    if (principal->kind == BATCH_ROLE && principal->trust.entry == NULL)
        export_problem(reader, PROBLEM_ERROR, "missing-member", line, column,
                       "a role has no trust_policy: whom it trusts is unknown");
    BATCH_APPEND(reader->batch->principals, principal);
    if (principal->kind != BATCH_GROUP)
        reader->batch->full_details = reader->batch->collected = true;
    if (principal->kind == BATCH_USER) {
        credential->arn = principal->arn;
        credential->account = principal->account;
        BATCH_APPEND(reader->batch->credentials, credential);
    }
}

static void read_policy(struct export_reader *reader)
{
    struct json_cursor *cursor = &reader->cursor;
    const char *arn = NULL, *name = NULL;
    struct batch_document document = {.layout = ""};
    size_t pointer = reader->pointer.length;
    uint32_t line, column;
    bool first = true, found = false;
    json_cursor_peek(cursor);
    line = cursor->line;
    column = json_cursor_column(cursor);
    json_cursor_enter(cursor, CURSOR_OBJECT);
    while (json_cursor_next_member(cursor, &first, &reader->name)) {
        if (strcmp(reader->name.data, "arn") == 0)
            arn = export_string(reader);
        else if (strcmp(reader->name.data, "name") == 0)
            name = export_string(reader);
        else if (strcmp(reader->name.data, "policy_doc") == 0) {
            export_point(reader, "policy_doc");
            export_document(reader, POLICY_IDENTITY, &document);
            export_point_back(reader, pointer);
            found = true;
        } else
            json_cursor_skip(cursor);
        export_complaint(reader);
    }
    if (cursor->error != NULL || (found && export_policy(reader, arn, name, STANDING_COLLECTED, &document)))
        return;
    struct batch_principal *principal = export_principal(reader, STANDING_COLLECTED);
    principal->arn = arn;
    principal->part = true;
    principal->line = line;
    const char *wrong = export_settle(reader, principal);
    if (!found || wrong != NULL) {
        export_problem(reader, PROBLEM_ERROR, "missing-member", line, column,
                       wrong != NULL ? wrong : "a policy has no policy_doc");
        return;
    }
    export_add_inline(reader, principal, name, &document);
    BATCH_APPEND(reader->batch->principals, principal);
}

const struct export_kind pmapper_kinds[] = {
    {.name = "pmapper",
     .elements = (const struct export_element[]){{.members = {"attached_policies"}, .read = read_node},
                                                 {.members = {"policy_doc"}, .read = read_policy},
                                                 {0}},
     .others =
         (const struct export_other[]){
             {"only names the PMapper version of the graph beside it", {"pmapper_version"}},
             {"PMapper's conclusions, which rolechain does not use", {"source", "destination", "short_reason"}},
             {0}},
     .standing = STANDING_COLLECTED,
     .is_collection = true},
    {0},
};
