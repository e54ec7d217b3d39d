#include "graph/model/listed_providers.h"

#include "ingest/store/query.h"
#include <stdio.h>
#include <string.h>

static const char known[] = "SELECT arn FROM identity_provider UNION ALL SELECT 'saml ' || argument FROM listing WHERE "
                            "call = 'list-saml-providers' UNION ALL SELECT 'oidc ' || argument FROM listing WHERE call "
                            "= 'list-open-id-connect-providers'";

static void read_known(struct listed_providers *providers, struct store *store)
{
    struct query *rows = query_open(store, known);
    while (query_next(rows))
        intern_string(&providers->known, query_text(rows, 0));
    query_close(rows);
    providers->read = true;
}

static bool is_known(const struct listed_providers *providers, const char *text)
{
    return intern_find(&providers->known, text, strlen(text)) != INTERN_NONE;
}

enum fact listed_provider(struct listed_providers *providers, struct store *store, enum principal_form form,
                          const char *account, const char *arn)
{
    char list[64];
    if (!providers->read)
        read_known(providers, store);
    snprintf(list, sizeof list, "%s %s", form == PRINCIPAL_SAML ? "saml" : "oidc", account);
    return is_known(providers, arn) ? FACT_YES : is_known(providers, list) ? FACT_NO : FACT_UNKNOWN;
}

void listed_providers_free(struct listed_providers *providers)
{
    intern_free(&providers->known);
    *providers = (struct listed_providers){0};
}
