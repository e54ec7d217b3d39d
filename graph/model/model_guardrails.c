/*
 * The SCPs and RCPs on each account's path.
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
    struct query *statement = query_open(loading->store, sql);
    if (statement == NULL)
        return false;
    if (text != NULL)
        query_bind_text(statement, 1, text);
    bool found = query_next(statement);
    query_close(statement);
    return found;
}

struct guardrail_kind {
    const char *type;
    enum policy_use_kind use;
    const char *full_access; /* id of AWS's default policy */
};

static const struct guardrail_kind scp_kind = {"SERVICE_CONTROL_POLICY", USE_SCP, FULL_ACCESS};
static const struct guardrail_kind rcp_kind = {"RESOURCE_CONTROL_POLICY", USE_RCP, RCP_FULL_ACCESS};

/* Whether the type of policy is enabled. If it is not, no policy of that type is attached: disabling detaches them all.
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

/* The export has all attachments of every target if it has the targets of every policy. */
static bool targets_are_complete(struct model_loading *loading, const struct guardrail_kind *kind)
{
    return has_row(loading,
                   "SELECT 1 FROM listing WHERE call = 'list-policies' AND argument = ?1 AND NOT EXISTS "
                   "(SELECT 1 FROM org_policy p WHERE p.type = ?1 AND NOT EXISTS (SELECT 1 FROM listing l WHERE "
                   "l.call = 'list-targets-for-policy' AND l.argument = p.id))",
                   kind->type);
}

/* The question asked at every level. */
struct level_queries {
    const struct guardrail_kind *kind;
    bool complete;           /* whatever the target */
    struct query *completes; /* whether the target was asked */
    struct query *policies;
};

static struct level_queries level_queries_of(struct model_loading *loading, const struct guardrail_kind *kind)
{
    return (struct level_queries){
        .kind = kind,
        .complete = targets_are_complete(loading, kind),
        .completes =
            query_open(loading->store,
                       "SELECT 1 FROM listing WHERE call = 'list-policies-for-target' AND argument = ?1 || ' ' || ?2"),
        .policies = query_open(loading->store, "SELECT p.id, p.name, p.document, p.source, p.line, p.layout FROM "
                                               "org_policy_target t JOIN org_policy p ON p.id = t.policy "
                                               "WHERE t.target = ?1 AND p.type = ?2 ORDER BY p.id")};
}

static bool level_is_complete(const struct level_queries *queries, const char *target)
{
    if (queries->complete)
        return target[0] != '\0';
    query_bind_text(queries->completes, 1, target);
    query_bind_text(queries->completes, 2, queries->kind->type);
    bool complete = query_next(queries->completes);
    query_reset(queries->completes);
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
    struct query *rows = queries->policies;
    struct model_level level = {
        .id = id, .name = name, .first_policy = model->use_count, .complete = level_is_complete(queries, id)};
    query_bind_text(rows, 1, id);
    query_bind_text(rows, 2, kind->type);
    while (query_next(rows)) {
        const char *policy = loading_text(loading, rows, 0);
        uint32_t document = loading_document(loading, query_integer(rows, 2));
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
                                   .line = (uint32_t)query_integer(rows, 4),
                                   .layout = loading_id(rows, 5)};
    }
    query_reset(rows);
    level.policy_count = model->use_count - level.first_policy;
    level.open = level_is_open(model, &level);
    return level;
}

/* Whether such policies apply to an account at all, if the type is enabled or disabled. If the management account is
 * unknown, any account could be it. */
static enum fact binds(const struct model *model, const struct model_account *account, enum fact enabled)
{
    if (model->organization == NULL || account->in_organization == FACT_UNKNOWN ||
        (model->management_account == NULL && account->in_organization == FACT_YES))
        return FACT_UNKNOWN;
    return account->management || account->in_organization == FACT_NO ? FACT_NO : enabled;
}

/* The levels of an account's path, once those of roots and units are known. */
static void load_levels(struct model_loading *loading, const struct level_queries *queries,
                        const struct model_level *of_nodes, const struct model_account *account,
                        struct model_guardrails *guardrails)
{
    const struct model *model = loading->model;
    struct model_level *levels = arena_allocate_array(&loading->model->arena, DEEPEST_LEVEL + 3, sizeof *levels);
    uint32_t path[DEEPEST_LEVEL], depth = 0, count = 0;
    for (uint32_t node = account->node; node != MODEL_NONE && depth < DEEPEST_LEVEL; node = model->nodes[node].parent)
        path[depth++] = node;
    bool whole = depth > 0 && model->nodes[path[depth - 1]].root;
    uint32_t root = whole ? MODEL_NONE : only_root(model);
    if (root != MODEL_NONE)
        levels[count++] = of_nodes[root];
    if (!whole)
        levels[count++] =
            (struct model_level){.id = "?", .missing = true, .name = "the levels that are not in the export"};
    for (uint32_t j = depth; j > 0; j--)
        levels[count++] = of_nodes[path[j - 1]];
    levels[count++] = load_level(loading, queries, account->id, account->name);
    guardrails->levels = levels;
    guardrails->level_count = count;
}

static struct model_guardrails *load_kind(struct model_loading *loading, const struct guardrail_kind *kind)
{
    const struct model *model = loading->model;
    enum fact enabled = model->organization != NULL ? type_enabled(loading, kind) : FACT_UNKNOWN;
    struct level_queries queries = level_queries_of(loading, kind);
    struct model_level *of_nodes = memory_zeroed(model->node_count, sizeof *of_nodes);
    struct model_guardrails *guardrails = memory_zeroed(model->account_count, sizeof *guardrails);
    for (uint32_t i = 0; i < model->node_count; i++)
        of_nodes[i] = load_level(loading, &queries, model->nodes[i].id, model->nodes[i].name);
    for (uint32_t i = 0; i < model->account_count; i++) {
        bool wanted = loading->guarded == NULL || loading->guarded[i];
        guardrails[i].apply = wanted ? binds(model, &model->accounts[i], enabled) : FACT_UNKNOWN;
        if (guardrails[i].apply == FACT_YES)
            load_levels(loading, &queries, of_nodes, &model->accounts[i], &guardrails[i]);
    }
    free(of_nodes);
    query_close(queries.completes);
    query_close(queries.policies);
    return guardrails;
}

void loading_guardrails(struct model_loading *loading)
{
    if (loading->outline) {
        /* FACT_NO: none apply. */
        loading->model->scps = memory_zeroed(loading->model->account_count, sizeof *loading->model->scps);
        loading->model->rcps = memory_zeroed(loading->model->account_count, sizeof *loading->model->rcps);
        return;
    }
    loading->model->scps = load_kind(loading, &scp_kind);
    loading->model->rcps = load_kind(loading, &rcp_kind);
}
