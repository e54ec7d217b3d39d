/*
 * Accounts, the organization's tree and the SCPs and RCPs on each account's path.
 * Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html and
 * .../orgs_manage_policies_rcps.html
 */
#include "graph/model_inside.h"

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
    bool found = sqlite3_step(statement) == SQLITE_ROW;
    sqlite3_finalize(statement);
    return found;
}

/* ---- accounts */

static int compare_accounts(const void *a, const void *b)
{
    return strcmp(((const struct model_account *)a)->id, ((const struct model_account *)b)->id);
}

static bool add_account(struct model_loading *loading, uint32_t *room, struct model_account account)
{
    struct model *model = loading->model;
    if (model->account_count == *room) {
        uint32_t wanted = *room == 0 ? 64 : *room * 2;
        struct model_account *grown = realloc(model->accounts, wanted * sizeof *grown);
        if (grown == NULL)
            return loading_fail(loading, "out of memory");
        model->accounts = grown;
        *room = wanted;
    }
    account.node = MODEL_NONE;
    model->accounts[model->account_count++] = account;
    return true;
}

static void load_nodes(struct model_loading *loading)
{
    struct model *model = loading->model;
    sqlite3_stmt *rows = loading_prepare(loading, "SELECT id, name, kind = 'root', parent FROM org_node ORDER BY id");
    uint32_t room = 0;
    const char **parents = NULL;
    while (!loading->failed && sqlite3_step(rows) == SQLITE_ROW) {
        if (model->node_count == room) {
            room = room == 0 ? 32 : room * 2;
            struct model_node *nodes = realloc(model->nodes, room * sizeof *nodes);
            const char **grown = realloc(parents, room * sizeof *grown);
            model->nodes = nodes != NULL ? nodes : model->nodes;
            parents = grown != NULL ? grown : parents;
            if (nodes == NULL || grown == NULL) {
                loading_fail(loading, "out of memory");
                break;
            }
        }
        parents[model->node_count] = loading_text(loading, rows, 3);
        model->nodes[model->node_count++] =
            (struct model_node){loading_text(loading, rows, 0), loading_text(loading, rows, 1),
                                sqlite3_column_int(rows, 2) != 0, MODEL_NONE};
    }
    for (uint32_t i = 0; i < model->node_count; i++)
        for (uint32_t j = 0; j < model->node_count; j++)
            if (parents[i] == model->nodes[j].id && !model->nodes[i].root)
                model->nodes[i].parent = j;
    free(parents);
    sqlite3_finalize(rows);
}

/* Accounts that only policies name. */
static void add_named_accounts(struct model_loading *loading, uint32_t *room)
{
    struct model *model = loading->model;
    struct intern seen = {0};
    for (uint32_t i = 0; i < model->account_count; i++)
        intern_string(&seen, model->accounts[i].id);
    for (uint32_t i = 0; i < model->statement_count && !loading->failed; i++)
        for (uint32_t j = 0; j < model->statements[i].principal_count; j++) {
            const struct statement_principal *principal = &model->statements[i].principals[j];
            if (principal->account == NULL || intern_find(&seen, principal->account, 12) != INTERN_NONE)
                continue;
            intern_string(&seen, principal->account);
            add_account(loading, room,
                        (struct model_account){.id = principal->account,
                                               .partition = principal->partition,
                                               .name = "",
                                               .alias = "",
                                               .status = "",
                                               .loaded = ""});
        }
    if (model->management_account != NULL && model->management_account[0] != '\0' &&
        intern_find(&seen, model->management_account, 12) == INTERN_NONE)
        add_account(loading, room,
                    (struct model_account){.id = model->management_account,
                                           .partition = "aws",
                                           .name = "",
                                           .alias = "",
                                           .status = "",
                                           .loaded = ""});
    intern_free(&seen);
}

bool loading_accounts(struct model_loading *loading)
{
    struct model *model = loading->model;
    uint32_t room = 0;
    sqlite3_stmt *organization =
        loading_prepare(loading, "SELECT id, management_account FROM organization ORDER BY id LIMIT 1");
    if (organization != NULL && sqlite3_step(organization) == SQLITE_ROW) {
        model->organization = loading_text(loading, organization, 0);
        const char *management = loading_text(loading, organization, 1);
        model->management_account = management[0] != '\0' ? management : NULL;
    }
    sqlite3_finalize(organization);
    bool listed = has_row(loading, "SELECT 1 FROM listing WHERE call = 'list-accounts'", NULL);
    load_nodes(loading);
    sqlite3_stmt *rows = loading_prepare(loading, "SELECT id, partition, name, alias, status, detail, truncated, "
                                                  "organization, parent, loaded FROM account ORDER BY id");
    const char **parents = NULL;
    uint32_t parent_room = 0;
    while (!loading->failed && sqlite3_step(rows) == SQLITE_ROW) {
        const char *detail = (const char *)sqlite3_column_text(rows, 5);
        struct model_account account = {.id = loading_text(loading, rows, 0),
                                        .partition = loading_text(loading, rows, 1),
                                        .name = loading_text(loading, rows, 2),
                                        .alias = loading_text(loading, rows, 3),
                                        .status = loading_text(loading, rows, 4),
                                        .truncated = sqlite3_column_int(rows, 6) != 0,
                                        .loaded = loading_text(loading, rows, 9)};
        account.detail = strcmp(detail, "full") == 0    ? ACCOUNT_FULL
                         : strcmp(detail, "roles") == 0 ? ACCOUNT_ROLES_ONLY
                                                        : ACCOUNT_NOT_EXPORTED;
        const char *own = loading_text(loading, rows, 7);
        account.in_organization = own[0] == '\0'                                                         ? FACT_UNKNOWN
                                  : model->organization != NULL && strcmp(own, model->organization) == 0 ? FACT_YES
                                                                                                         : FACT_NO;
        if (model->account_count == parent_room) {
            parent_room = parent_room == 0 ? 64 : parent_room * 2;
            const char **grown = realloc(parents, parent_room * sizeof *grown);
            if (grown == NULL) {
                loading_fail(loading, "out of memory");
                break;
            }
            parents = grown;
        }
        parents[model->account_count] = loading_text(loading, rows, 8);
        add_account(loading, &room, account);
    }
    sqlite3_finalize(rows);
    for (uint32_t i = 0; i < model->account_count && !loading->failed; i++)
        for (uint32_t j = 0; j < model->node_count; j++)
            if (parents[i] == model->nodes[j].id)
                model->accounts[i].node = j;
    free(parents);
    if (!loading->failed)
        add_named_accounts(loading, &room);
    for (uint32_t i = 0; i < model->account_count; i++) {
        struct model_account *account = &model->accounts[i];
        account->management = model->management_account != NULL && strcmp(account->id, model->management_account) == 0;
        account->partition = account->partition != NULL ? account->partition : "aws";
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

static bool level_is_complete(const struct level_queries *queries, const char *target)
{
    if (queries->complete || queries->completes == NULL)
        return queries->complete && target[0] != '\0';
    sqlite3_bind_text(queries->completes, 1, target, -1, SQLITE_STATIC);
    sqlite3_bind_text(queries->completes, 2, queries->kind->type, -1, SQLITE_STATIC);
    bool complete = sqlite3_step(queries->completes) == SQLITE_ROW;
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
        .id = id, .name = name, .first_policy = model->use_count, .complete = level_is_complete(queries, id)};
    if (rows == NULL)
        return level;
    sqlite3_bind_text(rows, 1, id, -1, SQLITE_STATIC);
    sqlite3_bind_text(rows, 2, kind->type, -1, SQLITE_STATIC);
    while (!loading->failed && sqlite3_step(rows) == SQLITE_ROW) {
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
                                   .source = sqlite3_column_int64(rows, 3),
                                   .line = (uint32_t)sqlite3_column_int(rows, 4),
                                   .layout = sqlite3_column_int64(rows, 5)};
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
