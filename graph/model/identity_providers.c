#include "graph/model/identity_providers.h"

#include "ingest/store/query.h"

void identity_providers_saml(struct store *store, const char *account, void (*each)(const char *arn, void *context),
                             void *context)
{
    struct query *query =
        query_open(store, "SELECT arn FROM identity_provider WHERE account = ? AND kind = 'saml' ORDER BY arn");
    query_bind_text(query, 1, account);
    while (query_next(query))
        each(query_text(query, 0), context);
    query_close(query);
}
