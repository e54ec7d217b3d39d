#include "graph/model/lookup.h"

#include "graph/model/people.h"
#include "graph/model/workloads.h"
#include "ingest/policy/arn.h"
#include "ingest/store/query.h"
#include "ingest/support/array.h"
#include <stdlib.h>
#include <string.h>

static const char *keep(const struct lookup *lookup, struct query *row, int column)
{
    const char *text = query_text(row, column);
    return text != NULL ? arena_copy_text(lookup->arena, text, strlen(text)) : "";
}

/* Moves a grown list into the arena. */
static void *settle(const struct lookup *lookup, void *list, size_t count, size_t size)
{
    void *copy = arena_allocate_array(lookup->arena, count, size);
    if (count > 0)
        memcpy(copy, list, count * size);
    free(list);
    return copy;
}

/* ---- principals */

static struct lookup_principal *principals_of_store(const struct lookup *lookup, const char *name, size_t *count)
{
    struct lookup_principal *list = NULL;
    size_t room = 0;
    struct query *rows =
        query_open(lookup->store, "SELECT p.arn, p.name, p.path, a.id, a.alias, a.name, p.kind = 'role' FROM "
                                  "principal p JOIN account a ON a.id = p.account WHERE p.name = ? AND "
                                  "p.kind <> 'group' ORDER BY a.id, p.arn");
    query_bind_text(rows, 1, name);
    while (query_next(rows))
        ARRAY_ADD(list, *count, room,
                  (struct lookup_principal){keep(lookup, rows, 0), keep(lookup, rows, 1), keep(lookup, rows, 2),
                                            keep(lookup, rows, 3), keep(lookup, rows, 4), keep(lookup, rows, 5),
                                            query_integer(rows, 6) != 0});
    query_close(rows);
    return list;
}

static struct lookup_principal *principals_of_model(const struct model *model, const char *name, size_t *count)
{
    struct lookup_principal *list = NULL;
    size_t room = 0;
    for (uint32_t i = 0; i < model->principal_count; i++) {
        const struct model_principal *principal = &model->principals[i];
        const struct model_account *account = &model->accounts[principal->account];
        if (strcmp(principal->name, name) == 0)
            ARRAY_ADD(list, *count, room,
                      (struct lookup_principal){principal->arn, principal->name, principal->path, account->id,
                                                account->alias, account->name, principal->is_role});
    }
    return list;
}

size_t lookup_principals(const struct lookup *lookup, const char *name, struct lookup_principal **list)
{
    size_t count = 0;
    struct lookup_principal *found = lookup->model != NULL ? principals_of_model(lookup->model, name, &count)
                                                           : principals_of_store(lookup, name, &count);
    *list = settle(lookup, found, count, sizeof *found);
    return count;
}

/* ---- accounts */

const char *lookup_account(const struct lookup *lookup, const char *name)
{
    const struct model *model = lookup->model;
    if (name[0] == '\0')
        return NULL;
    if (model != NULL) {
        for (uint32_t i = 0; i < model->account_count; i++)
            if (model_account_is_called(&model->accounts[i], name))
                return model->accounts[i].id;
        return NULL;
    }
    struct query *row =
        query_open(lookup->store, "SELECT id FROM account WHERE ? IN (alias, name) ORDER BY id LIMIT 1");
    query_bind_text(row, 1, name);
    const char *id = query_next(row) ? keep(lookup, row, 0) : NULL;
    query_close(row);
    return id;
}

/* ---- providers */

static bool is_provider_called(const char *arn, const char *name)
{
    struct arn parsed;
    return arn_parse(arn, strlen(arn), &parsed) && span_equals(parsed.name, name);
}

static const char **providers_of_store(const struct lookup *lookup, const char *name, size_t *count)
{
    const char **list = NULL;
    size_t room = 0;
    struct query *rows = query_open(lookup->store, "SELECT caller FROM outside_party WHERE kind IN ('saml-provider', "
                                                   "'web-identity') AND substr(caller, -length(?1)) = ?1");
    query_bind_text(rows, 1, name);
    while (query_next(rows)) {
        const char *arn = keep(lookup, rows, 0);
        if (is_provider_called(arn, name))
            ARRAY_ADD(list, *count, room, arn);
    }
    query_close(rows);
    return list;
}

static const char **providers_of_model(const struct model *model, const char *name, size_t *count)
{
    const char **list = NULL;
    size_t room = 0;
    for (uint32_t i = 0; i < model->statement_count; i++)
        for (uint32_t j = 0; j < model->statements[i].principal_count; j++) {
            const struct statement_principal *principal = &model->statements[i].principals[j];
            bool called = (principal->form == PRINCIPAL_SAML || principal->form == PRINCIPAL_WEB_IDENTITY) &&
                          principal->name != NULL && strcmp(principal->name, name) == 0;
            for (size_t k = 0; called && k < *count; k++)
                called = principal->value != list[k];
            if (called)
                ARRAY_ADD(list, *count, room, principal->value);
        }
    return list;
}

size_t lookup_providers(const struct lookup *lookup, const char *name, const char ***list)
{
    size_t count = 0;
    const char **found = lookup->model != NULL ? providers_of_model(lookup->model, name, &count)
                                               : providers_of_store(lookup, name, &count);
    *list = settle(lookup, found, count, sizeof *found);
    return count;
}

size_t lookup_people(const struct lookup *lookup, const char *name, const char ***list)
{
    const char **found = NULL;
    size_t count = 0, room = 0;
    /* People who are not listed may still have assignments. */
    struct query *rows = query_open(
        lookup->store,
        "SELECT CASE WHEN p.name IS NOT NULL AND (SELECT count(*) FROM person o WHERE o.name = p.name) = 1 THEN p.name "
        "ELSE p.id END FROM person p WHERE p.name = ?1 OR p.id = ?1 UNION SELECT ?1 WHERE NOT EXISTS (SELECT 1 FROM "
        "person WHERE id = ?1) AND NOT EXISTS (SELECT 1 FROM listing WHERE call = 'identitystore-list-users') AND "
        "(EXISTS (SELECT 1 FROM account_assignment WHERE principal = ?1 AND kind = 'USER') OR EXISTS (SELECT 1 FROM "
        "person_membership WHERE person = ?1) OR EXISTS (SELECT 1 FROM entitlement WHERE principal = ?1 AND kind = "
        "'USER'))");
    query_bind_text(rows, 1, name);
    while (query_next(rows)) {
        struct text text = {0};
        text_format(&text, PERSON_PREFIX "%s", query_text(rows, 0));
        ARRAY_ADD(found, count, room, arena_copy_text(lookup->arena, text.data, text.length));
        text_free(&text);
    }
    query_close(rows);
    *list = settle(lookup, found, count, sizeof *found);
    return count;
}

size_t lookup_workloads(const struct lookup *lookup, const char *name, const char ***list)
{
    const char **found = NULL;
    size_t count = 0, room = 0;
    struct query *rows = query_open(
        lookup->store,
        "SELECT '" POD_PREFIX "' || c.arn || ':' || p.namespace || '/' || p.name FROM (SELECT cluster, namespace, name "
        "FROM service_account UNION SELECT cluster, namespace, service_account FROM pod_association) p JOIN cluster c "
        "ON c.arn = p.cluster WHERE ?1 IN ('" POD_PREFIX "' || c.arn || ':' || p.namespace || '/' || p.name, "
        "c.name || ':' || p.namespace || '/' || p.name, p.namespace || '/' || p.name) UNION SELECT iif(call = "
        "'rolesanywhere-list-trust-anchors', '" CERTIFICATE_PREFIX "', '') || arn FROM workload "
        "WHERE ?1 IN (arn, '" CERTIFICATE_PREFIX
        "' || arn) OR (substr(arn, -length(?1)) = ?1 AND substr(arn, -length(?1) - 1, 1) IN ('/', ':')) UNION "
        "SELECT '" POD_PREFIX "' || cluster || ':" ANY_POD "' || name FROM node_group WHERE ?1 IN ('" POD_PREFIX
        "' || cluster || ':" ANY_POD "' || name, '" ANY_POD "' || name) ORDER BY 1");
    query_bind_text(rows, 1, name);
    while (query_next(rows)) {
        const char *text = query_text(rows, 0);
        ARRAY_ADD(found, count, room, arena_copy_text(lookup->arena, text, strlen(text)));
    }
    query_close(rows);
    if (identity_pools_have(lookup->store, name))
        ARRAY_ADD(found, count, room, arena_copy_text(lookup->arena, name, strlen(name)));
    *list = settle(lookup, found, count, sizeof *found);
    return count;
}
