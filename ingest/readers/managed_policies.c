/*
 * The member "Policies" belongs to three calls: authorization details (policies with versions), iam list-policies
 * (without), and organizations list-policies / list-policies-for-target. Each element tells which.
 */
#include "ingest/export.h"
#include <string.h>

struct policy_element {
    const char *arn, *name, *version, *id, *type;
    bool aws_managed, has_versions;
    struct batch_document document;
};

static void read_versions(struct export_reader *reader, struct policy_element *element)
{
    struct json_cursor *cursor = &reader->cursor;
    struct export_list list;
    size_t defaults = 0;
    element->has_versions = true;
    if (!export_list_enter(reader, &list))
        return;
    while (export_list_next(reader, &list)) {
        const char *version = NULL;
        bool has_document = false, is_default = false, first_member = true;
        if (json_cursor_peek(cursor) != CURSOR_OBJECT) {
            export_problem(reader, "error", "unexpected-type", 0, 0, "expected a version of a policy");
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
        bool named = element->version != NULL && version != NULL && strcmp(version, element->version) == 0;
        if (is_default && defaults++ > 0)
            export_problem(reader, "error", "two-default-versions", 0, 0,
                           "more than one version is the default one; the last one was used");
        if (is_default || (named && element->document.entry == NULL)) {
            element->document = (struct batch_document){0};
            if (has_document)
                export_take_document(reader, POLICY_IDENTITY, &element->document);
            if (version != NULL)
                element->version = version;
        }
    }
}

static void read_element(struct export_reader *reader, struct policy_element *element)
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
            element->arn = export_string(reader);
        else if (strcmp(name, "PolicyName") == 0 || strcmp(name, "Name") == 0)
            element->name = export_string(reader);
        else if (strcmp(name, "DefaultVersionId") == 0)
            element->version = export_string(reader);
        else if (strcmp(name, "Id") == 0)
            element->id = export_string(reader);
        else if (strcmp(name, "Type") == 0)
            element->type = export_string(reader);
        else if (strcmp(name, "AwsManaged") == 0) {
            element->aws_managed = type == CURSOR_TRUE;
            json_cursor_skip(cursor);
        } else if (strcmp(name, "PolicyVersionList") == 0 && type == CURSOR_ARRAY)
            read_versions(reader, element);
        else if (strcmp(name, "PolicyVersionList") == 0 && type != CURSOR_NULL) {
            export_problem(reader, "error", "unexpected-type", 0, 0, "expected an array");
            element->has_versions = true;
            json_cursor_skip(cursor);
        } else
            json_cursor_skip(cursor);
        export_complaint(reader);
        export_point_back(reader, pointer);
    }
}

static void add_managed(struct export_reader *reader, const struct policy_element *element)
{
    enum batch_standing standing = reader->standing == STANDING_LISTED ? STANDING_DETAILS : reader->standing;
    struct batch_managed_policy *policy =
        export_policy(reader, element->arn, element->name, standing, &element->document);
    if (policy == NULL) {
        export_problem(reader, "error", "foreign-object", 0, 0, "not a managed policy (no policy ARN): it is left out");
        return;
    }
    policy->as_of = reader->as_of;
    if (element->version != NULL)
        policy->version = element->version;
    if (policy->document.entry == NULL && reader->cursor.error == NULL)
        export_problem(reader, "error", "missing-member", 0, 0, "a managed policy without its default version");
}

void read_policies(struct export_reader *reader, const char *member)
{
    struct json_cursor *cursor = &reader->cursor;
    struct batch *batch = reader->batch;
    struct export_list list;
    bool organizations = false, managed = false;
    const char *type = reader->filter[0] != '\0' ? reader->filter : NULL;
    (void)member;
    bool alone = strcmp(batch->kind, "policies") == 0,
         for_target = strcmp(reader->call, "list-policies-for-target") == 0;
    if (!export_list_enter(reader, &list))
        return;
    while (export_list_next(reader, &list)) {
        struct policy_element element = {0};
        if (json_cursor_peek(cursor) == CURSOR_OBJECT)
            read_element(reader, &element);
        else {
            export_problem(reader, "error", "unexpected-type", 0, 0, "expected a policy");
            json_cursor_skip(cursor);
        }
        if (element.id != NULL && element.type != NULL) {
            export_organization_of(reader, element.arn);
            organizations = true;
            type = element.type;
            export_fact(reader, FACT_ORG_POLICY, element.id, element.type, element.name,
                        element.aws_managed ? "1" : "");
            if (strcmp(reader->call, "list-policies-for-target") == 0 && reader->argument[0] != '\0')
                export_fact(reader, FACT_TARGET, element.id, reader->argument, NULL, NULL);
        } else if (element.has_versions) {
            managed = true;
            add_managed(reader, &element);
        } else if (element.id != NULL || element.type != NULL || organizations || type != NULL || for_target) {
            export_list_lose(reader, &list, "an organization policy without Id and Type");
        }
    }
    if (managed) {
        batch->full_details = batch->full_details || alone;
        batch->kind = alone ? "authorization-details" : batch->kind;
    } else if (organizations || for_target || (type != NULL && strcmp(reader->call, "list-policies") == 0)) {
        const char *call = for_target ? "list-policies-for-target" : "list-policies";
        batch->kind = alone ? call : batch->kind;
        /* Which type was asked for matters: a target has SCPs and RCPs. */
        struct text argument = {0};
        if (for_target && reader->argument[0] != '\0')
            text_format(&argument, "%s ", reader->argument);
        if (type != NULL && (!for_target || argument.length > 0)) {
            text_append_string(&argument, type);
            struct batch_fact *listing = export_fact(
                reader, FACT_LISTING, call,
                export_keep(reader, argument.data != NULL ? argument.data : "", argument.length), NULL, NULL);
            if (listing != NULL)
                listing->more = list.lost;
        }
        if (for_target && reader->argument[0] == '\0')
            export_problem(reader, "warning", "target-unknown", 0, 0,
                           "the answer does not name the target that was asked about; name the file "
                           "list-policies-for-target.TARGET-ID.POLICY-TYPE.json");
        text_free(&argument);
    } else if (alone) {
        batch->kind = "iam list-policies";
    }
}

void read_bare_policy(struct export_reader *reader)
{
    struct policy_element element = {0};
    read_element(reader, &element);
    if (reader->cursor.error == NULL)
        add_managed(reader, &element);
}

/* Reads the Content of the object that the cursor stands before; false if there is none. */
static bool read_content(struct export_reader *reader, enum policy_kind kind, struct batch_document *document)
{
    struct json_cursor *cursor = &reader->cursor;
    bool first = true, found = false;
    size_t pointer = reader->pointer.length;
    if (!json_cursor_enter(cursor, CURSOR_OBJECT))
        return false;
    while (export_next_member(reader, &first)) {
        if (strcmp(reader->name.data, "Content") != 0 || json_cursor_peek(cursor) == CURSOR_NULL) {
            json_cursor_skip(cursor);
            continue;
        }
        found = true;
        export_point(reader, "Content");
        cursor->complaint = NULL;
        export_document(reader, kind, document);
        export_point_back(reader, pointer);
    }
    return found;
}

/* {"PolicySummary": {…}, "Content": "JSON text"}: organizations describe-policy. iam get-policy has neither. What kind
 * of policy the Content is may come behind it, so the object is read twice. */
void read_policy(struct export_reader *reader, const char *member)
{
    struct json_cursor *cursor = &reader->cursor, mark;
    struct policy_element element = {0};
    bool first = true;
    (void)member;
    json_cursor_peek(cursor);
    json_cursor_mark(cursor, &mark);
    if (!json_cursor_enter(cursor, CURSOR_OBJECT))
        return;
    while (export_next_member(reader, &first)) {
        if (strcmp(reader->name.data, "PolicySummary") == 0 && json_cursor_peek(cursor) == CURSOR_OBJECT)
            read_element(reader, &element);
        else
            json_cursor_skip(cursor);
    }
    if (cursor->error != NULL)
        return;
    if (element.id == NULL || element.type == NULL) {
        json_cursor_forget(cursor);
        reader->batch->kind = "get-policy";
        if (reader->batch->principals.count == 0 && reader->batch->facts.count == 0)
            reader->batch->refusal = "a managed policy without its document: use get-account-authorization-details";
        return;
    }
    export_organization_of(reader, element.arn);
    struct batch_fact *fact =
        export_fact(reader, FACT_ORG_POLICY, element.id, element.type, element.name, element.aws_managed ? "1" : "");
    json_cursor_return(cursor, &mark);
    if (fact == NULL) {
        json_cursor_skip(cursor);
        return;
    }
    enum policy_kind kind = strcmp(element.type, "RESOURCE_CONTROL_POLICY") == 0 ? POLICY_RCP : POLICY_SCP;
    if (!read_content(reader, kind, &fact->document))
        export_problem(reader, "error", "missing-member", 0, 0, "a policy without Content");
}
