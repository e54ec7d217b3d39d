/* Accounts and the tree of the organization. */
#include "graph/model/model_inside.h"
#include "ingest/support/order.h"

#include <stdlib.h>
#include <string.h>

static int compare_accounts(const void *a, const void *b)
{
    return strcmp(((const struct model_account *)a)->id, ((const struct model_account *)b)->id);
}

/* The state while accounts are collected. */
struct gathering {
    struct model_loading *loading;
    struct intern known; /* ids of the accounts so far */
    uint32_t room;
    struct query *one; /* the row of one account, if not all are read */
};

static void add_account(struct gathering *gathering, struct model_account account)
{
    struct model_loading *loading = gathering->loading;
    struct model *model = loading->model;
    uint32_t count = gathering->known.count;
    if (intern_add(&gathering->known, account.id, strlen(account.id)) == count)
        ARRAY_ADD(model->accounts, model->account_count, gathering->room, account);
}

static int compare_node_id(const void *id, const void *node)
{
    return strcmp(id, ((const struct model_node *)node)->id);
}

/* They are sorted. */
static uint32_t find_node(const struct model *model, const char *id)
{
    size_t at = order_lower_bound(id, model->nodes, model->node_count, sizeof *model->nodes, compare_node_id);
    return at < model->node_count && strcmp(model->nodes[at].id, id) == 0 ? (uint32_t)at : MODEL_NONE;
}

static void load_nodes(struct model_loading *loading)
{
    struct model *model = loading->model;
    struct query *rows = query_open(loading->store, "SELECT id, name, kind = 'root', parent FROM org_node ORDER BY id");
    uint32_t room = 0, parent_count = 0, parent_room = 0;
    const char **parents = NULL;
    while (query_next(rows)) {
        ARRAY_ADD(parents, parent_count, parent_room, loading_text(loading, rows, 3));
        ARRAY_ADD(model->nodes, model->node_count, room,
                  (struct model_node){loading_text(loading, rows, 0), loading_text(loading, rows, 1),
                                      query_integer(rows, 2) != 0, MODEL_NONE});
    }
    for (uint32_t i = 0; i < model->node_count; i++)
        if (!model->nodes[i].root)
            model->nodes[i].parent = find_node(model, parents[i]);
    free(parents);
    query_close(rows);
}

static enum account_state state_of(const char *status)
{
    static const char *const words[] = {[ACCOUNT_OPEN] = "ACTIVE",
                                        [ACCOUNT_CLOSING] = "PENDING_CLOSURE",
                                        [ACCOUNT_SUSPENDED] = "SUSPENDED",
                                        [ACCOUNT_CLOSED] = "CLOSED",
                                        [ACCOUNT_UNFINISHED] = "PENDING_ACTIVATION"};
    for (int state = 0; state <= ACCOUNT_UNFINISHED; state++)
        if (strcmp(status, words[state]) == 0)
            return (enum account_state)state;
    return ACCOUNT_OPEN;
}

#define ACCOUNTS                                                                                                       \
    "SELECT id, partition, name, alias, status, detail, truncated, organization, parent, loaded FROM account "

static void read_account(struct gathering *gathering, struct query *row)
{
    struct model_loading *loading = gathering->loading;
    const struct model *model = loading->model;
    const char *detail = loading_peek(row, 5);
    const char *organization = loading_peek(row, 7);
    struct model_account account = {.id = loading_text(loading, row, 0),
                                    .partition = loading_text(loading, row, 1),
                                    .name = loading_text(loading, row, 2),
                                    .alias = loading_text(loading, row, 3),
                                    .status = loading_text(loading, row, 4),
                                    .truncated = query_integer(row, 6) != 0,
                                    .node = find_node(model, loading_peek(row, 8)),
                                    .loaded = loading_text(loading, row, 9)};
    account.state = state_of(account.status);
    account.detail = strcmp(detail, "full") == 0    ? ACCOUNT_FULL
                     : strcmp(detail, "roles") == 0 ? ACCOUNT_ROLES_ONLY
                                                    : ACCOUNT_NOT_EXPORTED;
    account.in_organization = organization[0] == '\0' ? FACT_UNKNOWN
                              : model->organization != NULL && strcmp(organization, model->organization) == 0 ? FACT_YES
                                                                                                              : FACT_NO;
    add_account(gathering, account);
}

/* Adds an account that has principals or that policies name; it need not be exported. */
static void meet_account(struct gathering *gathering, const char *id, const char *partition)
{
    struct model_loading *loading = gathering->loading;
    if (intern_find(&gathering->known, id, strlen(id)) != INTERN_NONE)
        return;
    if (gathering->one != NULL) {
        query_bind_text(gathering->one, 1, id);
        if (query_next(gathering->one))
            read_account(gathering, gathering->one);
        query_reset(gathering->one);
    }
    add_account(gathering, (struct model_account){.id = intern_string(&loading->model->strings, id),
                                                  .partition = partition != NULL ? partition : "aws",
                                                  .name = "",
                                                  .alias = "",
                                                  .status = "",
                                                  .node = MODEL_NONE,
                                                  .loaded = ""});
}

static void meet_accounts_of(struct gathering *gathering, const struct statement_principal *principals, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (principals[i].account != NULL)
            meet_account(gathering, principals[i].account, principals[i].partition);
}

static void add_accounts_of(struct model_loading *loading, const char *sql, const char *bound)
{
    struct query *rows = query_open(loading->store, sql);
    if (bound != NULL)
        query_bind_text(rows, 1, bound);
    while (query_next(rows)) {
        const char *id = query_text(rows, 0);
        intern_add(&loading->account_ids, id, strlen(id));
    }
    query_close(rows);
}

/* RCPs are read after the accounts, and may admit the callers that their conditions name (trust_names.h). For a part of
 * the model, these matter just like the callers that its trust policies name. */
static void add_named_by_guardrails(struct model_loading *loading)
{
    add_accounts_of(loading,
                    "SELECT DISTINCT a.id FROM org_policy p JOIN mention m ON m.document = p.document JOIN account a "
                    "ON a.id = substr(m.subject, 1, 12) WHERE p.type = 'RESOURCE_CONTROL_POLICY'",
                    NULL);
}

/* Adds those that a pattern in its trust policies or in RCPs matches. */
static void add_matching(struct model_loading *loading)
{
    const struct model *model = loading->model;
    add_accounts_of(loading,
                    "SELECT DISTINCT a.id FROM org_policy p JOIN mention m ON m.document = p.document AND m.subject >= "
                    "'=' AND m.subject < '>' JOIN account a ON (a.detail <> 'full' OR a.truncated) AND "
                    "a.id GLOB substr(m.subject, 2) WHERE p.type = 'RESOURCE_CONTROL_POLICY'",
                    NULL);
    for (uint32_t i = 0; i < model->statement_count; i++)
        for (uint32_t j = 0; j < model->statements[i].named_count; j++) {
            const struct statement_principal *named = &model->statements[i].named[j];
            if (named->form == PRINCIPAL_ACCOUNTS_LIKE)
                add_accounts_of(loading, "SELECT id FROM account WHERE (detail <> 'full' OR truncated) AND id GLOB ?",
                                named->value);
        }
}

/* All exported and listed accounts; for a part, those that matter to it. */
static void gather_accounts(struct model_loading *loading)
{
    const struct model *model = loading->model;
    struct gathering gathering = {.loading = loading};
    if (loading->part != NULL) {
        gathering.one = query_open(loading->store, ACCOUNTS "WHERE id = ?");
        if (!loading->outline) {
            add_named_by_guardrails(loading);
            add_matching(loading);
        }
    } else {
        struct query *rows = query_open(loading->store, ACCOUNTS "ORDER BY id");
        while (query_next(rows))
            read_account(&gathering, rows);
        query_close(rows);
    }
    for (uint32_t i = 0; i < loading->account_ids.count; i++)
        meet_account(&gathering, intern_text(&loading->account_ids, i), NULL);
    for (uint32_t i = 0; i < model->statement_count; i++) {
        const struct statement *statement = &model->statements[i];
        meet_accounts_of(&gathering, statement->principals, statement->principal_count);
        meet_accounts_of(&gathering, statement->named, statement->named_count);
    }
    if (model->management_account != NULL)
        meet_account(&gathering, model->management_account, NULL);
    query_close(gathering.one);
    intern_free(&gathering.known);
}

/* Of the whole database, even if only a part of it is loaded. */
static uint32_t count_members_not_exported(struct store *store)
{
    return (uint32_t)store_number(
        store, "SELECT count(*) FROM account WHERE (detail <> 'full' OR truncated) AND status <> 'CLOSED' AND "
               "(organization = (SELECT min(id) FROM organization) OR parent IN (SELECT id FROM org_node) OR "
               "id = (SELECT management_account FROM organization ORDER BY id LIMIT 1))");
}

bool model_has_members_not_exported(const struct model *model)
{
    return model->organization != NULL && (model->members_not_exported > 0 || !model->members_listed);
}

bool model_is_own_organization(const struct model *model, const char *organization)
{
    return model->organization != NULL && strcmp(model->organization, organization) == 0;
}

void loading_accounts(struct model_loading *loading)
{
    struct model *model = loading->model;
    struct query *organization =
        query_open(loading->store, "SELECT id, management_account FROM organization ORDER BY id LIMIT 1");
    if (query_next(organization)) {
        model->organization = loading_text(loading, organization, 0);
        const char *management = loading_text(loading, organization, 1);
        model->management_account = management[0] != '\0' ? management : NULL;
    }
    query_close(organization);
    bool listed = store_number(loading->store, "SELECT 1 FROM listing WHERE call = 'list-accounts'") != 0;
    model->members_listed = model->organization != NULL && listed;
    model->members_not_exported = model->organization != NULL ? count_members_not_exported(loading->store) : 0;
    load_nodes(loading);
    gather_accounts(loading);
    for (uint32_t i = 0; i < model->account_count; i++) {
        struct model_account *account = &model->accounts[i];
        account->management = model->management_account != NULL && strcmp(account->id, model->management_account) == 0;
        if (model->organization == NULL)
            account->in_organization = FACT_UNKNOWN;
        else if (account->management || account->node != MODEL_NONE)
            account->in_organization = FACT_YES;
        else if (account->in_organization == FACT_UNKNOWN && listed)
            account->in_organization = FACT_NO;
    }
    if (model->account_count > 1)
        qsort(model->accounts, model->account_count, sizeof *model->accounts, compare_accounts);
}
