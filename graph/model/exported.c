#include "graph/model/exported.h"

#include "ingest/policy/policy_json.h"
#include "ingest/store/query.h"
#include "ingest/support/json_build.h"
#include "ingest/support/memory.h"
#include <string.h>

/* The JSON text in the row's first column, if there is a row; resets the query. */
static json_t *read_json(struct query *query, size_t flags)
{
    const char *text = query_next(query) ? query_text(query, 0) : NULL;
    json_t *value = text != NULL ? policy_json_load(text, strlen(text), flags) : NULL;
    query_reset(query);
    return value;
}

json_t *exported_document(struct exported *exported, struct store *store, int64_t document)
{
    struct exported_recent *recent = &exported->recent[(uint64_t)document % EXPORTED_RECENT];
    if (recent->value == NULL || recent->document != document) {
        if (exported->documents == NULL)
            exported->documents = query_open(store, "SELECT text FROM document WHERE id = ?");
        query_bind_integer(exported->documents, 1, document);
        json_decref(recent->value);
        *recent = (struct exported_recent){document, read_json(exported->documents, JSON_REJECT_DUPLICATES)};
    }
    return json_like(recent->value);
}

json_t *exported_statement(struct exported *exported, struct store *store, int64_t document, uint32_t position)
{
    if (exported->statements == NULL)
        exported->statements = query_open(store, "SELECT body FROM statement WHERE document = ? AND position = ?");
    query_bind_integer(exported->statements, 1, document);
    query_bind_integer(exported->statements, 2, position);
    return read_json(exported->statements, 0);
}

void exported_close(struct exported *exported)
{
    for (uint32_t i = 0; i < EXPORTED_RECENT; i++)
        json_decref(exported->recent[i].value);
    query_close(exported->documents);
    query_close(exported->statements);
    *exported = (struct exported){0};
}

json_t *exported_client_ids(struct store *store, const char *provider)
{
    struct query *query = query_open(store, "SELECT client_ids FROM identity_provider WHERE arn = ?");
    query_bind_text(query, 1, provider);
    json_t *list = read_json(query, 0);
    query_close(query);
    return list;
}

char *exported_first_file(struct store *store)
{
    struct query *query = query_open(store, "SELECT min(path) FROM source");
    const char *path = query_next(query) ? query_text(query, 0) : NULL;
    char *copy = memory_text(path != NULL ? path : "");
    query_close(query);
    return copy;
}
