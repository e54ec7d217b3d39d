#include "ingest/export.h"

#include <stdio.h>
#include <string.h>

/* ---- kinds */

static export_member_reader read_template_body;

/* Members of a top-level object that are read. One row per member; the kind names the file's verdict. NULL: the name is
 * one that others use too, and the reader tells what it is. */
static const struct {
    const char *member;
    const char *kind;
    export_member_reader *read;
    enum json_cursor_type type; /* CURSOR_END: any */
} members[] = {
    {"UserDetailList", "authorization-details", read_principal_list, CURSOR_ARRAY},
    {"GroupDetailList", "authorization-details", read_principal_list, CURSOR_ARRAY},
    {"RoleDetailList", "authorization-details", read_principal_list, CURSOR_ARRAY},
    {"Policies", "policies", read_policies, CURSOR_ARRAY},
    {"Roles", "list-roles", read_principal_list, CURSOR_ARRAY},
    {"Role", "get-role", read_one_role, CURSOR_OBJECT},
    {"Policy", "describe-policy", read_policy, CURSOR_OBJECT},
    {"Organization", "describe-organization", read_organization, CURSOR_OBJECT},
    {"Accounts", "list-accounts", read_accounts, CURSOR_ARRAY},
    {"Roots", "list-roots", read_roots, CURSOR_ARRAY},
    {"OrganizationalUnits", "list-organizational-units-for-parent", read_units, CURSOR_ARRAY},
    {"Children", "list-children", read_children, CURSOR_ARRAY},
    {"Parents", "list-parents", read_parents, CURSOR_ARRAY},
    {"Targets", "list-targets-for-policy", read_targets, CURSOR_ARRAY},
    {"SAMLProviderList", "list-saml-providers", read_saml_providers, CURSOR_ARRAY},
    {"OpenIDConnectProviderList", "list-open-id-connect-providers", read_oidc_providers, CURSOR_ARRAY},
    {"ClientIDList", "get-open-id-connect-provider", read_client_ids, CURSOR_ARRAY},
    {"Url", NULL, read_provider_url, CURSOR_STRING},
    {"AccountAliases", "list-account-aliases", read_aliases, CURSOR_ARRAY},
    {"configurationItems", NULL, read_config_items, CURSOR_ARRAY},
    {"baseConfigurationItems", NULL, read_config_items, CURSOR_ARRAY},
    {"Results", NULL, read_config_items, CURSOR_ARRAY},
    {"Records", NULL, read_trail_records, CURSOR_ARRAY},
    {"Events", NULL, read_trail_events, CURSOR_ARRAY},
    {"planned_values", NULL, read_planned_values, CURSOR_OBJECT},
    {"values", NULL, read_state_values, CURSOR_OBJECT},
    {"resource_changes", NULL, read_resource_changes, CURSOR_ARRAY},
    {"prior_state", NULL, read_prior_state, CURSOR_OBJECT},
    {"configuration", NULL, read_configuration_of_plan, CURSOR_OBJECT},
    {"Resources", NULL, read_template_resources, CURSOR_OBJECT},
    {"Parameters", NULL, read_template_values, CURSOR_OBJECT},
    {"Mappings", NULL, read_template_values, CURSOR_OBJECT},
    {"AWSTemplateFormatVersion", NULL, read_template_version, CURSOR_STRING},
    {"Transform", NULL, read_template_transform, CURSOR_END},
    {"TemplateBody", NULL, read_template_body, CURSOR_OBJECT},
    {"Content", NULL, read_encoded_report, CURSOR_STRING},
    {"unprocessedResourceKeys", NULL, read_config_left, CURSOR_ARRAY},
};

/* Objects that are known for what they are and not read. A row matches if all its members occur. */
static const struct {
    const char *members[3];
    const char *kind, *why;
} others[] = {
    {{"resourceIdentifiers"}, "aws-config", "AWS Config resource identifiers hold no policies"},
    {{"terraform_version", "serial"},
     "terraform-state",
     "a state file; rolechain reads what `terraform show -json` prints of it"},
    {{"TemplateBody"}, "cloudformation", "the template is a text, probably YAML: convert it to JSON"},
    {{"findings"}, "access-analyzer", "Access Analyzer findings are not read by this version"},
    {{"pmapper_version"}, "pmapper", "only says which PMapper wrote the graph beside it"},
    {{"source", "destination", "short_reason"}, "pmapper", "PMapper's conclusions; rolechain draws its own"},
    {{"digestStartTime", "logFiles"}, "cloudtrail-digest", "holds no events"},
    {{"SummaryMap"}, "get-account-summary", "holds nothing about roles"},
    {{"UserId", "Account", "Arn"}, "get-caller-identity", "holds nothing about roles"},
    {{"DelegatedAdministrators"}, "list-delegated-administrators", "delegated administrators change no verdict"},
    {{"Users"}, "list-users", "users without policies: export them with get-account-authorization-details"},
    {{"User"}, "get-user", "a user without policies: export it with get-account-authorization-details"},
    {{"Groups"}, "list-groups", "groups without policies: export them with get-account-authorization-details"},
    {{"PolicyNames"},
     "list-role-policies",
     "does not say whose policies these are: use get-account-authorization-details"},
    {{"AttachedPolicies"},
     "list-attached-policies",
     "does not say whose policies these are: use get-account-authorization-details"},
    {{"PolicyVersion"},
     "get-policy-version",
     "does not say which policy this is: use get-account-authorization-details"},
    {{"PolicyDocument", "PolicyName"},
     "get-role-policy",
     "one policy of a principal: use get-account-authorization-details"},
    {{"Version", "Statement"}, "policy-document", "a policy document alone does not say whose it is"},
    {{"arn", "path", "name"},
     "iam-collect",
     "a file of an iam-collect store outside of its folder: load the store as it lies"},
};

/* ---- texts that are no JSON */

static bool begins(const char *bytes, size_t length, const char *prefix)
{
    return length >= strlen(prefix) && memcmp(bytes, prefix, strlen(prefix)) == 0;
}

/* As much as tells what a text is. */
#define LONGEST_OPENING 128

static void refuse_text(struct batch *batch, const char *path, const char *at, size_t length)
{
    const char *dot = strrchr(path, '.');
    size_t word = 0;
    while (word < length && word < 64 && (at[word] == '_' || at[word] == '-' || (at[word] >= '0' && at[word] <= 'z')) &&
           at[word] != ':')
        word++;
    bool yaml_name = dot != NULL && (strcmp(dot, ".yaml") == 0 || strcmp(dot, ".yml") == 0);
    if (*at == '<') {
        batch->kind = "xml";
        batch->refusal = "XML or HTML; export again with --output json";
    } else if (yaml_name || begins(at, length, "---") || (word > 0 && word < length && at[word] == ':')) {
        batch->kind = "yaml";
        batch->refusal = "YAML; export again with --output json";
    } else {
        batch->refusal = "not JSON; exports are read as JSON (--output json)";
    }
}

/* ---- documents */

static size_t find_member(const char *name)
{
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
        if (strcmp(members[i].member, name) == 0)
            return i;
    return SIZE_MAX;
}

void export_kind(struct export_reader *reader, const char *kind)
{
    struct batch *batch = reader->batch;
    reader->recognised = batch->looks_like_export = true;
    /* Authorization details hold Policies too. */
    if (batch->kind[0] == '\0' || strcmp(batch->kind, "policies") == 0)
        batch->kind = kind;
    else if (strcmp(kind, "policies") != 0 && strcmp(batch->kind, kind) != 0)
        batch->kind = strcmp(kind, "authorization-details") == 0 ? kind : batch->kind;
}

#define MAXIMUM_OTHER_NAMES 24

static void read_object(struct export_reader *reader);

/* "--parent-id", "ParentId" and "parent_id" are one name. */
static bool same_option(const char *written, const char *name)
{
    for (;; written++) {
        if (*written == '-' || *written == '_')
            continue;
        char lower = *written >= 'A' && *written <= 'Z' ? (char)(*written - 'A' + 'a') : *written;
        if (lower != *name)
            return false;
        if (*name++ == '\0')
            return true;
    }
}

/* What a call was asked about is the id among its options; a filter only narrows the answer. */
static void take_option(struct export_reader *reader, const char *name, const char *value)
{
    static const char *const ids[] = {"parentid", "childid", "policyid", "targetid"};
    bool id = false;
    if (same_option(name, "filter")) {
        reader->filter = value;
        return;
    }
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++)
        id = id || same_option(name, ids[i]);
    if (id || reader->argument[0] == '\0')
        reader->argument = value;
}

static void read_envelope_args(struct export_reader *reader)
{
    bool first = true;
    if (!json_cursor_enter(&reader->cursor, CURSOR_OBJECT))
        return;
    while (json_cursor_next_member(&reader->cursor, &first, &reader->name)) {
        const char *name = export_keep(reader, reader->name.data, reader->name.length), *value = NULL;
        if (json_cursor_peek(&reader->cursor) == CURSOR_STRING)
            value = export_string(reader);
        else
            json_cursor_skip(&reader->cursor);
        if (value != NULL)
            take_option(reader, name, value);
    }
}

/* "organizations list-parents", "ListParents" and "list-parents" are one call. */
static const char *call_name(struct export_reader *reader, const char *written)
{
    struct text name = {0};
    const char *last = written;
    for (const char *at = written; *at != '\0'; at++)
        if ((*at == ' ' || *at == ':' || *at == '.') && at[1] != '\0')
            last = at + 1;
    text_append(&name, "", 0);
    for (const char *at = last; *at != '\0'; at++) {
        bool upper = *at >= 'A' && *at <= 'Z';
        if (upper && name.length > 0)
            text_append_char(&name, '-');
        text_append_char(&name, upper ? (char)(*at - 'A' + 'a') : *at);
    }
    const char *call = export_keep(reader, name.data != NULL ? name.data : "", name.length);
    text_free(&name);
    return call;
}

/* An envelope {"call", "args", "output"}: looks ahead for what was asked, in whatever order its members come. The
 * cursor stands before the value of the member of that name, and does so again afterwards. */
static void read_envelope(struct export_reader *reader, const char *member)
{
    struct json_cursor saved = reader->cursor;
    bool first = false;
    reader->call = reader->argument = reader->filter = "";
    member = export_keep(reader, member, strlen(member));
    do {
        enum json_cursor_type type = json_cursor_peek(&reader->cursor);
        if (strcmp(member, "call") == 0 && type == CURSOR_STRING) {
            const char *call = export_string(reader);
            reader->call = call != NULL ? call_name(reader, call) : "";
        } else if (strcmp(member, "args") == 0 && type == CURSOR_OBJECT) {
            read_envelope_args(reader);
        } else {
            json_cursor_skip(&reader->cursor);
        }
        member = NULL;
        if (json_cursor_next_member(&reader->cursor, &first, &reader->name))
            member = export_keep(reader, reader->name.data, reader->name.length);
    } while (member != NULL && reader->cursor.error == NULL);
    reader->cursor = saved;
}

/* Notes an object that is not read. If the file holds nothing else, it says what the file is. */
static void name_other_kind(struct export_reader *reader, uint32_t line, const char (*names)[64], size_t count)
{
    const char *kind = "", *why = "JSON, but no export that rolechain knows";
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        bool all = true;
        for (size_t j = 0; j < 3 && others[i].members[j] != NULL; j++) {
            bool found = false;
            for (size_t k = 0; k < count; k++)
                found = found || strcmp(names[k], others[i].members[j]) == 0;
            all = all && found;
        }
        if (all) {
            kind = others[i].kind;
            why = others[i].why;
            break;
        }
    }
    if (reader->other_why != NULL)
        return;
    reader->other_kind = kind;
    reader->other_why = why;
    reader->other_line = line;
}

/* Marks what the object gave, from these on, if it says that more follow. The last page may hold policies alone. */
static void end_page(struct export_reader *reader, bool details, struct batch_principal *principals,
                     struct batch_fact *facts)
{
    struct batch *batch = reader->batch;
    batch->truncated = reader->paged;
    for (struct batch_fact *fact = facts; fact != NULL && reader->paged; fact = fact->next)
        fact->more = true;
    for (struct batch_principal *principal = principals; principal != NULL && reader->paged;
         principal = principal->next)
        principal->more = batch->has_more = true;
    if (reader->paged || !details || principals != NULL || !batch->has_more)
        return;
    batch->has_more = false;
    for (struct batch_principal *principal = batch->principals.first; principal != NULL; principal = principal->next)
        principal->more = false;
}

/* Kinds whose members have names that nothing else has. */
static bool is_iam(const char *kind)
{
    return strcmp(kind, "authorization-details") == 0 || strcmp(kind, "policies") == 0 ||
           strcmp(kind, "list-roles") == 0 || strcmp(kind, "get-role") == 0;
}

/* Members of organizations' answers have names that others have too: the file's name tells. */
static bool is_named(const struct export_reader *reader, const char *kind)
{
    return strncmp(reader->call, kind, strlen(kind)) == 0;
}

/* What cloudformation get-template prints. */
static void read_template_body(struct export_reader *reader, const char *member)
{
    (void)member;
    read_object(reader);
}

/* One top-level object. */
static void read_object(struct export_reader *reader)
{
    struct batch *batch = reader->batch;
    struct json_cursor *cursor = &reader->cursor;
    char names[MAXIMUM_OTHER_NAMES][64];
    size_t name_count = 0;
    uint32_t line = cursor->line;
    bool first = true, known = false, details = false, roles = false, policies = false, envelope = false;
    size_t pointer = reader->pointer.length;
    struct batch_principal **principals = batch->principals.end;
    struct batch_fact **facts = batch->facts.end;
    reader->paged = false;
    reader->provider_url = reader->client_ids = NULL;
    if (!json_cursor_enter(cursor, CURSOR_OBJECT))
        return;
    while (json_cursor_next_member(cursor, &first, &reader->name)) {
        const char *name = reader->name.data;
        size_t row = find_member(name);
        export_point_back(reader, pointer);
        export_point(reader, name);
        bool wanted =
            row != SIZE_MAX && (members[row].type == CURSOR_END || json_cursor_peek(cursor) == members[row].type);
        if (wanted && members[row].kind == NULL) {
            reader->recognised = false;
            members[row].read(reader, members[row].member);
            known = known || reader->recognised;
            if (!reader->recognised && name_count < MAXIMUM_OTHER_NAMES)
                snprintf(names[name_count++], sizeof names[0], "%s", members[row].member);
        } else if (wanted) {
            known = true;
            export_kind(reader, members[row].kind);
            details = details || strcmp(members[row].kind, "authorization-details") == 0;
            roles = roles || strcmp(name, "Roles") == 0;
            policies = policies || strcmp(name, "Policies") == 0;
            members[row].read(reader, members[row].member);
        } else if (row != SIZE_MAX && members[row].kind != NULL &&
                   (is_iam(members[row].kind) || is_named(reader, members[row].kind)) &&
                   json_cursor_peek(cursor) != CURSOR_NULL) {
            known = true;
            export_kind(reader, members[row].kind);
            export_problem(reader, "error", "unexpected-type", 0, 0,
                           members[row].type == CURSOR_OBJECT ? "expected an object" : "expected an array");
            json_cursor_skip(cursor);
        } else if (strcmp(name, "call") == 0 || strcmp(name, "args") == 0 || strcmp(name, "output") == 0) {
            bool output = strcmp(name, "output") == 0 && json_cursor_peek(cursor) == CURSOR_OBJECT;
            if (!envelope)
                read_envelope(reader, name);
            envelope = true;
            known = known || output;
            if (output)
                read_object(reader);
            else
                json_cursor_skip(cursor);
        } else if (strcmp(name, "IsTruncated") == 0 && json_cursor_peek(cursor) == CURSOR_TRUE) {
            reader->paged = true;
            json_cursor_skip(cursor);
        } else if (strcmp(name, "NextToken") == 0 && json_cursor_peek(cursor) == CURSOR_STRING) {
            reader->paged = true;
            json_cursor_skip(cursor);
        } else {
            if (name_count < MAXIMUM_OTHER_NAMES)
                snprintf(names[name_count++], sizeof names[0], "%s", name);
            json_cursor_skip(cursor);
        }
    }
    export_point_back(reader, pointer);
    terraform_finish(reader);
    template_finish(reader);
    details = details || (policies && batch->full_details);
    batch->full_details = details || batch->full_details;
    batch->all_roles = batch->all_roles || (roles && !reader->paged);
    if (known && reader->paged && !details && !envelope) {
        export_problem(reader, "warning", "truncated", 0, 0,
                       "more pages follow that are not in this file: what is missing here counts as unknown");
    }
    if (known && !envelope)
        end_page(reader, details, principals != NULL ? *principals : batch->principals.first,
                 facts != NULL ? *facts : batch->facts.first);
    if (!known && cursor->error == NULL)
        name_other_kind(reader, line, (const char(*)[64])names, name_count);
}

enum bare { BARE_NONE, BARE_PRINCIPAL, BARE_POLICY, BARE_PMAPPER_NODE, BARE_PMAPPER_POLICY };

/* Whether the object that the cursor stands before is an entity of a list rather than a page: decided by the first
 * member name that tells. */
static enum bare bare_entity(struct export_reader *reader)
{
    static const char *const entity[] = {
        "RoleName", "UserName", "GroupName", "RoleId", "UserId", "GroupId", "AssumeRolePolicyDocument"};
    struct json_cursor mark;
    enum bare answer = BARE_NONE;
    bool first = true, told = false;
    json_cursor_mark(&reader->cursor, &mark);
    if (json_cursor_enter(&reader->cursor, CURSOR_OBJECT))
        while (!told && json_cursor_next_member(&reader->cursor, &first, &reader->name)) {
            told = find_member(reader->name.data) != SIZE_MAX;
            for (size_t i = 0; i < sizeof entity / sizeof entity[0] && !told; i++)
                told = strcmp(reader->name.data, entity[i]) == 0;
            if (told)
                answer = find_member(reader->name.data) == SIZE_MAX ? BARE_PRINCIPAL : BARE_NONE;
            else if (strcmp(reader->name.data, "PolicyVersionList") == 0)
                told = (answer = BARE_POLICY);
            else if (strcmp(reader->name.data, "attached_policies") == 0)
                told = (answer = BARE_PMAPPER_NODE);
            else if (strcmp(reader->name.data, "policy_doc") == 0)
                told = (answer = BARE_PMAPPER_POLICY);
            else if (strcmp(reader->name.data, "Arn") == 0)
                answer = BARE_PRINCIPAL;
            json_cursor_skip(&reader->cursor);
        }
    json_cursor_return(&reader->cursor, &mark);
    return answer;
}

static void read_bare(struct export_reader *reader, enum bare bare)
{
    static const struct {
        const char *kind; /* NULL: the reader names it */
        void (*read)(struct export_reader *reader);
    } readers[] = {
        [BARE_PRINCIPAL] = {"list-of-principals", read_bare_principal},
        [BARE_POLICY] = {"list-of-policies", read_bare_policy},
        [BARE_PMAPPER_NODE] = {NULL, read_pmapper_node},
        [BARE_PMAPPER_POLICY] = {NULL, read_pmapper_policy},
    };
    if (readers[bare].kind != NULL)
        export_kind(reader, readers[bare].kind);
    readers[bare].read(reader);
}

static void read_array(struct export_reader *reader)
{
    struct json_cursor *cursor = &reader->cursor;
    struct export_list list;
    if (!export_list_enter(reader, &list))
        return;
    while (export_list_next(reader, &list)) {
        if (json_cursor_peek(cursor) == CURSOR_ARRAY) {
            /* --query 'RoleDetailList[].[…]' or lists of lists: entities may stand one level deeper. */
            read_array(reader);
        } else if (json_cursor_peek(cursor) != CURSOR_OBJECT) {
            if (strncmp(reader->batch->kind, "list-of-", 8) == 0)
                export_problem(reader, "error", "unexpected-type", 0, 0, "expected an object");
            json_cursor_skip(cursor);
        } else {
            enum bare bare = bare_entity(reader);
            if (bare == BARE_NONE)
                read_object(reader);
            else
                read_bare(reader, bare);
        }
    }
    if (reader->batch->kind[0] == '\0' && reader->other_why == NULL && reader->cursor.error == NULL) {
        reader->other_kind = "";
        reader->other_why = list.index == 0 ? "an empty JSON array" : "JSON, but no export that rolechain knows";
    }
}

static void place_by_name(struct export_reader *reader, const char *path)
{
    const char *base = strrchr(path, '/');
    base = base != NULL ? base + 1 : path;
    size_t call = strspn(base, "abcdefghijklmnopqrstuvwxyz-");
    if (base[call] != '.' || call == 0)
        return;
    reader->call = export_keep(reader, base, call);
    const char *part = base + call + 1;
    for (size_t length; part[length = strcspn(part, ".")] == '.'; part += length + 1) {
        const char *text = export_keep(reader, part, length);
        size_t suffix = strlen("_CONTROL_POLICY");
        bool filter = length > suffix && strcmp(text + length - suffix, "_CONTROL_POLICY") == 0;
        take_option(reader, filter ? "filter" : "", text);
    }
}

/* A file named after a call that is read. */
static bool is_named_after_call(const char *call)
{
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
        if (members[i].kind != NULL && strcmp(members[i].kind, call) == 0)
            return true;
    return false;
}

static void read_documents(struct export_reader *reader, const char *path)
{
    struct json_cursor *cursor = &reader->cursor;
    const char *call = reader->call, *argument = reader->argument, *filter = reader->filter;
    while (cursor->error == NULL) {
        enum json_cursor_type type = json_cursor_peek(cursor);
        if (type == CURSOR_END)
            break;
        reader->call = call;
        reader->argument = argument;
        reader->filter = filter;
        export_point_back(reader, 0);
        if (type == CURSOR_OBJECT)
            read_object(reader);
        else if (type == CURSOR_ARRAY)
            read_array(reader);
        else {
            refuse_text(reader->batch, path, cursor->at, json_cursor_ahead(cursor, LONGEST_OPENING));
            return;
        }
    }
    struct text text = {0};
    if (cursor->error != NULL || reader->other_why == NULL)
        return;
    if (reader->batch->kind[0] == '\0') {
        reader->batch->kind = reader->other_kind;
        reader->batch->refusal = reader->batch->refusal != NULL ? reader->batch->refusal : reader->other_why;
        if (reader->other_kind[0] == '\0' && is_named_after_call(call)) {
            reader->batch->looks_like_export = true;
            reader->batch->refusal = "named after a call whose answer it does not hold";
        }
        return;
    }
    reader->pointer.length = 0;
    text_format(&text, "a document in the file is not used: %s", reader->other_why);
    export_problem(reader, "warning", "not-used", reader->other_line, 1, text.data != NULL ? text.data : "");
    text_free(&text);
}

static void refuse_broken(struct export_reader *reader)
{
    const struct json_cursor *cursor = &reader->cursor;
    struct text text = {0};
    text_format(&text, "broken JSON at line %u, column %u: %s", cursor->error_line, cursor->error_column,
                cursor->error);
    reader->pointer.length = 0;
    export_problem(reader, "error", "invalid-json", cursor->error_line, cursor->error_column, cursor->error);
    reader->batch->refusal = export_keep(reader, text.data != NULL ? text.data : "", text.length);
    text_free(&text);
}

void export_read(struct batch *batch, struct document_table *documents, const char *path, const char *account,
                 struct json_window *window)
{
    struct export_reader reader = {
        .batch = batch, .documents = documents, .account = account, .call = "", .argument = "", .filter = ""};
    struct json_cursor *cursor = &reader.cursor;
    batch->kind = "";
    text_append(&reader.pointer, "", 0);
    json_cursor_open_window(cursor, window);
    json_cursor_pass_space(cursor);
    size_t ahead = json_cursor_ahead(cursor, LONGEST_OPENING);
    if (ahead == 0) {
        batch->refusal = "empty";
    } else if (begins(cursor->at, ahead, "user,arn,user_creation_time")) {
        read_credential_report(&reader);
    } else if (*cursor->at != '{' && *cursor->at != '[') {
        refuse_text(batch, path, cursor->at, ahead);
    } else {
        if (!read_collected(&reader, path)) {
            place_by_name(&reader, path);
            read_documents(&reader, path);
        }
        if (cursor->error != NULL)
            refuse_broken(&reader);
    }
    batch->failed = batch->failed || window->failed;
    trail_end(&reader);
    terraform_end(&reader);
    template_end(&reader);
    text_free(&reader.pointer);
    text_free(&reader.scratch);
    text_free(&reader.held.text);
    text_free(&reader.held.lines);
    text_free(&reader.name);
}
