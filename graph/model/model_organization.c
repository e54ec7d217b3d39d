/*
 * Accounts, the organization's tree and the SCPs and RCPs on each account's path.
 * Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html and
 * .../orgs_manage_policies_rcps.html
 */
#include "graph/model/model_inside.h"

#include <stdlib.h>
#include <string.h>

#define FULL_ACCESS "p-FullAWSAccess"
#define RCP_FULL_ACCESS "p-RCPFullAWSAccess"
#define DEEPEST_LEVEL 16

static bool has_row(struct model_loading *loading, const char *sql, const char *text)
{
    sqlite3_stmt *statement = loading_prepare(loading, sql);
    if (statement == NULL)
        return false;
    if (text != NULL)
        sqlite3_bind_text(statement, 1, text, -1, SQLITE_STATIC);
    bool found = loading_step(loading, statement);
    sqlite3_finalize(statement);
    return found;
}

/* ---- accounts */

static int compare_accounts(const void *a, const void *b)
{
    return strcmp(((const struct model_account *)a)->id, ((const struct model_account *)b)->id);
}

/* While accounts are gathered. */
struct gathering {
    struct model_loading *loading;
    struct intern known; /* ids of the accounts so far */
    uint32_t room;
    sqlite3_stmt *one; /* the row of an account, where not all are read */
};

static void add_account(struct gathering *gathering, struct model_account account)
{
    struct model_loading *loading = gathering->loading;
    struct model *model = loading->model;
    uint32_t count = gathering->known.count;
    if (intern_add(&gathering->known, account.id, strlen(account.id)) != count)
        return;
    model->accounts =
        loading_grow(loading, model->accounts, &gathering->room, model->account_count, sizeof *model->accounts);
    if (!loading->failed)
        model->accounts[model->account_count++] = account;
}

/* They are sorted. */
static uint32_t find_node(const struct model *model, const char *id)
{
    uint32_t low = 0, high = model->node_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (strcmp(model->nodes[middle].id, id) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < model->node_count && strcmp(model->nodes[low].id, id) == 0 ? low : MODEL_NONE;
}

static void load_nodes(struct model_loading *loading)
{
    struct model *model = loading->model;
    sqlite3_stmt *rows = loading_prepare(loading, "SELECT id, name, kind = 'root', parent FROM org_node ORDER BY id");
    uint32_t room = 0, parent_room = 0;
    const char **parents = NULL;
    while (loading_step(loading, rows)) {
        model->nodes = loading_grow(loading, model->nodes, &room, model->node_count, sizeof *model->nodes);
        parents = loading_grow(loading, parents, &parent_room, model->node_count, sizeof *parents);
        if (loading->failed)
            break;
        parents[model->node_count] = loading_text(loading, rows, 3);
        model->nodes[model->node_count++] =
            (struct model_node){loading_text(loading, rows, 0), loading_text(loading, rows, 1),
                                sqlite3_column_int(rows, 2) != 0, MODEL_NONE};
    }
    for (uint32_t i = 0; i < model->node_count; i++)
        if (!model->nodes[i].root)
            model->nodes[i].parent = find_node(model, parents[i]);
    free(parents);
    sqlite3_finalize(rows);
}

#define ACCOUNTS                                                                                                       \
    "SELECT id, partition, name, alias, status, detail, truncated, organization, parent, loaded FROM account "

static void read_account(struct gathering *gathering, sqlite3_stmt *row)
{
    struct model_loading *loading = gathering->loading;
    const struct model *model = loading->model;
    const char *detail = (const char *)sqlite3_column_text(row, 5);
    const char *organization = (const char *)sqlite3_column_text(row, 7);
    struct model_account account = {.id = loading_text(loading, row, 0),
                                    .partition = loading_text(loading, row, 1),
                                    .name = loading_text(loading, row, 2),
                                    .alias = loading_text(loading, row, 3),
                                    .status = loading_text(loading, row, 4),
                                    .truncated = sqlite3_column_int(row, 6) != 0,
                                    .node = find_node(model, (const char *)sqlite3_column_text(row, 8)),
                                    .loaded = loading_text(loading, row, 9)};
    account.detail = strcmp(detail, "full") == 0    ? ACCOUNT_FULL
                     : strcmp(detail, "roles") == 0 ? ACCOUNT_ROLES_ONLY
                                                    : ACCOUNT_NOT_EXPORTED;
    account.in_organization = organization[0] == '\0' ? FACT_UNKNOWN
                              : model->organization != NULL && strcmp(organization, model->organization) == 0 ? FACT_YES
                                                                                                              : FACT_NO;
    add_account(gathering, account);
}

/* An account that principals belong to or policies name; it need not be exported. */
static void meet_account(struct gathering *gathering, const char *id, const char *partition)
{
    struct model_loading *loading = gathering->loading;
    if (intern_find(&gathering->known, id, strlen(id)) != INTERN_NONE)
        return;
    if (gathering->one != NULL) {
        sqlite3_bind_text(gathering->one, 1, id, -1, SQLITE_STATIC);
        if (loading_step(loading, gathering->one))
            read_account(gathering, gathering->one);
        sqlite3_reset(gathering->one);
    }
    const char *copy = intern_string(&loading->model->strings, id);
    if (copy == NULL)
        loading_fail(loading, "out of memory");
    else
        add_account(gathering, (struct model_account){.id = copy,
                                                      .partition = partition != NULL ? partition : "aws",
                                                      .name = "",
                                                      .alias = "",
                                                      .status = "",
                                                      .node = MODEL_NONE,
                                                      .loaded = ""});
}

/* All that are exported or listed; of a part those that matter to it. */
static void gather_accounts(struct model_loading *loading)
{
    const struct model *model = loading->model;
    struct gathering gathering = {.loading = loading};
    if (loading->part != NULL) {
        gathering.one = loading_prepare(loading, ACCOUNTS "WHERE id = ?");
    } else {
        sqlite3_stmt *rows = loading_prepare(loading, ACCOUNTS "ORDER BY id");
        while (loading_step(loading, rows))
            read_account(&gathering, rows);
        sqlite3_finalize(rows);
    }
    for (uint32_t i = 0; i < loading->account_ids.count && !loading->failed; i++)
        meet_account(&gathering, intern_text(&loading->account_ids, i), NULL);
    for (uint32_t i = 0; i < model->statement_count && !loading->failed; i++)
        for (uint32_t j = 0; j < model->statements[i].principal_count; j++) {
            const struct statement_principal *principal = &model->statements[i].principals[j];
            if (principal->account != NULL)
                meet_account(&gathering, principal->account, principal->partition);
        }
    if (model->management_account != NULL && !loading->failed)
        meet_account(&gathering, model->management_account, NULL);
    sqlite3_finalize(gathering.one);
    intern_free(&gathering.known);
}

bool loading_accounts(struct model_loading *loading)
{
    struct model *model = loading->model;
    sqlite3_stmt *organization =
        loading_prepare(loading, "SELECT id, management_account FROM organization ORDER BY id LIMIT 1");
    if (loading_step(loading, organization)) {
        model->organization = loading_text(loading, organization, 0);
        const char *management = loading_text(loading, organization, 1);
        model->management_account = management[0] != '\0' ? management : NULL;
    }
    sqlite3_finalize(organization);
    bool listed = has_row(loading, "SELECT 1 FROM listing WHERE call = 'list-accounts'", NULL);
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
    return !loading->failed;
}

/* ---- guardrails */

struct guardrail_kind {
    const char *type;
    enum policy_use_kind use;
    const char *full_access; /* id of AWS's default policy */
};

static const struct guardrail_kind scp_kind = {"SERVICE_CONTROL_POLICY", USE_SCP, FULL_ACCESS};
static const struct guardrail_kind rcp_kind = {"RESOURCE_CONTROL_POLICY", USE_RCP, RCP_FULL_ACCESS};

/* Whether the type of policy is switched on. Where it is off nothing of it is attached: switching it off detaches all.
 * Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_enable-disable.html */
static enum fact type_enabled(struct model_loading *loading, const struct guardrail_kind *kind)
{
    if (has_row(loading, "SELECT 1 FROM organization WHERE feature_set NOT IN ('', 'ALL')", NULL))
        return FACT_NO;
    if (has_row(loading, "SELECT 1 FROM org_policy_type WHERE type = ? AND status = 'ENABLED'", kind->type))
        return FACT_YES;
    if (has_row(loading, "SELECT 1 FROM listing WHERE call = 'policy-types'", NULL))
        return FACT_NO;
    return has_row(loading, "SELECT 1 FROM org_policy p JOIN org_policy_target t ON t.policy = p.id WHERE p.type = ?",
                   kind->type)
               ? FACT_YES
               : FACT_UNKNOWN;
}

/* The one root of an organization; MODEL_NONE if it is not in the export. */
static uint32_t only_root(const struct model *model)
{
    uint32_t root = MODEL_NONE;
    for (uint32_t i = 0; i < model->node_count; i++) {
        if (model->nodes[i].root && root != MODEL_NONE)
            return MODEL_NONE;
        root = model->nodes[i].root ? i : root;
    }
    return root;
}

/* The export says all that hangs on any target if it says the targets of every policy there is. */
static bool targets_are_complete(struct model_loading *loading, const struct guardrail_kind *kind)
{
    return has_row(loading,
                   "SELECT 1 FROM listing WHERE call = 'list-policies' AND argument = ?1 AND NOT EXISTS "
                   "(SELECT 1 FROM org_policy p WHERE p.type = ?1 AND NOT EXISTS (SELECT 1 FROM listing l WHERE "
                   "l.call = 'list-targets-for-policy' AND l.argument = p.id))",
                   kind->type);
}

/* What is asked of every level. */
struct level_queries {
    const struct guardrail_kind *kind;
    bool complete;           /* whatever the target */
    sqlite3_stmt *completes; /* whether the target was asked */
    sqlite3_stmt *policies;
};

static struct level_queries level_queries_of(struct model_loading *loading, const struct guardrail_kind *kind)
{
    return (struct level_queries){
        .kind = kind,
        .complete = targets_are_complete(loading, kind),
        .completes = loading_prepare(
            loading, "SELECT 1 FROM listing WHERE call = 'list-policies-for-target' AND argument = ?1 || ' ' || ?2"),
        .policies = loading_prepare(loading, "SELECT p.id, p.name, p.document, p.source, p.line, p.layout FROM "
                                             "org_policy_target t JOIN org_policy p ON p.id = t.policy "
                                             "WHERE t.target = ?1 AND p.type = ?2 ORDER BY p.id")};
}

static bool level_is_complete(struct model_loading *loading, const struct level_queries *queries, const char *target)
{
    if (queries->complete || queries->completes == NULL)
        return queries->complete && target[0] != '\0';
    sqlite3_bind_text(queries->completes, 1, target, -1, SQLITE_STATIC);
    sqlite3_bind_text(queries->completes, 2, queries->kind->type, -1, SQLITE_STATIC);
    bool complete = loading_step(loading, queries->completes);
    sqlite3_reset(queries->completes);
    return complete;
}

static uint32_t full_access_document(struct model_loading *loading)
{
    return loading_built_in(loading, "arn:aws:iam::aws:policy/AdministratorAccess");
}

static bool is_any(const struct statement *statement)
{
    if (statement->not_action || statement->not_resource || statement->condition_count > 0)
        return false;
    for (uint32_t i = 0; i < statement->action_count; i++)
        for (uint32_t j = 0; j < statement->resource_count; j++)
            if (strcmp(statement->actions[i], "*") == 0 && strcmp(statement->resources[j], "*") == 0)
                return true;
    return false;
}

static bool level_is_open(const struct model *model, const struct model_level *level)
{
    bool allows = false;
    for (uint32_t i = 0; i < level->policy_count; i++) {
        const struct policy_use *use = &model->uses[level->first_policy + i];
        const struct model_document *document = use->document != MODEL_NONE ? &model->documents[use->document] : NULL;
        if (document == NULL || document->broken != NULL)
            return false;
        for (uint32_t j = 0; j < document->statement_count; j++) {
            const struct statement *statement = &model->statements[document->first_statement + j];
            if (statement->broken != NULL || statement->doubt != NULL ||
                (!statement->allow && statement->sts_actions != 0))
                return false;
            allows = allows || (statement->allow && is_any(statement));
        }
    }
    return allows;
}

static struct model_level load_level(struct model_loading *loading, const struct level_queries *queries, const char *id,
                                     const char *name)
{
    struct model *model = loading->model;
    const struct guardrail_kind *kind = queries->kind;
    sqlite3_stmt *rows = queries->policies;
    struct model_level level = {
        .id = id, .name = name, .first_policy = model->use_count, .complete = level_is_complete(loading, queries, id)};
    if (rows == NULL)
        return level;
    sqlite3_bind_text(rows, 1, id, -1, SQLITE_STATIC);
    sqlite3_bind_text(rows, 2, kind->type, -1, SQLITE_STATIC);
    while (loading_step(loading, rows)) {
        const char *policy = loading_text(loading, rows, 0);
        uint32_t document = loading_document(loading, sqlite3_column_int64(rows, 2));
        bool built_in = document == MODEL_NONE && strcmp(policy, kind->full_access) == 0;
        if (built_in && kind->use == USE_RCP)
            continue;
        if (built_in)
            document = full_access_document(loading);
        struct policy_use *use = loading_add_use(loading);
        *use = (struct policy_use){.kind = kind->use,
                                   .name = loading_text(loading, rows, 1),
                                   .arn = policy,
                                   .holder = id,
                                   .document = document,
                                   .built_in = built_in,
                                   .source = loading_id(rows, 3),
                                   .line = (uint32_t)sqlite3_column_int(rows, 4),
                                   .layout = loading_id(rows, 5)};
    }
    sqlite3_reset(rows);
    level.policy_count = model->use_count - level.first_policy;
    level.open = !loading->failed && level_is_open(model, &level);
    return level;
}

static void load_kind(struct model_loading *loading, const struct guardrail_kind *kind,
                      struct model_guardrails *guardrails)
{
    struct model *model = loading->model;
    enum fact enabled = model->organization != NULL ? type_enabled(loading, kind) : FACT_UNKNOWN;
    struct level_queries queries = level_queries_of(loading, kind);
    struct model_level *of_nodes = calloc((size_t)model->node_count + 1, sizeof *of_nodes);
    if (of_nodes == NULL) {
        loading_fail(loading, "out of memory");
        goto out;
    }
    for (uint32_t i = 0; i < model->node_count && !loading->failed; i++)
        of_nodes[i] = load_level(loading, &queries, model->nodes[i].id, model->nodes[i].name);
    uint32_t root = only_root(model);
    for (uint32_t i = 0; i < model->account_count && !loading->failed; i++) {
        const struct model_account *account = &model->accounts[i];
        if (loading->guarded != NULL && !loading->guarded[i]) {
            guardrails[i].apply = FACT_UNKNOWN;
            continue;
        }
        /* Without knowing which is the management account, any could be. */
        if (model->organization == NULL || account->in_organization == FACT_UNKNOWN ||
            (model->management_account == NULL && account->in_organization == FACT_YES))
            guardrails[i].apply = FACT_UNKNOWN;
        else
            guardrails[i].apply = account->management || account->in_organization == FACT_NO ? FACT_NO : enabled;
        if (guardrails[i].apply != FACT_YES)
            continue;
        struct model_level *levels = arena_allocate_array(&model->arena, DEEPEST_LEVEL + 3, sizeof *levels);
        if (levels == NULL) {
            loading_fail(loading, "out of memory");
            break;
        }
        uint32_t path[DEEPEST_LEVEL], depth = 0, count = 0;
        for (uint32_t node = account->node; node != MODEL_NONE && depth < DEEPEST_LEVEL;
             node = model->nodes[node].parent)
            path[depth++] = node;
        bool whole = depth > 0 && model->nodes[path[depth - 1]].root;
        if (!whole && root != MODEL_NONE)
            levels[count++] = of_nodes[root];
        if (!whole)
            levels[count++] = (struct model_level){.id = "?", .name = "the levels that are not in the export"};
        for (uint32_t j = depth; j > 0; j--)
            levels[count++] = of_nodes[path[j - 1]];
        levels[count++] = load_level(loading, &queries, account->id, account->name);
        guardrails[i].levels = levels;
        guardrails[i].level_count = count;
    }
out:
    free(of_nodes);
    sqlite3_finalize(queries.completes);
    sqlite3_finalize(queries.policies);
}

bool loading_guardrails(struct model_loading *loading)
{
    struct model *model = loading->model;
    model->scps = calloc((size_t)model->account_count + 1, sizeof *model->scps);
    model->rcps = calloc((size_t)model->account_count + 1, sizeof *model->rcps);
    if (model->scps == NULL || model->rcps == NULL)
        return loading_fail(loading, "out of memory");
    load_kind(loading, &scp_kind, model->scps);
    load_kind(loading, &rcp_kind, model->rcps);
    return !loading->failed;
}
