/*
 * Identity providers and account aliases: iam list-saml-providers, list-open-id-connect-providers,
 * get-open-id-connect-provider, list-account-aliases.
 */
#include "ingest/policy/arn.h"
#include "ingest/readers/reader.h"
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
            export_list_lose(reader, &list, "an identity provider has no Arn");
            continue;
        }
        account = export_keep(reader, arn.account.at, arn.account.length);
        export_fact(reader, FACT_PROVIDER, text, account, kind, NULL);
    }
    /* An empty list does not name its account; the folder accounts/ID does. */
    export_listing(reader, call, account, list.lost);
}

static void read_saml_providers(struct export_reader *reader, const char *member)
{
    (void)member;
    read_providers(reader, "saml", "list-saml-providers");
}

static void read_oidc_providers(struct export_reader *reader, const char *member)
{
    (void)member;
    read_providers(reader, "oidc", "list-open-id-connect-providers");
}

/* get-open-id-connect-provider: the answer does not contain the provider's ARN; the options of the call, or the folder,
 * may. */
struct provider {
    const char *url, *client_ids; /* seen so far; NULL: not yet */
};

static void read_client_ids(struct export_reader *reader, const char *member)
{
    struct provider *provider = reader->state;
    (void)member;
    provider->client_ids = export_text_array(reader);
}

static void read_provider_url(struct export_reader *reader, const char *member)
{
    struct provider *provider = reader->state;
    (void)member;
    provider->url = export_string(reader);
}

static void finish_provider(struct export_reader *reader)
{
    const struct provider *provider = reader->state;
    if (provider->url != NULL && provider->client_ids != NULL)
        export_oidc_provider(reader, reader->argument, provider->url, provider->client_ids);
}

static void read_aliases(struct export_reader *reader, const char *member)
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

/* clang-format off */
const struct export_kind iam_listings_kinds[] = {
    {.name = "list-saml-providers",
     .members = (const struct export_member[]){{"SAMLProviderList", CURSOR_ARRAY, read_saml_providers, false}, {0}}},
    {.name = "list-open-id-connect-providers",
     .members = (const struct export_member[]){{"OpenIDConnectProviderList", CURSOR_ARRAY, read_oidc_providers, false},
                                               {0}}},
    {.name = "get-open-id-connect-provider",
     .members = (const struct export_member[]){{"ClientIDList", CURSOR_ARRAY, read_client_ids, false},
                                               {"Url", CURSOR_STRING, read_provider_url, true},
                                               {0}},
     .state_size = sizeof(struct provider),
     .finish = finish_provider},
    {.name = "list-account-aliases",
     .members = (const struct export_member[]){{"AccountAliases", CURSOR_ARRAY, read_aliases, false}, {0}}},
    {0},
};
/* clang-format on */
