/*
 * Identity providers and account aliases: iam list-saml-providers, list-open-id-connect-providers,
 * list-account-aliases.
 */
#include "ingest/arn.h"
#include "ingest/export.h"
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
