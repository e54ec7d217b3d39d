#include "analyzer/analysis/listed_providers.h"

#include <stdio.h>
#include <string.h>

static const char known[] = "SELECT arn FROM identity_provider UNION ALL SELECT 'saml ' || argument FROM listing WHERE "
                            "call = 'list-saml-providers' UNION ALL SELECT 'oidc ' || argument FROM listing WHERE call "
                            "= 'list-open-id-connect-providers'";

static void read_known(struct listed_providers *providers, sqlite3 *database)
{
    sqlite3_stmt *rows = NULL;
    providers->read = true;
    int status = sqlite3_prepare_v2(database, known, -1, &rows, NULL);
    while (status == SQLITE_OK && (status = sqlite3_step(rows)) == SQLITE_ROW) {
        const char *text = (const char *)sqlite3_column_text(rows, 0);
        bool kept = text != NULL && intern_add(&providers->known, text, strlen(text)) != INTERN_NONE;
        status = kept ? SQLITE_OK : SQLITE_NOMEM;
    }
    providers->failed = status != SQLITE_DONE;
    sqlite3_finalize(rows);
}

static bool is_known(const struct listed_providers *providers, const char *text)
{
    return intern_find(&providers->known, text, strlen(text)) != INTERN_NONE;
}

enum fact listed_provider(struct listed_providers *providers, sqlite3 *database, enum principal_form form,
                          const char *account, const char *arn)
{
    char list[64];
    if (!providers->read)
        read_known(providers, database);
    snprintf(list, sizeof list, "%s %s", form == PRINCIPAL_SAML ? "saml" : "oidc", account);
    return is_known(providers, arn) ? FACT_YES : is_known(providers, list) ? FACT_NO : FACT_UNKNOWN;
}

void listed_providers_free(struct listed_providers *providers)
{
    intern_free(&providers->known);
    *providers = (struct listed_providers){0};
}
