#include "analyzer/analysis/targets.h"

#include "analyzer/analysis/administrators.h"
#include <string.h>

static uint32_t find_account(const struct model *model, const char *name, uint32_t *found)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < model->account_count; i++) {
        const struct model_account *account = &model->accounts[i];
        if (strcmp(account->id, name) == 0 || model_account_is_called(account, name)) {
            *found = i;
            count++;
        }
    }
    return count;
}

static uint32_t find_unit(const struct model *model, const char *name, uint32_t *found)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < model->node_count; i++)
        if (strcmp(model->nodes[i].id, name) == 0 ||
            (name[0] != '\0' && model->nodes[i].name != NULL && strcmp(model->nodes[i].name, name) == 0)) {
            *found = i;
            count++;
        }
    return count;
}

static bool is_under(const struct model *model, uint32_t account, uint32_t unit)
{
    uint32_t node = model->accounts[account].node;
    for (uint32_t depth = 0; node != MODEL_NONE && depth <= model->node_count; depth++) {
        if (node == unit)
            return true;
        node = model->nodes[node].parent;
    }
    return false;
}

static uint32_t mark_account(const struct model *model, uint32_t account, bool *targets)
{
    const struct model_account *of = &model->accounts[account];
    uint32_t count = 0;
    for (uint32_t i = of->first_principal; i < of->first_principal + of->principal_count; i++)
        if (model->principals[i].is_role) {
            targets[i] = true;
            count++;
        }
    return count;
}

bool targets_mark(struct analysis *analysis, const char *name, bool *targets)
{
    const struct model *model = analysis->model;
    uint32_t account = MODEL_NONE, unit = MODEL_NONE, role, marked = 0;
    uint32_t accounts = find_account(model, name, &account), units = find_unit(model, name, &unit);
    if (accounts + units > 1) {
        command_error("\"%s\" is the name of several accounts or organizational units; name one by its id", name);
        return false;
    }
    if (accounts + units == 0) {
        if (!analysis_resolve_role(analysis, name, &role))
            return false;
        targets[role] = true;
        return true;
    }
    for (uint32_t i = 0; i < model->account_count; i++)
        if (i == account || (unit != MODEL_NONE && is_under(model, i, unit)))
            marked += mark_account(model, i, targets);
    if (marked == 0)
        command_error("there is no role in %s \"%s\" of the export; `rolechain status` tells what was loaded",
                      accounts > 0 ? "account" : "unit", name);
    return marked > 0;
}

void targets_mark_administrators(struct analysis *analysis, bool *targets, bool *excluded)
{
    for (uint32_t i = 0; i < analysis->model->principal_count; i++) {
        bool administrator = administrators_has(analysis, i);
        targets[i] = administrator && analysis->model->principals[i].is_role;
        excluded[i] = administrator && !analysis->model->principals[i].is_role;
    }
}

/* Somebody may enter it of whom the export does not tell. */
static bool trust_is_unknown(const struct model *model, uint32_t role)
{
    const struct policy_use *trust = model->principals[role].trust;
    if (trust == NULL || trust->document == MODEL_NONE)
        return true;
    const struct model_document *document = &model->documents[trust->document];
    bool unknown = document->broken != NULL;
    for (uint32_t i = 0; i < document->statement_count && !unknown; i++)
        unknown = model->statements[document->first_statement + i].broken != NULL;
    return unknown;
}

static unsigned kind_of(const struct edges *edges, uint32_t node)
{
    if (node < edges->model->principal_count)
        return edges->model->principals[node].is_role ? TARGETS_FROM_ROLES : TARGETS_FROM_USERS;
    return edges->nodes[node].kind == CALLER_SERVICE ? TARGETS_FROM_SERVICES : TARGETS_FROM_OUTSIDE;
}

uint32_t targets_mark_sources(const struct edges *edges, unsigned kinds, const bool *targets, bool *sources)
{
    uint32_t unknown = 0;
    for (uint32_t i = 0; i < edges->node_count; i++) {
        unsigned kind = kind_of(edges, i);
        sources[i] = (kinds & kind) != 0;
        if (kind != TARGETS_FROM_ROLES || sources[i] || targets[i] ||
            (kinds & (TARGETS_FROM_USERS | TARGETS_FROM_OUTSIDE)) == 0 || !trust_is_unknown(edges->model, i))
            continue;
        sources[i] = true;
        unknown++;
    }
    return unknown;
}
