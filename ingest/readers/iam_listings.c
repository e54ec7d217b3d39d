/*
 * Identity providers and account aliases: iam list-saml-providers, list-open-id-connect-providers,
 * get-open-id-connect-provider, list-account-aliases.
 */
#include "ingest/export.h"
#include "ingest/policy/arn.h"
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static void read_providers(struct export_reader *reader, const char *kind, const char *call)
{
    static const char *const names[] = {"Arn"};
    const char *text, *account = NULL;
    struct export_list list;
    if (!export_list_enter(reader, &list))
        return;
    while (export_list_next(reader, &list)) {
        struct arn arn;
        export_strings(reader, names, &text, 1);
        if (text == NULL || !arn_parse(text, strlen(text), &arn)) {
            export_list_lose(reader, &list, "an identity provider without Arn");
            continue;
        }
        account = export_keep(reader, arn.account.at, arn.account.length);
        export_fact(reader, FACT_PROVIDER, text, account, kind, NULL);
    }
    /* An empty list does not name its account; the folder accounts/ID does. */
    struct batch_fact *listing = export_fact(reader, FACT_LISTING, call, account, NULL, NULL);
    if (listing != NULL)
        listing->more = list.lost;
}

void read_saml_providers(struct export_reader *reader, const char *member)
{
    (void)member;
    read_providers(reader, "saml", "list-saml-providers");
}

void read_oidc_providers(struct export_reader *reader, const char *member)
{
    (void)member;
    read_providers(reader, "oidc", "list-open-id-connect-providers");
}

const char *export_text_array(struct export_reader *reader)
{
    struct export_list list;
    json_t *texts = json_array();
    bool good = texts != NULL && export_list_enter(reader, &list);
    while (good && export_list_next(reader, &list)) {
        const char *text = export_string(reader);
        list.lost = list.lost || text == NULL || json_array_append_new(texts, json_string(text)) != 0;
    }
    char *json = good && !list.lost ? json_dumps(texts, JSON_COMPACT) : NULL;
    const char *kept = json != NULL ? export_keep(reader, json, strlen(json)) : NULL;
    free(json);
    json_decref(texts);
    return kept;
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

/* get-open-id-connect-provider: the answer does not say whose it is; the options of the call may, or the folder. */
static void end_provider(struct export_reader *reader)
{
    if (reader->provider_url != NULL && reader->client_ids != NULL)
        export_oidc_provider(reader, reader->argument, reader->provider_url, reader->client_ids);
}

void read_client_ids(struct export_reader *reader, const char *member)
{
    (void)member;
    reader->client_ids = export_text_array(reader);
    end_provider(reader);
}

void read_provider_url(struct export_reader *reader, const char *member)
{
    (void)member;
    reader->provider_url = export_string(reader);
    end_provider(reader);
}

void read_aliases(struct export_reader *reader, const char *member)
{
    bool first = true;
    (void)member;
    if (!json_cursor_enter(&reader->cursor, CURSOR_ARRAY))
        return;
    while (json_cursor_next_element(&reader->cursor, &first)) {
        const char *alias = export_string(reader);
        /* The answer does not name the account; the folder accounts/ID does. The writer fills it in. */
        if (alias != NULL)
            export_fact(reader, FACT_ALIAS, NULL, alias, NULL, NULL);
    }
}
