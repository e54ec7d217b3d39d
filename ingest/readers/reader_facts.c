/*
 * The part of reader.h for adding principals, policies and facts.
 */
#include "ingest/policy/arn.h"
#include "ingest/readers/reader.h"

#include <string.h>

void export_append_policy(struct batch_policy **list, struct batch_policy *policy)
{
    while (*list != NULL)
        list = &(*list)->next;
    *list = policy;
}

struct batch_principal *export_principal(struct export_reader *reader, enum batch_standing standing)
{
    struct batch_principal *principal = export_allocate(reader, sizeof *principal);
    *principal = (struct batch_principal){.standing = standing,
                                          .unique_id = "",
                                          .created = "",
                                          .max_session_duration = -1,
                                          .trust = {.layout = ""},
                                          .line = reader->cursor.line};
    return principal;
}

void export_add_inline(struct export_reader *reader, struct batch_principal *principal, const char *name,
                       const struct batch_document *document)
{
    struct batch_policy *policy = export_allocate(reader, sizeof *policy);
    policy->name = name != NULL ? name : "";
    if (document != NULL)
        policy->document = *document;
    export_append_policy(&principal->inline_policies, policy);
}

void export_add_managed(struct export_reader *reader, struct batch_principal *principal, const char *arn,
                        const char *provided)
{
    struct batch_policy *policy = export_allocate(reader, sizeof *policy);
    const char *slash = strrchr(arn, '/');
    policy->name = slash != NULL ? slash + 1 : arn;
    policy->arn = arn;
    policy->provided = provided;
    export_append_policy(&principal->managed_policies, policy);
}

void export_add_pair(struct export_reader *reader, struct batch_pair **list, const char *key, const char *value)
{
    struct batch_pair *pair = export_allocate(reader, sizeof *pair);
    pair->key = key;
    pair->value = value;
    while (*list != NULL)
        list = &(*list)->next;
    *list = pair;
}

bool export_add_group(struct export_reader *reader, struct batch_principal *principal, const char *arn)
{
    struct arn parts;
    if (arn == NULL || !arn_parse(arn, strlen(arn), &parts) || parts.kind != ARN_GROUP)
        return false;
    export_add_pair(reader, &principal->groups, export_keep(reader, parts.name.at, parts.name.length), NULL);
    return true;
}

bool export_tags(struct export_reader *reader, struct batch_pair **tags)
{
    struct json_cursor *cursor = &reader->cursor;
    bool first = true, known = true;
    json_cursor_enter(cursor, CURSOR_OBJECT);
    while (json_cursor_next_member(cursor, &first, &reader->name)) {
        const char *key = export_keep(reader, reader->name.data, reader->name.length), *value = export_string(reader);
        if (value != NULL)
            export_add_pair(reader, tags, key, value);
        else
            known = false;
    }
    return known;
}

struct batch_managed_policy *export_policy(struct export_reader *reader, const char *arn, const char *name,
                                           enum batch_standing standing, const struct batch_document *document)
{
    struct arn parts;
    if (arn == NULL || !arn_parse(arn, strlen(arn), &parts) || parts.kind != ARN_POLICY)
        return NULL;
    struct batch_managed_policy *policy = export_allocate(reader, sizeof *policy);
    policy->arn = arn;
    policy->standing = standing;
    policy->account = arn_is_account_id(parts.account.at, parts.account.length)
                          ? export_keep(reader, parts.account.at, parts.account.length)
                          : NULL;
    policy->name = name != NULL ? name : export_keep(reader, parts.name.at, parts.name.length);
    policy->version = "";
    policy->document = *document;
    if (policy->document.layout == NULL)
        policy->document.layout = "";
    BATCH_APPEND(reader->batch->managed_policies, policy);
    return policy;
}

struct batch_fact *export_fact(struct export_reader *reader, enum batch_fact_type type, const char *a, const char *b,
                               const char *c, const char *d)
{
    struct batch_fact *fact = export_allocate(reader, sizeof *fact);
    fact->type = type;
    fact->texts[0] = a;
    fact->texts[1] = b;
    fact->texts[2] = c;
    fact->texts[3] = d;
    BATCH_APPEND(reader->batch->facts, fact);
    return fact;
}

struct batch_fact *export_organization_policy(struct export_reader *reader, const char *id, const char *type,
                                              const char *name, bool aws_managed)
{
    struct batch_fact *fact = export_fact(reader, FACT_ORG_POLICY, id, type, name, NULL);
    fact->aws_managed = aws_managed;
    return fact;
}

void export_workload(struct export_reader *reader, enum batch_workload_type type,
                     const char *const texts[BATCH_WORKLOAD_TEXTS])
{
    struct batch_workload *row = export_allocate(reader, sizeof *row);
    row->type = type;
    memcpy(row->texts, texts, sizeof row->texts);
    BATCH_APPEND(reader->batch->workloads, row);
}

const char *export_scope(struct export_reader *reader)
{
    struct text text = {0};
    if (reader->named_account == NULL || reader->region == NULL)
        return NULL;
    text_format(&text, "%s %s", reader->named_account, reader->region);
    return export_keep_text(reader, &text);
}

const char *export_resource(struct export_reader *reader, const char *service, const char *before, const char *name)
{
    struct text text = {0};
    const char *region = reader->region;
    if (reader->named_account == NULL || region == NULL)
        return NULL;
    text_format(&text, "arn:%s:%s:%s:%s:%s%s",
                strncmp(region, "cn-", 3) == 0       ? "aws-cn"
                : strncmp(region, "us-gov-", 7) == 0 ? "aws-us-gov"
                                                     : "aws",
                service, region, reader->named_account, before, name);
    return export_keep_text(reader, &text);
}

bool export_may_be_of(const struct export_reader *reader, const char *service)
{
    return reader->service[0] == '\0' || strcmp(reader->service, service) == 0;
}

void export_listing(struct export_reader *reader, const char *call, const char *argument, bool lost)
{
    export_fact(reader, FACT_LISTING, call, argument, NULL, NULL)->more = lost;
}

const char *export_organization_of(struct export_reader *reader, const char *text)
{
    struct arn arn;
    if (text == NULL || !arn_parse(text, strlen(text), &arn) || !span_equals(arn.service, "organizations"))
        return NULL;
    const char *slash = memchr(arn.resource.at, '/', arn.resource.length);
    if (slash == NULL || strncmp(slash + 1, "o-", 2) != 0)
        return NULL;
    size_t length = strcspn(slash + 1, "/");
    export_fact(reader, FACT_ORGANIZATION, export_keep(reader, slash + 1, length),
                export_keep(reader, arn.account.at, arn.account.length), NULL,
                export_keep(reader, arn.partition.at, arn.partition.length));
    return export_keep(reader, slash + 1, length);
}

void export_oidc_provider(struct export_reader *reader, const char *text, const char *url, const char *client_ids)
{
    static const char scheme[] = "https://";
    struct arn arn;
    if (text != NULL && arn_parse(text, strlen(text), &arn) && arn.kind == ARN_OIDC_PROVIDER)
        export_fact(reader, FACT_PROVIDER, text, export_keep(reader, arn.account.at, arn.account.length), "oidc",
                    client_ids);
    else if (url != NULL)
        export_fact(reader, FACT_PROVIDER, url + (strncmp(url, scheme, strlen(scheme)) == 0 ? strlen(scheme) : 0), NULL,
                    "oidc", client_ids);
}

const char *export_settle(struct export_reader *reader, struct batch_principal *principal)
{
    struct arn arn;
    if (principal->arn == NULL)
        return "no Arn; skipped";
    if (!arn_parse(principal->arn, strlen(principal->arn), &arn) ||
        !arn_is_account_id(arn.account.at, arn.account.length))
        return "Arn does not name a user, group or role; skipped";
    enum arn_kind kinds[] = {[BATCH_USER] = ARN_USER, [BATCH_ROLE] = ARN_ROLE, [BATCH_GROUP] = ARN_GROUP};
    bool found = false;
    for (int i = 0; i < 3; i++)
        if (arn.kind == kinds[i]) {
            principal->kind = (enum batch_principal_kind)i;
            found = true;
        }
    if (!found)
        return "not a user, group or role; skipped";
    principal->account = export_keep(reader, arn.account.at, arn.account.length);
    principal->partition = export_keep(reader, arn.partition.at, arn.partition.length);
    principal->name = export_keep(reader, arn.name.at, arn.name.length);
    principal->path = export_keep(reader, arn.path.at, arn.path.length);
    return NULL;
}
